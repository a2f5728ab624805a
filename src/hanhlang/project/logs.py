"""
Logs without anybody in them: no names, addresses, tokens or query strings, whatever is logged.

In JSON (the rule where nobody sits at a terminal) an exception is its type and the places it passed, never its words: a database
quotes the row it refuses. In text, for a developer's terminal, the trace is kept.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

E_MAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
QUERY = re.compile(r"\?[^\s\"']*=[^\s\"']*")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# What nobody could guess is a secret, but a row's id: runs of 20 and more of a token's letters with a digit or a capital in between.
TOKEN = re.compile(r"(?<![\w./-])(?=[\w-]*[0-9A-Z])[\w-]{20,}|(?<=/)(?=[\w-]*[0-9A-Z])[\w-]{20,}")
# These name the address asked for in their words; the route says enough.
BY_ROUTE = ("django.request", "django.security", "django.server")


def scrubbed(words: str) -> str:
    """Return ``words`` without e-mail addresses, query strings and tokens."""
    words = QUERY.sub("?[…]", E_MAIL.sub("[e-mail]", words))
    return TOKEN.sub(lambda found: found.group() if UUID.fullmatch(found.group()) else "[token]", words)


class Scrub(logging.Filter):
    """Take out of a record what could name somebody, before any handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if record.name.startswith(BY_ROUTE):
            match = getattr(request, "resolver_match", None)
            route = match.view_name if match else "none"
            words = f"{type(record.exc_info[1]).__name__} in" if record.exc_info and record.exc_info[1] else "refused:"
            record.msg, record.args = f"{words} {route}", ()
        else:
            record.msg, record.args = scrubbed(record.getMessage()), ()
        if mark := getattr(request, "mark", None):
            record.mark = mark
        return True


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "seen", {})
        if mark := getattr(record, "mark", None):
            line["request"] = mark
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = passed(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """Write a record for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        if seen := getattr(record, "seen", None):
            record.msg = " ".join(f"{value}" for value in seen.values())
        return scrubbed(super().format(record))


def passed(fault: BaseException) -> list[dict[str, Any]]:
    """Return the type of an exception and of its causes, each with the places it passed, innermost last."""
    found: list[dict[str, Any]] = []
    cause: BaseException | None = fault
    while cause is not None and len(found) < 5:
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(cause.__traceback__)]
        found.append({"type": type(cause).__name__, "places": places[-12:]})
        cause = cause.__cause__ or cause.__context__
    return found


def form(environment: Mapping[str, str]) -> str:
    """Return ``json`` or ``text``: what ``HANHLANG_LOG_FORMAT`` says, else text on a terminal only."""
    given = environment.get("HANHLANG_LOG_FORMAT", "")
    return given if given in ("json", "text") else ("text" if sys.stderr.isatty() else "json")


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the logging settings."""
    lines = form(environment)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"scrub": {"()": Scrub}},
        "formatters": {"json": {"()": JsonLines}, "text": {"()": TextLines, "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["scrub"], "formatter": lines}},
        "root": {"handlers": ["console"], "level": environment.get("HANHLANG_LOG", "WARNING")},
        "loggers": {
            # A terminal is for what went wrong; a log is for all of it.
            "hanhlang.requests": {"level": "INFO" if lines == "json" else "ERROR"},
            # Django's own handler for this one would mail the whole request to the administrators.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # Every answer of 400 and more has its line from us already; the trace of a fault comes from here.
            "django.request": {"level": "ERROR"},
        },
    }
