import os
import sys

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanhlang.project.settings")
django.setup()

from hanhlang.domains.agenda import readiness  # noqa: E402 - it needs the settings read above

CANNOT_LOAD = 4  # gunicorn's word for "do not try again"

try:
    readiness.require_ready()
except readiness.NotReady as fault:
    print(f"hanhlang pages: {fault.message('en')}", file=sys.stderr)
    sys.exit(CANNOT_LOAD)

application = get_wsgi_application()
