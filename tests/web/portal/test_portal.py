"""My agenda, my delegation's, and who may see them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories.delegations import make_delegation, make_member
from factories.events import local, make_place, make_role, make_site
from factories.meetings import NOW, make_guest, make_meeting, make_plan, make_ready_week
from factories.people import make_account, make_person
from factories.programme import make_session, make_speaking
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Role, Site
from hanhlang.domains.meetings.actions import choose_invitations
from hanhlang.domains.meetings.actions.publishing import publish_plan
from hanhlang.domains.meetings.models import Meeting
from hanhlang.domains.meetings.queries import agenda_of
from hanhlang.domains.meetings.visibility import Viewer
from hanhlang.web.portal.items import items_of
from hanhlang.web.portal.timeline import timeline_of

pytestmark = pytest.mark.django_db
DAY = "2025-10-27"


@pytest.fixture
def week():
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def me(week):
    return make_guest(week)


@pytest.fixture
def mine(client, week, me):
    account = make_account(person=me, language="en")
    make_role(week, account, Role.Kind.DELEGATE)
    client.force_login(account)
    return client


def published(week, *meetings):
    table = Place.objects.get(week=week, pool="tables")
    hours = [f"{9 + n // 3:02}:{20 * (n % 3):02}" for n in range(len(meetings))]
    return publish_plan(plan=make_plan(week, *zip(meetings, hours, [table] * len(meetings), strict=True)), by=None, now=NOW)


def shown(page):
    return [row.item.title for row in page.context["line"].rows if row.item]


def test_i_see_my_meetings_and_sessions_in_time_order_and_nobody_elses(mine, week, me):
    other = make_guest(week)
    published(week, make_meeting(week, me, other), make_meeting(week))
    session = make_session(week, day=DAY, start="08:00", end="08:30")
    make_speaking(session, me)
    make_speaking(make_session(week, day=DAY, start="10:00", end="11:00"))

    page = mine.get("/portal/vidw-2025/", {"day": DAY})

    past = [item.title for item in page.context["line"].past]
    assert past + shown(page) == [str(session.title), f"{other.name}, {other.organisation.name}"]


def test_a_meeting_called_off_stays_visible_as_such(mine, week, me):
    meeting = make_meeting(week, me, make_guest(week))
    published(week, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CANCELLED)
    publish_plan(plan=make_plan(week), by=None, now=NOW)

    (item,) = items_of(week, [me.pk], Viewer(None, me.pk))

    assert item.is_cancelled is True


def test_a_meeting_that_moved_says_when_it_changed(week, me):
    meeting = make_meeting(week, me, make_guest(week))
    published(week, meeting)
    assert items_of(week, [me.pk], Viewer(None, me.pk))[0].changed_at is None

    table = Place.objects.get(week=week, pool="tables")
    publish_plan(plan=make_plan(week, (meeting, "11:00", table)), by=None, now=NOW)

    assert items_of(week, [me.pk], Viewer(None, me.pk))[0].changed_at == NOW


def test_a_calendar_entry_sent_again_marks_nothing_and_a_move_after_it_marks_what_moved(week, me):
    moves, stays = make_meeting(week, me, make_guest(week)), make_meeting(week, me, make_guest(week))
    published(week, moves, stays)
    make_account(person=me, language="en")
    choose_invitations(week=week, person=me, by=None, now=NOW)
    assert [item.changed_at for item in items_of(week, [me.pk], Viewer(None, me.pk))] == [None, None]
    assert [item.is_changed for item in agenda_of(week, me)] == [False, False]

    table = Place.objects.get(week=week, pool="tables")
    publish_plan(plan=make_plan(week, (moves, "11:00", table), (stays, "09:20", table)), by=None, now=NOW)

    changed = {item.number: item.changed_at for item in items_of(week, [me.pk], Viewer(None, me.pk))}
    assert changed == {moves.number: NOW, stays.number: None}
    assert {item.meeting.number: item.is_changed for item in agenda_of(week, me)} == {moves.number: True, stays.number: False}


def test_an_account_without_a_person_is_told_so(client, week):
    account = make_account(language="en")
    make_role(week, account, Role.Kind.DELEGATE)
    client.force_login(account)

    assert client.get("/portal/vidw-2025/").context["person"] is None
    assert client.post("/portal/vidw-2025/calendar/").status_code == 404


@pytest.mark.parametrize("kind", list(Role.Kind))
def test_my_agenda_is_for_those_who_take_part(client, week, kind):
    account = make_account(person=make_person())
    make_role(week, account, kind)
    client.force_login(account)

    answer = client.get("/portal/vidw-2025/")

    assert answer.status_code == (200 if kind in (Role.Kind.DELEGATE, Role.Kind.FOCAL_POINT) else 404)


def delegation_page(client, week, kind, *, delegation=None, person=None):
    account = make_account(person=person or make_person())
    make_role(week, account, kind, delegation_id=delegation.pk if delegation else None)
    client.force_login(account)
    return client.get


def test_a_focal_point_sees_the_own_delegation_and_no_other(client, week):
    own, other = make_delegation(week), make_delegation(week)
    get = delegation_page(client, week, Role.Kind.FOCAL_POINT, delegation=own)

    assert get(f"/portal/vidw-2025/delegations/{own.key}/").status_code == 200
    assert get(f"/portal/vidw-2025/delegations/{other.key}/").status_code == 404
    assert get("/portal/vidw-2025/delegations/not-there/").status_code == 404


@pytest.mark.parametrize(("kind", "status"), [(Role.Kind.PROTOCOL, 200), (Role.Kind.DELEGATE, 404), (Role.Kind.AUDITOR, 404)])
def test_the_desk_sees_every_delegation_and_a_delegate_none(client, week, kind, status):
    delegation = make_delegation(week)

    assert delegation_page(client, week, kind)(f"/portal/vidw-2025/delegations/{delegation.key}/").status_code == status


def test_a_delegations_agenda_names_whom_of_it_each_item_concerns(client, week):
    delegation = make_delegation(week)
    first, second = (make_member(delegation).person for _ in range(2))
    session = make_session(week, day=DAY, start="10:00", end="11:00")
    make_speaking(session, first)
    make_speaking(session, second)
    get = delegation_page(client, week, Role.Kind.FOCAL_POINT, delegation=delegation)

    line = get(f"/portal/vidw-2025/delegations/{delegation.key}/", {"day": DAY}).context["line"]

    items = line.past + [row.item for row in line.rows if row.item]
    assert [set(item.people) for item in items] == [{first, second}]


def test_the_page_costs_the_same_queries_for_1_and_9_meetings(mine, week, me):
    counts, meetings = [], []
    for more in (1, 8):
        meetings += [make_meeting(week, me, make_guest(week)) for _ in range(more)]
        published(week, *meetings)
        with CaptureQueriesContext(connection) as queries:
            page = mine.get("/portal/vidw-2025/", {"day": DAY})
        assert page.context["line"].count == len(meetings)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def two_cities(week):
    far = make_place(make_site(week, name=MultiText({"vi": "Hà Nội"})))
    near = make_place(Site.objects.filter(week=week).exclude(pk=far.site_id).get())
    person = make_person()
    make_speaking(make_session(week, day=DAY, start="09:00", end="10:00", place=near), person)
    make_speaking(make_session(week, day=DAY, start="15:00", end="16:00", place=far), person)
    return person


@pytest.mark.parametrize(
    ("hour", "kinds"),
    [
        ("08:00", ["now", "item", "road", "item"]),
        ("09:30", ["item", "now", "road", "item"]),
        ("12:00", ["now", "item"]),
        ("17:00", ["now"]),
    ],
)
def test_the_line_shows_now_and_the_road_between_cities(week, hour, kinds):
    person, now = two_cities(week), local(week, DAY, hour)

    line = timeline_of(week, list(Site.objects.filter(week=week)), items_of(week, [person.pk], Viewer(None, person.pk)), now.date(), now)

    assert [row.kind for row in line.rows] == kinds


def test_making_a_calendar_address_ends_the_earlier_one(mine, settings):
    settings.DEMO = True
    clock.move_demo(NOW)
    first = mine.post("/portal/vidw-2025/calendar/").context["address"]
    second = mine.post("/portal/vidw-2025/calendar/").context["address"]

    assert mine.get(first).status_code == 404
    assert mine.get(second).headers["Content-Type"] == "text/calendar; charset=utf-8"

    mine.post("/portal/vidw-2025/calendar/revoke/")

    assert mine.get(second).status_code == 404
