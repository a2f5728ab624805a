"""What meetings need besides rooms, at the desk: teams, equipment, vehicles, waiting areas, and who is kept apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanhlang.domains.agenda import supplies
from hanhlang.domains.agenda.models import Equipment, InterpreterTeam, Vehicle, WaitingArea
from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Site, Week
from hanhlang.domains.meetings import lent
from hanhlang.domains.meetings.actions.resources import end_keeping_apart, keep_apart
from hanhlang.domains.meetings.models import KeepApart
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK

SPAN = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d) ?[-–] ?(\d\d:\d\d)\Z")


class TeamForm(forms.Form):
    size = forms.IntegerField(label=_("People"), min_value=1)
    daily_minutes = forms.IntegerField(label=_("At most minutes a day"), min_value=1)
    hours = forms.CharField(
        label=_("When it works"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One span on a line, such as 2025-10-27 09:00-12:30. Empty: always."),
    )

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(week.timezone)

    def clean_hours(self) -> list[tuple[datetime, datetime]]:
        spans = []
        for line in filter(None, map(str.strip, self.cleaned_data["hours"].splitlines())):
            found = SPAN.match(line)
            try:
                if found is None:
                    raise ValueError
                day, *hours = found.groups()
                start, end = (datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=self.zone) for hour in hours)
            except ValueError:
                raise forms.ValidationError(gettext("“%(line)s” is no span such as 2025-10-27 09:00-12:30.") % {"line": line}) from None
            spans.append((start, end))
        return spans


class OfWeek(forms.Form):
    """A form whose choices are a week's own."""

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = {
            "site": Site.objects.filter(week=week),
            "first": Delegation.objects.filter(week=week),
            "second": Delegation.objects.filter(week=week),
            "place": Place.objects.filter(week=week, sharing=Place.Sharing.EXCLUSIVE).exclude(pool="").select_related("site"),
            "area": Place.objects.filter(week=week, sharing=Place.Sharing.SHARED).select_related("site"),
        }
        for name in self.fields.keys() & sources.keys():
            self.fields[name].queryset = sources[name]  # type: ignore[attr-defined]


class EquipmentForm(OfWeek):
    name_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=100)
    kind = forms.CharField(label=_("Kind, as one word"), max_length=40, help_text=_("Such as whisper-set; meetings ask for a kind."))
    site = forms.ModelChoiceField(Site.objects.none(), label=_("City"), empty_label=None)


