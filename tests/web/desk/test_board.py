"""The day board: whose rows it has, what they hold, who may read it, and that drawing and list say the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories import local
from factories.agenda import make_travel
from factories.delegations import make_delegation, make_member
from factories.events import make_participation, make_place, make_role, make_site, make_topic
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_party, make_plan, make_ready_week, make_room, make_table
from factories.people import make_account, make_organisation, make_person
from factories.programme import make_session, make_speaking
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.actions.locks import lock_meeting
from hanhlang.domains.meetings.models import Kind, Plan, Unplaced
from hanhlang.domains.programme.models import Speaking

pytestmark = pytest.mark.django_db
DESK = [Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL, Role.Kind.MEETINGS]
BOARD, DATA = "/desk/vidw-2025/board/", "/desk/vidw-2025/board/data/"


@pytest.fixture
def week():
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def table(week):
    return Place.objects.get(week=week, pool="tables")


@pytest.fixture
def signed_in(client, week):
    def sign_in(kind=Role.Kind.SECRETARIAT):
        account = make_account(person=make_person(), language="en")
        make_role(week, account, kind)
        client.force_login(account)
        client.cookies["hanhlang_language"] = "en"
        return client

    return sign_in


def publish(plan):
    plan.state, plan.published_at = Plan.State.PUBLISHED, NOW
    plan.save()
    return plan


class Drawing:
    """The data of a board, read as its script reads it."""

    def __init__(self, client, **asked):
        self.answer = client.get(DATA, {"day": DAY} | asked)
        self.data = self.answer.json()
        self.rows = {row[1]: row for row in self.data["rows"]}

    def blocks(self, name):
        """Return each block of a row as kind, start, end, whom it meets or its title."""
        flat, found = self.rows[name][8], []
        for item, _lane, meets in zip(flat[::3], flat[1::3], flat[2::3], strict=True):
            key, kind, start, end, *_rest = self.data["items"][item]
            sides = [self.data["parties"][side][1] for side in self.data["items"][item][7:9] if side >= 0]
            who = sides[meets] if meets < 2 and sides else " / ".join(sides) or self.data["items"][item][9]
            found.append((("bilateral", "business", "session", "hold", "closed", "busy")[kind], start, end, who))
            assert key
        return found

    def states(self, number):
        bits = next(item[6] for item in self.data["items"] if item[0] == f"m-{number}")
        return [word for bit, word in enumerate(self.data["words"]["states"]) if bits & (1 << bit)]

    def ways(self, name):
        flat = self.rows[name][10]
        return [(("stay", "road", "tight", "before")[flat[n]], *flat[n + 1 : n + 5]) for n in range(0, len(flat), 5)]


# Who may look


@pytest.mark.parametrize("path", [BOARD, DATA, "/desk/vidw-2025/wall/"])
@pytest.mark.parametrize("kind", list(Role.Kind))
def test_the_board_opens_for_the_desk_and_is_missing_for_others(signed_in, path, kind):
    assert signed_in(kind).get(path).status_code == (200 if kind in DESK else 404)


@pytest.mark.parametrize("path", [BOARD, DATA, "/desk/vidw-2025/wall/"])
def test_a_stranger_is_asked_to_sign_in(client, week, path):
    assert client.get(path).headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize(("kind", "found"), [(Role.Kind.PROTOCOL, "bilateral"), (Role.Kind.MEETINGS, "busy")])
def test_a_protected_person_is_busy_for_those_who_may_not_know_more(signed_in, week, kind, found):
    guarded, other = make_party(week), make_party(week)
    head = guarded.members.get(is_head=True).person
    head.is_protected = True
    head.save()
    room = Place.objects.get(week=week, pool="rooms")
    meeting = make_meeting(week, head, other.members.get(is_head=True).person, kind=Kind.BILATERAL, minutes=30)
    make_plan(week, (meeting, "09:00", room))
    client = signed_in(kind)

    views = [Drawing(client, view=view) for view in ("delegations", "people", "places")]
    page = client.get(BOARD, {"day": DAY, "as": "list"}).content.decode()

    names = [guarded.name.shown("en"), other.name.shown("en"), head.name, room.name.shown("en")]
    kinds = {block[0] for drawing in views for name in drawing.rows for block in drawing.blocks(name)}
    assert kinds == {found}
    shown = found == "bilateral"
    assert any(f"/meetings/{meeting.number}/" in text for text in [page]) is shown
    for drawing in views:
        assert (f"m-{meeting.number}" in {item[0] for item in drawing.data["items"]}) is shown
    # The row of the protected head has no way: it would tell the city.
    assert bool(views[1].ways(names[2])) is shown
    assert bool(views[0].ways(names[1])) is shown


@pytest.mark.parametrize(("kind", "told"), [(Role.Kind.PROTOCOL, True), (Role.Kind.MEETINGS, False)])
def test_the_tray_keeps_silent_about_protected_people_too(signed_in, week, table, kind, told):
    plan = make_plan(week, (make_meeting(week), "09:00", table))
    guarded = make_guest(week, is_protected=True)
    Unplaced.objects.create(plan=plan, meeting=make_meeting(week, guarded, make_guest(week)), reason="no_common_time")

    assert (guarded.name in signed_in(kind).get(BOARD, {"day": DAY}).content.decode()) is told


# Rows


def test_delegations_come_by_precedence_with_what_any_member_does(signed_in, week):
    second, first = make_party(week), make_party(week)
    second.precedence, first.precedence = 2, 1
    second.save()
    first.save()
    room = Place.objects.get(week=week, pool="rooms")
    member = first.members.get(is_head=False).person
    make_plan(week, (make_meeting(week, member, second.members.get(is_head=True).person, kind=Kind.BILATERAL, minutes=30), "09:00", room))

    drawing = Drawing(signed_in())

    assert list(drawing.rows) == [first.name.shown("en"), second.name.shown("en")]
    assert drawing.blocks(first.name.shown("en")) == [("bilateral", 540, 570, second.name.shown("en"))]
    assert drawing.blocks(second.name.shown("en")) == [("bilateral", 540, 570, first.name.shown("en"))]


def test_a_seat_without_a_name_belongs_to_the_delegation_of_its_organisation(signed_in, week):
    party, other = make_party(week), make_party(week)
    forum = make_session(week, day=DAY, start="14:00", end="16:00")
    Speaking.objects.create(session=forum, organisation=party.organisation, role="member")

    drawing = Drawing(signed_in())

    assert drawing.blocks(party.name.shown("en")) == [("session", 840, 960, forum.title.shown("en"))]
    assert drawing.blocks(other.name.shown("en")) == []


def test_people_meet_the_other_side_and_places_name_both(signed_in, week, table):
    me, other = make_guest(week), make_guest(week)
    make_plan(week, (make_meeting(week, me, other), "09:20", table))
    client = signed_in()

    people, places = Drawing(client, view="people"), Drawing(client, view="places")

    mine, theirs = (f"{one.name}, {one.organisation.name.shown('en')}" for one in (me, other))
    assert people.blocks(me.name) == [("business", 560, 580, theirs)]
    assert people.blocks(other.name) == [("business", 560, 580, mine)]
    assert places.blocks(table.name.shown("en")) == [("business", 560, 580, f"{mine} / {theirs}")]


def test_what_overlaps_in_a_row_lies_in_lanes(signed_in, week):
    hall = make_place(make_site(week), sharing=Place.Sharing.SHARED)
    for start, end in (("09:00", "17:00"), ("09:00", "10:00"), ("10:00", "11:00"), ("10:30", "12:00")):
        make_session(week, day=DAY, start=start, end=end, place=hall)

    row = Drawing(signed_in(), view="places").rows[hall.name.shown("en")]

    assert row[5] == 3
    assert sorted(row[8][1::3]) == [0, 0, 1, 2]


def test_the_way_follows_the_head_over_the_road(signed_in, week):
    near = Place.objects.get(week=week, pool="rooms")
    far = make_site(week)
    make_travel(near.site, far, 120)
    party, hosts = make_party(week), [make_party(week) for _ in range(2)]
    head = party.members.get(is_head=True).person
    first, second = (make_meeting(week, head, host.members.get(is_head=True).person, kind=Kind.BILATERAL, minutes=30) for host in hosts)
    make_plan(week, (first, "09:00", near), (second, "14:00", make_room(far)))

    drawing = Drawing(signed_in())

    # The week's first city lies lowest: it has number 1.
    assert drawing.ways(party.name.shown("en")) == [("stay", 0, 720, 1, 1), ("road", 720, 840, 1, 0), ("stay", 840, 1440, 0, 0)]


def test_a_draft_shows_what_was_and_would_be(signed_in, week, table):
    me = make_guest(week)
    meeting = make_meeting(week, me, make_guest(week))
    publish(make_plan(week, (meeting, "09:00", table)))
    make_plan(week, (meeting, "10:00", table))
    client = signed_in()

    draft, plain = Drawing(client, view="people", plan="draft"), Drawing(client, view="people")

    assert [len(drawing.rows[me.name][9]) for drawing in (draft, plain)] == [1, 0]
    assert "moved in this draft" in draft.states(meeting.number)
    assert "moved in this draft" not in plain.states(meeting.number)


def test_a_lock_is_said(signed_in, week, table):
    meeting = make_meeting(week)
    lock_meeting(meeting=meeting, starts_at=local(week, DAY, "09:00"), place=None, reason="Asked", expires_at=None, by=None, now=NOW)
    make_plan(week, (meeting, "09:00", table))

    assert Drawing(signed_in(), view="people").states(meeting.number)[0] == "Locked"


# Filters


@pytest.fixture
def varied(week, table):
    """Two business people, one with much; a speaker at a topic's session in another city."""
    busy = make_guest(week, name="Đặng Thị Ước")
    meetings = [make_meeting(week, busy, make_guest(week, name=f"Guest {name}")) for name in ("Alpha", "Beta", "Gamma")]
    plan = make_plan(week, *((meeting, hour, table) for meeting, hour in zip(meetings, ("09:00", "09:20", "11:40"), strict=True)))
    lost = make_guest(week, name="Lost")
    Unplaced.objects.create(plan=plan, meeting=make_meeting(week, lost, make_guest(week, name="Other lost")), reason="no_common_time")
    lock_meeting(meeting=meetings[0], starts_at=local(week, DAY, "09:00"), place=None, reason="Asked", expires_at=None, by=None, now=NOW)
    topic = make_topic(week, key="ai")
    speaker = make_person(name="Speaker")
    make_participation(week, speaker, category="speaker")
    forum = make_session(week, day=DAY, start="09:00", end="12:00", place=make_place(make_site(week, key="far")))
    forum.topics.add(topic)
    make_speaking(forum, speaker)
    return meetings


