"""Who sees how much of a meeting."""

from __future__ import annotations

import pytest

from factories.events import make_role
from factories.meetings import make_meeting, make_party, make_ready_week
from factories.people import make_account
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Kind, Meeting, Reader
from hanhlang.domains.meetings.visibility import Viewer, levels_of, open_to_staff, seen_by, viewer_of
from hanhlang.domains.people.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def staff(week: Week) -> Account:
    return make_role(week, make_account(), Role.Kind.SECRETARIAT).account  # type: ignore[no-any-return]


def level(week: Week, account: Account | None, meeting: Meeting) -> Secrecy:
    viewer = viewer_of(week, account)
    found = levels_of(viewer, [meeting])[meeting.pk]
    # Both ways of asking must agree at every level.
    for least in Secrecy:
        asked = Meeting.objects.filter(seen_by(viewer, least), pk=meeting.pk).exists()
        if least is not Secrecy.NOTHING:
            assert asked == (found.value in least.at_least), (least, found)
    return found


@pytest.mark.parametrize("secrecy", list(Secrecy))
def test_staff_see_what_a_meeting_leaves_open(week: Week, secrecy: Secrecy) -> None:
    assert level(week, staff(week), make_meeting(week, secrecy=secrecy)) is secrecy


def test_a_reader_sees_what_the_list_says(week: Week) -> None:
    meeting, account = make_meeting(week, secrecy=Secrecy.NOTHING), staff(week)
    Reader.objects.create(meeting=meeting, account=account, level=Secrecy.PLACE)

    assert level(week, account, meeting) is Secrecy.PLACE
    assert level(week, staff(week), meeting) is Secrecy.NOTHING


def test_those_of_a_meeting_see_all_of_it_and_their_focal_point_does(week: Week) -> None:
    first, second, third = make_party(week), make_party(week), make_party(week)
    heads = [party.members.get(is_head=True).person for party in (first, second)]
    meeting = make_meeting(week, *heads, kind=Kind.BILATERAL, secrecy=Secrecy.NOTHING)
    head = make_account(person=heads[0])
    mine, strange = (make_role(week, make_account(), Role.Kind.FOCAL_POINT, delegation_id=party.pk).account for party in (second, third))

    assert level(week, head, meeting) is Secrecy.ALL
    assert level(week, mine, meeting) is Secrecy.ALL
    assert level(week, strange, meeting) is Secrecy.NOTHING


def test_strangers_and_delegates_see_nothing_of_an_open_meeting_of_others(week: Week) -> None:
    delegate = make_role(week, make_account(), Role.Kind.DELEGATE).account

    assert level(week, delegate, make_meeting(week)) is Secrecy.NOTHING
    assert level(week, None, make_meeting(week)) is Secrecy.NOTHING


def test_a_staff_role_of_another_week_opens_nothing(week: Week) -> None:
    assert viewer_of(week, staff(make_ready_week())) != Viewer(None, is_staff=True)
    assert level(week, staff(make_ready_week()), make_meeting(week)) is Secrecy.NOTHING


def test_figures_shared_by_staff_count_meetings_whose_hour_and_place_are_open(week: Week) -> None:
    kept = [make_meeting(week, secrecy=secrecy) for secrecy in Secrecy]

    assert set(Meeting.objects.filter(open_to_staff())) == {row for row in kept if row.secrecy in (Secrecy.PLACE, Secrecy.ALL)}
