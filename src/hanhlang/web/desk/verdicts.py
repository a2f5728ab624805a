"""A verdict on a move in words: whether it fits, what stands against it, what it costs and whom it tells."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.planning import Verdict
from hanhlang.domains.meetings.verdicts import Fault, Finding, finding_for
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.desk.cost import TERMS, figure
from hanhlang.web.desk.plan import sees_protected

NAMED = 8

IN_THE_WAY = {
    "nobody_in_two_places": _("%(person)s is in meeting %(number)d, %(hours)s, the road included."),
    "units_once": _("%(unit)s is taken by meeting %(number)d, %(hours)s, turn-round included."),
    "precedences_kept": _("It must keep its order with meeting %(number)d, %(hours)s."),
    "kept_apart": _("People who are kept apart would be in one place, with meeting %(number)d, %(hours)s."),
}
CLOSED = {
    "nobody_in_two_places": _("%(person)s is not free then."),
    "units_once": _("%(unit)s is not free then."),
    "precedences_kept": _("Its order with another meeting would not be kept."),
    "kept_apart": _("People who are kept apart would be in one place."),
}
AGAINST = {
    "engagements_kept": _("%(person)s is engaged %(hours)s, the road included."),
    "units_open": _("%(unit)s is closed %(hours)s."),
    "permitted_pools": _("This meeting may not be in %(unit)s."),
    "enough_seats": _("%(unit)s has too few seats for it."),
    "interpreters_there": _("No interpreters for its languages are there."),
    "locks_kept": _("It is locked to another hour or place."),
    "starts_on_grid": _("Meetings of its kind do not start at this hour."),
    "known_ids": _("This place is not used for meetings."),
}


@dataclass(frozen=True)
class Line:
    """One term that differs: its name, by how many units, and what that costs."""

    word: str
    amount: str
    cost: str


@dataclass(frozen=True)
class Words:
    """A finding as a page says it; ``sentence`` is all of it for who listens."""

    fits: bool
    where: str
    against: list[str]
    lines: list[Line]
    total: str
    told: int
    names: list[str]
    more: int
    can_make_room: bool
    sentence: str


def words_for(request: HttpRequest, verdict: Verdict, place: Place, hours: str) -> Words:
    """Return a verdict in words for the visitor."""
    week: Week = request.week  # type: ignore[attr-defined]
    account = request.user if request.user.is_authenticated else None
    finding = finding_for(viewer_of(week, account), verdict, week, sees_protected=sees_protected(request))
    return words_of(finding, week, place, hours)


def words_of(finding: Finding, week: Week, place: Place, hours: str) -> Words:
    """Return a finding in words."""
    zone, verdict = ZoneInfo(week.timezone), finding.verdict
    against = list(dict.fromkeys(sentence_of(fault, zone) for fault in finding.faults))
    lines = [Line(str(TERMS.get(term.name, term.name)), signed(term.amount), signed(term.cost)) for term in verdict.terms]
    told = len(finding.told)
    where = f"{hours}, {place.name}"
    if against:
        said = [ngettext("%(n)d thing stands against it.", "%(n)d things stand against it.", len(against)) % {"n": len(against)}, *against]
    else:
        said = [gettext("It fits."), gettext("Cost %(cost)s.") % {"cost": signed(verdict.cost)}, _tells(told)]
    return Words(
        fits=verdict.is_lawful,
        where=where,
        against=against,
        lines=lines,
        total=signed(verdict.cost),
        told=told,
        names=[person.name for person in finding.told[:NAMED]],
        more=max(0, told - NAMED),
        can_make_room=finding.can_make_room,
        sentence=" ".join([f"{where}.", *said]),
    )


def sentence_of(fault: Fault, zone: ZoneInfo) -> str:
    """Return one broken rule as a sentence."""
    hours = ""
    if fault.starts_at and fault.ends_at:
        hours = f"{fault.starts_at.astimezone(zone):%H:%M}–{fault.ends_at.astimezone(zone):%H:%M}"
    names = {"person": fault.person.name if fault.person else "", "unit": str(fault.unit or ""), "number": fault.meeting, "hours": hours}
    if fault.is_closed and fault.rule in CLOSED:
        return str(CLOSED[fault.rule]) % names
    if fault.rule == "inside_windows":
        return (
            gettext("%(person)s is not there then.") % names if fault.person else gettext("It is outside the hours asked for this meeting.")
        )
    if fault.meeting and fault.rule in IN_THE_WAY:
        return str(IN_THE_WAY[fault.rule]) % names
    return str(AGAINST.get(fault.rule, _("A rule of the week stands against it."))) % names


def _tells(count: int) -> str:
    if not count:
        return gettext("Nobody need be told.")
    return ngettext("%(n)d person would be told.", "%(n)d people would be told.", count) % {"n": count}


def signed(number: int) -> str:
    """Return a difference with its sign; nothing differs as 0."""
    return f"+{figure(number)}" if number > 0 else f"−{figure(-number)}" if number < 0 else "0"
