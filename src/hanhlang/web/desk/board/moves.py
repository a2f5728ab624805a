"""Moving a meeting on the day board: where it may go, what each place comes to, and putting it there in a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Participant, Plan
from hanhlang.domains.meetings.planning import judge_for, make_room, move_meeting, verdict_on
from hanhlang.domains.meetings.read_day import day_start
from hanhlang.domains.meetings.visibility import seen_by, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.board.lines import hours_of
from hanhlang.web.desk.plan import DESK, sees_protected
from hanhlang.web.desk.verdicts import words_for

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Wanted:
    """One meeting of one plan, wanted at a minute of a day in a place."""

    week: Week
    plan: Plan
    meeting: Meeting
    day: date
    start: int
    place: Place

    @property
    def moment(self) -> dict[str, Any]:
        return {
            "plan": self.plan,
            "meeting": self.meeting,
            "starts_at": day_start(self.week, self.day) + timedelta(minutes=self.start),
            "place": self.place,
        }


@access(*DESK)
@require_safe
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Return where a meeting may go on a day: its hours, its places, and its length; in minutes of the day."""
    week: Week = request.week  # type: ignore[attr-defined]
    plan, meeting, day = _plan(week, request.GET), movable(request, request.GET.get("meeting", "")), _day(week, request.GET)
    judge = judge_for(plan, clock.now())
    name = str(meeting.pk)
    if name not in judge.meetings:
        raise Http404
    first = (day - week.starts_on).days * DAY_MINUTES
    starts = [start - first for start in judge.starts_of(name) if first <= start < first + DAY_MINUTES]
    units = judge.units_for(name)
    places = {str(place.pk): place for place in Place.objects.filter(pk__in=[UUID(unit) for unit in units])}
    listed = sorted((places[unit] for unit in units), key=lambda place: (place.order, place.key))
    now = judge.placed.get(name)
    return JsonResponse(
        {
            "minutes": meeting.minutes,
            "starts": starts,
            "places": [[place.key, str(place.name)] for place in listed],
            "start": now.start - first if now and first <= now.start < first + DAY_MINUTES else None,
            "place": places[now.unit].key if now and now.unit in places else None,
        }
    )


@access(*DESK)
@require_safe
@never_cache
def verdict(request: HttpRequest) -> HttpResponse:
    """Return what one place comes to, in the reader's language."""
    wanted = _wanted(request, request.GET)
    try:
        found = verdict_on(**wanted.moment, now=clock.now())
    except CodedError as refusal:
        return JsonResponse({"fits": False, "sentence": str(refusal), "against": [str(refusal)]}, status=refusal.status)
    words = words_for(request, found, wanted.place, hours_of(wanted.start, wanted.start + wanted.meeting.minutes))
    return JsonResponse(
        {
            "fits": words.fits,
            "room": words.can_make_room,
            "sentence": words.sentence,
            "where": words.where,
            "against": words.against,
            "lines": [[line.word, line.amount, line.cost] for line in words.lines],
            "total": words.total,
            "told": words.told,
            "names": words.names,
            "more": words.more,
        }
    )


@access(*DESK)
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Make a draft with the meeting there, or with room made for it; the board then shows the draft."""
    wanted = _wanted(request, request.POST)
    act = make_room if request.POST.get("room") else move_meeting
    try:
        draft = act(**wanted.moment, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
        return HttpResponseRedirect(_board(wanted, request.POST.get("view", ""), wanted.plan))
    said = gettext("Meeting %(number)d is moved in plan %(plan)d, a draft. Nobody was told.")
    messages.success(request, said % {"number": wanted.meeting.number, "plan": draft.number})
    return HttpResponseRedirect(_board(wanted, request.POST.get("view", ""), draft))


def movable(request: HttpRequest, number: str) -> Meeting:
    """Return a meeting whose hour and place the visitor sees; any other is missing."""
    week: Week = request.week  # type: ignore[attr-defined]
    if not (number.isdecimal() and len(number) < 9):
        raise Http404
    viewer = viewer_of(week, request.user if request.user.is_authenticated else None)
    rows = Meeting.objects.filter(seen_by(viewer, Secrecy.PLACE), week=week, number=int(number), state=Meeting.State.AGREED)
    meeting = rows.select_related("week", "grid").first()
    if meeting is None:
        raise Http404
    if not sees_protected(request) and Participant.objects.filter(meeting=meeting, person__is_protected=True).exists():
        raise Http404
    return meeting


def _wanted(request: HttpRequest, given: Any) -> Wanted:
    week: Week = request.week  # type: ignore[attr-defined]
    plan, meeting, day = _plan(week, given), movable(request, given.get("meeting", "")), _day(week, given)
    start = given.get("start", "")
    place = Place.objects.filter(week=week, key=given.get("place", "")).select_related("week").first()
    if place is None or not (start.isdecimal() and int(start) < DAY_MINUTES):
        raise Http404
    return Wanted(week, plan, meeting, day, int(start), place)


def _plan(week: Week, given: Any) -> Plan:
    number = given.get("plan", "")
    rows = Plan.objects.filter(week=week).select_related("week", "run").exclude(state=Plan.State.PAST)
    plan = rows.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
    if plan is None:
        raise Http404
    return plan


def _day(week: Week, given: Any) -> date:
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        raise Http404 from None
    if not week.starts_on <= day <= week.ends_on:
        raise Http404
    return day


def _board(wanted: Wanted, view: str, plan: Plan) -> str:
    query = {"day": wanted.day.isoformat(), "plan": plan.number} | ({"view": view} if view in ("people", "places") else {})
    return f"{reverse('desk-board', args=[wanted.week.key])}?{urlencode(query)}"