EVERYONE = {"Đặng Thị Ước", "Guest Alpha", "Guest Beta", "Guest Gamma", "Lost", "Other lost", "Speaker"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, EVERYONE),
        ({"q": "dang uoc"}, {"Đặng Thị Ước"}),
        ({"q": "ĐẶNG"}, {"Đặng Thị Ước"}),
        ({"q": "nobody"}, set()),
        ({"site": "far"}, {"Speaker"}),
        ({"topic": "ai"}, {"Speaker"}),
        ({"group": "speaker"}, {"Speaker"}),
        ({"only": "taken"}, EVERYONE - {"Lost", "Other lost"}),
        ({"only": "unplaced"}, {"Lost", "Other lost"}),
        ({"only": "locked"}, {"Đặng Thị Ước", "Guest Alpha"}),
        ({"only": "clashes"}, set()),
        ({"only": "changed"}, set()),
        ({"free": "120"}, EVERYONE - {"Speaker"}),
        ({"group": "business", "q": "guest beta"}, {"Guest Beta"}),
        ({"site": "nonsense", "only": "x", "free": "7", "view": "people"}, EVERYONE),
    ],
)
def test_filters_leave_the_rows_that_are_such(signed_in, varied, asked, found):
    client = signed_in()

    drawing = Drawing(client, **({"view": "people"} | asked))
    page = client.get(BOARD, {"day": DAY, "view": "people"} | asked)

    assert set(drawing.rows) == found
    assert {one.row.name for one in page.context["rows"]} == found


