"""Moving a meeting without the board: an hour and a place in a form, its verdict, and putting it there in a draft."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.models import Meeting, Plan
from hanhlang.domains.meetings.planning import make_room, move_meeting, verdict_on
from hanhlang.web.access import access
from hanhlang.web.desk.board.moves import movable
from hanhlang.web.desk.plan import DESK
from hanhlang.web.desk.verdicts import Words, words_for

LOCAL = "%Y-%m-%dT%H:%M"


class MoveForm(forms.Form):
    """Where a meeting might go."""

    starts_at = forms.DateTimeField(
        label=_("Day and hour"),
        input_formats=[LOCAL],
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, LOCAL),
        error_messages={"required": _("Choose the day and hour to try."), "invalid": _("Give the hour as 2025-10-28 14:30.")},
    )
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("Place"),
        empty_label=None,
        error_messages={"required": _("Choose a place to try."), "invalid_choice": _("Choose one of the places set for this meeting.")},
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(meeting.week.timezone)
        places = (
            Place.objects.filter(week=meeting.week, pool__in=meeting.pools).select_related("site").order_by("site__order", "order", "key")
        )
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    @property
    def moment(self) -> datetime:
        """The hour given, in the week's own time."""
        given: datetime = self.cleaned_data["starts_at"]
        return given.replace(tzinfo=self.zone)


@access(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form; with an hour and a place their verdict; posted, put the meeting there in a draft."""
    meeting = movable(request, str(number))
    plan = _plan(meeting.week)
    given = request.POST if request.method == "POST" else request.GET
    form = MoveForm(given if "starts_at" in given else None, meeting=meeting, initial=_now(meeting, plan))
    if not form.is_bound:
        return _page(request, meeting, plan, form)
    if not form.is_valid():
        return _page(request, meeting, plan, form, status=422)
    where = {"plan": plan, "meeting": meeting, "starts_at": form.moment, "place": form.cleaned_data["place"]}
    try:
        if request.method == "POST":
            act = make_room if "room" in request.POST else move_meeting
            draft = act(**where, by=request.user, now=clock.now())  # type: ignore[arg-type]
            said = gettext("Meeting %(number)d is moved in plan %(plan)d, a draft. Nobody was told.")
            messages.success(request, said % {"number": number, "plan": draft.number})
            return HttpResponseRedirect(f"{reverse('desk-plan', args=[meeting.week.key])}?plan={draft.number}")
        hours = f"{form.moment:%H:%M}–{form.moment + timedelta(minutes=meeting.minutes):%H:%M}"
        found = words_for(request, verdict_on(**where, now=clock.now()), form.cleaned_data["place"], hours)
    except CodedError as refusal:
        return _page(request, meeting, plan, form, refusal=refusal, status=refusal.status)
    return _page(request, meeting, plan, form, words=found)


def _plan(week: Week) -> Plan:
    """Return the plan to move in: the newest draft, else what is published."""
    plans = Plan.objects.filter(week=week, state__in=Plan.CURRENT).select_related("week", "run").order_by("-number")
    plan = plans.first()
    if plan is None:
        raise Http404
    return plan


def _now(meeting: Meeting, plan: Plan) -> dict[str, Any]:
    row = plan.placements.filter(meeting=meeting).first()
    if row is None:
        return {}
    return {"starts_at": row.starts_at.astimezone(ZoneInfo(meeting.week.timezone)).strftime(LOCAL), "place": row.place_id}


def _page(
    request: HttpRequest,
    meeting: Meeting,
    plan: Plan,
    form: MoveForm,
    *,
    words: Words | None = None,
    refusal: CodedError | None = None,
    status: int = 200,
) -> HttpResponse:
    page = {"meeting": meeting, "plan": plan, "form": form, "words": words, "refusal": refusal}
    return render(request, "desk/move.html", page, status=status)
