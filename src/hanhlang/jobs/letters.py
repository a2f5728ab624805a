"""Letters on their way: handed to the mail server, or laid into the demonstration's outbox page."""

from __future__ import annotations

import smtplib
from urllib.parse import urlparse

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from hanhlang.domains.core import letters
from hanhlang.domains.core.models import Letter
from hanhlang.jobs.queue import TRIES, TaskContext, job


class LetterNotSent(Exception):
    """The letter is still here; why is written on it. Names no person: it ends in logs."""


@job(takes_context=True)
def send_letter(context: TaskContext, letter: str) -> None:
    """
    Send a letter, unless that was done before.

    :raises LetterNotSent: if the mail server is missing, away or refuses; the last try gives the letter up.
    """
    row = Letter.objects.filter(pk=letter, sent_at=None, given_up_at=None).first()
    if row is None:
        return
    try:
        _hand_over(row)
    except (OSError, smtplib.SMTPException, LetterNotSent) as fault:
        words = str(fault) if isinstance(fault, LetterNotSent) else f"{type(fault).__name__}: {fault}"
        letters.mark_failed(row, fault=words, now=timezone.now(), is_last=context.attempt >= TRIES)
        raise LetterNotSent(f"{row.kind} {row.pk}: {type(fault).__name__}") from None
    letters.mark_sent(row, now=timezone.now())


def _hand_over(letter: Letter) -> None:
    if settings.DEMO:
        return
    if not settings.EMAIL_HOST:
        raise LetterNotSent("No mail server is set: HANHLANG_SMTP_HOST is empty.")
    # One id for each letter: should it be sent twice after a crash, mail programs show it once.
    headers = {
        "Message-ID": f"<{letter.pk}@{urlparse(settings.SITE_ADDRESS).hostname or 'localhost'}>",
        "Content-Language": letter.language,
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMultiAlternatives(letter.subject, letter.body, settings.DEFAULT_FROM_EMAIL, [letter.to], headers=headers)
    if letter.calendar:
        # As an alternative with its method mail programs offer to enter it; as a file the others keep it.
        method = next(line[7:] for line in letter.calendar.splitlines() if line.startswith("METHOD:"))
        mail.attach_alternative(letter.calendar, f"text/calendar; method={method}; charset=utf-8")
        mail.attach("invite.ics", letter.calendar, "application/ics")
    mail.send()
