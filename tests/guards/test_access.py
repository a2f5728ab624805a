"""Access is declared on every address, and every address is opened as every kind of visitor. The table: ``pytest -s``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from factories.events import make_week
from factories.visitors import ROOT, VISITORS, WEEK, Visitor, sample, tool, visit
from hanhlang.domains.events.models import Role
from hanhlang.web.access import NOT_YOURS, PUBLIC, SIGNED_IN, access

ADDRESSES = list(tool().addresses())


def undeclared(listed: list[tuple[str, Any]]) -> list[str]:
    return [where for where, view in listed if not getattr(view, "access", ())]


def test_every_address_declares_who_may_open_it():
    assert undeclared(ADDRESSES) == []


def test_the_guard_bites():
    assert undeclared(list(tool().addresses([path("open/", lambda request: HttpResponse())]))) == ["/open/"]


def test_there_are_addresses_to_walk():
    assert len(ADDRESSES) > 40


def test_the_page_of_the_documentation_says_the_same():
    written = (ROOT / "docs" / "reference" / "access.md").read_text()

    assert tool().table() == written, "Run: .venv/bin/python tools/access_table.py"


# Every address as every kind of visitor


def outcome(client: Client, address: str) -> str:
    """Return what the door did: ``opens``, ``asks to sign in`` or ``is missing``; what lies behind it is no matter here."""
    answer = client.get(address)
    if answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/?next="):
        return "asks to sign in"
    context = answer.context or {}
    return "is missing" if answer.status_code == 404 and "exception" in context and context["exception"] == NOT_YOURS else "opens"


def should(visitor: Visitor, view: Any) -> str:
    """Return what the declaration means for a visitor: worked out anew, not asked of the code that decides."""
    declared = view.access
    if PUBLIC in declared:
        return "opens"
    if not visitor.is_signed_in:
        return "asks to sign in"
    if SIGNED_IN in declared:
        return "opens"
    takes_part = visitor.kind in ("focal_point", "delegate", "liaison")
    reaches = visitor.reach == "week" or (visitor.reach == "site" and (takes_part or getattr(view, "also_for_sites", False)))
    return "opens" if visitor.kind in declared and reaches else "is missing"


@pytest.mark.django_db
def test_every_address_opens_for_whom_it_says_and_for_nobody_else(settings: Any):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    week = make_week(key=WEEK)
    wrong, shown = [], [" ".join(["address", *(visitor.name for visitor in VISITORS)])]
    clients = {visitor.name: visit(visitor, week) for visitor in VISITORS}
    for where, view in ADDRESSES:
        row = []
        for visitor in _those_who_matter(view):
            # A page may end the visitor's session (asking for a code anew): each starts from its own.
            found = outcome(clients[visitor.name], sample(where))
            row.append({"opens": "●", "asks to sign in": "○", "is missing": "·"}[found])
            if found != should(visitor, view):
                wrong.append(f"{where} as {visitor.name}: {found}, but should be: {should(visitor, view)}")
        shown.append(f"{where:60} {' '.join(row)}")
    print("\n".join(shown))

    assert wrong == []


def _those_who_matter(view: Any) -> Iterator[Visitor]:
    # Whoever comes, a public page decides nothing: two visitors tell as much as twenty.
    yield from VISITORS[:2] if PUBLIC in view.access else VISITORS


@pytest.mark.parametrize("declared", [(Role.Kind.AUDITOR,), (SIGNED_IN,), (Role.Kind.SECRETARIAT,)])
def test_the_walk_would_see_a_door_left_open(declared: tuple[str, ...]):
    def wide_open(request: Any) -> HttpResponse:
        return HttpResponse()

    view = access(*declared)(wide_open)

    assert any(should(visitor, view) != "opens" for visitor in VISITORS)


@pytest.mark.django_db
def test_missing_and_not_yours_are_byte_for_byte_the_same(settings: Any):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    week = make_week(key=WEEK)
    client = visit(Visitor("secretariat elsewhere", kind="secretariat", reach="elsewhere"), week)
    desk = [f"/desk/{WEEK}/", f"/desk/{WEEK}/plan/", f"/desk/{WEEK}/roles/", f"/portal/{WEEK}/"]

    there = [client.get(address) for address in desk]
    week.delete()
    gone = [client.get(address) for address in desk]

    assert [answer.status_code for answer in there] == [404] * len(desk)
    assert [answer.content for answer in there] == [answer.content for answer in gone]
