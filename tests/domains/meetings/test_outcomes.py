from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from factories import local, make_account, make_person, make_role
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings import after
from hanhlang.domains.meetings.actions import cancel_meeting, publish_plan
from hanhlang.domains.meetings.actions.freeing import free_after_no_show
from hanhlang.domains.meetings.actions.outcomes import add_follow_up, finish_follow_up, mark_meeting, record_outcome, write_note
from hanhlang.domains.meetings.errors_outcomes import (
    DueInThePast,
    FollowUpDone,
    FollowUpUnclear,
    MarkUnknown,
    NeverPlaced,
    NoteTooLong,
    NotYetBegun,
    NotYourMeeting,
    OutcomeSettled,
    OwnerNotThere,
    WhoWasAbsent,
)
from hanhlang.domains.meetings.models import Kind, Outcome, OutcomeNote, Satisfaction
from hanhlang.domains.meetings.outcome_rights import Standing, standing_of
from hanhlang.domains.meetings.visibility import viewer_of

pytestmark = pytest.mark.django_db
DESK = Standing(sees=True, may_record=True)
FIRST = Standing(sees=True, may_record=True, sides=frozenset({1}))
SECOND = Standing(sees=True, may_record=True, sides=frozenset({2}))
NOBODY = Standing()


@pytest.fixture
def met():
    """A bilateral of two delegations, published for 09:00 to 09:20."""
    week = make_ready_week()
    one, other = make_party(week), make_party(week)
    heads = [party.members.get(is_head=True).person for party in (one, other)]
    meeting = make_meeting(week, *heads, kind=Kind.BILATERAL)
    publish_plan(plan=make_plan(week, (meeting, "09:00", Place.objects.get(pool="rooms"))), by=None, now=NOW)
    meeting.one, meeting.other, meeting.nine = one, other, local(week, DAY, "09:00")
    return meeting


def record(meeting, standing=DESK, state="held", now=None, **more):
    return record_outcome(meeting=meeting, standing=standing, state=state, by=None, now=now or meeting.nine, **more)


def test_what_became_of_a_meeting_is_said_from_its_hour_on_and_not_before(met):
    with pytest.raises(NotYetBegun):
        record(met, now=met.nine - timedelta(minutes=1))

    assert record(met).state == "held"


def test_only_a_published_meeting_has_an_outcome(met):
    unplaced = make_meeting(met.week)
    with pytest.raises(NeverPlaced):
        record(unplaced, now=met.nine)

    cancel_meeting(meeting=met, by=None, now=NOW)
    with pytest.raises(NeverPlaced):
        record(met)


@pytest.mark.parametrize(("state", "absent"), [("held", 1), ("no_show", None), ("no_show", 3), ("not_held", 0)])
def test_who_was_absent_is_said_with_a_no_show_and_only_then(met, state, absent):
    with pytest.raises(WhoWasAbsent):
        record(met, state=state, absent_side=absent)
    assert not Outcome.objects.exists()


@pytest.mark.parametrize(("standing", "minutes", "frees"), [(DESK, 5, True), (FIRST, 5, False), (DESK, 20, False)])
def test_the_desk_s_no_show_frees_the_table_while_the_hour_lasts(met, standing, minutes, frees):
    record(met, standing, "no_show", absent_side=2)

    told = free_after_no_show(meeting=met, by=None, now=met.nine + timedelta(minutes=minutes))

    assert bool(told) is frees
    assert Claim.objects.filter(source=f"meeting:{met.pk}").exists() is not frees
    assert free_after_no_show(meeting=met, by=None, now=met.nine + timedelta(minutes=minutes)) == set()


def test_a_no_show_names_its_side(met):
    assert record(met, state="no_show", absent_side=2).absent_side == 2


def test_a_later_word_of_the_sides_replaces_an_earlier_one_and_none_replaces_the_desks(met):
    record(met, FIRST, "no_show", absent_side=2)
    record(met, SECOND, "held")
    assert Outcome.objects.get().state == "held"
    record(met, DESK, "moved")

    with pytest.raises(OutcomeSettled):
        record(met, FIRST, "not_held")
    record(met, DESK, "not_held")
    assert Outcome.objects.get().state == "not_held"


def test_strangers_say_nothing_of_a_meeting(met):
    with pytest.raises(NotYourMeeting):
        record(met, NOBODY)
    with pytest.raises(NotYourMeeting):
        add(met, standing=NOBODY)


def test_the_focal_points_speak_for_their_sides_a_head_does_not_and_the_desk_for_all(met):
    def standing(account, may_change=False):
        return standing_of(viewer_of(met.week, account), met, may_change=may_change)

    focal, desk, head, stranger = (make_account(person=person) for person in (make_person(), make_person(), None, make_person()))
    make_role(met.week, focal, Role.Kind.FOCAL_POINT, delegation_id=met.other.pk)
    make_role(met.week, desk, Role.Kind.MEETINGS)
    make_role(met.week, head, Role.Kind.DELEGATE)
    head.person = met.one.members.get(is_head=True).person
    head.save()

    assert standing(focal) == Standing(True, True, frozenset({2}))
    assert standing(desk, may_change=True) == Standing(True, True)
    assert standing(desk, may_change=False) == Standing(True, False)
    assert standing(head) == Standing(True, False, was_there=True)
    assert standing(stranger) == Standing()


