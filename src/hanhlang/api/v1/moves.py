"""Plans judged: two side by side, one meeting moved, an earlier plan brought back."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas_moves as schemas
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, written
from hanhlang.api.v1.shapes import Key, moment, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings import planning
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Plan
from hanhlang.domains.meetings.planning.comparing import compare
from hanhlang.domains.meetings.verdicts import finding_for
from hanhlang.domains.meetings.visibility import levels_of, seen_by

router = Router(tags=["plans"])


@router.get(
    "/weeks/{slug:week}/plans/{int:number}/compare/{int:other}",
    auth=needs("drafts:read"),
    response=schemas.ComparisonOut,
    operation_id="comparePlans",
    summary="Two plans term by term, and the meetings that are elsewhere in the second",
)
def compare_plans(request: HttpRequest, week: Key, number: int, other: int) -> HttpResponse:
    """Both are judged by what is true now, with the weights of the second one's search."""
    asked: Week = request.week  # type: ignore[attr-defined]
    found = compare(_plan(request, number), _plan(request, other), caller_of(request).viewer(asked), clock.now())
    zone = zone_of(asked)
    return written(
        {
            "first": number,
            "second": other,
            "terms": [
                {name: getattr(term, name) for name in ("name", "first_amount", "first_cost", "second_amount", "second_cost", "difference")}
                for term in found.terms
            ],
            "shifts": [
                {
                    "meeting": shift.number,
                    "kind": shift.kind,
                    "was": moment(shift.before.starts_at, zone) if shift.before else None,
                    "will_be": moment(shift.after.starts_at, zone) if shift.after else None,
                }
                for shift in found.shifts
            ],
            "told": list(found.told),
        }
    )


@router.get(
    "/weeks/{slug:week}/plans/{int:number}/verdict",
    auth=needs("drafts:read"),
    response=schemas.VerdictOut,
    operation_id="judgeMove",
    summary="What it comes to if one meeting were at another hour or place",
)
def judge_move(request: HttpRequest, week: Key, number: int, asked: Query[schemas.VerdictAsked]) -> HttpResponse:
    plan = _plan(request, number)
    meeting, place = _meeting(request, asked.meeting), _place(request, asked.place)
    found = planning.verdict_on(plan=plan, meeting=meeting, starts_at=asked.starts_at, place=place, now=clock.now())
    finding = finding_for(caller_of(request).viewer(plan.week), found, plan.week, sees_protected=True)
    zone = zone_of(plan.week)
    faults: list[Item] = [
        {
            "rule": fault.rule,
            "person": fault.person.key if fault.person else None,
            "meeting": fault.meeting or None,
            "starts_at": moment(fault.starts_at, zone),
            "ends_at": moment(fault.ends_at, zone),
        }
        for fault in finding.faults
    ]
    return written(
        {
            "fits": found.is_lawful,
            "faults": faults,
            "terms": [{"name": term.name, "amount": term.amount, "cost": term.cost} for term in found.terms],
            "cost": found.cost,
            "told": [person.key for person in finding.told],
            "can_make_room": finding.can_make_room,
        }
    )


@router.post(
    "/weeks/{slug:week}/plans/{int:number}/moves",
    auth=needs("runs:write"),
    response={201: schemas.DraftOut},
    operation_id="moveMeeting",
    summary="Make a draft with one meeting at another hour or place",
)
def move_meeting(request: HttpRequest, week: Key, number: int, body: schemas.MoveIn) -> HttpResponse:
    """Nobody is told before the draft is published."""
    plan, meeting, place = _plan(request, number), _meeting(request, body.meeting), _place(request, body.place)
    act = planning.make_room if body.make_room else planning.move_meeting
    by = caller_of(request).account
    draft = act(plan=plan, meeting=meeting, starts_at=body.starts_at, place=place, by=by, now=clock.now())
    return written({"plan": draft.number}, 201)


@router.post(
    "/weeks/{slug:week}/plans/{int:number}/restore",
    auth=needs("runs:write"),
    response={201: schemas.RestoredOut},
    operation_id="restorePlan",
    summary="Make a draft of an earlier plan, as far as it still holds",
)
def restore_plan(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    plan = _plan(request, number)
    done = planning.restore_plan(plan=plan, by=caller_of(request).account, now=clock.now())
    levels = levels_of(caller_of(request).viewer(plan.week), [meeting for meeting, _rule in done.left_out])
    left = [meeting.number for meeting, _rule in done.left_out if levels[meeting.pk].value in Secrecy.PLACE.at_least]
    return written({"plan": done.plan.number, "left_out": left}, 201)


def _plan(request: HttpRequest, number: int) -> Plan:
    row = Plan.objects.filter(week=request.week, number=number).select_related("week", "run").first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound()
    return row


def _meeting(request: HttpRequest, number: int) -> Meeting:
    week: Week = request.week  # type: ignore[attr-defined]
    seen = seen_by(caller_of(request).viewer(week), Secrecy.ALL)
    row = Meeting.objects.filter(seen, week=week, number=number, state=Meeting.State.AGREED).select_related("week").first()
    if row is None:
        raise NotFound()
    return row


def _place(request: HttpRequest, key: str) -> Place:
    row = Place.objects.filter(week=request.week, key=key).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound()
    return row
