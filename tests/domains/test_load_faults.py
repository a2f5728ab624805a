"""Whatever is wrong with a folder: each fault is named where it is, all at once, and nothing is written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.core.management import call_command
from django.urls import get_resolver
from hypothesis import given, settings
from hypothesis import strategies as st

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core.errors import PLACEHOLDER
from hanhlang.domains.events.models import Site, Week
from hanhlang.domains.events.rules import RESERVED, week_key_fault
from hanhlang.domains.people.models import Organisation
from hanhlang.domains.programme.models import Session, Speaking
from hanhlang.jobs import load
from hanhlang.jobs.load.apply import load_week
from hanhlang.jobs.load.faults import TEXTS, LoadRefused
from hanhlang.jobs.load.files import Document, _parse, read

NOW = datetime(2025, 10, 27, 2, 10, tzinfo=UTC)

PROGRAMME = """\
schema: vidw-programme/1
timezone: Asia/Ho_Chi_Minh
event:
  id: trial-week
  name_vi: "Tuần thử"
  start_date: "2025-10-27"
  end_date: "2025-10-29"
  host: most
  topics:
    - {id: t-ai, name_vi: "Trí tuệ nhân tạo"}
cities:
  - {id: ninh-binh, name_vi: "Ninh Bình"}
people:
  - {id: p-an, name: "Nguyễn An"}
sessions:
  - id: s-one
    kind: forum
    title_vi: "Diễn đàn một"
    date: "2025-10-27"
    start: "09:00"
    end: "10:00"
    city: ninh-binh
    place: hall
    topics: [t-ai]
    speakers:
      - {person: p-an, role: remarks}
  - id: s-two
    kind: forum
    title_vi: "Diễn đàn hai"
    date: "2025-10-27"
    start: "10:00"
    end: "11:00"
    city: ninh-binh
    place: hall
    speakers:
      - {person: p-an, role: remarks}
"""
PLACES = """\
schema: hanhlang-places/1
places:
  - {id: hall, site: ninh-binh, kind: hall, name_vi: "Hội trường"}
"""
ORGANISATIONS = """\
schema: vidw-organisations/1
organisations:
  - {id: most, kind: ministry, name_vi: "Bộ"}
"""

pytestmark = pytest.mark.django_db


class SmallFolder:
    """A small sound folder that a test breaks in one place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("programme.yaml", PROGRAMME)
        self.write("places.yaml", PLACES)
        self.write("organisations.yaml", ORGANISATIONS)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def change(self, old: str, new: str, *, file: str = "programme.yaml") -> None:
        text = (self.path / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        self.write(file, text.replace(old, new))

    def load(self):
        return load_week(self.path, by=None, now=NOW)

    def faults(self) -> list[tuple[str, str, int, str, str]]:
        with pytest.raises(LoadRefused) as refused:
            self.load()
        assert not Week.objects.exists()
        assert not Organisation.objects.exists()
        for fault in refused.value.faults:
            assert fault.message("en") != fault.code
            assert fault.message("vi")
        return [(fault.code, fault.file, fault.line, fault.record, fault.field) for fault in refused.value.faults]


@pytest.fixture
def week(tmp_path):
    return SmallFolder(tmp_path)


def test_the_sound_folder_loads(week):
    loaded = week.load()

    assert (loaded.sessions, loaded.places, loaded.claims) == (2, 1, 4)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "city: ninh-binh\n    place: hall\n    topics",
            "city: ninh-bin\n    place: hall\n    topics",
            ("unknown_id", 22, "s-one", "city"),
        ),
        ("place: hall\n    topics", "place: hal\n    topics", ("unknown_id", 23, "s-one", "place")),
        ("topics: [t-ai]", "topics: [t-ao]", ("unknown_id", 24, "s-one", "topics")),
        ("  host: most", "  host: mots", ("unknown_id", 8, "trial-week", "host")),
        ('end: "10:00"', 'end: "08:00"', ("ends_before_start", 21, "s-one", "end")),
        ('end: "10:00"', 'end: "09:00"', ("ends_before_start", 21, "s-one", "end")),
        ("id: s-two", "id: s-one", ("id_twice", 27, "s-one", "id")),
        ("  topics:\n", "  topics:\n    - {id: t-ai, name_vi: AI}\n", ("id_twice", 11, "t-ai", "id")),
        ('title_vi: "Diễn đàn hai"', "titel_vi: x\n    title_vi: y", ("unknown_field", 29, "s-two", "titel_vi")),
        ('start: "09:00"', "start: 9h", ("bad_hour", 20, "s-one", "start")),
        ('start: "09:00"', 'start: "25:00"', ("bad_hour", 20, "s-one", "start")),
        ('  end_date: "2025-10-29"', '  end_date: "2025-02-30"', ("bad_date", 7, "trial-week", "end_date")),
        ('  end_date: "2025-10-29"', '  end_date: "2025-10-26"', ("ends_before_start", 7, "trial-week", "end_date")),
        ("id: trial-week", "id: portal", ("week_id_reserved", 4, "portal", "id")),
        ("id: trial-week", "id: vi", ("week_id_shape", 4, "vi", "id")),
        ("id: trial-week", "id: Tuần", ("week_id_shape", 4, "Tuần", "id")),
        ("timezone: Asia/Ho_Chi_Minh", "timezone: Asia/Nowhere", ("bad_timezone", 2, "", "timezone")),
        ("id: s-two", "id: S two", ("bad_id", 27, "S two", "id")),
        ("id: p-an, name", "id: p-an, nam", ("missing", 14, "p-an", "name")),
        ('title_vi: "Diễn đàn hai"', "theme_vi: x", ("no_name", 27, "s-two", "title_vi")),
    ],
)
def test_each_fault_is_told_where_it_is(week, old, new, fault):
    week.change(old, new)

    code, line, record, field = fault
    assert (code, "programme.yaml", line, record, field) in week.faults()


