"""The calendar address, read by two libraries that are not ours."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import ics
import pytest

from factories.events import local
from factories.meetings import NOW, make_guest, make_meeting, make_plan, make_ready_week
from factories.people import make_account
from factories.programme import make_session, make_speaking
from hanhlang.domains.agenda.actions import make_feed
from hanhlang.domains.agenda.models import Feed
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place
from hanhlang.domains.meetings.actions.publishing import publish_plan

pytestmark = pytest.mark.django_db
DAY = "2025-10-27"
HERE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def before_the_week(settings, db):
    settings.DEMO = True
    clock.move_demo(NOW)


@pytest.fixture
def week():
    return make_ready_week()


@pytest.fixture
def me(week):
    person = make_guest(week)
    make_account(person=person, language="en")
    return person


@pytest.fixture
def address(week, me):
    return f"/agenda/{make_feed(week=week, person=me, by=None, now=NOW)}.ics"


def publish(week, *placed):
    table = Place.objects.get(week=week, pool="tables")
    publish_plan(plan=make_plan(week, *((meeting, hour, table) for meeting, hour in placed)), by=None, now=NOW)


def events(answer):
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_second_library_reads_the_right_hours_on_vietnams_clocks(client, week, me, address):
    publish(week, (make_meeting(week, me, make_guest(week)), "09:20"))
    make_speaking(make_session(week, day=DAY, start="14:00", end="15:30"), me)
    answer = client.get(address)

    read = sorted(ics.Calendar(answer.content.decode()).events)

    assert [event.begin.datetime.astimezone(HERE) for event in read] == [
        datetime(2025, 10, 27, 9, 20, tzinfo=HERE),
        datetime(2025, 10, 27, 14, 0, tzinfo=HERE),
    ]
    assert [event["DTSTART"].params["TZID"] for event in events(answer)] == ["Asia/Ho_Chi_Minh"] * 2
    assert [zone["TZID"] for zone in icalendar.Calendar.from_ical(answer.content).walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]
    assert b"BEGIN:DAYLIGHT" not in answer.content


def test_a_moved_meeting_keeps_its_uid_and_raises_its_sequence(client, week, me, address):
    meeting = make_meeting(week, me, make_guest(week))
    publish(week, (meeting, "09:20"))
    (before,) = events(client.get(address))

    publish(week, (meeting, "10:40"))
    (after,) = events(client.get(address))

    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("DTSTART") == local(week, DAY, "10:40")


def test_a_dropped_meeting_is_cancelled_not_forgotten(client, week, me, address):
    publish(week, (make_meeting(week, me, make_guest(week)), "09:20"))
    publish(week)

    (event,) = events(client.get(address))

    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_a_protected_person_is_busy_nowhere_with_nobody(client, week, me, address):
    other = make_guest(week)
    publish(week, (make_meeting(week, me, other), "09:20"))
    (open_event,) = events(client.get(address))
    me.is_protected = True
    me.save()

    answer = client.get(address)

    (event,) = events(answer)
    assert other.name in open_event["SUMMARY"]
    assert event["SUMMARY"] == "Busy"
    assert "LOCATION" not in event
    assert other.name not in answer.content.decode()


def test_an_unchanged_agenda_is_not_sent_again_and_a_changed_one_is(client, week, me, address):
    meeting = make_meeting(week, me, make_guest(week))
    publish(week, (meeting, "09:20"))
    tag = client.get(address).headers["ETag"]

    assert client.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 304

    publish(week, (meeting, "10:40"))

    assert client.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_the_same_agenda_is_the_same_bytes(client, week, me, address):
    publish(week, (make_meeting(week, me, make_guest(week)), "09:20"))

    assert client.get(address).content == client.get(address).content


def test_a_wrong_token_is_a_missing_page(client, address):
    assert client.get(address.replace(".ics", "x.ics")).status_code == 404


def test_a_calendar_address_ends_with_its_week(client, week, address):
    clock.move_demo(local(week, "2025-10-29", "23:58"))
    assert client.get(address).status_code == 200

    clock.move_demo(local(week, "2025-10-30", "00:00"))
    assert client.get(address).status_code == 404


def test_reading_it_is_noted_and_changes_neither_its_bytes_nor_its_tag(client, week, me, address):
    first = client.get(address)
    read_at = Feed.objects.get(person=me).last_read_at
    clock.move_demo(NOW + timedelta(hours=2))

    second = client.get(address)

    assert (second.content, second["ETag"]) == (first.content, first["ETag"])
    assert Feed.objects.get(person=me).last_read_at >= read_at + timedelta(hours=1)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
