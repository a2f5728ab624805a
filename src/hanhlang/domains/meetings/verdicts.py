"""A verdict on a move with rows in place of ids, cut to what the reader may know: a meeting hidden from them reads like a closed hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hanhlang.domains.agenda.models import Equipment, InterpreterTeam
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Participant
from hanhlang.domains.meetings.planning import Broken, Verdict
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.visibility import Viewer, levels_of
from hanhlang.domains.people.models import Person


@dataclass(frozen=True, slots=True)
class Fault:
    """
    A rule that a move would break. ``unit`` is the name of a place or a team, ``meeting`` the number of what is in the way.

    ``is_closed``: something is taken by what the reader may not know of; then neither number nor hours are told.
    """

    rule: str
    person: Person | None = None
    unit: MultiText | None = None
    meeting: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict for one reader; ``can_make_room`` where only meetings stand in the way, at an hour and place the meeting may have."""

    verdict: Verdict
    faults: tuple[Fault, ...]
    told: tuple[Person, ...]
    can_make_room: bool


# Against these moving others aside helps.
OTHERS = frozenset({"nobody_in_two_places", "units_once"})


def finding_for(viewer: Viewer, verdict: Verdict, week: Week, *, sees_protected: bool) -> Finding:
    """Return the verdict with names; at most eight queries, whatever it holds."""
    people = {str(row.pk): row for row in Person.objects.filter(pk__in=_ids(verdict))}
    units: dict[str, MultiText] = {}
    wanted = {UUID(each.unit) for each in verdict.broken if each.unit}
    for model in (Place, InterpreterTeam, Equipment) if wanted else ():
        units |= {str(key): name for key, name in model._default_manager.filter(pk__in=wanted).values_list("pk", "name")}
    seen = _seen(viewer, verdict, sees_protected) if verdict.in_the_way else {}
    ground = Ground(week, set())
    faults = tuple(dict.fromkeys(_fault(each, people, units, seen, ground) for each in verdict.broken))
    told = tuple(sorted((people[key] for key in verdict.told if key in people), key=lambda person: person.name))
    return Finding(verdict, faults, told, bool(verdict.broken) and all(each.rule in OTHERS for each in verdict.broken))


def _ids(verdict: Verdict) -> set[UUID]:
    return {UUID(key) for key in (*verdict.told, *(each.person for each in verdict.broken if each.person))}


def _seen(viewer: Viewer, verdict: Verdict, sees_protected: bool) -> dict[str, int]:
    """Return the numbers of the meetings in the way that the reader may know by number."""
    rows = list(Meeting.objects.filter(pk__in=[UUID(key) for key in verdict.in_the_way]))
    levels = levels_of(viewer, rows)
    protected: set[UUID] = set()
    if not sees_protected:
        seats = Participant.objects.filter(meeting__in=rows, person__is_protected=True)
        protected = set(seats.values_list("meeting_id", flat=True))
    known = Secrecy.PLACE.at_least
    return {str(row.pk): row.number for row in rows if levels[row.pk].value in known and row.pk not in protected}


def _fault(each: Broken, people: dict[str, Person], units: dict[str, MultiText], seen: dict[str, int], ground: Ground) -> Fault:
    person, unit = people.get(each.person), units.get(each.unit)
    if each.other and each.other not in seen:
        return Fault(each.rule, person, unit, is_closed=True)
    hours = (ground.moment(each.start), ground.moment(each.end)) if each.start >= 0 else (None, None)
    return Fault(each.rule, person, unit, seen.get(each.other, 0), *hours)