def test_a_meeting_is_found_by_its_number(signed_in, varied):
    assert set(Drawing(signed_in(), view="people", q=str(varied[1].number)).rows) == {"Đặng Thị Ước", "Guest Beta"}


def test_free_time_is_what_is_left_of_the_hours_of_meetings(signed_in, varied):
    row = Drawing(signed_in(), view="people", free="60", q="dang").rows["Đặng Thị Ước"]

    assert row[11] == [580, 700]


# The list says the same


def test_the_list_says_what_the_drawing_draws(signed_in, week, table):
    me = make_guest(week)
    meeting = make_meeting(week, me, make_guest(week))
    publish(make_plan(week, (meeting, "09:00", table)))
    make_plan(week, (meeting, "10:00", table))

    page = signed_in().get(BOARD, {"day": DAY, "view": "people", "plan": "draft", "q": str(meeting.number)})

    line = next(one for one in page.context["rows"] if one.row.name == me.name).lines[0]
    assert (line.hours, line.number, line.states[0]) == ("10:00–10:20", meeting.number, "moved in this draft")
    assert line.states[-1].startswith("published: 09:00–09:20")


def test_a_long_list_comes_in_pages_that_keep_what_was_asked(signed_in, week):
    for _ in range(41):
        make_participation(week, make_person(), category="staff")

    page = signed_in().get(BOARD, {"view": "people", "group": "staff", "page": "2"})

    assert len(page.context["rows"]) == 1
    assert "group=staff&amp;page=1" in page.content.decode()


