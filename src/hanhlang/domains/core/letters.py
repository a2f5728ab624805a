"""
Letters: e-mails written in the action's transaction and sent afterwards by a job.

Each kind has one plain text template per language, ``letters/<kind>.<language>.txt``: its first line is ``Subject: …``, its values are
``{{ names }}``. ``site`` is always known: the address people reach this installation at, without a slash at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.template import Context, Engine, Template
from django.template.loader import get_template
from django.utils import translation

from hanhlang.domains.core import audit, outbox
from hanhlang.domains.core.errors import LetterRefused
from hanhlang.domains.core.models import Letter

TOPIC = "letter.written"
SUBJECT = "Subject: "
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)")
# What mail programs would read as the end of a header, beside what str.splitlines knows.
BREAK = re.compile(r"[\r\n\v\f\x00\x1c-\x1e\x85\u2028\u2029]")


def send(
    *, to: str, kind: str, language: str, values: dict[str, object], now: datetime, is_secret: bool = False, calendar: str = ""
) -> Letter:
    """
    Write a letter of ``kind`` to the address ``to``, to be sent once the transaction stands; ``calendar`` is an iCalendar file for it.

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
    letter = Letter.objects.create(
        to=to, kind=kind, language=language, subject=subject, body=body, calendar=calendar, is_secret=is_secret, written_at=now
    )
    outbox.post(TOPIC, letter=letter.pk)
    return letter


def mark_sent(letter: Letter, now: datetime) -> None:
    """Note that a letter is on its way; what was secret in it is erased, unless the demonstration has to show it."""
    letter.sent_at, letter.fault = now, ""
    if not settings.DEMO:
        _erase_secret(letter)
    letter.save(update_fields=["sent_at", "fault", "body", "changed_at"])


def mark_failed(letter: Letter, *, fault: str, now: datetime, is_last: bool) -> None:
    """Note why a letter could not be sent; after the last try it is given up, and a code in it is too old to be of use."""
    letter.fault = fault[:500]
    if is_last:
        letter.given_up_at = now
        _erase_secret(letter)
    letter.save(update_fields=["fault", "given_up_at", "body", "changed_at"])


def unsent(*, before: datetime) -> QuerySet[Letter]:
    """Return the letters that were given up or wait since ``before``, newest first, for the desk to see."""
    late = Letter.objects.filter(sent_at=None).filter(Q(given_up_at__isnull=False) | Q(created_at__lt=before))
    return late.order_by("-created_at", "id")


@transaction.atomic
def try_again(*, letters: Iterable[UUID], by: AbstractBaseUser | None, now: datetime) -> int:
    """Queue unsent letters anew; return how many. One whose secret was erased has nothing left to say and stays."""
    rows = list(Letter.objects.select_for_update().filter(pk__in=list(letters), sent_at=None).exclude(body=""))
    for letter in rows:
        letter.given_up_at = None
        letter.save(update_fields=["given_up_at", "changed_at"])
        outbox.post(TOPIC, letter=letter.pk)
        audit.record("letter.tried_again", about=letter, by=by, at=now, details={"kind": letter.kind})
    return len(rows)


def written(before: datetime) -> QuerySet[Letter]:
    """Return the letters written before then, sent or not, by the machine's clock."""
    return Letter.objects.filter(created_at__lt=before)


def placeholders(source: str) -> set[str]:
    """Return the names of the values that the template text ``source`` shows."""
    return set(PLACEHOLDER.findall(source))


def _erase_secret(letter: Letter) -> None:
    if letter.is_secret:
        letter.body = ""


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