def test_hours_the_wrong_way_round_are_not_told_again_for_everything_inside(week):
    own = "- {person: p-an, role: remarks, start: '09:10', end: '09:20'}\n  - id: s-two"
    week.change("- {person: p-an, role: remarks}\n  - id: s-two", own)
    week.change('end: "10:00"', 'end: "08:00"')

    assert [code for code, *_ in week.faults()] == ["ends_before_start"]


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        ('shown_en: "Nin Bình"', {"vi": "Ninh Bình", "en": "Nin Bình"}),
        ('shown_vi: "Cố đô"', {"vi": "Cố đô", "en": "Ninh Binh"}),
        ('shown_vi: "Cố đô", shown_en: "Old capital"', {"vi": "Cố đô", "en": "Old capital"}),
    ],
)
def test_a_site_is_spelt_as_it_is_to_be_shown_and_otherwise_as_reported(week, shown, names):
    week.change('name_vi: "Ninh Bình"', 'name_vi: "Ninh Bình", name_en: "Ninh Binh"')
    week.write("places.yaml", PLACES + f"sites:\n  - {{id: ninh-binh, {shown}}}\n")

    week.load()

    name = Site.objects.get().name
    assert {language: name.shown(language) for language in names} == names


@pytest.mark.parametrize(
    ("sites", "fault"),
    [
        ('  - {id: hue, shown_en: "Huế"}', ("unknown_id", "places.yaml", 5, "hue", "id")),
        ("  - {id: ninh-binh}", ("no_name", "places.yaml", 5, "ninh-binh", "shown_vi")),
        ("  - {id: ninh-binh, shown_vi: A}\n  - {id: ninh-binh, shown_vi: B}", ("id_twice", "places.yaml", 6, "ninh-binh", "id")),
        ("  - {id: ninh-binh, name_en: A}", ("unknown_field", "places.yaml", 5, "ninh-binh", "name_en")),
    ],
)
def test_a_spelling_belongs_to_one_site_of_the_week(week, sites, fault):
    week.write("places.yaml", PLACES + f"sites:\n{sites}\n")

    assert week.faults() == [fault]


def test_two_sessions_in_one_exclusive_place(week):
    week.change('start: "10:00"', 'start: "09:30"')

    assert {fault[0] for fault in week.faults()} == {"place_twice", "person_twice"}


def test_a_shared_place_holds_two_sessions(week):
    week.change('start: "10:00"', 'start: "09:30"')
    week.change("kind: hall", "kind: hall, sharing: shared", file="places.yaml")

    assert [fault[0] for fault in week.faults()] == ["person_twice"]


def test_a_person_in_two_places_names_both_until_the_roles_have_minutes(week):
    week.change('start: "10:00"', 'start: "09:30"')
    week.change("kind: hall", "kind: hall, sharing: shared", file="places.yaml")
    with pytest.raises(LoadRefused) as refused:
        week.load()
    assert "Nguyễn An is also in “s-one” from 27.10. 09:30 to 10:00" in refused.value.faults[0].message("en")

    week.write(
        "times.yaml",
        'schema: hanhlang-times/1\nroles:\n  - {session: s-one, person: p-an, role: remarks, start: "09:00", end: "09:10"}\n',
    )

    assert week.load().claims == 2