def test_a_week_without_a_plan_says_so_and_still_shows_sessions(signed_in, week):
    hall = make_place(make_site(week))
    forum = make_session(week, day=DAY, start="09:00", end="12:00", place=hall)
    client = signed_in()

    assert "No plan yet" in client.get(BOARD, {"day": DAY}).content.decode()
    assert Drawing(client, view="places").blocks(hall.name.shown("en")) == [("session", 540, 720, forum.title.shown("en"))]


def test_an_empty_day_says_so(signed_in, week, table):
    publish(make_plan(week, (make_meeting(week), "09:00", table)))

    assert "Nothing takes place on this day" in signed_in().get(BOARD, {"day": "2025-10-29"}).content.decode()


@pytest.mark.parametrize(
    ("plan", "status"), [("99999", 404), ("x", 404), ("99999999999999999999", 404), ("draft", 200), ("published", 200), ("", 200)]
)
def test_a_plan_that_does_not_exist_is_missing(signed_in, week, plan, status):
    client = signed_in()

    assert [client.get(path, {"plan": plan}).status_code for path in (BOARD, DATA)] == [status, status]


@pytest.mark.parametrize(
    "asked", [{"day": "2025-13-99"}, {"day": "1999-01-01"}, {"view": "<x>"}, {"page": "-1"}, {"q": "\x00"}, {"q": "x" * 500}]
)
def test_nonsense_counts_as_nothing_asked(signed_in, week, asked):
    assert signed_in().get(BOARD, asked).status_code == 200


# Cost


def crowd(week, size):
    delegation = make_delegation(week, organisation=make_organisation(kind="country"))
    site = Place.objects.get(week=week, pool="tables").site
    placed = []
    for _ in range(size):
        person = make_member(delegation).person
        make_participation(week, person)
        placed.append((make_meeting(week, person, make_guest(week)), "09:00", make_table(site)))
    make_speaking(make_session(week, day=DAY, start="14:00", end="16:00"), placed[0][0].participants.order_by("side")[0].person)
    plan = make_plan(week, *placed)
    Unplaced.objects.create(plan=plan, meeting=make_meeting(week), reason="no_common_time")


@pytest.mark.parametrize("size", [2, 12])
@pytest.mark.parametrize("view", ["delegations", "people", "places"])
def test_the_data_costs_the_same_queries_for_few_and_for_many(signed_in, week, size, view):
    crowd(week, size)
    client = signed_in()
    client.get(DATA, {"day": DAY})

    with CaptureQueriesContext(connection) as built:
        answer = client.get(DATA, {"day": DAY, "view": view})
    with CaptureQueriesContext(connection) as known:
        again = client.get(DATA, {"day": DAY, "view": view}, headers={"If-None-Match": answer["ETag"]})

    assert (answer.status_code, again.status_code, again.content) == (200, 304, b"")
    assert len(built) - len(known) == 19
    assert len(known) <= 20