class VehicleForm(OfWeek):
    name = forms.CharField(label=_("Name or plate"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Vehicle.Kind.choices)
    seats = forms.IntegerField(label=_("Seats for passengers"), min_value=1)
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Stands in the morning at"), empty_label=None)


class ApartForm(OfWeek):
    first = forms.ModelChoiceField(Delegation.objects.none(), label=_("Delegation"), empty_label=_("choose"))
    second = forms.ModelChoiceField(Delegation.objects.none(), label=_("Never near"), empty_label=_("choose"))
    reason = forms.CharField(label=_("Reason"), max_length=300)


class WaitingForm(OfWeek):
    place = forms.ModelChoiceField(Place.objects.none(), label=_("Place"), empty_label=_("choose"))
    area = forms.ModelChoiceField(Place.objects.none(), label=_("Guests wait in"), required=False, empty_label=_("nowhere in particular"))


FORMS: dict[str, type[OfWeek]] = {"equipment": EquipmentForm, "vehicle": VehicleForm, "apart": ApartForm, "waiting": WaitingForm}


@access(*DESK)
@require_safe
@never_cache
def resources(request: HttpRequest) -> HttpResponse:
    """Show what there is."""
    return _page(request)


@access(*DESK)
@require_POST
def add(request: HttpRequest, what: str) -> HttpResponse:
    """Add equipment, a vehicle, a waiting area or a pair to be kept apart."""
    if what not in FORMS:
        raise Http404
    week = _week(request)
    form = FORMS[what](request.POST, week=week, auto_id=f"{what}-%s")
    if not form.is_valid():
        return _page(request, 422, **{what: form})
    given = form.cleaned_data
    who: dict[str, Any] = {"by": request.user, "now": clock.now()}
    actions: dict[str, Callable[[], object]] = {
        "equipment": lambda: supplies.add_equipment(
            week=week,
            name=MultiText({"vi": given["name_vi"], "en": given["name_en"]}),
            kind=given["kind"],
            site=given["site"],
            **who,
        ),
        "vehicle": lambda: supplies.add_vehicle(week=week, **given, **who),
        "apart": lambda: keep_apart(one=given["first"], other=given["second"], reason=given["reason"], **who),
        "waiting": lambda: supplies.set_waiting_area(**given, **who),
    }
    try:
        actions[what]()
    except CodedError as refusal:
        for field in refusal.fields or [None]:
            form.add_error(field if field in form.fields else None, str(refusal))
        return _page(request, refusal.status, **{what: form})
    messages.success(request, gettext("Kept. It counts from the next search on."))
    return _back(request)


@access(*DESK)
@require_POST
def remove(request: HttpRequest, what: str, row: UUID) -> HttpResponse:
    """Take one of them away."""
    week = _week(request)
    models: dict[str, Any] = {"equipment": Equipment, "vehicle": Vehicle, "apart": KeepApart}
    found = models[what].objects.filter(week=week, pk=row).first() if what in models else None
    if found is None:
        raise Http404
    who: dict[str, Any] = {"by": request.user, "now": clock.now()}
    actions: dict[str, Callable[[], object]] = {
        "equipment": lambda: supplies.remove_equipment(equipment=found, **who),
        "vehicle": lambda: supplies.remove_vehicle(vehicle=found, **who),
        "apart": lambda: end_keeping_apart(pair=found, **who),
    }
    try:
        actions[what]()
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        messages.success(request, gettext("Taken away. It counts from the next search on."))
    return _back(request)


@access(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def team(request: HttpRequest, key: str) -> HttpResponse:
    """Show one team's size, hours and ceiling, and change them."""
    week = _week(request)
    found = InterpreterTeam.objects.filter(week=week, key=key).select_related("site", "week").first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _team_page(request, found, TeamForm(week=week, initial=_as_typed(found)))
    form = TeamForm(request.POST, week=week)
    if not form.is_valid():
        return _team_page(request, found, form, 422)
    try:
        supplies.set_team(team=found, **form.cleaned_data, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        for field in refusal.fields or [None]:
            form.add_error(field if field in form.fields else None, str(refusal))
        return _team_page(request, found, form, refusal.status)
    messages.success(request, gettext("Kept. It counts from the next search on."))
    return _back(request)


def _as_typed(team: InterpreterTeam) -> dict[str, Any]:
    zone = ZoneInfo(team.week.timezone)
    spans = [(start.astimezone(zone), end.astimezone(zone)) for start, end in supplies.from_json(team.hours)]
    lines = "\n".join(f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}" for start, end in spans)
    return {"size": team.size, "daily_minutes": team.daily_minutes, "hours": lines}


def _team_page(request: HttpRequest, team: InterpreterTeam, form: TeamForm, status: int = 200) -> HttpResponse:
    return render(request, "desk/team.html", {"team": team, "form": form}, status=status)


def _page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    week = _week(request)
    fresh = {name: form(week=week, auto_id=f"{name}-%s") for name, form in FORMS.items()}
    page = {
        "working": lent.teams_at_work(week),
        "equipment_rows": list(Equipment.objects.filter(week=week).select_related("site")),
        "vehicles": list(Vehicle.objects.filter(week=week).select_related("site")),
        "pairs": list(KeepApart.objects.filter(week=week).select_related("first", "second").order_by("created_at")),
        "near": lent.too_near(week, viewer_of(week, request.user)),  # type: ignore[arg-type]
        "areas": list(WaitingArea.objects.filter(place__week=week).select_related("place", "area").order_by("place__order", "place__key")),
        **{f"{name}_form": form for name, form in (fresh | given).items()},
    }
    return render(request, "desk/resources.html", page, status=status)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk-resources", args=[_week(request).key]))


def _week(request: HttpRequest) -> Week:
    return request.week  # type: ignore[attr-defined, no-any-return]
