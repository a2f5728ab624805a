"""Somebody else comes, or nobody comes: the other side is told or asked, and what was taken is free at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from factories.delegations import make_member
from factories.events import local, make_participation
from factories.meetings import DAY, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.core import outbox
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import answer_stand_in, cancel_meeting, name_stand_in, publish_plan, record_no_show
from hanhlang.domains.meetings.errors import MeetingIsCancelled, NotAMember
from hanhlang.domains.meetings.errors_business import NotAtThisMeeting
from hanhlang.domains.meetings.errors_changes import NotShorter, StandInNotFree, StandInPut, StandInSettled
from hanhlang.domains.meetings.errors_outcomes import NotYetBegun
from hanhlang.domains.meetings.models import Kind, Meeting, Notice, Outcome, Promise, StandIn
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db
MORNING = datetime.fromisoformat("2025-10-27T08:00:00+07:00")


class Met:
    """A bilateral of two delegations, published at 09:00 for half an hour, with members who could come instead."""

    def __init__(self) -> None:
        self.week: Week = make_ready_week()
        self.ours, self.theirs = make_party(self.week), make_party(self.week)
        self.head = self._ranked(self.ours.members.get(is_head=True).person, "minister")
        self.other = self._ranked(self.theirs.members.get(is_head=True).person, "minister")
        self.room = Place.objects.get(week=self.week, pool="rooms")
        self.meeting = make_meeting(self.week, self.head, self.other, kind=Kind.BILATERAL, minutes=30)
        publish_plan(plan=make_plan(self.week, (self.meeting, "09:00", self.room), number=1), by=None, now=MORNING)
        Notice.objects.all().delete()

    def member(self, rank: str) -> Person:
        person = make_member(self.ours, order=5).person
        make_participation(self.week, person)
        return self._ranked(person, rank)

    @staticmethod
    def _ranked(person: Person, rank: str) -> Person:
        person.rank = rank
        person.save()
        return person

    def send(self, person: Person, **more: Any) -> StandIn:
        return name_stand_in(meeting=self.meeting, absent=self.head, person=person, by=None, now=MORNING, **more)

    def told(self) -> dict[Person, str]:
        return {row.person: row.kind for row in Notice.objects.select_related("person")}


@pytest.fixture
def met() -> Met:
    return Met()


def test_a_stand_in_of_equal_rank_sits_at_once_and_the_other_side_is_told(met: Met) -> None:
    colleague = met.member("minister")

    row = met.send(colleague)

    assert row.state == StandIn.State.NOTIFIED
    assert set(met.meeting.participants.values_list("person_id", flat=True)) == {colleague.pk, met.other.pk}
    assert met.told() == {met.other: "stand_in", colleague: "new", met.head: "cancelled"}
    assert Claim.objects.filter(resource__person=colleague, kind=Claim.Kind.MEETING).count() == 1
    assert not Claim.objects.filter(resource__person=met.head, kind=Claim.Kind.MEETING).exists()
    assert Promise.objects.get(person=met.other).sequence == 1


@pytest.mark.parametrize("rank", ["director", ""])
def test_a_stand_in_of_lower_or_unknown_rank_is_put_to_the_other_side_and_changes_nothing(met: Met, rank: str) -> None:
    row = met.send(met.member(rank))

    assert row.state == StandIn.State.PUT
    assert met.told() == {}
    assert set(met.meeting.participants.values_list("person_id", flat=True)) == {met.head.pk, met.other.pk}
    with pytest.raises(StandInPut):
        met.send(met.member("director"))


def test_the_other_side_accepts(met: Met) -> None:
    colleague = met.member("director")
    row = met.send(colleague)

    answer_stand_in(stand_in=row, answer="accepted", by=None, now=MORNING)

    assert met.told()[met.other] == "stand_in"
    assert met.meeting.participants.filter(person=colleague).exists()
    with pytest.raises(StandInSettled):
        answer_stand_in(stand_in=row, answer="declined", by=None, now=MORNING)


def test_the_other_side_shortens_and_the_room_is_free_earlier(met: Met) -> None:
    row = met.send(met.member("director"))
    with pytest.raises(NotShorter):
        answer_stand_in(stand_in=row, answer="shortened", minutes=30, by=None, now=MORNING)

    answer_stand_in(stand_in=row, answer="shortened", minutes=15, by=None, now=MORNING)

    placed = met.meeting.placements.get(plan__state="published")
    assert placed.ends_at == local(met.week, DAY, "09:15")
    claim = Claim.objects.get(resource__place=met.room, kind=Claim.Kind.MEETING)
    assert claim.end - claim.start == 15 + met.room.turnround_minutes
    assert met.told()[met.other] == "moved"


def test_the_other_side_declines_and_all_is_free(met: Met) -> None:
    row = met.send(met.member("director"))

    answer_stand_in(stand_in=row, answer="declined", by=None, now=MORNING)

    met.meeting.refresh_from_db()
    assert met.meeting.state == Meeting.State.CANCELLED
    assert not Claim.objects.filter(kind=Claim.Kind.MEETING).exists()
    assert set(met.told().values()) == {"cancelled"}


def test_only_a_free_member_of_the_same_delegation_stands_in(met: Met) -> None:
    with pytest.raises(NotAMember):
        met.send(met.other)
    with pytest.raises(NotAtThisMeeting):
        name_stand_in(meeting=met.meeting, absent=met.member("minister"), person=met.head, by=None, now=MORNING)
    busy = met.member("minister")
    elsewhere = make_meeting(met.week, busy, met.theirs.members.get(is_head=False).person, kind=Kind.BILATERAL, minutes=30)
    table = Place.objects.get(week=met.week, pool="tables")
    plan = make_plan(met.week, (met.meeting, "09:00", met.room), (elsewhere, "09:00", table), number=2)
    publish_plan(plan=plan, by=None, now=MORNING)
    with pytest.raises(StandInNotFree):
        met.send(busy)


def test_a_no_show_frees_the_table_at_once_and_its_people_are_told(met: Met) -> None:
    begun = local(met.week, DAY, "09:06")
    with pytest.raises(NotYetBegun):
        record_no_show(meeting=met.meeting, person=met.head, by=None, now=MORNING)

    told = record_no_show(meeting=met.meeting, person=met.head, by=None, now=begun)

    assert told == {met.head.pk, met.other.pk}
    assert not Claim.objects.filter(kind=Claim.Kind.MEETING).exists()
    assert Outcome.objects.get(meeting=met.meeting).absent_side == 1
    with pytest.raises(MeetingIsCancelled):
        record_no_show(meeting=met.meeting, person=met.head, by=None, now=begun)


def test_a_meeting_called_off_is_told_at_once_and_only_once(met: Met) -> None:
    cancel_meeting(meeting=met.meeting, by=None, now=MORNING)

    outbox.deliver(limit=100)
    outbox.post("meeting.cancelled", meeting=met.meeting.pk)
    outbox.deliver(limit=100)

    assert Notice.objects.count() == 2
    assert not Claim.objects.filter(kind=Claim.Kind.MEETING).exists()
    publish_plan(plan=make_plan(met.week, number=2), by=None, now=MORNING + timedelta(minutes=1))
    assert Notice.objects.count() == 2