def test_the_tag_changes_with_the_day_and_the_line_of_now_is_told_either_way(signed_in, week, table):
    plan = publish(make_plan(week, (make_meeting(week), "09:00", table)))
    client = signed_in()
    first = client.get(DATA, {"day": DAY})

    plan.changed_at += timedelta(seconds=1)
    plan.save()
    changed = client.get(DATA, {"day": DAY}, headers={"If-None-Match": first["ETag"]})
    same = client.get(DATA, {"day": DAY}, headers={"If-None-Match": changed["ETag"]})

    assert [answer.status_code for answer in (first, changed, same)] == [200, 200, 304]
    assert all(int(answer["Hanhlang-Second"]) for answer in (first, same))
    assert {answer["Cache-Control"] for answer in (first, changed, same)} == {"private, no-cache"}


def test_another_language_and_another_reader_have_another_tag(signed_in, week, client):
    tags = [signed_in(kind).get(DATA, {"day": DAY})["ETag"] for kind in (Role.Kind.SECRETARIAT, Role.Kind.MEETINGS)]
    client.cookies["hanhlang_language"] = "vi"
    tags.append(client.get(DATA, {"day": DAY})["ETag"])

    assert len(set(tags)) == 3


def test_the_data_travels_packed(signed_in, week):
    answer = signed_in().get(DATA, {"day": DAY}, headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"


# The wall


@pytest.fixture
def wall(signed_in, week, settings):
    """The wall's page at an hour of the demonstration's clock."""
    settings.DEMO = True
    client = signed_in()

    def at(hour, **asked):
        clock.move_demo(local(week, DAY, hour))
        return client.get("/desk/vidw-2025/wall/", asked).context["page"]

    return at


def test_the_wall_says_now_and_next_of_a_city_in_both_languages(wall, week):
    site = make_site(week)
    hall = make_place(site)
    title = {"vi": "Diễn đàn", "en": "Forum"}
    on = make_session(week, day=DAY, start="09:00", end="11:00", place=hall, title=MultiText(title))
    soon = make_session(week, day=DAY, start="12:00", end="13:00", place=hall)
    make_session(week, day=DAY, start="12:30", end="13:00", place=hall, is_public=False)

    page = wall("10:00")

    assert [(row.hour, row.title, row.second_title) for row in page.now] == [("09:00", "Forum", "Diễn đàn")]
    assert [row.title for row in page.coming] == [soon.title.shown("en")]
    assert page.site == on.site


def test_the_wall_takes_turns_and_comes_round(wall, week):
    near, far = make_place(make_site(week, order=1)), make_place(make_site(week, order=2))
    for n in range(4):
        make_session(week, day=DAY, start="09:00", end=f"1{n}:00", place=near)
    make_session(week, day=DAY, start="09:00", end="11:00", place=far)

    pages = [wall("09:30", page=str(n)) for n in range(4)]

    assert [(page.site, len(page.now)) for page in pages] == [(near.site, 3), (near.site, 1), (far.site, 1), (near.site, 3)]
    assert [line[0] for line in pages[0].elsewhere] == [far.site.name.shown("en")]


def test_long_titles_get_the_room_they_need_and_none_is_lost(wall, week):
    hall = make_place(make_site(week))
    long = {"vi": "Hội nghị bàn tròn cấp Bộ trưởng về quản trị trí tuệ nhân tạo", "en": "Ministerial Round Table on the Governance of AI"}
    for n in range(3):
        make_session(week, day=DAY, start=f"08:0{n}", end=f"11:0{n}", place=hall, title=MultiText(long))
    make_session(week, day=DAY, start="12:00", end="13:00", place=hall, title=MultiText(long))

    pages = [wall("09:30", page=str(n)) for n in range(2)]

    assert [[row.hour for row in page.now] for page in pages] == [["08:00", "08:01"], ["08:02"]]
    assert [[row.hour for row in page.coming] for page in pages] == [["12:00"], ["12:00"]]


def test_the_wall_in_the_evening_says_that_nothing_is_left(wall, week):
    make_session(week, day=DAY, start="09:00", end="11:00", place=make_place(make_site(week)))

    page = wall("23:00")

    assert (page.now, page.coming) == ([], [])


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 30, ""])
def test_the_wall_turns_to_its_first_page_when_it_is_asked_nonsense(signed_in, week, asked):
    assert signed_in().get("/desk/vidw-2025/wall/", {"page": asked}).status_code == 200
