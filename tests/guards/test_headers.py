"""Every answer bears the headers that keep browsers strict; cookies travel only where they should."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from factories.events import make_week
from factories.visitors import VISITORS, WEEK, sample, tool, visit
from hanhlang.web.access import PUBLIC

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]
SHUT = ["camera=()", "microphone=()", "geolocation=()", "payment=()"]


def gaps(answer: Any) -> list[str]:
    """Return what is missing in the headers of an answer."""
    missing = [name for name, value in WANTED.items() if answer.headers.get(name) != value]
    policy = [part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")]
    missing += [part for part in POLICY if part not in policy]
    missing += ["unsafe" for part in policy if "unsafe" in part]
    permissions = answer.headers.get("Permissions-Policy", "").split(", ")
    return missing + [part for part in SHUT if part not in permissions]


@pytest.mark.django_db
def test_every_answer_bears_them_whoever_asks_and_whatever_comes_of_it(settings: Any):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    week = make_week(key=WEEK)
    clients = {visitor.name: visit(visitor, week) for visitor in VISITORS if visitor.name in ("stranger", "secretariat", "no role")}
    found = {}
    for where, view in tool().addresses():
        for name, client in clients.items():
            for method in ("get", "post"):
                answer = getattr(client, method)(sample(where))
                if missing := gaps(answer):
                    found[f"{method} {where} as {name} ({answer.status_code})"] = missing
            if PUBLIC in view.access:
                break

    assert found == {}


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/nowhere/at/all/", 404), ("/static/nothing.css", 404), ("/api/v1/nothing", 404)])
def test_missing_addresses_bear_them_too(client: Client, settings: Any, path: str, status: int):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    answer = client.get(path)

    assert (answer.status_code, gaps(answer)) == (status, [])


@pytest.mark.django_db
def test_a_refused_form_bears_them_too(settings: Any):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    answer = Client(enforce_csrf_checks=True, HTTP_HOST="localhost").post("/sign-in/", {"email": "lan@example.vn"})

    assert (answer.status_code, gaps(answer)) == (403, [])


def test_the_guard_bites():
    class Bare:
        headers: dict[str, str] = {"Content-Security-Policy": "script-src 'self' 'unsafe-inline'"}

    assert "unsafe" in gaps(Bare())
    assert set(WANTED) <= set(gaps(Bare()))


SHOWN = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_NAME)
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory
asked = RequestFactory(HTTP_HOST="localhost").get("/", HTTP_X_FORWARDED_PROTO="https")
print(SecurityMiddleware(lambda request: HttpResponse())(asked).headers.get("Strict-Transport-Security"))
"""


@pytest.mark.parametrize(
    ("https", "said"),
    [
        ("0", ["True Lax False False sessionid", "None"]),
        ("1", ["True Lax True True __Host-session", "max-age=31536000"]),
    ],
)
def test_behind_https_cookies_travel_only_there_and_browsers_insist_on_it(https: str, said: list[str], tmp_path: Any):
    # In a process of its own: these settings are made when the product starts.
    environment = {
        **os.environ,
        "HANHLANG_HTTPS": https,
        "HANHLANG_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "hanhlang.project.settings",
    }
    environment.pop("HANHLANG_DATABASE_URL", None)

    done = subprocess.run([sys.executable, "-c", SHOWN], env=environment, capture_output=True, text=True)

    assert done.stdout.splitlines() == said, done.stderr
