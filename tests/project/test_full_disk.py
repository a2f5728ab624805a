"""A full disk: what cannot be saved is refused clearly and wholly, reading goes on, and so does writing once there is room."""

from __future__ import annotations

import json
from pathlib import Path

from installations import installation

# The limit on a file's size stands for the disk: what would make the database's journal grow fails as on a full one.
SCRIPT = """
import json, os, resource
from django.conf import settings
from django.db import connection
from django.test import Client
from factories import make_account, make_role, make_week
from hanhlang.domains.core.models import AuditEntry, OutboxMessage
settings.DEMO = True
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
week = make_week(key="a-week")
account = make_account(is_demo=True, language="en"); make_role(week, account)
client = Client(raise_request_exception=False, HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en")
def read():
    return client.get("/en/a-week/programme/").status_code
def write():
    return client.post("/demo/sign-in/", {"account": account.email})
said = {"before": [read(), write().status_code]}
counts = lambda: [AuditEntry.objects.count(), OutboxMessage.objects.count()]
kept = counts()
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
# Another process has the database open, as the worker always has.
import sqlite3
other = sqlite3.connect(connection.settings_dict["NAME"]); other.execute("SELECT count(*) FROM events_week").fetchall()
connection.close()
read()
resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 1024, hard))
refused = write()
said["full"] = [read(), refused.status_code, b"Nothing was half-done" in refused.content, counts() == kept]
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
said["room again"] = [read(), write().status_code]
print(json.dumps(said))
"""


def test_a_full_disk_refuses_writes_and_goes_on_reading(tmp_path: Path):
    with installation(tmp_path, kind="sqlite") as full:
        assert full.run("migrate", "-v0").returncode == 0

        said = json.loads(full.python(SCRIPT).splitlines()[-1])

        assert said == {"before": [200, 302], "full": [200, 503, True, True], "room again": [200, 302]}
        assert full.figures("audit", "verify")["holds"]
