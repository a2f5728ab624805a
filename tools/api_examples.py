"""
Write the answers that the API's document shows as examples anew: the example week is loaded into an empty database and asked.

    .venv/bin/python tools/api_examples.py

A test asks the same and compares.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src" / "hanhlang" / "api" / "v1" / "examples.json"
WITH_TOKEN = ("getDoor",)
NOW = datetime(2025, 10, 27, 2, 10, tzinfo=UTC)
ADDRESSES = {
    "getWeek": "weeks/vidw-2025",
    "listSites": "weeks/vidw-2025/sites",
    "listPlaces": "weeks/vidw-2025/places?kind=hall&limit=1",
    "listTravel": "weeks/vidw-2025/travel?limit=1",
    "listTopics": "weeks/vidw-2025/topics?limit=2",
    "listSessions": "weeks/vidw-2025/sessions?q=ban+tron&limit=1",
    "getSession": "weeks/vidw-2025/sessions/{session}",
    "listSpeakers": "weeks/vidw-2025/speakers?limit=1",
    "listOrganisations": "weeks/vidw-2025/organisations?limit=1",
    "getFigures": "weeks/vidw-2025/figures",
    "getDoor": "weeks/vidw-2025/places/nb-main/door",
}


def answers(client: Any) -> dict[str, dict[str, Any]]:
    """Return each example as the loaded week answers it at ``NOW``; ``{session}`` is the session found by its words."""
    from django.conf import settings

    from hanhlang.domains.core import clock

    settings.DEMO = True
    clock.move_demo(NOW)
    token = _token()
    told: dict[str, dict[str, Any]] = {}
    for name, address in ADDRESSES.items():
        if "{session}" in address:
            address = address.format(session=told["listSessions"]["answer"]["items"][0]["key"])
        headers = {"authorization": f"Bearer {token}"} if name in WITH_TOKEN else {}
        answer = client.get(f"/api/v1/{address}", headers=headers)
        assert answer.status_code == 200, (address, answer.content)
        told[name] = {"address": f"/api/v1/{address}", "answer": answer.json()}
    door = told["getDoor"]["answer"]
    # The clock runs on from there: of the hour only the minute is the same each time.
    door["at"] = datetime.fromisoformat(door["at"]).replace(second=0, microsecond=0).isoformat()
    return told


def _token() -> str:
    """Make a token of somebody at the desk, for what is not public."""
    from hanhlang.domains.events.models import Role, Week
    from hanhlang.domains.events.tokens import make_token
    from hanhlang.domains.people.models import Account

    week, desk = Week.objects.get(key="vidw-2025"), Account.objects.create(email="desk@example.org")
    Role.objects.create(week=week, account=desk, kind=Role.Kind.SECRETARIAT)
    lives = {"expires_at": datetime.now(UTC) + timedelta(days=1), "now": datetime.now(UTC)}
    return make_token(week=week, account=desk, name="Examples", scopes=["papers:read"], by=None, **lives)


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["HANHLANG_HOME"] = home
        os.environ.pop("HANHLANG_DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "hanhlang.project.settings"
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.test import Client

        from hanhlang.jobs.load.apply import load_week

        settings.ALLOWED_HOSTS = ["testserver"]
        call_command("migrate", verbosity=0)
        load_week(ROOT / "examples" / "vidw-2025", by=None, now=NOW)
        FILE.write_text(json.dumps(answers(Client()), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)}: {len(ADDRESSES)} examples")


if __name__ == "__main__":
    sys.exit(main())
