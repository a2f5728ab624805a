"""Who may say what became of a meeting: the desk, the focal points of its delegations, and those who were in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Kind, Meeting, Participant
from hanhlang.domains.meetings.visibility import Viewer, levels_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to a meeting: may they see all of it, may they say what became of it, on which sides, and were they in it."""

    sees: bool = False
    may_record: bool = False
    sides: frozenset[int] = frozenset()
    was_there: bool = False


def standing_of(viewer: Viewer, meeting: Meeting, *, may_change: bool) -> Standing:
    """Return what ``viewer`` is to one meeting; ``may_change`` says that their role may change things at the desk."""
    return standings_of(viewer, [meeting], may_change=may_change)[meeting.pk]


def standings_of(viewer: Viewer, meetings: Iterable[Meeting], *, may_change: bool) -> dict[UUID, Standing]:
    """
    Return the same for many, with the same few queries.

    In a bilateral its two focal points speak for their sides; between business people each partner does.
    """
    rows = list(meetings)
    levels = levels_of(viewer, rows)
    spoken_for = set(Member.objects.filter(delegation__in=viewer.delegations).values_list("person_id", flat=True))
    sides: dict[UUID, set[int]] = {row.pk: set() for row in rows}
    there: set[UUID] = set()
    kinds = {row.pk: row.kind for row in rows}
    for meeting, person, side in Participant.objects.filter(meeting__in=rows).values_list("meeting_id", "person_id", "side"):
        is_me = person == viewer.person
        if is_me:
            there.add(meeting)
        if person in spoken_for or (is_me and kinds[meeting] == Kind.BUSINESS):
            sides[meeting].add(side)
    return {
        row.pk: Standing(
            sees=levels[row.pk] == Secrecy.ALL,
            may_record=levels[row.pk] == Secrecy.ALL and (bool(sides[row.pk]) or (viewer.is_staff and may_change)),
            sides=frozenset(sides[row.pk]),
            was_there=row.pk in there,
        )
        for row in rows
    }


def people_of_sides(week: Week, meeting: Meeting) -> set[UUID]:
    """Return who may own a follow-up: those in the meeting and everybody of their delegations."""
    seated = set(Participant.objects.filter(meeting=meeting).values_list("person_id", flat=True))
    parties = Member.objects.filter(delegation__week=week, person__in=seated).values("delegation")
    return seated | set(Member.objects.filter(delegation__in=parties).values_list("person_id", flat=True))
