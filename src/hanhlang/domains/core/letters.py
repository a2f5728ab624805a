"""
Letters: e-mails written in the action's transaction and sent afterwards by a job.

Each kind has one plain text template per language, ``letters/<kind>.<language>.txt``: its first line is ``Subject: …``, its values are
``{{ names }}``. ``site`` is always known: the address people reach this installation at, without a slash at its end.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.template import Context, Engine, Template
from django.template.loader import get_template
from django.utils import translation

from hanhlang.domains.core import outbox
from hanhlang.domains.core.errors import LetterRefused
from hanhlang.domains.core.models import Letter

TOPIC = "letter.written"
SUBJECT = "Subject: "
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)")
# What mail programs would read as the end of a header, beside what str.splitlines knows.
BREAK = re.compile(r"[\r\n\v\f\x00\x1c-\x1e\x85\u2028\u2029]")


def send(*, to: str, kind: str, language: str, values: dict[str, object], now: datetime, is_secret: bool = False) -> Letter:
    """
    Write a letter of ``kind`` to the address ``to``, to be sent once the transaction stands.

    A secret belongs in the body, never in the subject: the body of an ``is_secret`` letter is erased once sent or given up.

    :raises LetterRefused: if the address is none, or address or subject would break out of their header line.
    :raises RuntimeError: outside a transaction.
    :raises TypeError: if the template names a value that is not given.
    :raises django.template.TemplateDoesNotExist: if this kind has no template in this language; no other language steps in.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"Write {kind} inside the transaction of the action: outside, one could be kept without the other.")
    subject, body = _render(kind, language, {"site": settings.SITE_ADDRESS} | values)
    try:
        validate_email(to)
    except ValidationError as fault:
        raise LetterRefused(to=BREAK.sub(" ", to)) from fault
    if BREAK.search(subject) or not subject or len(subject) > 200:
        raise LetterRefused(to=to)
    letter = Letter.objects.create(to=to, kind=kind, language=language, subject=subject, body=body, is_secret=is_secret, written_at=now)
    outbox.post(TOPIC, letter=letter.pk)
    return letter


def placeholders(source: str) -> set[str]:
    """Return the names of the values that the template text ``source`` shows."""
    return set(PLACEHOLDER.findall(source))


def _render(kind: str, language: str, values: dict[str, object]) -> tuple[str, str]:
    subject, body, wanted = _template(kind, language)
    if missing := wanted - values.keys():
        raise TypeError(f"The letter {kind} needs {', '.join(sorted(missing))}.")
    with translation.override(language):
        # Plain text: an apostrophe in a name must not become &#x27;.
        context = Context(values, autoescape=False)
        return subject.render(context).strip(" "), body.render(context).strip() + "\n"


@cache
def _template(kind: str, language: str) -> tuple[Template, Template, frozenset[str]]:
    source = get_template(f"letters/{kind}.{language}.txt").template.source  # type: ignore[attr-defined]
    first, _, rest = source.partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError(f"letters/{kind}.{language}.txt begins with {first[:40]!r}; its first line must be “{SUBJECT}…”.")
    engine = Engine.get_default()
    # Apart, so that no value can end the subject and begin the letter.
    return engine.from_string(first.removeprefix(SUBJECT)), engine.from_string(rest), frozenset(placeholders(source))
