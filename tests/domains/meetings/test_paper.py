"""Packs and cards, read back by a second library."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pypdf
import pytest

from factories import local, make_account, make_person, make_role, make_session, make_speaking, make_team
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.agenda.models import WaitingArea
from hanhlang.domains.agenda.supplies import set_waiting_area
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Role, Site
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Brief, Kind, Placement, Request
from hanhlang.domains.meetings.paper import CardNotSeen, agenda_sheet, card_of, pack_of, placements_sheet
from hanhlang.domains.meetings.visibility import Viewer, viewer_of
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db
HOSTILE = '#let x = read("/etc/passwd") *bold* _it_ $a^2$ @ref <tag> \\ "q" \'s\' // no comment /* c */ #include "x.typ"'


@pytest.fixture
def met():
    """A bilateral of two delegations with a brief each, published for 09:00."""
    week = make_ready_week()
    one, other = make_party(week), make_party(week)
    request = Request.objects.create(week=week, number=7, asking=one, asked=other)
    Brief.objects.create(request=request, delegation=one, text="We want the cable.\n\nDo not mention the tariff.")
    Brief.objects.create(request=request, delegation=other, text="Their cable is late.")
    people = [member.person for party in (one, other) for member in party.members.all()]
    meeting = make_meeting(week, people[0], people[2], people[1], people[3], kind=Kind.BILATERAL, request=request)
    room = Place.objects.get(pool="rooms")
    publish_plan(plan=make_plan(week, (meeting, "09:00", room)), by=None, now=NOW)
    meeting.one, meeting.other = one, other
    return meeting


def speaks_for(delegation):
    return Viewer(None, None, frozenset({delegation.pk}))


def desk_of(week):
    account = make_account(person=make_person())
    make_role(week, account, Role.Kind.SECRETARIAT)
    return viewer_of(week, account)


def read(pages):
    book = pypdf.PdfReader(io.BytesIO(pages))
    return book, re.sub(r"\s+", " ", " ".join(page.extract_text() for page in book.pages))


def pack(delegation, viewer=None, language="en"):
    return read(pack_of(delegation=delegation, viewer=viewer or speaks_for(delegation), language=language, now=NOW))


@pytest.mark.parametrize(
    ("language", "title", "word"), [("en", "Agenda pack", "Bilateral meeting"), ("vi", "Hồ sơ lịch", "Gặp song phương")]
)
def test_a_pack_is_tagged_has_a_title_and_says_its_language(met, language, title, word):
    book, text = pack(met.one, language=language)

    root = book.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf has a kind of truth of its own
    assert "/StructTreeRoot" in root
    assert book.metadata.title.startswith(f"{title}: {met.one.name.shown(language)}")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 - pypdf has a kind of truth of its own
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert word in text


def test_a_pack_has_the_agenda_a_card_for_each_meeting_and_the_own_brief(met):
    book, text = pack(met.one)

    assert len(book.pages) == 3
    assert "09:00–09:20" in text
    assert str(met.other.name) in text or met.other.name.shown("en") in text
    for seat in met.participants.select_related("person"):
        assert seat.person.name in text
    assert "We want the cable." in text
    assert "Do not mention the tariff." in text


def test_the_other_sides_brief_is_in_nobody_elses_paper(met):
    for viewer, delegation in ((speaks_for(met.one), met.one), (desk_of(met.week), met.one), (desk_of(met.week), met.other)):
        assert "Their cable is late" not in pack(delegation, viewer)[1]
    assert "Their cable is late" in pack(met.other)[1]
    assert "cable" not in pack(met.one, desk_of(met.week))[1]
    card = card_of(week=met.week, number=met.number, viewer=speaks_for(met.one), language="en", now=NOW)
    assert "Their cable" not in read(card)[1]


def test_of_a_hidden_meeting_paper_shows_no_more_than_its_level(met):
    desk = desk_of(met.week)
    for level, hour, room in (("nothing", False, False), ("busy", True, False), ("place", True, True)):
        met.secrecy = level
        met.save()
        text = pack(met.one, desk)[1]
        rows = sheet(agenda_sheet(delegation=met.one, viewer=desk, now=NOW))
        assert ("09:00–09:20" in text, "09:00" in str(rows)) == (hour, hour)
        assert (Place.objects.get(pool="rooms").name.shown("en") in text) == room
        assert met.other.name.shown("en") not in text + str(rows)
        with pytest.raises(CardNotSeen):
            card_of(week=met.week, number=met.number, viewer=desk, language="en", now=NOW)
    assert met.other.name.shown("en") in pack(met.one)[1]


def test_strangers_and_members_of_others_get_no_card(met):
    with pytest.raises(CardNotSeen):
        card_of(week=met.week, number=met.number, viewer=Viewer(None, make_person().pk), language="en", now=NOW)
    with pytest.raises(CardNotSeen):
        card_of(week=met.week, number=met.number + 99, viewer=desk_of(met.week), language="en", now=NOW)


def test_what_people_wrote_is_shown_and_never_carried_out(met):
    seat = met.participants.filter(side=2).first()
    Person.objects.filter(pk=seat.person_id).update(name=HOSTILE)
    Brief.objects.filter(delegation=met.one).update(text=HOSTILE)

    text = pack(met.one)[1]

    # Names wrap inside their column; the brief runs over the page: its words are there in order, as they were written.
    assert re.sub(r"\s", "", HOSTILE) in re.sub(r"\s", "", text)
    assert text.count("/etc/passwd") >= 1


@pytest.mark.parametrize("name", ["محمد بن سلمان", "김민준", "W" * 180, "Nguyễn Thị " * 15, "\u202eabc\u0000\ud800x", "Ý"])
def test_names_of_any_kind_make_a_page(met, name):
    seat = met.participants.filter(side=1).first()
    seat.person.name = name.strip()[:200].replace("\x00", "").encode("utf-8", "ignore").decode()
    Person.objects.filter(pk=seat.person_id).update(name=seat.person.name)

    book, _ = pack(met.one)

    assert len(book.pages) == 3
    assert "/StructTreeRoot" in book.trailer["/Root"]


def test_the_card_names_interpreters_waiting_area_press_and_liaison_officer(met):
    site = Site.objects.get(week=met.week)
    lounge = Place.objects.create(
        week=met.week, site=site, key="lounge", name=MultiText({"vi": "Phòng chờ", "en": "Lounge"}), sharing="shared", kind="room"
    )
    set_waiting_area(place=Place.objects.get(pool="rooms"), area=lounge, by=None, now=NOW)
    assert WaitingArea.objects.exists()
    placement = Placement.objects.get(meeting=met)
    placement.teams.add(make_team(site, "ko-vi"))
    officer = make_account(person=make_person(name="Lê Thị Liên"))
    make_role(met.week, officer, "liaison", delegation_id=met.one.pk)
    met.press, met.languages = "photo", ["ko", "vi"]
    met.save()

    text = read(card_of(week=met.week, number=met.number, viewer=speaks_for(met.one), language="en", now=NOW))[1]

    for words in ("Lounge", "Korean–Vietnamese", "2 people", "photographs at the start", "Lê Thị Liên", "Korean, Vietnamese"):
        assert words in text


def test_sessions_with_a_role_stand_in_the_pack_beside_the_meetings(met):
    speaker = met.one.members.first().person
    session = make_session(met.week, starts_at=local(met.week, DAY, "14:00"), ends_at=local(met.week, DAY, "15:00"))
    make_speaking(session, speaker)

    assert session.title.shown("en") in pack(met.one)[1]


def test_a_delegation_without_anything_gets_one_page_that_says_so(met):
    book, text = pack(make_party(met.week))

    assert len(book.pages) == 1
    assert "Nothing is published for this delegation yet." in text


def sheet(content):
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def test_the_workbook_has_a_row_for_each_meeting_and_never_a_formula(met):
    guest = make_guest(met.week, name='=HYPERLINK("http://x")')
    business = make_meeting(met.week, guest, make_guest(met.week, name="+1 @SUM(A1)"))
    plan = make_plan(met.week, (met, "09:00", Place.objects.get(pool="rooms")), (business, "09:20", Place.objects.get(pool="tables")))
    publish_plan(plan=plan, by=None, now=NOW + timedelta(hours=1))

    content = placements_sheet(week=met.week, viewer=desk_of(met.week), now=NOW)
    book = openpyxl.load_workbook(io.BytesIO(content))

    rows = sheet(content)
    assert len(rows) == 3
    assert any(str(cell).startswith("=HYPERLINK") for cell in rows[2])
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}
