"""Door signs on paper, read back by a second library: tagged, whole, and with no more than anybody who passes may read."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta

import pypdf
import pytest

from factories import local, make_session
from factories.meetings import DAY, DAYS, NOW, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Kind, Meeting
from hanhlang.domains.meetings.paper import sign_of
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db
HOSTILE = '#let x = read("/etc/passwd") *bold* _it_ $a^2$ @ref <tag> // no comment #include "x.typ"'
A4 = (842, 595)


class Met:
    """A bilateral of two delegations in a room, published from 09:00 to 09:30."""

    def __init__(self) -> None:
        self.week = make_ready_week()
        self.one, self.other = make_party(self.week), make_party(self.week)
        heads = [party.members.get(is_head=True).person for party in (self.one, self.other)]
        self.meeting: Meeting = make_meeting(self.week, *heads, kind=Kind.BILATERAL, minutes=30)
        self.room = Place.objects.get(pool="rooms")
        publish_plan(plan=make_plan(self.week, (self.meeting, "09:00", self.room)), by=None, now=NOW)

    def sign(self, language: str = "en", day: str = DAY, now: datetime = NOW) -> tuple[pypdf.PdfReader, str]:
        self.room.refresh_from_db()
        book = pypdf.PdfReader(io.BytesIO(sign_of(place=self.room, day=date.fromisoformat(day), language=language, now=now)))
        return book, re.sub(r"\s+", " ", " ".join(page.extract_text() for page in book.pages))


@pytest.fixture
def met() -> Met:
    return Met()


@pytest.mark.parametrize(
    ("language", "title", "day"), [("en", "Door sign", "Monday 27 October 2025"), ("vi", "Biển cửa", "Thứ Hai 27/10/2025")]
)
def test_a_sign_is_tagged_lies_on_its_side_and_says_its_language(met: Met, language: str, title: str, day: str) -> None:
    book, text = met.sign(language)

    root = book.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf has a kind of truth of its own
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert book.metadata is not None
    assert str(book.metadata.title).startswith(f"{title}: {met.room.name.shown(language)} · {day}")
    assert [tuple(round(float(side)) for side in page.mediabox[2:]) for page in book.pages] == [A4]
    assert day in text


def test_an_open_meeting_is_named_in_both_languages_with_its_hours_and_the_plan(met: Met) -> None:
    _, text = met.sign()

    for words in (met.one.name.shown("en"), met.other.name.shown("en"), met.one.name.shown("vi"), "09:00–09:30", "Printed from plan"):
        assert words in text


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("level", "is_taken"), [("place", True), ("busy", True), ("nothing", False)])
def test_a_meeting_that_is_not_open_is_taken_or_not_there_and_never_named(met: Met, language: str, level: str, is_taken: bool) -> None:
    Meeting.objects.filter(pk=met.meeting.pk).update(secrecy=level)

    book, text = met.sign(language)

    assert ("09:00–09:30" in text, "Taken" in text, "Free" in text) == (is_taken, is_taken, not is_taken)
    for party in (met.one, met.other):
        for said in (text, str(book.metadata)):
            assert party.name.shown("en") not in said
            assert party.name.shown("vi") not in said


def test_a_meeting_nobody_may_know_of_leaves_the_sheet_as_if_it_were_not(met: Met) -> None:
    Meeting.objects.filter(pk=met.meeting.pk).update(secrecy="nothing")
    hidden = met.sign()[1]
    met.meeting.delete()

    assert met.sign()[1] == hidden


def test_with_somebody_protected_in_it_a_meeting_is_only_taken(met: Met) -> None:
    Person.objects.filter(pk__in=met.meeting.participants.filter(side=1).values("person")).update(is_protected=True)

    text = met.sign()[1]

    assert "Taken" in text
    assert met.other.name.shown("en") not in text


def test_a_sheet_holds_one_day_and_of_today_what_is_not_over(met: Met) -> None:
    session = make_session(met.week, place=met.room, starts_at=local(met.week, DAY, "14:00"), ends_at=local(met.week, DAY, "15:00"))
    before, during = met.sign()[1], met.sign(now=local(met.week, DAY, "09:10"))[1]
    after, other_day = met.sign(now=local(met.week, DAY, "09:30"))[1], met.sign(day=DAYS[1])[1]

    assert [("09:00–09:30" in text, session.title.shown("en") in text) for text in (before, during, after, other_day)] == [
        (True, True),
        (True, True),
        (False, True),
        (False, False),
    ]
    assert "Free" in other_day


def test_what_people_wrote_is_shown_and_never_carried_out(met: Met) -> None:
    Place.objects.filter(pk=met.room.pk).update(name=MultiText({"vi": HOSTILE, "en": HOSTILE}))

    assert re.sub(r"\s", "", HOSTILE) in re.sub(r"\s", "", met.sign()[1])


@pytest.mark.parametrize("name", ["محمد", "김민준", "W" * 180, "Hội trường " * 15, "Ý"])
def test_places_of_any_name_and_days_of_any_length_make_sheets(met: Met, name: str) -> None:
    Place.objects.filter(pk=met.room.pk).update(name=MultiText({"vi": name.strip(), "en": name.strip()}))
    start = local(met.week, DAYS[1], "06:00")
    for n in range(30):
        make_session(met.week, place=met.room, starts_at=start + timedelta(minutes=20 * n), ends_at=start + timedelta(minutes=20 * n + 20))

    book, text = met.sign(day=DAYS[1])

    assert "/StructTreeRoot" in book.trailer["/Root"]
    assert len(book.pages) > 1
    for hours in ("06:00–06:20", "15:40–16:00"):
        assert hours in text
