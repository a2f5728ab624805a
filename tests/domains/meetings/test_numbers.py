"""Numbers people know from elsewhere are kept; none is given twice."""

from __future__ import annotations

import pytest

from factories.meetings import NOW, make_guest, make_meeting, make_party, make_ready_week
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import accept_request, accept_wishes, file_request, make_wishes
from hanhlang.domains.meetings.errors import NumberTaken
from hanhlang.domains.meetings.models import Meeting, Request, Wish

pytestmark = pytest.mark.django_db
WHO = {"by": None, "now": NOW}


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def test_a_request_and_its_meeting_keep_their_numbers(week: Week) -> None:
    request = file_request(asking=make_party(week), asked=make_party(week), number=41, **WHO)

    meeting = accept_request(request=request, number=77, **WHO)

    assert (request.number, meeting.number) == (41, 77)
    assert file_request(asking=make_party(week), asked=make_party(week), **WHO).number == 42


def test_a_number_that_is_taken_is_refused(week: Week) -> None:
    file_request(asking=make_party(week), asked=make_party(week), number=5, **WHO)
    with pytest.raises(NumberTaken):
        file_request(asking=make_party(week), asked=make_party(week), number=5, **WHO)
    assert Request.objects.count() == 1

    other = make_ready_week()
    assert file_request(asking=make_party(other), asked=make_party(other), number=5, **WHO).number == 5


@pytest.mark.parametrize("numbers", [[3, 3], [9, 4]])
def test_many_meetings_get_their_numbers_or_none_is_made(week: Week, numbers: list[int]) -> None:
    make_meeting(week, number=4)
    wishes = make_wishes(week=week, pairs=[(make_guest(week), make_guest(week)) for _ in range(2)], **WHO)

    with pytest.raises(NumberTaken):
        accept_wishes(week=week, wishes=wishes, numbers=numbers, **WHO)

    assert Meeting.objects.count() == 1
    assert Wish.objects.filter(state=Wish.State.OPEN).count() == 2
    assert [meeting.number for meeting in accept_wishes(week=week, wishes=wishes, numbers=[9, 2], **WHO)] == [9, 2]