def test_both_business_partners_may_say_what_became_of_theirs():
    week = make_ready_week()
    meeting = make_meeting(week)
    seat = meeting.participants.get(side=2)
    account = make_account(person=seat.person)
    make_role(week, account, Role.Kind.DELEGATE)

    assert standing_of(viewer_of(week, account), meeting, may_change=False) == Standing(True, True, frozenset({2}), True)


def test_the_desk_without_need_to_know_says_nothing_of_a_hidden_meeting(met):
    met.secrecy = "place"
    met.save()
    desk = make_account(person=make_person())
    make_role(met.week, desk, Role.Kind.SECRETARIAT)

    assert standing_of(viewer_of(met.week, desk), met, may_change=True) == Standing()


def test_each_side_has_a_note_of_its_own_and_the_desk_none(met):
    write_note(meeting=met, standing=FIRST, text="They will send the draft.", by=None, now=met.nine)
    write_note(meeting=met, standing=SECOND, text="We wait.", by=None, now=met.nine)
    write_note(meeting=met, standing=SECOND, text="We wait until Friday.", by=None, now=met.nine)

    assert list(OutcomeNote.objects.order_by("side").values_list("side", "text")) == [
        (1, "They will send the draft."),
        (2, "We wait until Friday."),
    ]
    with pytest.raises(NotYourMeeting):
        write_note(meeting=met, standing=DESK, text="seen", by=None, now=met.nine)
    with pytest.raises(NoteTooLong):
        write_note(meeting=met, standing=FIRST, text="x" * 5001, by=None, now=met.nine)


def test_a_participant_marks_a_meeting_once_and_may_think_again(met):
    head = met.one.members.get(is_head=True).person
    mark_meeting(meeting=met, person=head, mark=1, by=None, now=met.nine)
    mark_meeting(meeting=met, person=head, mark=3, by=None, now=met.nine)

    assert list(Satisfaction.objects.values_list("person", "mark")) == [(head.pk, 3)]
    with pytest.raises(MarkUnknown):
        mark_meeting(meeting=met, person=head, mark=4, by=None, now=met.nine)
    with pytest.raises(NotYourMeeting):
        mark_meeting(meeting=met, person=make_person(), mark=3, by=None, now=met.nine)
    with pytest.raises(NotYetBegun):
        mark_meeting(meeting=met, person=head, mark=3, by=None, now=met.nine - timedelta(minutes=1))


def add(meeting, standing=FIRST, text="Send the draft", owner=None, due_on=date(2025, 11, 3)):
    owner = owner or meeting.one.members.get(is_head=True).person
    return add_follow_up(meeting=meeting, standing=standing, text=text, owner=owner, due_on=due_on, by=None, now=meeting.nine)


def test_a_follow_up_has_an_owner_of_one_of_the_sides_and_a_day_to_come(met):
    colleague = met.other.members.get(is_head=False).person
    assert add(met, owner=colleague).owner == colleague
    assert add(met, due_on=date(2025, 10, 27)).due_on == date(2025, 10, 27)

    with pytest.raises(OwnerNotThere):
        add(met, owner=make_person())
    with pytest.raises(DueInThePast):
        add(met, due_on=date(2025, 10, 26))
    for unclear in (" ", "x" * 501):
        with pytest.raises(FollowUpUnclear):
            add(met, text=unclear)


def test_a_follow_up_is_done_once_by_its_owner_or_a_side(met):
    row = add(met)
    owner = make_account(person=row.owner)
    with pytest.raises(NotYourMeeting):
        finish_follow_up(follow_up=row, standing=NOBODY, by=make_account(person=make_person()), now=met.nine)

    finish_follow_up(follow_up=row, standing=NOBODY, by=owner, now=met.nine)

    with pytest.raises(FollowUpDone):
        finish_follow_up(follow_up=row, standing=FIRST, by=None, now=met.nine)


def test_a_follow_up_is_overdue_when_its_day_is_over_where_the_week_is(met):
    row = add(met, due_on=date(2025, 10, 27))

    assert not after.is_overdue(row, datetime.fromisoformat("2025-10-27T23:59:00+07:00"))
    assert after.is_overdue(row, datetime.fromisoformat("2025-10-28T00:00:00+07:00"))
    row.done_at = met.nine
    assert not after.is_overdue(row, datetime.fromisoformat("2025-10-28T00:00:00+07:00"))


def test_marks_are_shown_from_three_on_and_figures_leave_out_what_staff_may_not_count(met):
    later = met.nine + timedelta(hours=1)
    heads = [met.one.members.get(is_head=True).person, met.other.members.get(is_head=True).person]
    for head in heads:
        mark_meeting(meeting=met, person=head, mark=3, by=None, now=later)
    record(met)

    (bilateral, _) = after.figures(met.week, later)
    assert (bilateral.over, bilateral.outcomes, bilateral.marks, bilateral.unknown) == (1, {"held": 1}, {}, 0)

    third = make_person()
    met.participants.create(person=third, side=1)
    mark_meeting(meeting=met, person=third, mark=1, by=None, now=later)
    assert after.figures(met.week, later)[0].marks == {3: 2, 1: 1}

    met.secrecy = "busy"
    met.save()
    assert after.figures(met.week, later)[0].over == 0
