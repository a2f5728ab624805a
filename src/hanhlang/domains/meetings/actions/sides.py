"""What concerns a request beside its answer: who may see it, what a side notes for itself, a gap in rank accepted by the host."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hanhlang.domains.core import audit, outbox
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.actions.request_steps import Who, locked, meeting_of, tell, write_step
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.errors import NoRankGap, NotOfTheStaff, NotTheSideOfTheBrief
from hanhlang.domains.meetings.models import Brief, Meeting, Reader, Request, RequestReader
from hanhlang.domains.meetings.visibility import STAFF, viewer_of
from hanhlang.domains.people.models import Account

# Who follows a page looks once, however often the page fetches itself anew.
ONE_LOOK = timedelta(minutes=15)


@transaction.atomic
def set_secrecy(
    *,
    request: Request,
    secrecy: str,
    side: Delegation | None = None,
    why: str = "",
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Request:
    """Say how much of a request, and of the meeting it became, staff see who are not on its list of readers."""
    request = locked(request)
    was_open = request.secrecy == Secrecy.ALL
    if request.secrecy != secrecy:
        request.secrecy = secrecy
        request.save(update_fields=["secrecy", "changed_at"])
        if meeting := meeting_of(request):
            meeting.secrecy = secrecy
            meeting.save(update_fields=["secrecy", "changed_at"])
        write_step("secrecy_set", request, Who(by, now, side, on_behalf), why=why, offer={"secrecy": secrecy})
        tell(request, was_open=was_open, plan=True)
    return request


@transaction.atomic
def let_read(*, request: Request, account: Account, by: Account | None, now: datetime) -> None:
    """
    Let somebody of the staff see a request and its meeting whatever its secrecy.

    :raises NotOfTheStaff: if the account has no role at the desk.
    """
    request = locked(request)
    if not Role.objects.filter(week=request.week_id, account=account, kind__in=STAFF).exists():
        raise NotOfTheStaff()
    RequestReader.objects.get_or_create(request=request, account=account)
    if meeting := meeting_of(request):
        Reader.objects.update_or_create(meeting=meeting, account=account, defaults={"level": Secrecy.ALL})
    audit.record("request.reader_added", about=request, by=by, at=now, details={"account": account.pk})
    tell(request)


@transaction.atomic
def stop_reading(*, request: Request, account: Account, by: Account | None, now: datetime) -> None:
    """Take somebody off the list of readers; what is not on it stays so."""
    request = locked(request)
    gone, _ = RequestReader.objects.filter(request=request, account=account).delete()
    Reader.objects.filter(meeting__request=request, account=account).delete()
    if gone:
        audit.record("request.reader_removed", about=request, by=by, at=now, details={"account": account.pk})
        tell(request)


@transaction.atomic
def log_look(*, at: Request | Meeting, by: Account, now: datetime) -> None:
    """Record that somebody looks at a request or meeting that is not open to all staff; once in a quarter of an hour. Pages call it."""
    if at.secrecy == Secrecy.ALL:
        return
    event = "request.looked_at" if isinstance(at, Request) else "meeting.looked_at"
    actor = by.person.pseudonym if by.person else by.pk
    before = AuditEntry.objects.filter(about_kind=at._meta.label_lower, about_id=at.pk, event=event, actor=actor, at__gt=now - ONE_LOOK)
    if not before.filter(at__lte=now).exists():
        audit.record(event, about=at, by=by, at=now)


@transaction.atomic
def write_brief(*, request: Request, delegation: Delegation, text: str, by: Account, now: datetime) -> Brief:
    """
    Keep what a delegation writes down for a meeting; its own side alone reads it.

    :raises NotTheSideOfTheBrief: if ``by`` does not speak for the delegation, or the request is not one of its own.
    """
    if delegation.pk not in viewer_of(request.week, by).delegations or delegation.pk not in (request.asking_id, request.asked_id):
        raise NotTheSideOfTheBrief()
    brief, _ = Brief.objects.update_or_create(request=request, delegation=delegation, defaults={"text": text, "written_by": by})
    audit.record("request.brief_written", about=request, by=by, at=now, details={"side": delegation.code})
    return brief


@transaction.atomic
def sign_off_rank_gap(*, request: Request, why: str = "", by: Account | None, now: datetime) -> Request:
    """
    Accept, as the host's protocol, that the two sides of an agreed meeting are not of equal rank; plans may then place it.

    :raises NoRankGap: if there is none, or it was accepted before.
    """
    request = locked(request)
    if request.state != Request.State.ACCEPTED or not request.rank_gap or request.signed_off_at:
        raise NoRankGap(number=request.number)
    request.signed_off_by, request.signed_off_at = by, now
    request.save()
    if meeting := meeting_of(request):
        # What is to be placed has changed: whoever keeps an answer about it asks anew.
        meeting.save(update_fields=["changed_at"])
    write_step("signed_off", request, Who(by, now), why=why, offer={"gap": request.rank_gap})
    outbox.post("meeting.ready", request=request.pk)
    tell(request, plan=True)
    return request
