"""
Those and only those are told whose agenda reads differently: compared with a reader of agendas that shares nothing with publishing.

``HANHLANG_PUBLISHES`` says over how many random publishes (`make soak`: 200).
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from icalendar import Calendar

from factories import make_account
from factories.events import local
from factories.meetings import DAY, make_guest, make_meeting, make_plan, make_ready_week, make_table
from hanhlang.domains.core import outbox
from hanhlang.domains.core.models import Letter
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import cancel_meeting, choose_feed, choose_invitations, end_invitations, publish_plan
from hanhlang.domains.meetings.actions.publishing import tellings_of
from hanhlang.domains.meetings.models import Invitee, Meeting, Notice, Plan, Promise

pytestmark = pytest.mark.django_db
PUBLISHES = int(os.environ.get("HANHLANG_PUBLISHES", "12"))
MORNING = datetime.fromisoformat("2025-10-27T08:00:00+07:00")
HOURS = [f"{hour:02d}:{minute:02d}" for hour in (9, 10, 11) for minute in (0, 20, 40)]

# What a person's agenda says: hour, end, place and whom they meet, straight from the tables.
AGENDA = """
SELECT mine.person_id, placed.meeting_id, placed.starts_at, placed.ends_at, place.key,
       (SELECT GROUP_CONCAT(name, ', ') FROM (SELECT person.name AS name FROM meetings_participant AS other
        JOIN people_person AS person ON person.id = other.person_id
        WHERE other.meeting_id = placed.meeting_id AND other.side <> mine.side ORDER BY person.name))
