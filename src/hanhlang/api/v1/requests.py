"""Requests for bilaterals: listed, filed and answered by the delegations concerned, or by the desk for them."""

from datetime import tzinfo
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import request_schemas as shapes
from hanhlang.api.v1.auth import Caller, caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, answer, in_order, listed, version, written
from hanhlang.api.v1.schemas import page_of
from hanhlang.api.v1.shapes import Key, Window, moment, windows_told, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role, Site, Week
from hanhlang.domains.meetings import actions, bilaterals
from hanhlang.domains.meetings.actions import proposals
from hanhlang.domains.meetings.enums import Format
from hanhlang.domains.meetings.errors import NotAMember
from hanhlang.domains.meetings.models import Meeting, Request, RequestStep
from hanhlang.domains.meetings.proposals import EVENTS, open_proposal
from hanhlang.domains.meetings.rules import Window as Stretch
from hanhlang.domains.meetings.visibility import Viewer, requests_seen_by
from hanhlang.domains.people.models import Person

router = Router(tags=["requests"])
READS, WRITES = needs("requests:read"), needs("requests:write")
NO_WORDS = shapes.AnswerIn()
HOST = frozenset({Role.Kind.PROTOCOL, Role.Kind.SECRETARIAT})


@router.get(
    "/weeks/{slug:week}/requests",
    auth=READS,
    response=page_of(shapes.RequestOut),
    operation_id="listRequests",
    summary="The requests of the delegations you speak for; for the desk, all that are open to it",
)
def list_requests(request: HttpRequest, week: Key, chosen: Query[shapes.RequestFilter]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = _seen_by(caller_of(request), asked).order_by("number")
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.delegation:
        rows = rows.filter(Q(asking__key=chosen.delegation) | Q(asked__key=chosen.delegation))
    zone = zone_of(asked)
    # A step may leave its request as it was; of requests that are not for the caller none may be felt.
    parts = version(Delegation.objects.filter(week=asked), RequestStep.objects.filter(request__in=rows.order_by()))
    return listed(request, rows, chosen, parts, lambda keys: [told(row, zone) for row in in_order(_whole(), keys)])


@router.get(
    "/weeks/{slug:week}/requests/{int:number}",
    auth=READS,
    response=shapes.RequestWhole,
    operation_id="getRequest",
    summary="One request with its history",
)
def get_request(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    row = _request(request, number)
    account = caller_of(request).account
    if account is not None:
        actions.log_look(at=row, by=account, now=clock.now())
    return answer(request, [row.changed_at, row.step_count], lambda: _with_history(row))  # type: ignore[attr-defined]


@router.post(
    "/weeks/{slug:week}/requests",
    auth=WRITES,
    response={201: shapes.RequestOut},
    operation_id="fileRequest",
    summary="Ask another delegation for a bilateral",
)
def file_request(request: HttpRequest, week: Key, body: shapes.RequestIn) -> HttpResponse:
    """No time is taken. The asking side must be a delegation you speak for; the desk may file for any."""
    caller = caller_of(request)
    asking, asked = _parties(request, body.asking, body.asked)
    plain = {name: getattr(body, name) for name in ("minutes", "subjects", "needs", "pools", "seats", "companions", "format", "level")}
    more = {name: getattr(body, name) for name in ("address", "languages", "interpreting", "press", "secrecy", "why")}
    filed = actions.file_request(
        asking=asking,
        asked=asked,
        windows=stretches(body.windows),
        preferred=stretches(body.preferred),
        impossible=stretches(body.impossible),
        site=_site(asking.week, body.site),
        people=_people(asking, body.people),
        on_behalf=asking.pk not in caller.delegations(),
        by=caller.account,
        now=clock.now(),
        **plain,
        **more,
    )
    return _written(filed, 201)


@router.post(
    "/weeks/{slug:week}/pull-asides",
    auth=WRITES,
    response={201: shapes.RequestOut},
    operation_id="logPullAside",
    summary="Write down a pull-aside after it happened",
)
def log_pull_aside(request: HttpRequest, week: Key, body: shapes.PullAsideIn) -> HttpResponse:
    """Nothing is planned; the meeting is there for its outcome."""
    caller = caller_of(request)
    asking, asked = _parties(request, body.asking, body.asked)
    meeting = actions.log_pull_aside(
        asking=asking,
        asked=asked,
        starts_at=body.starts_at,
        minutes=body.minutes,
        subjects=body.subjects,
        people=_people_of_both(asking, asked, body.people),
        secrecy=body.secrecy,
        why=body.why,
        on_behalf=asking.pk not in caller.delegations(),
        by=caller.account,
        now=clock.now(),
    )
    return _written(meeting.request, 201)  # type: ignore[arg-type]


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/accept",
    auth=WRITES,
    response=shapes.RequestOut,
    operation_id="acceptRequest",
    summary="Say yes to a request, or to the offer made last",
)
def accept_request(request: HttpRequest, week: Key, number: int, body: shapes.AcceptIn) -> HttpResponse:
    """
    It becomes a meeting, not yet placed; its number is in `meeting`.

    A request is accepted by the asked side, an offer by the side that did not make it.
    """
    row = _request(request, number)
    who = _who(request, row, body)
    actions.accept_request(request=row, people=_people(who["side"], body.people), **who)
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/decline",
    auth=WRITES,
    response=shapes.RequestOut,
    operation_id="declineRequest",
    summary="Say no to a request, or to the offer made last",
)
def decline_request(request: HttpRequest, week: Key, number: int, body: shapes.AnswerIn = NO_WORDS) -> HttpResponse:
    """The other side reads `why`."""
    row = _request(request, number)
    actions.decline_request(request=row, **_who(request, row, body))
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/counter",
    auth=WRITES,
    response=shapes.RequestOut,
    operation_id="counterRequest",
    summary="Offer another length, other hours or another rank instead",
)
def counter_request(request: HttpRequest, week: Key, number: int, body: shapes.OfferIn) -> HttpResponse:
    """Then it is the other side's turn, again and again."""
    row = _request(request, number)
    who = _who(request, row, body)
    people = _people(who["side"], body.people)
    actions.counter_request(request=row, minutes=body.minutes, windows=stretches(body.windows), level=body.level, people=people, **who)
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/hold",
    auth=WRITES,
    response=shapes.RequestOut,
    operation_id="holdRequest",
    summary="Say that one thinks about it until an hour",
)
def hold_request(request: HttpRequest, week: Key, number: int, body: shapes.HoldIn) -> HttpResponse:
    row = _request(request, number)
    actions.hold_request(request=row, until=body.until, **_who(request, row, body))
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/withdraw",
    auth=WRITES,
    response=shapes.RequestOut,
    operation_id="withdrawRequest",
    summary="Take one's own request back before it is agreed",
)
def withdraw_request(request: HttpRequest, week: Key, number: int, body: shapes.AnswerIn = NO_WORDS) -> HttpResponse:
    row = _request(request, number)
    caller = caller_of(request)
    if not (caller.is_desk or row.asking_id in caller.delegations()):
        raise NotFound()
    on_behalf = row.asking_id not in caller.delegations()
    more = {"side": row.asking, "why": body.why, "seen": body.seen, "on_behalf": on_behalf}
    actions.withdraw_request(request=row, by=caller.account, now=clock.now(), **more)  # type: ignore[arg-type]
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/proposal",
    auth=WRITES,
    response=shapes.RequestOut,
    operation_id="answerProposal",
    summary="Answer what the secretariat proposes for a meeting without an hour",
)
def answer_proposal(request: HttpRequest, week: Key, number: int, body: shapes.ProposalAnswerIn) -> HttpResponse:
    """Nothing changes before both sides have said yes; one no ends it."""
    row = _request(request, number)
    proposals.answer_proposal(request=row, accept=body.accept, **_who(request, row, body))
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/secrecy",
    auth=WRITES,
    response=shapes.RequestOut,
    operation_id="setSecrecy",
    summary="Say how much of a request and its meeting staff see",
)
def set_secrecy(request: HttpRequest, week: Key, number: int, body: shapes.SecrecyIn) -> HttpResponse:
    """Both sides always see all of it. Below `all` only staff who were let in by name see the request."""
    row = _request(request, number)
    caller = caller_of(request)
    mine = caller.delegations()
    sides = [one for one in (row.asking, row.asked) if one.pk in mine or (caller.is_desk and one.key == body.side)]
    side = next((one for one in sides if body.side in (None, one.key)), None)
    on_behalf = side is not None and side.pk not in mine
    more = {"side": side, "why": body.why, "on_behalf": on_behalf, "by": caller.account, "now": clock.now()}
    actions.set_secrecy(request=row, secrecy=body.secrecy, **more)  # type: ignore[arg-type]
    # Who hides it from the desk may have hidden it from itself: the answer is the last one.
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/sign-off",
    auth=WRITES,
    response=shapes.RequestOut,
    operation_id="signOffRankGap",
    summary="Accept a gap in rank, as the host's protocol",
)
def sign_off(request: HttpRequest, week: Key, number: int, body: shapes.AnswerIn = NO_WORDS) -> HttpResponse:
    """From then on plans may place the meeting."""
    row = _request(request, number)
    caller = caller_of(request)
    if not caller.rights.kinds & HOST:
        raise NotFound()
    actions.sign_off_rank_gap(request=row, why=body.why, by=caller.account, now=clock.now())
    return _written(row)


