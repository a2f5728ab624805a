"""Access is declared on every address."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path


def views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, object]]:
    for entry in patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns, where)
        else:
            yield where, entry.callback


def undeclared(patterns: list[URLPattern | URLResolver]) -> list[str]:
    return [where for where, view in views(patterns) if not getattr(view, "access", ())]


def test_every_address_declares_who_may_open_it():
    assert undeclared(get_resolver().url_patterns) == []


def test_the_guard_bites():
    assert undeclared([path("open/", lambda request: HttpResponse())]) == ["open/"]


def test_there_are_addresses_to_walk():
    assert len(list(views(get_resolver().url_patterns))) > 15
