"""Requests answered in turns, thought about, run out, kept from the desk; briefs, gaps in rank, pull-asides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from factories import local, make_account, make_person, make_role, make_site
from factories.meetings import DAY, NOW, make_party, make_ready_week, make_room
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.core.live import versions
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Place, Role, Week
from hanhlang.domains.meetings import actions, bilaterals, errors
from hanhlang.domains.meetings.models import Brief, Meeting, Reader, Request
from hanhlang.domains.meetings.planning import problem_of
from hanhlang.domains.meetings.visibility import requests_seen_by, viewer_of
from hanhlang.domains.people.models import Account, Person

pytestmark = pytest.mark.django_db
WHO = {"by": None, "now": NOW}


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def filed(week: Week, **fields: object) -> Request:
    return actions.file_request(asking=make_party(week), asked=make_party(week), **WHO, **fields)  # type: ignore[arg-type]


def focal(request: Request, side: str = "asking") -> Account:
    account = make_account(person=make_person())
    make_role(request.week, account, Role.Kind.FOCAL_POINT, delegation_id=getattr(request, side).pk)
    return account


def ranked(request: Request, asking: str, asked: str) -> Request:
    for side, rank in ((request.asking, asking), (request.asked, asked)):
        Person.objects.filter(memberships__delegation=side).update(rank=rank)
    return request


# Turns


def test_offers_go_to_and_fro_until_one_side_says_yes_to_the_last(week: Week) -> None:
    request = filed(week, minutes=45)
    actions.counter_request(request=request, minutes=20, level="deputy_minister", side=request.asked, **WHO)
    actions.counter_request(request=request, minutes=30, side=request.asking, why="half an hour at least", **WHO)

    meeting = actions.accept_request(request=request, side=request.asked, **WHO)

    request.refresh_from_db()
    assert (meeting.minutes, request.level) == (30, "deputy_minister")
    steps = list(request.steps.values_list("event", "side__code", "why"))
    one, other = request.asking.code, request.asked.code
    assert steps == [
        ("filed", one, ""),
        ("countered", other, ""),
        ("countered", one, "half an hour at least"),
        ("accepted", other, ""),
    ]


def test_nobody_answers_an_offer_of_their_own(week: Week) -> None:
    request = filed(week)
    for answer in (actions.accept_request, actions.counter_request, actions.decline_request):
        with pytest.raises(errors.NotYourTurn):
            answer(request=request, side=request.asking, **({"minutes": 20} if answer is actions.counter_request else {}), **WHO)  # type: ignore[operator]

    actions.counter_request(request=request, minutes=20, side=request.asked, **WHO)
    with pytest.raises(errors.NotYourTurn):
        actions.accept_request(request=request, side=request.asked, **WHO)
    with pytest.raises(errors.NotAParty):
        actions.accept_request(request=request, side=make_party(week), **WHO)
    assert not Meeting.objects.exists()


def test_who_read_an_older_offer_does_not_accept_the_newer_one_unseen(week: Week) -> None:
    request = filed(week)
    read = request.steps.count()
    actions.counter_request(request=request, minutes=20, **WHO)
    actions.counter_request(request=request, minutes=25, **WHO)

    with pytest.raises(errors.RequestMoved):
        actions.accept_request(request=request, side=request.asked, seen=read, **WHO)

    assert actions.accept_request(request=request, side=request.asked, seen=read + 2, **WHO).minutes == 25


def test_a_no_of_a_side_says_why_and_the_asked_side_may_say_it_after_its_own_offer(week: Week) -> None:
    request = filed(week)
    actions.counter_request(request=request, minutes=20, side=request.asked, **WHO)
    with pytest.raises(errors.ReasonForNo):
        actions.decline_request(request=request, side=request.asked, why=" ", **WHO)

    assert actions.decline_request(request=request, side=request.asked, why="called home", **WHO).state == "declined"


def test_only_the_asking_side_takes_a_request_back(week: Week) -> None:
    request = filed(week)
    with pytest.raises(errors.NotAParty):
        actions.withdraw_request(request=request, side=request.asked, **WHO)

    assert actions.withdraw_request(request=request, side=request.asking, **WHO).state == "withdrawn"
    with pytest.raises(errors.RequestClosed):
        actions.accept_request(request=request, side=request.asked, **WHO)


# Time


def test_a_request_nobody_answered_ends_by_itself_and_takes_nobodys_time(week: Week) -> None:
    request = filed(week)
    late = NOW + bilaterals.ANSWER_WITHIN

    assert actions.expire_requests(now=late - timedelta(minutes=1)) == 0
    with pytest.raises(errors.RequestExpired):
        actions.accept_request(request=request, by=None, now=late)
    assert actions.expire_requests(now=late) == 1

    request.refresh_from_db()
    assert (request.state, request.steps.last().event, Claim.objects.count()) == ("expired", "expired", 0)
    with pytest.raises(errors.RequestExpired):
        actions.withdraw_request(request=request, by=None, now=late)
    assert actions.expire_requests(now=late) == 0


def test_one_that_ran_out_is_no_hindrance_for_the_next_even_before_the_clock_has_passed(week: Week) -> None:
    request = filed(week)
    with pytest.raises(errors.AlreadyAsked):
        actions.file_request(asking=request.asked, asked=request.asking, **WHO)

    again = actions.file_request(asking=request.asked, asked=request.asking, by=None, now=NOW + bilaterals.ANSWER_WITHIN)

    assert again.number == request.number + 1


def test_who_thinks_about_it_keeps_a_request_alive_until_the_hour(week: Week) -> None:
    request = filed(week)
    last = NOW + bilaterals.ANSWER_WITHIN - timedelta(hours=1)
    until = last + timedelta(hours=48)
    with pytest.raises(errors.NotYourTurn):
        actions.hold_request(request=request, until=until, side=request.asking, by=None, now=last)
    for wrong in (last, last + timedelta(hours=73), local(week, "2025-10-30", "00:05")):
        with pytest.raises(errors.HoldNotPossible):
            actions.hold_request(request=request, until=wrong, side=request.asked, by=None, now=last)

    actions.hold_request(request=request, until=until, side=request.asked, by=None, now=last)

    assert actions.expire_requests(now=until - timedelta(minutes=1)) == 0
    assert actions.expire_requests(now=until) == 1


def test_an_hour_to_think_that_is_over_leaves_the_request_open(week: Week) -> None:
    request = filed(week)
    actions.hold_request(request=request, until=NOW + timedelta(hours=2), **WHO)

    assert actions.expire_requests(now=NOW + timedelta(hours=2)) == 0

    request.refresh_from_db()
    assert (request.state, request.held_until, request.steps.last().event) == ("open", None, "hold_ended")


def test_an_offer_gives_the_other_side_its_own_days_to_answer(week: Week) -> None:
    request = filed(week)
    later = NOW + timedelta(days=1)

    actions.counter_request(request=request, minutes=20, by=None, now=later)

    request.refresh_from_db()
    assert request.expires_at == later + bilaterals.ANSWER_WITHIN


# Formats, rooms, hours


def test_a_tete_a_tete_is_of_two_and_a_one_plus_n_has_its_head(week: Week) -> None:
    request = filed(week, format="tete_a_tete")
    assert request.people.count() == 1
    with pytest.raises(errors.TooManyForFormat):
        actions.accept_request(request=request, people=[member.person for member in request.asked.members.all()], **WHO)
    assert actions.accept_request(request=request, **WHO).participants.count() == 2

    party = make_party(week, members=4)
    head, *others = [member.person for member in party.members.all()]
    more = {"format": "one_plus_n", "companions": 2}
    with pytest.raises(errors.HeadMissing):
        actions.file_request(asking=party, asked=make_party(week), people=others[:2], **more, **WHO)  # type: ignore[arg-type]
    with pytest.raises(errors.TooManyForFormat):
        actions.file_request(asking=party, asked=make_party(week), people=[head, *others], **more, **WHO)  # type: ignore[arg-type]
    one_plus = actions.file_request(asking=party, asked=make_party(week), people=[head, others[0]], **more, **WHO)  # type: ignore[arg-type]
    assert (one_plus.seats, one_plus.people.count()) == (6, 2)


def test_consecutive_interpreting_books_more_than_was_asked_for(week: Week) -> None:
    windows = [(local(week, DAY, "09:00"), local(week, DAY, "09:45"))]
    with pytest.raises(errors.HoursUnusable):
        filed(week, minutes=30, interpreting="consecutive", windows=windows)

    meeting = actions.accept_request(request=filed(week, minutes=25, interpreting="consecutive", windows=windows), **WHO)

    assert (meeting.minutes, meeting.talk_minutes) == (40, 25)


def test_impossible_hours_are_taken_from_those_of_the_meeting(week: Week) -> None:
    impossible = [(local(week, DAY, "00:00"), local(week, "2025-10-29", "09:00"))]

    meeting = actions.accept_request(request=filed(week, impossible=impossible), **WHO)

    assert meeting.windows == [[local(week, "2025-10-29", "09:00").isoformat(), local(week, "2025-10-30", "00:00").isoformat()]]
    whole = [(local(week, DAY, "00:00"), local(week, "2025-10-30", "00:00"))]
    with pytest.raises(errors.NoHoursLeft):
        filed(week, impossible=whole)


def test_a_city_keeps_a_meeting_to_its_rooms_even_where_rooms_elsewhere_share_their_name(week: Week) -> None:
    other = make_site(week)
    with pytest.raises(errors.NoRoomsAtSite):
        filed(week, site=other)
    make_room(other)

    meeting = actions.accept_request(request=filed(week, site=other), **WHO)

    problem = problem_of(week)
    sites = {pool.id: pool.site for pool in problem.pools}
    assert [sites[pool] for pool in problem.meetings[0].pools] == [str(other.pk)]
    assert meeting.site == other


def test_an_address_is_a_place_of_its_own_that_only_this_meeting_uses(week: Week) -> None:
    site = week.sites.get()
    with pytest.raises(errors.SiteMissing):
        filed(week, address="12 phố Tràng Thi")

    meeting = actions.accept_request(request=filed(week, site=site, address="12 phố Tràng Thi"), **WHO)
    beside = actions.accept_request(request=filed(week), **WHO)

    place = Place.objects.get(week=week, kind=Place.Kind.OFF_SITE)
    problem = problem_of(week)
    pools = {one.id: one.pools for one in problem.meetings}
    units = {pool.id: [unit.id for unit in pool.units] for pool in problem.pools}
    assert [unit for pool in pools[str(meeting.pk)] for unit in units[pool]] == [str(place.pk)]
    assert str(place.pk) not in [unit for pool in pools[str(beside.pk)] for unit in units[pool]]
    assert (place.is_listed, place.site, str(place.name)) == (False, site, "12 phố Tràng Thi")


def test_a_delegation_waits_for_no_more_answers_than_it_can_follow_up(week: Week) -> None:
    party = make_party(week)
    for _ in range(bilaterals.MOST_OPEN_REQUESTS):
        last = actions.file_request(asking=party, asked=make_party(week), **WHO)
    with pytest.raises(errors.TooManyOpenRequests):
        actions.file_request(asking=party, asked=make_party(week), **WHO)

    actions.withdraw_request(request=last, **WHO)

    assert actions.file_request(asking=party, asked=make_party(week), **WHO).state == "open"


def test_no_day_of_a_delegation_is_filled_beyond_its_most(week: Week) -> None:
    party = make_party(week)
    windows = [(local(week, DAY, "09:00"), local(week, DAY, "12:00"))]
    for _ in range(bilaterals.MOST_A_DAY):
        actions.accept_request(request=actions.file_request(asking=make_party(week), asked=party, windows=windows, **WHO), **WHO)
    one_more = actions.file_request(asking=make_party(week), asked=party, windows=windows, **WHO)
    with pytest.raises(errors.TooManyADay):
        actions.accept_request(request=one_more, **WHO)
    one_more.refresh_from_db()
    assert (one_more.state, Meeting.objects.count()) == ("open", bilaterals.MOST_A_DAY)

    assert actions.accept_request(request=actions.file_request(asking=make_party(week), asked=party, **WHO), **WHO).windows == []


def test_people_who_are_in_no_delegation_any_more_do_not_come(week: Week) -> None:
    request = filed(week)
    gone = request.people.get(memberships__is_head=True)
    request.asking.members.filter(person=gone).delete()

    meeting = actions.accept_request(request=request, **WHO)

    assert gone.pk not in meeting.participants.values_list("person_id", flat=True)
    assert set(meeting.participants.values_list("side", flat=True)) == {1, 2}


# Rank


def test_a_gap_in_rank_keeps_a_meeting_out_of_plans_until_the_host_accepts_it(week: Week) -> None:
    request = ranked(filed(week), "minister", "director")
    with pytest.raises(errors.NoRankGap):
        actions.sign_off_rank_gap(request=request, **WHO)
    actions.accept_request(request=request, **WHO)
    assert problem_of(week).meetings == ()

    signed = actions.sign_off_rank_gap(request=request, why="an old friend", **WHO)

    assert (signed.rank_gap, len(problem_of(week).meetings)) == (3, 1)
    with pytest.raises(errors.NoRankGap):
        actions.sign_off_rank_gap(request=request, **WHO)


def test_equals_need_nobodys_word(week: Week) -> None:
    actions.accept_request(request=ranked(filed(week), "minister", "minister"), **WHO)

    assert len(problem_of(week).meetings) == 1


# Pull-asides


def test_a_pull_aside_is_written_down_afterwards_and_never_planned(week: Week) -> None:
    one, other = make_party(week), make_party(week)
    with pytest.raises(errors.AskedInAdvance):
        actions.file_request(asking=one, asked=other, format="pull_aside", **WHO)
    begun = local(week, DAY, "10:05")
    with pytest.raises(errors.NotYetHappened):
        actions.log_pull_aside(asking=one, asked=other, starts_at=begun, **WHO)

    meeting = actions.log_pull_aside(asking=one, asked=other, starts_at=begun, minutes=5, by=None, now=begun + timedelta(hours=1))

    assert (meeting.state, meeting.participants.count(), meeting.windows[0][0]) == ("logged", 2, begun.isoformat())
    assert problem_of(week).meetings == ()
    assert meeting.request is not None
    with pytest.raises(errors.RequestClosed):
        actions.accept_request(request=meeting.request, **WHO)


@pytest.mark.parametrize(("secrecy", "leaves_no_gap"), [("all", False), ("place", True), ("busy", True)])
def test_a_pull_aside_that_not_all_may_know_of_leaves_no_gap_in_the_numbers(week: Week, secrecy: str, leaves_no_gap: bool) -> None:
    one, other = make_party(week), make_party(week)
    begun = local(week, DAY, "10:05")

    meeting = actions.log_pull_aside(asking=one, asked=other, starts_at=begun, secrecy=secrecy, by=None, now=begun + timedelta(hours=1))

    assert meeting.request is not None
    assert [number > 1 for number in (meeting.number, meeting.request.number)] == [leaves_no_gap] * 2
    assert filed(week).number == (1 if leaves_no_gap else 2)


# Briefs and secrecy


def test_a_brief_is_written_by_its_own_side_only(week: Week) -> None:
    request = filed(week)
    ours, theirs, desk = focal(request), focal(request, "asked"), make_account(person=make_person())
    make_role(week, desk)

    actions.write_brief(request=request, delegation=request.asking, text="Xin nhắc đến học bổng", by=ours, now=NOW)
    for stranger in (theirs, desk):
        with pytest.raises(errors.NotTheSideOfTheBrief):
            actions.write_brief(request=request, delegation=request.asking, text="x", by=stranger, now=NOW)
    with pytest.raises(errors.NotTheSideOfTheBrief):
        actions.write_brief(request=filed(week), delegation=request.asking, text="x", by=ours, now=NOW)

    actions.write_brief(request=request, delegation=request.asking, text="Học bổng và thị thực", by=ours, now=NOW)
    assert [brief.text for brief in Brief.objects.all()] == ["Học bổng và thị thực"]


def test_a_request_that_is_not_open_is_seen_by_its_sides_and_by_whom_they_let_in(week: Week) -> None:
    request = filed(week)
    ours, theirs = focal(request), focal(request, "asked")
    desk, friend = make_account(person=make_person()), make_account(person=make_person())
    for account in (desk, friend):
        make_role(week, account, Role.Kind.PROTOCOL)

    def see() -> list[bool]:
        found = (Request.objects.filter(requests_seen_by(viewer_of(week, account))) for account in (ours, theirs, desk, friend))
        return [rows.exists() for rows in found]

    assert see() == [True] * 4
    actions.set_secrecy(request=request, secrecy="place", **WHO)
    assert see() == [True, True, False, False]

    actions.let_read(request=request, account=friend, **WHO)
    meeting = actions.accept_request(request=request, **WHO)

    assert see() == [True, True, False, True]
    assert (meeting.secrecy, [row.account for row in Reader.objects.filter(meeting=meeting)]) == ("place", [friend])
    actions.stop_reading(request=request, account=friend, **WHO)
    assert (see(), Reader.objects.count()) == ([True, True, False, False], 0)
    with pytest.raises(errors.NotOfTheStaff):
        actions.let_read(request=request, account=ours, **WHO)


def test_secrecy_set_later_is_that_of_the_meeting_too_and_written_down(week: Week) -> None:
    request = filed(week)
    meeting = actions.accept_request(request=request, **WHO)

    actions.set_secrecy(request=request, secrecy="nothing", side=request.asked, **WHO)

    meeting.refresh_from_db()
    assert (meeting.secrecy, request.steps.last().side) == ("nothing", request.asked)


def test_the_desk_is_not_told_of_what_it_may_not_see(week: Week) -> None:
    names = (f"requests:{week.key}", f"plan:{week.key}")
    request = filed(week, secrecy="nothing")
    actions.counter_request(request=request, minutes=20, **WHO)
    actions.accept_request(request=request, **WHO)
    own = f"requests-of:{week.key}:{request.asking.code}"

    assert versions([*names, own]) == {names[0]: 0, names[1]: 0, own: 3}

    actions.set_secrecy(request=request, secrecy="all", **WHO)
    assert versions(names) == {names[0]: 1, names[1]: 1}


def test_a_look_at_what_is_not_open_is_recorded_once_a_quarter_of_an_hour(week: Week) -> None:
    request = filed(week)
    reader = focal(request)
    actions.log_look(at=request, by=reader, now=NOW)
    assert not AuditEntry.objects.filter(event="request.looked_at").exists()
    actions.set_secrecy(request=request, secrecy="busy", **WHO)
    request.refresh_from_db()

    for minutes in (0, 5, 14, 16):
        actions.log_look(at=request, by=reader, now=NOW + timedelta(minutes=minutes))

    assert AuditEntry.objects.filter(event="request.looked_at", about_id=request.pk).count() == 2