def stretches(windows: list[Window]) -> list[Stretch]:
    return [(window.starts_at, window.ends_at) for window in windows]


def _seen_by(caller: Caller, week: Week) -> QuerySet[Request]:
    account = caller.account
    # As the token's roles have it, which may be less than the account's.
    viewer = Viewer(account.pk if account else None, caller.person_id, caller.delegations(), caller.is_desk)
    return Request.objects.filter(requests_seen_by(viewer), week=week)


def _whole() -> QuerySet[Request]:
    rows = Request.objects.select_related("week", "asking", "asked", "meeting", "site").prefetch_related("people")
    return rows.annotate(step_count=Count("steps"))


def _request(request: HttpRequest, number: int) -> Request:
    week: Week = request.week  # type: ignore[attr-defined]
    row = _seen_by(caller_of(request), week).filter(number=number).values_list("pk", flat=True).first()
    if row is None:
        raise NotFound()
    return _whole().get(pk=row)


def _who(request: HttpRequest, row: Request, body: shapes.AnswerIn) -> dict[str, Any]:
    """Return who answers and for which side; the desk answers for whose turn it is, others for a side they speak for."""
    caller = caller_of(request)
    mine = caller.delegations()
    # What is over has nobody's turn; the action says so.
    sides = [row.asking, row.asked] if row.turn == row.asking else [row.asked, row.asking]
    named = [side for side in sides if body.side in (None, side.key) and (caller.is_desk or side.pk in mine)]
    if not named:
        raise NotFound()
    on_behalf = named[0].pk not in mine
    return {
        "side": named[0],
        "why": body.why,
        "seen": body.seen,
        "on_behalf": on_behalf,
        "by": caller.account,
        "now": clock.now(),
    }


