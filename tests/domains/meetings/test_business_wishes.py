"""Wishes between business people: caps, expiry, withdrawal, blocks that leave no trace, and races."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from factories import make_organisation
from factories.business import make_founder, make_terms
from factories.meetings import NOW, make_guest, make_meeting, make_ready_week
from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import actions, errors, errors_business, rules, rules_business
from hanhlang.domains.meetings.business import contacts_open_to, people_found_by, wishes_of
from hanhlang.domains.meetings.models import Block, BusinessSettings, Meeting, Participant, Wish
from hanhlang.domains.people.models import Person
from hanhlang.jobs.schedule import end_what_was_not_answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def ask(week: Week, asking: Person, asked: Person, **more: object) -> Wish:
    return actions.make_wish(week=week, asking=asking, asked=asked, by=None, **({"now": NOW} | more))  # type: ignore[arg-type]


def test_a_wish_carries_its_message_and_its_answer(week: Week) -> None:
    wish = ask(week, make_guest(week), make_guest(week), message=" Chúng tôi cần 5G. ")
    actions.decline_wish(wish=wish, by=None, now=NOW, why="Không phải lĩnh vực của chúng tôi.")

    wish.refresh_from_db()
    assert (wish.message, wish.why) == ("Chúng tôi cần 5G.", "Không phải lĩnh vực của chúng tôi.")


def test_a_withdrawn_wish_cannot_be_accepted_and_may_be_made_again(week: Week) -> None:
    one, other = make_guest(week), make_guest(week)
    wish = ask(week, one, other)
    actions.withdraw_wish(wish=wish, by=None, now=NOW)

    with pytest.raises(errors.WishClosed):
        actions.accept_wish(wish=wish, by=None, now=NOW)

    assert ask(week, one, other).state == Wish.State.OPEN
    assert not Meeting.objects.exists()


def test_of_two_answers_at_once_the_first_counts(week: Week) -> None:
    wish = ask(week, make_guest(week), make_guest(week))
    seen_by_two = [Wish.objects.get(pk=wish.pk) for _ in range(2)]
    actions.accept_wish(wish=seen_by_two[0], by=None, now=NOW)

    with pytest.raises(errors.WishClosed):
        actions.decline_wish(wish=seen_by_two[1], by=None, now=NOW)
    assert Meeting.objects.count() == 1


def test_a_wish_past_its_hour_is_over_before_the_clock_says_so(week: Week) -> None:
    wish = ask(week, make_guest(week), make_guest(week))
    assert wish.expires_at == NOW + timedelta(days=5)
    in_time, late = wish.expires_at - timedelta(seconds=1), wish.expires_at

    with pytest.raises(errors.WishClosed):
        actions.accept_wish(wish=wish, by=None, now=late)
    assert actions.expire_wishes(week=week, now=in_time) == 0
    assert actions.expire_wishes(week=week, now=late) == 1

    wish.refresh_from_db()
    assert wish.state == Wish.State.EXPIRED


def test_the_clock_s_round_ends_what_is_due_and_nothing_else(settings: Any, week: Week) -> None:
    settings.DEMO = True
    due, fresh = (
        ask(week, make_guest(week), make_guest(week)),
        ask(week, make_guest(week), make_guest(week), now=NOW + timedelta(days=4, hours=1)),
    )
    assert due.expires_at
    clock.move_demo(due.expires_at)

    end_what_was_not_answered()

    assert [Wish.objects.get(pk=wish.pk).state for wish in (due, fresh)] == [Wish.State.EXPIRED, Wish.State.OPEN]


def test_during_the_week_a_wish_waits_for_a_day() -> None:
    during = NOW + timedelta(days=8)

    assert rules_business.wish_expires(during, starts_on=(NOW + timedelta(days=7)).date()) == during + timedelta(days=1)


def test_who_was_told_no_does_not_ask_again_but_may_be_asked(week: Week) -> None:
    one, other = make_guest(week), make_guest(week)
    actions.decline_wish(wish=ask(week, one, other), by=None, now=NOW)

    with pytest.raises(errors_business.AlreadyDeclined):
        ask(week, one, other)

    assert ask(week, other, one).state == Wish.State.OPEN


def test_nobody_waits_for_more_answers_than_the_most(week: Week) -> None:
    one = make_guest(week)
    wishes = [ask(week, one, make_guest(week)) for _ in range(rules_business.MOST_OPEN_WISHES)]

    with pytest.raises(errors_business.TooManyOpenWishes):
        ask(week, one, make_guest(week))

    actions.withdraw_wish(wish=wishes[0], by=None, now=NOW)
    assert ask(week, one, make_guest(week)).state == Wish.State.OPEN


def test_after_a_meeting_was_called_off_the_two_may_wish_anew(week: Week) -> None:
    one, other = make_guest(week), make_guest(week)
    meeting = actions.accept_wish(wish=ask(week, one, other), by=None, now=NOW)
    with pytest.raises(errors.AlreadyWished):
        ask(week, other, one)

    actions.cancel_meeting(meeting=meeting, by=None, now=NOW)

    assert ask(week, one, other).state == Wish.State.OPEN


def refusal(week: Week, asking: Person, asked: Person) -> str:
    with pytest.raises(errors_business.NotAvailable) as caught:
        ask(week, asking, asked)
    return str(caught.value)


def test_the_blocked_read_the_same_as_of_somebody_who_does_not_take_part(week: Week) -> None:
    name = "Lê Thị Một"
    asking, blocker, absent = make_founder(week), make_founder(week, name=name), make_founder(week, name=name)
    actions.block(week=week, by_person=blocker, person=asking, by=None, now=NOW)
    make_terms(week, absent, takes_part=False)

    assert refusal(week, asking, blocker) == refusal(week, asking, absent)
    assert set(people_found_by(week, asking)) == set()


def test_a_block_of_a_firm_holds_for_its_people_and_no_others(week: Week) -> None:
    firm = make_organisation(kind="company")
    colleagues, stranger = [make_founder(week, organisation=firm) for _ in range(2)], make_founder(week)
    blocker = make_founder(week)

    actions.block(week=week, by_person=blocker, organisation=firm, by=None, now=NOW)

    for colleague in colleagues:
        assert blocker not in people_found_by(week, colleague)
        refusal(week, colleague, blocker)
    assert blocker in people_found_by(week, stranger)
    assert set(people_found_by(week, blocker)) == {stranger}


def test_a_block_leaves_the_other_s_wish_open_to_their_eyes_and_ends_one_s_own(week: Week) -> None:
    one, blocker, third = make_founder(week), make_founder(week), make_founder(week)
    theirs, mine = ask(week, one, blocker), ask(week, blocker, third)
    actions.block(week=week, by_person=blocker, person=one, by=None, now=NOW)
    actions.block(week=week, by_person=blocker, person=third, by=None, now=NOW)

    assert list(wishes_of(week, one)) == [theirs]
    assert wishes_of(week, one).get().state == Wish.State.OPEN
    assert theirs not in wishes_of(week, blocker)
    mine.refresh_from_db()
    assert mine.state == Wish.State.WITHDRAWN
    with pytest.raises(errors_business.YouBlocked):
        actions.accept_wish(wish=theirs, by=None, now=NOW)


def test_what_was_agreed_stays_agreed_when_one_side_blocks(week: Week) -> None:
    one, blocker = make_founder(week), make_founder(week)
    meeting = actions.accept_wish(wish=ask(week, one, blocker), by=None, now=NOW)

    actions.block(week=week, by_person=blocker, person=one, by=None, now=NOW)

    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.AGREED


def test_an_ended_block_opens_the_door_again_and_blocking_twice_is_once(week: Week) -> None:
    one, blocker = make_founder(week), make_founder(week)
    first, second = (actions.block(week=week, by_person=blocker, person=one, by=None, now=NOW) for _ in range(2))
    assert first == second

    actions.unblock(block=first, by=None, now=NOW)
    actions.unblock(block=first, by=None, now=NOW)

    assert ask(week, one, blocker).state == Wish.State.OPEN


def test_nobody_blocks_themselves_or_their_own_firm(week: Week) -> None:
    one = make_founder(week)
    colleague = make_founder(week, organisation=one.organisation)

    for whom in ({"person": one}, {"person": colleague}, {"organisation": one.organisation}):
        with pytest.raises(errors_business.CannotBlockOwn):
            actions.block(week=week, by_person=one, by=None, now=NOW, **whom)  # type: ignore[arg-type]
    assert not Block.objects.exists()


def test_the_audit_does_not_say_whom_a_block_is_against(week: Week) -> None:
    one, blocker = make_founder(week), make_founder(week)

    actions.block(week=week, by_person=blocker, person=one, by=None, now=NOW)

    entry = AuditEntry.objects.get(event="business.blocked")
    assert (entry.people, entry.facts) == ("", "{}")


def test_contact_data_opens_to_the_two_sides_of_an_agreed_meeting_and_closes_when_it_is_off(week: Week) -> None:
    one, other, stranger = make_founder(week), make_founder(week), make_founder(week)
    wish = ask(week, one, other)
    assert contacts_open_to(week, one, [other]) == {}

    meeting = actions.accept_wish(wish=wish, by=None, now=NOW)
    assert contacts_open_to(week, one, [other])[other.pk].mail == f"{other.key}@firm.example"
    assert contacts_open_to(week, stranger, [one, other]) == {}

    actions.cancel_meeting(meeting=meeting, by=None, now=NOW)
    assert contacts_open_to(week, one, [other]) == {}


def test_who_no_longer_takes_part_asks_nobody_any_more(week: Week) -> None:
    one = make_founder(week)
    wish = ask(week, one, make_founder(week))

    make_terms(week, one, takes_part=False)

    wish.refresh_from_db()
    assert wish.state == Wish.State.WITHDRAWN


class Corridor(RuleBasedStateMachine):
    """Five people of four firms do anything, in any order, the clock going on; the rules hold after each step."""

    @initialize()
    def begin(self) -> None:
        self.week = make_ready_week()
        firm = make_organisation(kind="company")
        self.people = [make_founder(self.week, organisation=firm) for _ in range(2)] + [make_founder(self.week) for _ in range(3)]
        make_meeting(self.week, self.people[0], make_guest(self.week))
        self.now = NOW
        self.was_open: set[object] = set()

    pairs = st.tuples(st.integers(0, 4), st.integers(0, 4))

    def _try(self, action: object, **given: object) -> None:
        with contextlib.suppress(CodedError):
            action(by=None, now=self.now, **given)  # type: ignore[operator]

    def _wish(self, number: int) -> Wish | None:
        rows = list(Wish.objects.filter(week=self.week).order_by("created_at", "pk"))
        return rows[number % len(rows)] if rows else None

    @rule(pair=pairs)
    def ask(self, pair: tuple[int, int]) -> None:
        self._try(actions.make_wish, week=self.week, asking=self.people[pair[0]], asked=self.people[pair[1]])

    @rule(number=st.integers(0, 30), answer=st.sampled_from(["accept_wish", "decline_wish", "withdraw_wish"]))
    def answer(self, number: int, answer: str) -> None:
        if wish := self._wish(number):
            blocked = Block.objects.filter(by_person=wish.asked, person=wish.asking).exists()
            was = Wish.objects.get(pk=wish.pk).state
            self._try(getattr(actions, answer), wish=wish)
            if answer == "accept_wish" and (blocked or was != Wish.State.OPEN):
                assert Wish.objects.get(pk=wish.pk).state == was

    @rule(pair=pairs)
    def block(self, pair: tuple[int, int]) -> None:
        self._try(actions.block, week=self.week, by_person=self.people[pair[0]], person=self.people[pair[1]])

    @rule(number=st.integers(0, 9))
    def unblock(self, number: int) -> None:
        rows = list(Block.objects.filter(week=self.week).order_by("created_at", "pk"))
        if rows:
            self._try(actions.unblock, block=rows[number % len(rows)])

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        rows = list(Meeting.objects.filter(week=self.week).order_by("number"))
        self._try(actions.cancel_meeting, meeting=rows[number % len(rows)])

    @rule(who=st.integers(0, 4), on=st.booleans())
    def set_terms(self, who: int, on: bool) -> None:
        said = {"takes_part": on, "wants_suggestions": False, "may_stand_in": on, "hours": [], "mail": "", "phone": ""}
        self._try(actions.set_terms, week=self.week, person=self.people[who], **said)

    @rule(number=st.integers(0, 9), who=st.integers(0, 4))
    def stand_in(self, number: int, who: int) -> None:
        rows = list(Meeting.objects.filter(week=self.week).order_by("number"))
        meeting = rows[number % len(rows)]
        for seat in meeting.participants.select_related("person"):
            self._try(actions.stand_in, meeting=meeting, leaving=seat.person, coming=self.people[who])

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        actions.expire_wishes(week=self.week, now=self.now)

    @invariant()
    def the_rules_hold(self) -> None:
        if not hasattr(self, "week"):
            return
        for meeting in Meeting.objects.filter(week=self.week, wish__isnull=False).prefetch_related("participants__person"):
            assert meeting.wish is not None
            assert meeting.wish.state == Wish.State.ACCEPTED
            sides = {seat.side: seat.person for seat in meeting.participants.all()}
            assert set(sides) == {1, 2}
            assert sides[1].organisation_id != sides[2].organisation_id
        pairs = [
            frozenset(Participant.objects.filter(meeting=one).values_list("person_id", flat=True))
            for one in Meeting.objects.filter(week=self.week, state=Meeting.State.AGREED)
        ]
        assert len(pairs) == len(set(pairs))
        for wish in Wish.objects.filter(week=self.week, state=Wish.State.OPEN):
            assert not Block.objects.filter(by_person=wish.asking, person=wish.asked).exists()
            assert not BusinessSettings.objects.filter(week=self.week, person=wish.asking, takes_part=False).exists()
            assert wish.expires_at is not None
            assert wish.expires_at > self.now
        accepted = Wish.objects.filter(week=self.week, state=Wish.State.ACCEPTED).count()
        assert accepted == Meeting.objects.filter(week=self.week, wish__isnull=False).count()
        counts = [Participant.objects.filter(meeting__week=self.week, person=person).count() for person in self.people]
        assert max(counts) <= rules.MOST_BUSINESS_MEETINGS


def test_whatever_people_do_the_rules_hold() -> None:
    checks = settings(max_examples=12, stateful_step_count=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Corridor, settings=checks)  # type: ignore[no-untyped-call]
