"""A request's form draws when one's own head is free; of the other side's hours it says nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from factories.events import local, make_role
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week, make_room
from factories.people import make_account, make_person
from hanhlang.domains.events.models import Place, Role, Site
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Grid, Kind
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.portal.own_hours import own_hours, without

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Ours meets somebody from nine to half past; the other side meets somebody else at eleven."""
    week = make_ready_week(key="vidw-2025")
    ours, other, third = (make_party(week) for _ in range(3))
    heads = [party.members.get(is_head=True).person for party in (ours, other, third)]
    room = make_room(Site.objects.get(week=week))
    first = make_meeting(week, heads[0], heads[2], kind=Kind.BILATERAL, minutes=30)
    second = make_meeting(week, heads[1], heads[2], kind=Kind.BILATERAL, minutes=30)
    placed = [(first, "09:00", Place.objects.filter(pool="rooms").first()), (second, "11:00", room)]
    publish_plan(plan=make_plan(week, *placed), by=None, now=NOW)
    account = make_account(person=make_person(), language="en")
    make_role(week, account, Role.Kind.FOCAL_POINT, delegation_id=ours.pk)
    return week, ours, account


def test_what_the_own_head_has_is_taken_and_the_rest_is_free(scene):
    week, ours, account = scene

    drawn = own_hours(ours, viewer_of(week, account))

    (day,) = drawn.days
    assert (drawn.width, drawn.hours) == (240, ["09", "11", "13"])
    assert [(span.x, span.width) for span in day.taken] == [(0, 30)]
    assert day.free == [("09:30", "12:00")]


def test_the_form_shows_it_and_keeps_it_when_something_is_wrong(scene):
    _, ours, account = scene
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    where = f"/portal/vidw-2025/delegations/{ours.key}/requests/new/"

    for answer in (client.get(where), client.post(where, {})):
        page = answer.content.decode()
        assert ours.members.get(is_head=True).person.name in page
        assert '<span class="f">09:30</span>–<span class="f">12:00</span>' in page
        assert "11:30" not in page


def test_without_hours_or_a_head_nothing_is_drawn(scene):
    week, ours, account = scene
    viewer = viewer_of(week, account)
    ours.members.all().delete()
    assert own_hours(ours, viewer) is None

    Grid.objects.filter(week=week).update(kind=Kind.BUSINESS)
    assert own_hours(make_party(week), viewer) is None


def test_stretches_are_cut(scene):
    week = scene[0]
    nine, ten, eleven, noon = (local(week, DAY, hour) for hour in ("09:00", "10:00", "11:00", "12:00"))

    assert without((nine, noon), [(ten, eleven)]) == [(nine, ten), (eleven, noon)]
    assert without((nine, ten), [(nine, noon)]) == []