def _parties(request: HttpRequest, asking: str, asked: str) -> tuple[Delegation, Delegation]:
    week: Week = request.week  # type: ignore[attr-defined]
    caller = caller_of(request)
    parties = {row.key: row for row in Delegation.objects.filter(week=week, key__in=[asking, asked]).select_related("week")}
    one, other = parties.get(asking), parties.get(asked)
    if one is None or other is None or not (caller.is_desk or one.pk in caller.delegations()):
        raise NotFound()
    return one, other


def _site(week: Week, key: str | None) -> Site | None:
    found = Site.objects.filter(week=week, key=key).first() if key else None
    if key and found is None:
        raise NotFound()
    return found


def _people(side: Delegation, keys: list[str]) -> list[Person]:
    """
    Return the members with these keys.

    :raises NotAMember: for the first key that is nobody's of this delegation, whether or not it is somebody's elsewhere.
    """
    known = {person.key: person for person in Person.objects.filter(memberships__delegation=side, key__in=keys)}
    for key in keys:
        if key not in known:
            raise NotAMember(person=key, delegation=side.name)
    return [known[key] for key in dict.fromkeys(keys)]


def _people_of_both(asking: Delegation, asked: Delegation, keys: list[str]) -> list[Person]:
    known = Person.objects.filter(memberships__delegation__in=[asking, asked], key__in=keys)
    there = {person.key: person for person in known}
    for key in keys:
        if key not in there:
            raise NotAMember(person=key, delegation=asking.name)
    return list(there.values())


def _written(row: Request, status: int = 200) -> HttpResponse:
    fresh = _whole().get(pk=row.pk)
    return written(told(fresh, zone_of(fresh.week)), status)


def _with_history(row: Request) -> Item:
    zone = zone_of(row.week)
    keys = {row.asking_id: row.asking.key, row.asked_id: row.asked.key}
    waiting = open_proposal(row.steps.filter(event__in=EVENTS))
    proposal = None
    if waiting is not None:
        agreed = sorted(keys[side] for side in waiting.agreed)
        proposal = {"minutes": waiting.minutes, "windows": windows_told(waiting.windows, zone), "agreed": agreed}
    steps = [
        {
            "event": step.event,
            "side": step.side.key if step.side else None,
            "on_behalf": step.on_behalf,
            "at": moment(step.at, zone),
            "why": step.why,
        }
        for step in row.steps.select_related("side")
    ]
    return told(row, zone) | {"history": steps, "proposal": proposal}


def told(row: Request, zone: tzinfo) -> Item:
    """Return a request as answers write it."""
    meeting: Meeting | None = getattr(row, "meeting", None)
    keys = {bilaterals.ASKING: row.asking.key, bilaterals.ASKED: row.asked.key}
    turn = bilaterals.side_to_answer(row.counter)
    offer = None
    if row.counter:
        offer = {
            "minutes": row.counter["minutes"],
            "windows": windows_told(row.counter["windows"], zone),
            "level": row.counter.get("level", row.level),
            "by": keys[3 - turn],
        }
    plain = ("number", "state", "format", "level", "minutes", "subjects", "needs", "languages", "interpreting", "press", "secrecy")
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: getattr(row, name) for name in ("pools", "address", "seats", "rank_gap")},
        **{name: windows_told(getattr(row, name), zone) for name in ("windows", "preferred", "impossible")},
        **{name: moment(getattr(row, name), zone) for name in ("signed_off_at", "expires_at", "held_until", "answered_at")},
        "asking": row.asking.key,
        "asked": row.asked.key,
        "turn": row.turn.key if row.turn else None,
        "booked_minutes": bilaterals.booked_minutes(row.minutes, row.interpreting),
        "site": row.site.key if row.site else None,
        "companions": row.seats // 2 - 1 if row.format == Format.ONE_PLUS_N else 0,
        "people": sorted(person.key for person in row.people.all()),
        "counter": offer,
        "meeting": meeting.number if meeting else None,
        "steps": row.step_count,  # type: ignore[attr-defined]
    }
