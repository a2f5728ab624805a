"""What whoever reports a change is asked, by its kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hanhlang.domains.agenda.models import InterpreterTeam, Travel
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.models import Change
from hanhlang.domains.programme.models import Session
from hanhlang.web.desk.people_picker import PeopleField

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
STARTS = {
    Change.Kind.LATE: _("Arrives at"),
    Change.Kind.LEFT: _("Leaves at"),
    Change.Kind.PULL_ASIDE: _("It began at"),
}
NEEDED_START = frozenset(STARTS)
WITH_PEOPLE = frozenset({Change.Kind.LATE, Change.Kind.LEFT, Change.Kind.ABSENT, Change.Kind.URGENT, Change.Kind.PULL_ASIDE})
WITH_END = frozenset({Change.Kind.ABSENT, Change.Kind.PLACE, Change.Kind.TEAM, Change.Kind.ROAD, Change.Kind.URGENT})


class Moment(forms.DateTimeField):
    """An hour on the clocks of the week."""

    def __init__(self, *, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(widget=MOMENT, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)
        self.zone = zone

    def to_python(self, value: Any) -> datetime | None:
        # Not Django's own zone: what is typed is the week's clock.
        try:
            return datetime.fromisoformat(value).replace(tzinfo=self.zone) if value else None
        except (TypeError, ValueError):
            raise forms.ValidationError(_("Give day and hour, as 27/10/2025 09:30.")) from None

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


class ChangeForm(forms.Form):
    """The fields of one kind of change; the action checks the rules."""

    def __init__(self, *args: Any, week: Week, kind: str, now: datetime, **options: Any) -> None:
        super().__init__(*args, auto_id="change-%s", **options)
        self.week, self.kind = week, kind
        zone = ZoneInfo(week.timezone)
        if kind in WITH_PEOPLE:
            self._people(kind)
        if kind == Change.Kind.PLACE:
            self.fields["place"] = _choice(Place.objects.filter(week=week).exclude(pool=""), _("Place"))
        if kind == Change.Kind.TEAM:
            self.fields["team"] = _choice(InterpreterTeam.objects.filter(week=week).order_by("key"), _("Interpreters"))
        if kind == Change.Kind.SESSION:
            timed = Session.objects.filter(week=week, ends_at__gte=now).order_by("starts_at")
            self.fields["session"] = _choice(timed, _("Session"))
            self.fields["ends_at"] = Moment(zone=zone, label=_("Ends at"))
        if kind == Change.Kind.ROAD:
            self._road()
        if kind == Change.Kind.URGENT:
            self.fields["minutes"] = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=90, initial=20)
        if kind in STARTS:
            self.fields["starts_at"] = Moment(zone=zone, label=STARTS[Change.Kind(kind)], initial=now)
        elif kind in WITH_END:
            self.fields["starts_at"] = Moment(zone=zone, label=pgettext_lazy("hours of a change", "From"), required=False)
        if kind in WITH_END:
            self.fields["ends_at"] = Moment(zone=zone, label=pgettext_lazy("hours of a change", "Until"), required=False)
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=300)

    def _people(self, kind: str) -> None:
        self.fields["people"] = PeopleField(week=self.week, label=_("Who"), required=False)
        if kind in (Change.Kind.LATE, Change.Kind.LEFT, Change.Kind.ABSENT):
            parties = Delegation.objects.filter(week=self.week)
            self.fields["delegation"] = forms.ModelChoiceField(
                parties, label=_("Or a whole delegation"), required=False, empty_label=_("none")
            )

    def _road(self) -> None:
        ways = Travel.objects.filter(week=self.week).select_related("origin", "destination")
        choices = [(f"{way.origin_id}:{way.destination_id}", f"{way.origin.name} – {way.destination.name}") for way in ways]
        self.fields["road"] = forms.ChoiceField(label=_("Road"), choices=choices)
        self.fields["both_ways"] = forms.BooleanField(label=_("in both directions"), required=False, initial=True)
        self.fields["minutes"] = forms.IntegerField(
            label=_("It takes, in minutes; empty: closed"), min_value=1, max_value=1440, required=False
        )

    def what(self) -> dict[str, Any]:
        """Return what the action is told."""
        given = dict(self.cleaned_data)
        people = list(given.pop("people", []))
        if party := given.pop("delegation", None):
            people += [member.person for member in party.members.select_related("person") if member.person not in people]
        if "road" in given:
            origin, _, destination = given.pop("road").partition(":")
            given["data"] = {"origin": origin, "destination": destination, "both_ways": given.pop("both_ways")}
        return given | ({"people": people} if self.kind in WITH_PEOPLE else {})


def _choice(rows: Any, label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(rows, label=label, empty_label=None)
