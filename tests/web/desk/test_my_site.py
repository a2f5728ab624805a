"""A province runs its site: it sees and keeps what is there, and nothing elsewhere answers."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from factories.events import local, make_role, make_site, make_week
from factories.meetings import DAY, make_grid, make_meeting, make_plan, make_table
from factories.people import make_account
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.models import Lock, Plan
from hanhlang.web.signin.places import first_page

pytestmark = pytest.mark.django_db
DESK = "/desk/vidw-2025"


class Scene:
    """A published meeting at each of two sites; an account that has a role at the first only."""

    def __init__(self) -> None:
        self.week = make_week(key="vidw-2025")
        self.here, self.there = (make_site(self.week, name=MultiText({"vi": name})) for name in ("Ninh Bình", "Hà Nội"))
        make_grid(self.week, "business")
        self.table, self.other_table = make_table(self.here), make_table(self.there)
        self.mine, self.theirs = make_meeting(self.week), make_meeting(self.week)
        make_plan(self.week, (self.mine, "09:00", self.table), (self.theirs, "09:00", self.other_table), state=Plan.State.PUBLISHED)
        self.account = make_account(language="en")

    def as_role(self, kind: str = Role.Kind.SECRETARIAT, **reach) -> Client:
        make_role(self.week, self.account, kind, **reach)
        client = Client()
        client.force_login(self.account)
        return client

    def lock(self, client: Client, meeting, **more):
        asked = {"starts_at": f"{local(self.week, DAY, '09:40'):%Y-%m-%dT%H:%M}", "reason": "VIP", "place": self.table.pk}
        return client.post(f"{DESK}/meetings/{meeting.number}/lock/", asked | more)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def said(answer) -> str:
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize("kind", ["secretariat", "protocol", "meetings"])
def test_the_published_meetings_of_the_site_are_shown_and_no_others(scene, kind):
    client = scene.as_role(kind, site=scene.here)

    page = client.get(f"{DESK}/my-site/")

    assert [line.number for line in page.context["lines"]] == [scene.mine.number]
    assert [site.pk for site in page.context["sites"]] == [scene.here.pk]


def test_asking_for_another_site_in_the_address_shows_nothing_of_it(scene):
    client = scene.as_role(site=scene.here)

    assert client.get(f"{DESK}/my-site/", {"site": scene.there.key}).context["lines"] == []


def test_who_has_the_whole_week_sees_every_site(scene):
    client = scene.as_role()

    assert {line.number for line in client.get(f"{DESK}/my-site/").context["lines"]} == {scene.mine.number, scene.theirs.number}


def test_a_meeting_elsewhere_answers_as_one_that_never_was(scene):
    client = scene.as_role(site=scene.here)
    addresses = [f"{DESK}/meetings/{scene.theirs.number}/{what}" for what in ("", "lock/", "unlock/")]

    there = [client.get(addresses[0]), scene.lock(client, scene.theirs), client.post(addresses[2])]
    number = scene.theirs.number
    scene.theirs.delete()
    gone = [client.get(addresses[0]), client.post(f"{DESK}/meetings/{number}/lock/"), client.post(addresses[2])]

    assert [answer.status_code for answer in there] == [404, 404, 404]
    assert [answer.content for answer in there] == [answer.content for answer in gone]
    assert not Lock.objects.exists()


def test_a_meeting_here_is_opened_and_locked_at_a_place_here(scene):
    client = scene.as_role(site=scene.here)

    assert client.get(f"{DESK}/meetings/{scene.mine.number}/").status_code == 200
    assert scene.lock(client, scene.mine).status_code == 302
    assert Lock.objects.get().place == scene.table


@pytest.mark.parametrize("place", ["other_table", ""])
def test_a_meeting_here_is_not_moved_to_another_site(scene, place):
    client = scene.as_role(site=scene.here)

    answer = scene.lock(client, scene.mine, place=getattr(scene, place).pk if place else "")

    assert answer.status_code == 422
    assert not Lock.objects.exists()


def test_who_has_the_whole_week_locks_anywhere(scene):
    client = scene.as_role()

    assert scene.lock(client, scene.theirs, place=scene.other_table.pk).status_code == 302
    assert Lock.objects.get().place == scene.other_table


@pytest.mark.parametrize("page", ["", "plan/", "roles/"])
def test_pages_about_the_whole_week_stay_shut(scene, page):
    assert scene.as_role(site=scene.here).get(f"{DESK}/{page}").status_code == 404


def test_a_role_for_a_site_of_another_week_opens_nothing(scene):
    client = Client()
    client.force_login(scene.account)
    make_role(make_week(), scene.account, site=make_site(make_week()))

    assert client.get(f"{DESK}/my-site/").status_code == 404
    assert client.get(f"{DESK}/meetings/{scene.mine.number}/").status_code == 404


def test_the_ways_shown_are_those_that_can_be_gone(scene):
    page = said(scene.as_role(site=scene.here).get(f"{DESK}/my-site/"))

    assert f'href="{DESK}/plan/"' not in page
    assert f'href="{DESK}/my-site/"' in page


def test_before_a_plan_is_published_the_page_says_so(scene):
    Plan.objects.update(state=Plan.State.DRAFT)

    assert scene.as_role(site=scene.here).get(f"{DESK}/my-site/").context["plan"] is None


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_costs_the_same_for_one_and_for_many(scene, count, django_assert_max_num_queries):
    meetings = [make_meeting(scene.week) for _ in range(count)]
    Plan.objects.update(state=Plan.State.PAST)
    make_plan(scene.week, *((meeting, "10:00", scene.table) for meeting in meetings), state=Plan.State.PUBLISHED)
    client = scene.as_role(site=scene.here)

    with django_assert_max_num_queries(14):
        assert len(client.get(f"{DESK}/my-site/").context["lines"]) == count


def test_work_begins_where_the_role_reaches(scene):
    assert first_page(scene.account) == "/account/"
    make_role(scene.week, scene.account, site=scene.here)
    assert first_page(scene.account) == f"{DESK}/my-site/"
    make_role(scene.week, scene.account, Role.Kind.MEETINGS)
    assert first_page(scene.account) == f"{DESK}/plan/"
