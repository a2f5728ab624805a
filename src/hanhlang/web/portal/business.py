"""A business person's page: the next table and the walk, who waits for whom, and whom to meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings import business, business_day, rules, rules_business
from hanhlang.domains.meetings.actions import answer_now, set_terms, suggest_partners
from hanhlang.domains.meetings.models import Kind, Meeting, NowAsk, Participant, Suggestion, Wish
from hanhlang.domains.meetings.planning import come_now
from hanhlang.domains.people.models import Account, Person
from hanhlang.web.access import access
from hanhlang.web.portal import business_words as words
from hanhlang.web.portal.business_people import back, me, refuse
from hanhlang.web.portal.views import TAKING_PART

ANSWERED_SHOWN = 5


@access(*TAKING_PART)
@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show what is next, what waits for whom, and whom to meet; the same few queries for any number of each."""
    week, person = me(request)
    now = clock.now()
    wishes = list(business.wishes_of(week, person, state=Wish.State.OPEN))
    alive = [wish for wish in wishes if not wish.expires_at or wish.expires_at > now]
    terms = business.terms_of(week, person)
    agreed = Participant.objects.filter(person=person, meeting__week=week, meeting__kind=Kind.BUSINESS, meeting__state=Meeting.State.AGREED)
    mine = [wish for wish in alive if wish.asking_id == person.pk]
    answered = business.wishes_of(week, person, state=Wish.State.DECLINED, asking=person)[:ANSWERED_SHOWN]
    page = {
        "now": now,
        "person": person,
        "next": _next(request, person),
        "now_asks": _now_asks(week.pk, person, now),
        "to_answer": [wish for wish in alive if wish.asked_id == person.pk],
        "waiting": mine,
        "answered": list(answered),
        "unplaced": [_with_other(meeting, person) for meeting in business.unplaced_of(week, person)],
        "suggestions": _suggestions(request, person) if terms.wants_suggestions else [],
        "terms": terms,
        "profile": business.profile_of(week, person),
        "count": agreed.count(),
        "most": rules.MOST_BUSINESS_MEETINGS,
        "most_open": rules_business.MOST_OPEN_WISHES,
        "here": "business",
    }
    return render(request, "portal/business/home.html", page)


@access(*TAKING_PART)
@require_POST
def find_suggestions(request: HttpRequest) -> HttpResponse:
    """Switch suggestions on, if the visitor says so, and look for some."""
    week, person = me(request)
    try:
        if "switch_on" in request.POST:
            _switch(request, on=True)
        count = suggest_partners(week=week, person=person, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
    else:
        if not count:
            messages.success(request, gettext("No firm matches your profile yet. Say more of what you offer and need."))
    return back(request)


@access(*TAKING_PART)
@require_POST
def stop_suggestions(request: HttpRequest) -> HttpResponse:
    """Switch suggestions off; those there are go at once."""
    try:
        _switch(request, on=False)
    except CodedError as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, gettext("Suggestions are off, and those there were are deleted."))
    return back(request)


@access(*TAKING_PART)
@require_POST
def now_answer(request: HttpRequest, ask: UUID) -> HttpResponse:
    """Say whether one comes to a table where somebody waits now."""
    week, person = me(request)
    row = NowAsk.objects.filter(pk=ask, asked=person, report__meeting__week=week).select_related("report__meeting__week", "asked").first()
    if row is None:
        raise Http404
    try:
        messages.success(request, _answered(row, comes=request.POST.get("answer") == "comes", by=request.user))  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
    return back(request)


def _answered(ask: NowAsk, *, comes: bool, by: Account) -> str:
    """Answer, and return in words what came of it."""
    if not comes:
        answer_now(ask=ask, comes=False, by=by, now=clock.now())
        return gettext("They read your answer now.")
    placement = come_now(ask=ask, by=by, now=clock.now())
    if placement is None:
        return gettext("They read your answer now. The table could not be booked for the two of you: ask the desk where to meet.")
    return gettext("They read your answer now. You meet at %(place)s.") % {"place": placement.place.name}


def _switch(request: HttpRequest, *, on: bool) -> None:
    week, person = me(request)
    terms = business.terms_of(week, person)
    set_terms(
        week=week,
        person=person,
        takes_part=terms.takes_part,
        wants_suggestions=on,
        may_stand_in=terms.may_stand_in,
        hours=rules.from_json(terms.hours),
        mail=terms.mail,
        phone=terms.phone,
        by=request.user,  # type: ignore[arg-type]
        now=clock.now(),
    )


def _next(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """Return the meeting one is at or the next, with the other side, the walk and what may be done about somebody missing."""
    week, now = request.week, clock.now()  # type: ignore[attr-defined]
    promise = business_day.next_promise(week, person, now)
    meeting = business.meeting_of(week, person, promise.meeting.number) if promise else None
    if promise is None or meeting is None:
        return None
    walk = business_day.walk_to(week, person, promise.place, promise.starts_at, now)
    return {
        "promise": promise,
        "meeting": _with_other(meeting, person),
        "walk": words.walk_words(walk, week.timezone) if promise.starts_at > now else "",
        "is_running": promise.starts_at <= now,
        "until": promise.starts_at - now,
        "may_report_at": promise.starts_at + timedelta(minutes=rules_business.MISSING_AFTER_MINUTES),
        "too_soon": now < promise.starts_at + timedelta(minutes=rules_business.MISSING_AFTER_MINUTES),
        "report": meeting.missing_reports.filter(waiting=person).first(),
    }


def _with_other(meeting: Meeting, person: Person) -> dict[str, Any]:
    seats: list[Participant] = meeting.seats_taken  # type: ignore[attr-defined]
    return {"meeting": meeting, "others": [seat.person for seat in seats if seat.person_id != person.pk]}


def _now_asks(week: UUID, person: Person, now: Any) -> list[NowAsk]:
    asks = NowAsk.objects.filter(asked=person, answer=NowAsk.Answer.NONE, report__meeting__week=week, report__until__gt=now)
    taken = NowAsk.objects.filter(answer=NowAsk.Answer.COMES).values("report")
    rows = list(asks.exclude(report__in=taken).select_related("report__waiting__organisation", "report__meeting").order_by("at"))
    for row in rows:
        row.promise = row.report.meeting.promises.filter(person=row.report.waiting).select_related("place__site").first()  # type: ignore[attr-defined]
    return rows


def _suggestions(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    week = request.week  # type: ignore[attr-defined]
    found = business.people_found_by(week, person)
    rows = Suggestion.objects.filter(week=week, person=person, other__in=found.values("pk")).select_related("other__organisation")
    # Whom one has asked or met meanwhile is no suggestion any more.
    known = {key for pair in business.wishes_of(week, person).values_list("asking_id", "asked_id") for key in pair}
    topics = words.topic_names(week)
    return [{"row": row, "reasons": words.reasons(row.reasons, topics)} for row in rows if row.other_id not in known]