def test_a_speaker_may_bring_its_own_minutes(week):
    week.change('start: "10:00"', 'start: "09:30"')
    week.change("kind: hall", "kind: hall, sharing: shared", file="places.yaml")
    minutes = '{person: p-an, role: remarks, start: "09:00", end: "09:10"}'
    week.change("{person: p-an, role: remarks}\n  - id: s-two", f"{minutes}\n  - id: s-two")

    assert week.load().claims == 2

    week.change('end: "09:10"', 'end: "10:10"')
    with pytest.raises(LoadRefused) as refused:
        week.load()
    assert {fault.code for fault in refused.value.faults} == {"outside_session", "person_twice"}


def test_a_team_without_a_count_is_one_team_of_that_id(week):
    teams = "  - {id: ko, site: ninh-binh, pair: ko-vi, name_vi: Tổ Hàn}\n  - {id: ja, site: ninh-binh, pair: ja-vi, count: 2}\n"
    week.write("teams.yaml", f"schema: hanhlang-teams/1\nteams:\n{teams}")

    week.load()

    assert {team.key: team.name.shown("vi") for team in Week.objects.get().teams.all()} == {
        "ko": "Tổ Hàn",
        "ja-1": "Tổ phiên dịch ja-vi 1",
        "ja-2": "Tổ phiên dịch ja-vi 2",
    }


def test_a_role_lies_within_its_session(week):
    week.write(
        "times.yaml",
        'schema: hanhlang-times/1\nroles:\n  - {session: s-one, person: p-an, role: remarks, start: "08:00", end: "09:10"}\n',
    )

    assert week.faults() == [("outside_session", "times.yaml", 3, "s-one", "start")]


def test_all_faults_are_told_at_once(week):
    week.change("topics: [t-ai]", "topics: [t-ao]")
    week.change('start: "10:00"', "start: ten")
    week.change("site: ninh-binh", "site: hue", file="places.yaml")

    assert [(fault[0], fault[1]) for fault in week.faults()] == [
        ("unknown_id", "places.yaml"),
        ("unknown_id", "programme.yaml"),
        ("bad_hour", "programme.yaml"),
    ]


def test_the_nearest_id_is_suggested_in_both_languages(week):
    week.change("topics: [t-ai]", "topics: [t-ao]")
    with pytest.raises(LoadRefused) as refused:
        week.load()
    [fault] = refused.value.faults

    assert fault.message("en").endswith("Nothing has the id “t-ao”. Did you mean “t-ai”?")


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (PROGRAMME.encode("utf-16"), "utf16", 0),
        (PROGRAMME.encode("utf-16-le"), "utf16", 0),
        (PROGRAMME.encode("utf-8") + b'note: "\xff"\n', "not_utf8", 37),
        (PROGRAMME.encode("utf-8") + b"note: [1, 2\n", "broken_yaml", 38),
        (PROGRAMME.encode("utf-8") + b"\tnote: x\n", "broken_yaml", 37),
        (b"a: &a [x, x]\nb: [*a, *a]\n", "alias", 1),
        (b"a: !!python/object/apply:os.system [true]\n", "alias", 1),
        (b"[" * 5000, "too_deep", 1),
        (b"x" * 4_000_001, "too_large", 0),
        (b"note: a\x00b\n", "broken_yaml", 1),
        (b"- a\n- b\n", "not_a_record", 1),
        (b"", "not_a_record", 1),
        (b"note: a\nnote: b\n", "key_twice", 2),
        (b"a: b\n---\nc: d\n", "broken_yaml", 2),
    ],
)
def test_a_file_that_is_not_what_it_should_be(week, raw, code, line):
    (week.path / "programme.yaml").write_bytes(raw)

    assert week.faults() == [(code, "programme.yaml", line, "", "")]


def test_a_byte_order_mark_is_no_fault(week):
    (week.path / "programme.yaml").write_bytes(b"\xef\xbb\xbf" + PROGRAMME.encode())

    assert week.load().sessions == 2


def test_hours_and_country_codes_stay_text(tmp_path):
    (tmp_path / "x.yaml").write_text("start: 08:30\ncode: NO\nday: 2025-10-27\nzero: 007\nn: 12\n", encoding="utf-8")

    assert read(tmp_path / "x.yaml").data == {"start": "08:30", "code": "NO", "day": "2025-10-27", "zero": "007", "n": 12}


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(alphabet="ab:-[]{},&*!|>\"'#\n \t", max_size=200).map(str.encode))
def test_any_bytes_give_data_or_a_fault_and_never_an_error(raw):
    document = Document("x.yaml")

    _parse(raw, document)

    assert all(fault.message("en") and fault.message("vi") for fault in document.faults)


