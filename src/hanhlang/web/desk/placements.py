"""The long list of a plan's placements: filtered, searched without marks on letters, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.folding import fold
from hanhlang.domains.events.models import Site, Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Kind, Participant, Placement, Plan, Unplaced
from hanhlang.domains.meetings.visibility import Viewer, seen_by
from hanhlang.web.components.dates import short_day
from hanhlang.web.parties import Party, seats_with_parties, sides_of

A_PAGE = 50


class Filter(forms.Form):
    """What of the list to show; every field may stay empty."""

    q = forms.CharField(label=_("Name, delegation, firm or number"), required=False, max_length=100)
    day = forms.ChoiceField(label=_("Day"), required=False)
    site = forms.ChoiceField(label=_("City"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), (Kind.BILATERAL, _("bilateral")), (Kind.BUSINESS, _("business"))]
    )

    def __init__(self, given: QueryDict, *, week: Week) -> None:
        super().__init__(given, auto_id="filter-%s")
        days = [week.starts_on + timedelta(days=n) for n in range((week.ends_on - week.starts_on).days + 1)]
        self._choice("day", [("", _("all")), *((day.isoformat(), short_day(day)) for day in days)])
        self._choice("site", [("", _("all")), *((site.key, str(site.name)) for site in Site.objects.filter(week=week))])

    def _choice(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Line:
    """A placement or an unplaced meeting with its two sides."""

    row: Any
    number: int
    sides: tuple[Party | None, Party | None]
    is_bilateral: bool
    lock: Any


def page_of(
    plan: Plan, chosen: dict[str, str], number: str, viewer: Viewer, sites: frozenset[UUID] | None = None
) -> tuple[Page[Placement], list[Line]]:
    """
    Return one page of the plan's placements that ``viewer`` sees (``sites``: only those there) in time order.

    The same few queries for any number.
    """
    found = _filtered(plan, chosen).filter(seen_by(viewer, Secrecy.ALL, "meeting__"))
    if sites is not None:
        found = found.filter(place__site__in=sites)
    found = found.order_by("starts_at", "place__site__order", "place__order", "meeting__number")
    page = Paginator(found, A_PAGE).get_page(number)
    seats = Prefetch("meeting__participants", seats_with_parties(plan.week), to_attr="seats_taken")
    rows = page.object_list.select_related("meeting__lock", "place__site").prefetch_related(seats)  # type: ignore[union-attr]
    return page, [_line(row) for row in rows]


def unplaced_of(plan: Plan, viewer: Viewer, reason: str = "") -> list[Line]:
    """Return the meetings the plan could not place that ``viewer`` sees, of one reason if given."""
    found = Unplaced.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), plan=plan)
    if reason:
        found = found.filter(reason=reason)
    seats = Prefetch("meeting__participants", seats_with_parties(plan.week), to_attr="seats_taken")
    rows = found.select_related("meeting__lock").prefetch_related(seats, "people").order_by("-meeting__value", "meeting__number")
    return [_line(row) for row in rows]


def _line(row: Placement | Unplaced) -> Line:
    meeting = row.meeting
    seats: list[Participant] = meeting.seats_taken  # type: ignore[attr-defined]
    return Line(row, meeting.number, sides_of(seats), meeting.kind == Kind.BILATERAL, getattr(meeting, "lock", None))


def _filtered(plan: Plan, chosen: dict[str, str]) -> QuerySet[Placement]:
    found = Placement.objects.filter(plan=plan)
    if kind := chosen.get("kind"):
        found = found.filter(meeting__kind=kind)
    if site := chosen.get("site"):
        found = found.filter(place__site__key=site)
    if day := chosen.get("day"):
        found = found.filter(starts_at__range=_span(date.fromisoformat(day), plan.week.timezone))
    if words := chosen.get("q", "").strip():
        found = found.filter(_named(words, plan.week))
    return found


def _span(day: date, timezone: str) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(), tzinfo=ZoneInfo(timezone))
    return start, start + timedelta(days=1) - timedelta(microseconds=1)


def _named(words: str, week: Week) -> Q:
    if words.isdecimal():
        return Q(meeting__number=int(words))
    part = fold(words)
    who = Q(person__folded__contains=part) | Q(person__organisation__folded__contains=part)
    party = Q(person__memberships__delegation__week=week, person__memberships__delegation__organisation__folded__contains=part)
    return Q(meeting__in=Participant.objects.filter(who | party, meeting__week=week).values("meeting"))
