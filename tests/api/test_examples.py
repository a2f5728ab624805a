"""The examples of the document are answers of the example week, and what the how-to page shows works as written."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client

from factories import make_account, make_person, make_role
from factories.meetings import make_meeting, make_party, make_ready_week
from factories.programs import token_of
from hanhlang.api.v1.document import document
from hanhlang.api.v1.examples import EXAMPLES
from hanhlang.domains.delegations.models import Delegation
from hanhlang.jobs.load.apply import load_week

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "api.md"
pytestmark = pytest.mark.django_db


def tool() -> ModuleType:
    where = importlib.util.spec_from_file_location("api_examples", ROOT / "tools" / "api_examples.py")
    assert where and where.loader
    module = importlib.util.module_from_spec(where)
    where.loader.exec_module(module)
    return module


def test_every_example_is_what_the_example_week_answers(settings: Any) -> None:
    settings.DEMO = False  # The tool turns it on; afterwards it is as it was.
    load_week(ROOT / "examples" / "vidw-2025", by=None, now=tool().NOW)

    assert tool().answers(Client()) == EXAMPLES, "Run: .venv/bin/python tools/api_examples.py"


def test_the_document_shows_the_examples() -> None:
    shown = document()["paths"]["/api/v1/weeks/{week}"]["get"]["responses"]["200"]["content"]["application/json"]["examples"]

    assert shown["example week"]["value"] == EXAMPLES["getWeek"]["answer"]


def test_paper_is_shown_with_examples_in_words_as_all_else() -> None:
    paths = document()["paths"]
    base = "/api/v1/weeks/{week}/"

    for path, kind in (
        ("delegations/{key}/pack.pdf", "application/pdf"),
        ("meetings/{number}/card.pdf", "application/pdf"),
        ("places/{key}/door", "application/json"),
    ):
        said = paths[base + path]["get"]
        example = said["responses"]["200"]["content"][kind]["examples"]["example week"]
        assert re.fullmatch(re.sub(r"{\w+}", r"[\\w-]+", base + path) + r"(\?language=en)?", example["summary"])
        assert said["description"].split("\n")[0].endswith(".")
        language = [row for row in said["parameters"] if row["name"] == "language"]
        assert all(row.get("description") for row in language)
        assert len(language) == (kind == "application/pdf")


def commands() -> Iterator[list[str]]:
    """Yield each ``curl`` of the page as words, continued lines joined."""
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("curl "):
                yield shlex.split(line)[1:]


def sent(words: list[str], token: str) -> tuple[str, str, dict[str, str], str]:
    """Return method, address, headers and body of a ``curl`` call."""
    method, address, headers, body = "", "", {}, ""
    rest = iter(words)
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value.replace("$TOKEN", token)
        elif word == "-d":
            body = next(rest)
        elif word.startswith("http"):
            address = word.removeprefix("http://127.0.0.1:8000")
        elif word == "-o":
            next(rest)
        elif word not in ("-s", "-i"):
            raise AssertionError(f"The page uses an option the test does not know: {word}")
    return method or ("POST" if body else "GET"), address, headers, body


def test_the_bodies_shown_are_those_of_the_how_to_page() -> None:
    bodies = [json.loads(body) for words in commands() if (body := sent(words, "")[3])]

    for name in ("RequestIn", "LockIn", "RunIn"):
        [example] = document()["components"]["schemas"][name]["examples"]
        assert example in bodies


def test_every_call_of_the_how_to_page_works_as_written() -> None:
    week = make_ready_week(key="vidw-2025")
    account = make_account(person=make_person())
    make_role(week, account)
    for key in ("lamduan", "vesperia"):
        party = make_party(week)
        Delegation.objects.filter(pk=party.pk).update(key=key)
    make_meeting(week, number=12)
    token = token_of(week, account)
    statuses = []

    for words in commands():
        method, address, headers, body = sent(words, token)
        kind = headers.pop("Content-Type", "")
        answer: Any = Client().generic(method, address, body, content_type=kind or "text/plain", headers=headers)
        statuses.append(answer.status_code)
        assert answer.status_code in (200, 201), (address, answer.content)
        assert answer.content.startswith(b"%PDF-") or json.loads(answer.content)

    assert len(statuses) >= 6
    assert {200, 201} == set(statuses)