def test_a_folder_that_is_not_there_or_empty_or_without_a_programme(tmp_path):
    for path, code in ((tmp_path / "none", "folder_missing"), (tmp_path, "folder_empty")):
        with pytest.raises(LoadRefused) as refused:
            load_week(path, by=None, now=NOW)
        assert [fault.code for fault in refused.value.faults] == [code]

    (tmp_path / "places.yaml").write_text(PLACES, encoding="utf-8")
    with pytest.raises(LoadRefused) as refused:
        load_week(tmp_path, by=None, now=NOW)
    assert [(fault.code, fault.file) for fault in refused.value.faults] == [("file_missing", "programme.yaml")]


def test_a_misspelt_file_is_not_passed_over(week):
    week.write("place.yaml", PLACES)

    assert week.faults() == [("file_unknown", "place.yaml", 0, "", "")]


def test_what_the_files_drop_is_reported_and_kept(week):
    week.load()
    week.change("id: s-two", "id: s-three")
    week.change('start: "10:00"\n    end: "11:00"', 'start: "11:00"\n    end: "12:00"')

    again = week.load()

    assert again.not_in_files == {"sessions": ["s-two"]}
    assert Session.objects.count() == 3


def test_a_changed_file_changes_the_row_it_made(week):
    week.load()
    before = Session.objects.get(key="s-one")
    week.change('title_vi: "Diễn đàn một"', 'title_vi: "Diễn đàn đầu"')
    week.change("{person: p-an, role: remarks}\n  - id: s-two", "{person: p-an, role: keynote}\n  - id: s-two")

    week.load()

    after = Session.objects.get(key="s-one")
    assert (after.pk, str(after.title)) == (before.pk, "Diễn đàn đầu")
    assert after.folded == "dien dan dau"
    assert list(Speaking.objects.filter(session=after).values_list("role", flat=True)) == ["keynote"]


def test_a_claim_made_since_refuses_the_load_and_leaves_everything(week):
    week.load()
    trial = Week.objects.get()
    hall = resource_ids(trial).place(trial.places.get().pk)
    start, end = datetime(2025, 10, 27, 5, tzinfo=UTC), datetime(2025, 10, 27, 6, tzinfo=UTC)
    held = NewClaim(resource=hall, start=start, end=end, kind=Claim.Kind.HOLD, source="hold:trial")
    replace_claims(week=trial, drop=[], claims=[held], by=None, now=NOW)
    week.change('start: "10:00"\n    end: "11:00"', 'start: "12:00"\n    end: "13:00"')
    week.change('name_vi: "Ninh Bình"', 'name_vi: "Hoa Lư"')

    with pytest.raises(LoadRefused) as refused:
        week.load()

    assert [fault.code for fault in refused.value.faults] == ["taken"]
    assert str(Site.objects.get().name) == "Ninh Bình"


def test_the_command_ends_with_one_line_of_figures(week, capsys):
    call_command("load", str(week.path))

    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figures["week"], figures["sessions"], figures["sites"], figures["people"]) == ("trial-week", 2, 1, 1)


def test_the_command_tells_faults_in_the_language_asked_for(week, capsys):
    week.change('end: "10:00"', 'end: "08:00"')

    with pytest.raises(SystemExit) as stopped:
        call_command("load", str(week.path), "--language", "en")

    told = capsys.readouterr().err
    assert stopped.value.code == 2
    assert "programme.yaml, line 21, s-one, end: It ends at 08:00 and starts at 09:00. It must end after it starts." in told


def test_no_week_can_hide_an_address_of_ours():
    first = {str(pattern.pattern).split("/")[0] for pattern in get_resolver().url_patterns}
    words = {part for part in first if part and week_key_fault(part, frozenset()) != "shape"}

    assert {"desk", "portal"} <= words <= RESERVED


@pytest.mark.parametrize(
    ("key", "fault"), [("vidw-2025", ""), ("desk", "reserved"), ("zho", "reserved"), ("ab", "shape"), ("a" * 41, "shape")]
)
def test_what_a_week_may_be_called(key, fault):
    assert week_key_fault(key, frozenset({"zho"})) == fault


def test_every_code_has_its_sentence_in_vietnamese():
    catalogue = read_po(Path(load.__file__).parents[2].joinpath("locale/vi/load.po").open("rb"), locale="vi")

    translated = {message.id: message.string for message in catalogue if message.id}

    assert set(TEXTS.values()) <= set(translated)
    for source, text in translated.items():
        assert text
        assert sorted(PLACEHOLDER.findall(source)) == sorted(PLACEHOLDER.findall(text))
