"""What people were told, and whether they know."""

from datetime import tzinfo
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1 import schemas_changes as shapes
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, in_order, listed, written
from hanhlang.api.v1.shapes import Key, brief, moment, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import acknowledge, note_acknowledged, note_told
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Notice
from hanhlang.domains.meetings.told import led_by
from hanhlang.domains.meetings.visibility import Viewer, seen_by, viewer_of

router = Router(tags=["changes"])
WRITES = needs("notices:write")


@router.get(
    "/weeks/{slug:week}/notices",
    auth=needs("notices:read"),
    response=schemas.page_of(shapes.NoticeOut),
    operation_id="listNotices",
    summary="What people were told, the newest first: your own, those of delegations you accompany, for the desk all",
)
def list_notices(request: HttpRequest, week: Key, chosen: Query[shapes.NoticeFilter]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = _seen(request).order_by("-written_at", "meeting__number", "person__key", "pk")
    if chosen.person:
        rows = rows.filter(person__key=chosen.person)
    if chosen.acknowledged is not None:
        rows = rows.filter(acknowledged_at__isnull=not chosen.acknowledged)
    zone = zone_of(asked)
    whole = Notice.objects.select_related("person", "meeting")
    return listed(request, rows, chosen, [], lambda keys: [_notice(row, zone) for row in in_order(whole, keys)])


@router.post(
    "/weeks/{slug:week}/notices/{uuid:notice}/told",
    auth=WRITES,
    response=shapes.NoticeOut,
    operation_id="noteTold",
    summary="Note that you told somebody by word of mouth",
)
def note_was_told(request: HttpRequest, week: Key, notice: UUID, body: shapes.HowIn) -> HttpResponse:
    row = _one(request, notice)
    note_told(notice=row, how=body.how, by=caller_of(request).account, now=clock.now())
    return _written(request, notice)


@router.post(
    "/weeks/{slug:week}/notices/{uuid:notice}/acknowledge",
    auth=WRITES,
    response=shapes.NoticeOut,
    operation_id="acknowledgeNotice",
    summary="Note that you have seen it, or that somebody told you they know",
)
def acknowledge_notice(request: HttpRequest, week: Key, notice: UUID, body: shapes.HowIn) -> HttpResponse:
    """One's own is seen in the portal, whatever `how` says."""
    row, caller, now = _one(request, notice), caller_of(request), clock.now()
    if row.person_id == caller.person_id:
        acknowledge(week=row.week, person=row.person, notices=[row.pk], by=caller.account, now=now)
    else:
        note_acknowledged(notice=row, how=body.how, by=caller.account, now=now)
    return _written(request, notice)


def _seen(request: HttpRequest) -> QuerySet[Notice]:
    """Return the notices the caller may read: never more of a meeting than its secrecy shows them."""
    asked: Week = request.week  # type: ignore[attr-defined]
    caller = caller_of(request)
    rows = Notice.objects.filter(week=asked)
    account = caller.account
    if account is None:
        return rows.none()
    mine = Q(person=caller.person_id) if caller.person_id else Q(pk__in=[])
    if caller.is_desk:
        return rows.filter(mine | Q(seen_by(viewer_of(asked, account), Secrecy.ALL, "meeting__")))
    accompanied = Member.objects.filter(delegation__in=led_by(asked, account)).values("person")
    as_staff = Viewer(account.pk, account.person_id, is_staff=True)
    return rows.filter(mine | Q(person__in=accompanied) & seen_by(as_staff, Secrecy.ALL, "meeting__"))


def _one(request: HttpRequest, key: UUID) -> Notice:
    row = _seen(request).select_related("week", "person").filter(pk=key).first()
    if row is None:
        raise NotFound()
    return row


def _written(request: HttpRequest, key: UUID) -> HttpResponse:
    row = Notice.objects.select_related("week", "person", "meeting").get(pk=key)
    return written(_notice(row, zone_of(row.week)))


def _notice(row: Notice, zone: tzinfo) -> Item:
    return {
        "id": str(row.pk),
        "person": brief(row.person),
        "meeting": row.meeting.number,
        "kind": row.kind,
        "language": row.language,
        "text": row.text,
        "short": row.short,
        "channel": row.channel,
        "sequence": row.sequence,
        "written_at": moment(row.written_at, zone),
        "told_at": moment(row.told_at, zone),
        "told_how": row.told_how,
        "acknowledged_at": moment(row.acknowledged_at, zone),
        "acknowledged_how": row.acknowledged_how,
    }