FROM meetings_placement AS placed
JOIN meetings_plan AS plan ON plan.id = placed.plan_id AND plan.state = 'published'
JOIN meetings_meeting AS meeting ON meeting.id = placed.meeting_id AND meeting.state = 'agreed'
JOIN events_place AS place ON place.id = placed.place_id
JOIN meetings_participant AS mine ON mine.meeting_id = placed.meeting_id
"""


def agendas() -> dict[UUID, str]:
    """Return what everybody's agenda reads like, as one text each."""
    sql = AGENDA if connection.vendor == "sqlite" else AGENDA.replace("GROUP_CONCAT(name, ', ')", "STRING_AGG(name, ', ')")
    texts: dict[UUID, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for person, *line in cursor.fetchall():
            texts[person if isinstance(person, UUID) else UUID(person)].append(" | ".join(map(str, line)))
    return {person: "\n".join(sorted(lines)) for person, lines in texts.items()}


def differing(before: dict[UUID, str], after: dict[UUID, str]) -> set[UUID]:
    return {person for person in {*before, *after} if before.get(person, "") != after.get(person, "")}


def random_draft(week: Week, meetings: list[Meeting], tables: list[Place], draw: random.Random, number: int) -> Plan:
    """Place some of the meetings at random hours and tables, nobody twice; half of what is published mostly stays."""
    now = (
        {row.meeting_id: row for row in Plan.objects.get(state="published").placements.all()}
        if Plan.objects.filter(state="published")
        else {}
    )
    busy: set[tuple[str, object]] = set()
    placed = []
    zone = ZoneInfo(week.timezone)
    for meeting in sorted(meetings, key=lambda row: (row.pk not in now, row.number)):
        people = list(meeting.participants.values_list("person_id", flat=True))
        spots = [(hour, table) for hour in HOURS for table in tables]
        draw.shuffle(spots)
        if meeting.pk in now and draw.random() < 0.6:
            old = now[meeting.pk]
            spots.insert(0, (f"{old.starts_at.astimezone(zone):%H:%M}", next(one for one in tables if one.pk == old.place_id)))
        if draw.random() < 0.15:
            continue
        for hour, table in spots:
            taken = {(hour, table.pk), *((hour, person) for person in people)}
            if not taken & busy:
                busy |= taken
                placed.append((meeting, hour, table))
                break
    return make_plan(week, *placed, number=number)


def test_recipients_of_every_publish_are_those_whose_agenda_text_differs() -> None:
    draw = random.Random(7)
    week = make_ready_week()
    tables = [Place.objects.get(week=week, pool="tables")]
    tables += [make_table(tables[0].site) for _ in range(2)]
    guests = [make_guest(week) for _ in range(9)]
    make_account(person=guests[0], language="vi")
    make_account(person=guests[1], language="en")
    meetings = [make_meeting(week, *draw.sample(guests, 2)) for _ in range(12)]
    changed = 0
    for number in range(1, PUBLISHES + 1):
        draft = random_draft(week, [row for row in meetings if row.state == Meeting.State.AGREED], tables, draw, 1000 + number)
        before = agendas()
        foreseen = tellings_of(draft)
        Notice.objects.all().delete()

        told = set(publish_plan(plan=draft, by=None, now=MORNING).told)

        assert told == differing(before, agendas()), number
        assert told == {one.person.pk for one in foreseen} == set(Notice.objects.values_list("person_id", flat=True))
        changed += bool(told)
        assert {(one.person.pk, one.text, one.language) for one in foreseen} == set(
            Notice.objects.values_list("person_id", "text", "language")
        )
        if number % 4 == 0 and len(meetings) > 6:
            _call_one_off(meetings, draw)
    assert changed > PUBLISHES // 2


def _call_one_off(meetings: list[Meeting], draw: random.Random) -> None:
    """Call a meeting off: its people are told at once, nobody else, and by the next publish nobody is told of it again."""
    before = agendas()
    Notice.objects.all().delete()
    gone = meetings.pop(draw.randrange(len(meetings)))

    cancel_meeting(meeting=gone, by=None, now=MORNING)
    outbox.deliver(limit=1000)

    assert set(Notice.objects.values_list("person_id", flat=True)) == differing(before, agendas())


@pytest.fixture
def told_by_mail() -> tuple[Week, Meeting, Place]:
    week = make_ready_week()
    table = Place.objects.get(week=week, pool="tables")
    one, other = make_guest(week, name="Nguyễn Văn An"), make_guest(week)
    make_account(person=one, language="vi")
    meeting = make_meeting(week, one, other)
    choose_invitations(week=week, person=one, by=None, now=MORNING)
    publish_plan(plan=make_plan(week, (meeting, "09:00", table), number=1), by=None, now=MORNING)
    return week, meeting, table


def entries() -> list[tuple[str, int, str, str]]:
    """Return method, number, status and hour of every calendar entry sent, read by a library that did not write it."""
    found = []
    for letter in Letter.objects.exclude(calendar="").order_by("created_at"):
        calendar = Calendar.from_ical(letter.calendar)
        [event] = calendar.walk("VEVENT")
        found.append((str(calendar["METHOD"]), int(event["SEQUENCE"]), str(event["STATUS"]), f"{event.decoded('DTSTART'):%H:%M}"))
    return found


def test_a_calendar_entry_is_updated_and_taken_out_under_a_rising_number(told_by_mail: tuple[Week, Meeting, Place]) -> None:
    week, meeting, table = told_by_mail

    publish_plan(plan=make_plan(week, (meeting, "10:00", table), number=2), by=None, now=MORNING)
    publish_plan(plan=make_plan(week, number=3), by=None, now=MORNING)

    sent = entries()
    assert sent == [("REQUEST", 0, "CONFIRMED", "09:00"), ("REQUEST", 1, "CONFIRMED", "10:00"), ("CANCEL", 2, "CANCELLED", "10:00")]
    assert Notice.objects.filter(person__name="Nguyễn Văn An").values_list("channel", flat=True).distinct().get() == "calendar"


def test_it_is_a_feed_or_invitations_never_both(told_by_mail: tuple[Week, Meeting, Place]) -> None:
    week, meeting, _ = told_by_mail
    person = meeting.participants.get(side=1).person

    choose_feed(week=week, person=person, by=None, now=MORNING)

    assert not Invitee.objects.exists()
    assert entries()[-1] == ("CANCEL", 1, "CANCELLED", "09:00")
    assert Promise.objects.get(person=person).is_cancelled is False

    choose_invitations(week=week, person=person, by=None, now=MORNING)

    assert not person.feeds.filter(revoked_at=None).exists()
    assert entries()[-1] == ("REQUEST", 2, "CONFIRMED", "09:00")
    assert end_invitations(week=week, person=person, by=None, now=MORNING)
    assert not end_invitations(week=week, person=person, by=None, now=MORNING)


def test_a_notice_is_in_its_reader_s_language_and_short_enough_for_a_message(told_by_mail: tuple[Week, Meeting, Place]) -> None:
    week, meeting, table = told_by_mail
    other = meeting.participants.get(side=2).person
    other.languages = ["en"]
    other.name = "A very long name " * 11
    other.save()

    publish_plan(plan=make_plan(week, (meeting, "10:00", table), number=2), by=None, now=MORNING)

    mine = Notice.objects.get(person=meeting.participants.get(side=1).person, kind="moved")
    theirs = Notice.objects.get(person=other, kind="moved")
    assert mine.text.startswith("Gặp A very long name")
    assert theirs.text.startswith("Meeting with Nguyễn Văn An")
    assert len(mine.short) <= 160
    assert "10:00" in mine.short
    assert (mine.channel, theirs.channel) == ("calendar", "spoken")
    assert mine.before["starts_at"] == local(week, DAY, "09:00").isoformat() or mine.before["starts_at"].startswith("2025-10-27T02:00")
