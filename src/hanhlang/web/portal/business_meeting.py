"""One business meeting of one's own: where and with whom, how to reach them, a colleague instead, and what to do when nobody comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import business, business_day, rules_business
from hanhlang.domains.meetings.actions import ask_to_come_now, cancel_meeting, report_partner_missing, stand_in
from hanhlang.domains.meetings.models import Meeting, MissingReport, NowAsk, Participant, Promise
from hanhlang.domains.people.models import Person
from hanhlang.web.access import access
from hanhlang.web.portal import business_words as words
from hanhlang.web.portal.business_people import back, me, refuse
from hanhlang.web.portal.views import TAKING_PART


class StandInForm(forms.Form):
    """Which colleague takes the seat."""

    coming = forms.ModelChoiceField(
        Person.objects.none(),
        label=pgettext_lazy("business", "Colleague"),
        help_text=_("Those of your organisation who have agreed to stand in."),
        empty_label=None,
        error_messages={"required": _("Choose a colleague."), "invalid_choice": _("Choose one of those who are listed.")},
    )

    def __init__(self, *args: Any, week: Week, person: Person, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coming"].queryset = business.colleagues_of(week, person, meeting)  # type: ignore[attr-defined]


@access(*TAKING_PART)
@require_safe
@never_cache
def meeting(request: HttpRequest, number: int) -> HttpResponse:
    """Show a business meeting to one of its people."""
    return _page(request, _meeting(request, number))


@access(*TAKING_PART)
@require_POST
def pass_seat(request: HttpRequest, number: int) -> HttpResponse:
    """Let a colleague take the seat."""
    week, person = me(request)
    found = _meeting(request, number)
    form = StandInForm(request.POST, week=week, person=person, meeting=found)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    coming: Person = form.cleaned_data["coming"]
    try:
        stand_in(meeting=found, leaving=person, coming=coming, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        form.add_error("coming", str(refusal))
        return _page(request, found, form, status=refusal.status)
    said = gettext("%(person)s takes your seat at meeting %(number)d. Both sides are told.")
    messages.success(request, said % {"person": coming.name, "number": number})
    return back(request)


@access(*TAKING_PART)
@require_POST
def call_off(request: HttpRequest, number: int) -> HttpResponse:
    """Call the meeting off, for both sides."""
    try:
        cancel_meeting(meeting=_meeting(request, number), by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
        return back(request, "portal-business-meeting", number)
    messages.success(request, gettext("Meeting %(number)d is called off. The other side is told.") % {"number": number})
    return back(request)


@access(*TAKING_PART)
@require_POST
def missing(request: HttpRequest, number: int) -> HttpResponse:
    """Say that the other side is not there."""
    _week, person = me(request)
    found = _meeting(request, number)
    try:
        report_partner_missing(meeting=found, waiting=person, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
    return back(request, "portal-business-meeting", number)


@access(*TAKING_PART)
@require_POST
def ask_now(request: HttpRequest, number: int, person: UUID) -> HttpResponse:
    """Ask somebody who is free to come to this table now."""
    _week, waiting = me(request)
    report = MissingReport.objects.filter(meeting=_meeting(request, number), waiting=waiting).first()
    asked = Person.objects.filter(pk=person).first()
    if report is None or asked is None:
        raise Http404
    try:
        ask_to_come_now(report=report, asked=asked, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, gettext("%(person)s reads it now; the answer appears here.") % {"person": asked.name})
    return back(request, "portal-business-meeting", number)


def _meeting(request: HttpRequest, number: int) -> Meeting:
    week, person = me(request)
    found = business.meeting_of(week, person, number)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Meeting, form: StandInForm | None = None, *, status: int = 200) -> HttpResponse:
    week, person = me(request)
    now = clock.now()
    seats: list[Participant] = found.seats_taken  # type: ignore[attr-defined]
    mine = next(seat.side for seat in seats if seat.person_id == person.pk)
    others = [seat.person for seat in seats if seat.side != mine]
    promise = Promise.objects.filter(meeting=found, person=person, is_cancelled=False).select_related("place__site").first()
    firm = next((other.organisation_id for other in others if other.organisation_id), None)
    profile = business.shown_profile_of(week, firm) if firm else None
    is_agreed = found.state == Meeting.State.AGREED
    contacts = business.contacts_open_to(week, person, others)
    form = form or StandInForm(week=week, person=person, meeting=found)
    page = {
        "meeting": found,
        "others": [{"person": other, "contact": contacts.get(other.pk)} for other in others],
        "promise": promise,
        "is_agreed": is_agreed,
        "is_over": bool(promise and promise.ends_at <= now),
        "profile": profile,
        "offers": words.lines(profile.offers) if profile else [],
        "needs": words.lines(profile.needs) if profile else [],
        "languages": [words.language_name(code) for code in profile.languages] if profile else [],
        "form": form,
        "has_colleagues": form.fields["coming"].queryset.exists(),  # type: ignore[attr-defined]
        "here": "business",
        **_waiting(found, person, promise, now),
    }
    if promise and promise.starts_at > now:
        page["walk"] = words.walk_words(business_day.walk_to(week, person, promise.place, promise.starts_at, now), week.timezone)
    return render(request, "portal/business/meeting.html", page, status=status)


def _waiting(found: Meeting, person: Person, promise: Promise | None, now: Any) -> dict[str, Any]:
    """Return what stands there for somebody who waits at the table."""
    running = bool(promise and promise.starts_at <= now < promise.ends_at)
    report = MissingReport.objects.filter(meeting=found, waiting=person).select_related("meeting__week", "waiting").first()
    open_now = bool(report and report.until > now)
    asks = list(NowAsk.objects.filter(report=report).select_related("asked__organisation").order_by("at")) if report else []
    asked = {ask.asked_id for ask in asks}
    coming = next((ask for ask in asks if ask.answer == NowAsk.Answer.COMES), None)
    free = business_day.free_now(report, now=now) if report and open_now and not coming else []
    return {
        "is_running": running,
        "may_report_at": promise.starts_at + timedelta(minutes=rules_business.MISSING_AFTER_MINUTES) if promise else None,
        "too_soon": bool(promise and now < promise.starts_at + timedelta(minutes=rules_business.MISSING_AFTER_MINUTES)),
        "report": report,
        "they_wait_too": running and MissingReport.objects.filter(meeting=found).exclude(waiting=person).exists(),
        "open_now": open_now,
        "asks": asks,
        "coming": coming,
        "free": [one for one in free if one.person.pk not in asked],
    }
