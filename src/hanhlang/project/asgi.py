"""The live stream's process: models and settings, no addresses of pages, no solver."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanhlang.project.settings")
django.setup()

from hanhlang.web.live.stream import LiveStream  # noqa: E402 (models are there only now)

application = LiveStream()
