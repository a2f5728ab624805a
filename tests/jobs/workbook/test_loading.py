"""What a workbook says becomes rows; loading again updates and never doubles; each rule refuses with the cell."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from factories.agenda import make_travel
from factories.events import make_site
from factories.meetings import make_party
from factories.people import make_account, make_person
from factories.workbooks import Workbook
from hanhlang.domains.agenda.models import Claim, InterpreterTeam, Travel
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Participation, Role, Week
from hanhlang.domains.meetings.models import Meeting, Request, Wish
from hanhlang.domains.people.models import Account, Person
from hanhlang.domains.programme.models import Session, Speaking
from hanhlang.jobs.load.faults import LoadRefused
from hanhlang.jobs.workbook.file import write_week
from hanhlang.jobs.workbook.loading import ChangedMeanwhile, Loaded, load_book, preview_book

NOW = datetime(2025, 10, 20, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def load(workbook: Workbook) -> Loaded:
    return load_book(workbook.save(), by=None, now=NOW)


def written(loaded: Loaded) -> dict[str, tuple[int, int]]:
    """Return new and changed rows of the sheets that have any."""
    return {name: (row["new"], row["changed"]) for name, row in loaded.preview.counts().items() if row["new"] or row["changed"]}


def faults(workbook: Workbook) -> list[tuple[str, str]]:
    """Return code and cell of every fault, and see that nothing was written and both languages say something."""
    before = [model.objects.count() for model in (Week, Person, Meeting, AuditEntry)]
    with pytest.raises(LoadRefused) as refused:
        load(workbook)
    assert [model.objects.count() for model in (Week, Person, Meeting, AuditEntry)] == before
    for fault in refused.value.faults:
        assert fault.sentence("vi") != fault.sentence("en") or fault.code == "refused"
    return sorted((fault.code, f"{fault.file}!{fault.cell}") for fault in refused.value.faults)


def test_a_filled_template_becomes_a_week(workbook: Workbook) -> None:
    loaded = load(workbook)

    week = Week.objects.get(key="trial-week")
    assert written(loaded)["people"] == (5, 0)
    assert (week.places.count(), week.sessions.count(), week.teams.count(), week.grids.count()) == (3, 1, 1, 2)
    assert Delegation.objects.get(key="lamduan").focal_point == Person.objects.get(key="lam-2")
    assert [member.person.key for member in Delegation.objects.get(key="lamduan").members.all()] == ["lam-1", "lam-2"]
    assert Participation.objects.filter(week=week).count() == 5
    assert Speaking.objects.get().person == Person.objects.get(key="lam-1")
    assert Request.objects.get().number == 1
    meeting = Meeting.objects.get()
    assert (meeting.number, meeting.kind, sorted(meeting.participants.values_list("person__key", "side"))) == (
        7,
        "business",
        [("firm-a-1", 1), ("firm-b-1", 2)],
    )


def test_the_example_row_and_the_explanations_are_not_loaded(workbook: Workbook) -> None:
    load(workbook)

    assert not Person.objects.filter(key="nguyen-van-an").exists()
    assert not Session.objects.filter(key="khai-mac").exists()


def test_loading_again_writes_nothing(workbook: Workbook) -> None:
    load(workbook)
    lines, changed_at = AuditEntry.objects.count(), list(Person.objects.order_by("key").values_list("changed_at", flat=True))

    again = load(workbook)

    assert (again.preview.rows, AuditEntry.objects.count()) == (0, lines)
    assert list(Person.objects.order_by("key").values_list("changed_at", flat=True)) == changed_at


def test_one_changed_cell_changes_one_row(workbook: Workbook) -> None:
    load(workbook)
    others = dict(Person.objects.exclude(key="lam-1").values_list("key", "changed_at"))
    workbook.cell("people", 0, "rank").value = "minister"

    again = load(workbook)

    assert written(again) == {"people": (0, 1)}
    assert Person.objects.get(key="lam-1").rank == "minister"
    assert dict(Person.objects.exclude(key="lam-1").values_list("key", "changed_at")) == others


def test_rows_that_are_not_in_the_file_stay(workbook: Workbook) -> None:
    load(workbook)
    workbook.page("people").delete_rows(5, 5)
    workbook.page("meetings").delete_rows(5, 1)
    workbook.page("speakers").delete_rows(5, 1)

    again = load(workbook)

    assert (again.preview.rows, Person.objects.count(), Meeting.objects.count(), Speaking.objects.count()) == (0, 5, 1, 1)


def test_a_file_of_new_people_only_may_name_what_is_there(workbook: Workbook, tmp_path: Path) -> None:
    load(workbook)
    late = Workbook(tmp_path / "late.xlsx", {"week": [{"id": "trial-week"}]})
    late.cell("week", 0, "timezone").value = "Asia/Ho_Chi_Minh"
    late.cell("week", 0, "start_date").value = "2025-10-27"
    late.cell("week", 0, "end_date").value = "2025-10-29"
    late.cell("week", 0, "name_vi").value = "Tuần thử"
    late.cell("week", 0, "host").value = "most"
    late.add("people", id="ver-2", name="Daryo Quessa", organisation="verania", category="delegation", delegation="verania")

    loaded = load(late)

    assert written(loaded) == {"people": (1, 0)}
    assert Delegation.objects.get(key="verania").members.count() == 2


def test_people_move_between_delegations_and_the_head_is_handed_over(workbook: Workbook) -> None:
    load(workbook)
    workbook.cell("people", 0, "head").value = None
    workbook.cell("people", 1, "head").value = "có / yes"
    workbook.add("people", id="ver-2", name="Daryo Quessa", category="delegation", delegation="lamduan")
    load(workbook)
    workbook.cell("people", 5, "delegation").value = "verania"

    load(workbook)

    assert Member.objects.get(is_head=True, delegation__key="lamduan").person.key == "lam-2"
    assert Member.objects.get(person__key="ver-2").delegation.key == "verania"
    assert Member.objects.count() == 4


def test_hours_of_arrival_are_the_weeks_own(workbook: Workbook) -> None:
    workbook.cell("people", 3, "arrives").value = "27/10/2025 09:00"
    workbook.cell("people", 3, "leaves").value = datetime(2025, 10, 28, 12, 30)

    load(workbook)

    stay = Participation.objects.get(person__key="firm-a-1")
    assert (stay.arrives_at, stay.leaves_at) == (datetime(2025, 10, 27, 2, tzinfo=UTC), datetime(2025, 10, 28, 5, 30, tzinfo=UTC))


def test_an_account_and_its_roles(workbook: Workbook) -> None:
    workbook.cell("people", 1, "email").value = "belisa@lamduan.example"
    workbook.cell("people", 1, "roles").value = "focal_point; delegate"

    load(workbook)

    account = Account.objects.get(email="belisa@lamduan.example")
    roles = Role.objects.filter(account=account)
    assert account.person == Person.objects.get(key="lam-2")
    assert sorted(roles.values_list("kind", flat=True)) == ["delegate", "focal_point"]
    assert roles.get(kind="focal_point").delegation_id == Delegation.objects.get(key="lamduan").pk


def test_an_accepted_request_becomes_the_meeting_of_the_file(workbook: Workbook) -> None:
    workbook.cell("requests", 0, "state").value = "accepted – đồng ý"
    workbook.cell("requests", 0, "needs").value = "ko-vi"
    workbook.cell("requests", 0, "windows").value = "2025-10-27 09:00-12:00"
    workbook.add("meetings", number=12, kind="bilateral", request=1, asking="lam-1; lam-2", asked="ver-1")

    load(workbook)

    meeting = Meeting.objects.get(number=12)
    assert meeting.request == Request.objects.get(state="accepted")
    assert (meeting.needs, len(meeting.windows), meeting.participants.count()) == (["ko-vi"], 1, 3)


@pytest.mark.parametrize(
    ("state", "more", "expected"),
    [
        ("declined", {}, "declined"),
        ("withdrawn", {}, "withdrawn"),
        ("countered", {"counter_minutes": 20}, "countered"),
        ("accepted", {}, "accepted"),
    ],
)
def test_a_request_is_answered_from_the_file_and_then_stands(workbook: Workbook, state: str, more: dict[str, Any], expected: str) -> None:
    load(workbook)
    for key, value in ({"state": state} | more).items():
        workbook.cell("requests", 0, key).value = value

    load(workbook)
    again = load(workbook)

    assert (Request.objects.get().state, again.preview.rows) == (expected, 0)


def test_a_wish_that_becomes_a_meeting_may_stay_in_the_file(workbook: Workbook) -> None:
    workbook.page("meetings").delete_rows(5, 1)
    workbook.add("wishes", asking="firm-a-1", asked="firm-b-1")
    load(workbook)
    workbook.add("meetings", number=3, kind="business", asking="firm-a-1", asked="firm-b-1")

    load(workbook)
    again = load(workbook)

    assert (Wish.objects.get().state, Meeting.objects.get().number, again.preview.rows) == ("accepted", 3, 0)


def test_a_meeting_is_cancelled_from_the_file(workbook: Workbook) -> None:
    load(workbook)
    workbook.cell("meetings", 0, "state").value = "cancelled"

    load(workbook)

    assert Meeting.objects.get().state == "cancelled"


def test_closed_hours_are_claimed_and_move(workbook: Workbook) -> None:
    hours = {"from": datetime(2025, 10, 27, 12), "until": datetime(2025, 10, 27, 13)}
    workbook.add("availability", id="lunch", kind="place", what="room", **hours)
    load(workbook)
    workbook.cell("availability", 0, "until").value = datetime(2025, 10, 27, 14)

    load(workbook)

    closed = Claim.objects.get(kind=Claim.Kind.CLOSED)
    assert (closed.end - closed.start, closed.source) == (120, "closed:lunch")


def test_emptied_hours_are_open_again_and_the_row_may_stay(workbook: Workbook) -> None:
    hours = {"from": datetime(2025, 10, 27, 12), "until": datetime(2025, 10, 27, 13)}
    workbook.add("availability", id="lunch", kind="person", what="firm-a-1", **hours)
    load(workbook)
    workbook.cell("availability", 0, "from").value = None
    assert faults(workbook) == [("half_hours", "availability!F5")]
    workbook.cell("availability", 0, "until").value = None

    opened = load(workbook)
    again = load(workbook)

    assert (written(opened), Claim.objects.filter(kind=Claim.Kind.CLOSED).count()) == ({"availability": (0, 1)}, 0)
    assert again.preview.rows == 0


def test_a_way_with_rush_hours_goes_one_way_as_written(workbook: Workbook) -> None:
    workbook.add("sites", id="ha-noi", name_vi="Hà Nội")
    workbook.add(
        "travel", **{"from": "ha-noi", "to": "ninh-binh", "minutes": 120, "rush_minutes": 150, "rush_hours": "07:00-09:00; 16:00-18:00"}
    )

    load(workbook)
    again = load(workbook)

    way = Travel.objects.get()
    assert [hour for hour, minutes in enumerate(way.minutes) if minutes == 150] == [7, 8, 16, 17]
    assert again.preview.rows == 0


BREAKS: list[tuple[str, int, str, Any, tuple[str, str]]] = [
    ("week", 0, "id", "portal", ("week_id_reserved", "week!B5")),
    ("week", 0, "timezone", "Asia/Nowhere", ("bad_timezone", "week!H5")),
    ("grids", 0, "to", time(7), ("ends_before_start", "grids!H5")),
    ("sessions", 0, "end", time(8), ("ends_before_start", "sessions!L5")),
    ("sessions", 0, "place", "hal", ("unknown_id", "sessions!N5")),
    ("sessions", 0, "date", "2025-11-27", ("day_outside", "sessions!J5")),
    ("places", 0, "kind", "castle", ("not_one_of", "places!D5")),
    ("places", 0, "capacity", "many", ("not_a_number", "places!F5")),
    ("organisations", 0, "id", "Bộ", ("bad_id", "organisations!B5")),
    ("organisations", 0, "iso2", "Viet Nam", ("bad_form", "organisations!H5")),
    ("people", 0, "name", None, ("cell_missing", "people!C5")),
    ("people", 0, "rank", "x" * 41, ("too_long", "people!G5")),
    ("people", 0, "email", "an at home", ("bad_email", "people!N5")),
    ("people", 0, "delegation", "nowhere", ("unknown_id", "people!L5")),
    ("people", 1, "head", "có", ("heads_twice", "people!M6")),
    ("people", 0, "roles", "king", ("not_one_of", "people!O5")),
    ("people", 3, "roles", "delegate", ("email_missing", "people!N8")),
    ("delegations", 1, "code", "LAM", ("code_twice", "delegations!F6")),
    ("delegations", 1, "code", "ver", ("bad_form", "delegations!F6")),
    ("delegations", 0, "focal_point", "ver-1", ("focal_stranger", "delegations!J5")),
    ("speakers", 0, "organisation", "most", ("speaker_who", "speakers!C5")),
    ("requests", 0, "asked", "lamduan", ("refused", "requests!D5")),
    ("requests", 0, "minutes", 7, ("refused", "requests!F5")),
    ("requests", 0, "needs", "fr-vi", ("refused", "requests!H5")),
    ("requests", 0, "pools", "tables", ("refused", "requests!K5")),
    ("requests", 0, "people", "firm-a-1", ("side_stranger", "requests!M5")),
    ("requests", 0, "windows", "2025-10-30 09:00-12:00", ("refused", "requests!I5")),
    ("requests", 0, "windows", "mornings", ("bad_windows", "requests!I5")),
    ("meetings", 0, "asked", "firm-a-1", ("refused", "meetings!F5")),
    ("meetings", 0, "asked", "lam-1; lam-2", ("one_each", "meetings!F5")),
    ("meetings", 0, "request", 1, ("request_of_business", "meetings!D5")),
    ("meetings", 0, "kind", "bilateral", ("request_missing", "meetings!D5")),
]


@pytest.mark.parametrize(("sheet", "row", "key", "value", "fault"), BREAKS, ids=lambda value: str(value)[:24])
def test_each_rule_refuses_and_names_the_cell(
    workbook: Workbook, sheet: str, row: int, key: str, value: Any, fault: tuple[str, str]
) -> None:
    workbook.cell(sheet, row, key).value = value

    assert fault in faults(workbook)


def test_what_is_agreed_or_filed_is_not_rewritten(workbook: Workbook) -> None:
    load(workbook)
    workbook.cell("requests", 0, "minutes").value = 45
    workbook.cell("meetings", 0, "asked").value = "ver-1"

    assert faults(workbook) == [("meeting_fixed", "meetings!F5"), ("request_fixed", "requests!F5")]


def test_hours_for_meetings_do_not_lie_over_each_other(workbook: Workbook) -> None:
    hours = {"id": "business", "kind": "business", "minutes": 20, "pools": "tables", "day": "2025-10-27"}
    row = workbook.add("grids", **hours, **{"from": time(11), "to": time(14)})
    assert faults(workbook) == [("blocks_overlap", f"grids!G{row}")]

    workbook.cell("grids", 2, "from").value = time(12)
    assert written(load(workbook))["grids"] == (3, 0)


def test_the_time_zone_of_a_week_stays(workbook: Workbook) -> None:
    load(workbook)
    workbook.cell("week", 0, "timezone").value = "Asia/Seoul"

    assert faults(workbook) == [("timezone_fixed", "week!H5")]


def test_a_role_is_not_taken_and_an_address_not_changed_from_a_file(workbook: Workbook) -> None:
    workbook.cell("people", 1, "email").value = "belisa@lamduan.example"
    workbook.cell("people", 1, "roles").value = "focal_point; delegate"
    load(workbook)
    workbook.cell("people", 1, "email").value = "other@lamduan.example"
    workbook.cell("people", 1, "roles").value = "delegate"

    assert faults(workbook) == [("email_differs", "people!N6"), ("roles_fewer", "people!O6")]


def test_an_address_of_somebody_else_is_refused(workbook: Workbook) -> None:
    make_account(person=make_person(), email="belisa@lamduan.example")
    workbook.cell("people", 1, "email").value = "Belisa@lamduan.example"

    assert faults(workbook) == [("email_taken", "people!N6")]


def test_more_than_twenty_meetings_of_one_person_are_refused_row_by_row(workbook: Workbook) -> None:
    for number in range(22):
        workbook.add("people", id=f"guest-{number}", name=f"Khách {number}", category="business")
        workbook.add("meetings", number=100 + number, kind="business", asking="firm-a-1", asked=f"guest-{number}")

    assert faults(workbook) == [("refused", "meetings!E25"), ("refused", "meetings!E26"), ("refused", "meetings!E27")]


def test_three_hundred_faults_are_all_told_and_nothing_is_written(workbook: Workbook) -> None:
    for number in range(300):
        workbook.add("people", id=f"guest-{number}", name=f"Khách {number}", category="business", organisation="nowhere")

    told = faults(workbook)

    assert told == sorted(("unknown_id", f"people!F{row}") for row in range(10, 310))


def test_people_of_other_weeks_are_out_of_reach_at_the_desk_but_not_for_the_operator(workbook: Workbook) -> None:
    load(workbook)
    make_person(key="elsewhere", name="Tên Khác")
    workbook.add("people", id="elsewhere", name="Đổi tên", category="speaker")
    week, account = Week.objects.get(), make_account(person=make_person())

    at_the_desk = preview_book(workbook.save(), only=week, by=account)
    by_the_operator = preview_book(workbook.path)

    assert [(fault.code, fault.cell) for fault in at_the_desk.faults] == [("person_elsewhere", "B10")]
    assert [row.key for row in by_the_operator.changed["people"]] == [("elsewhere",)]


def test_a_file_of_another_week_is_refused_at_the_desk(workbook: Workbook) -> None:
    load(workbook)
    week, account = Week.objects.get(), make_account()
    workbook.cell("week", 0, "id").value = "other-week"

    preview = preview_book(workbook.save(), only=week, by=account)

    assert [(fault.code, fault.cell) for fault in preview.faults] == [("other_week", "B5")]


def test_what_was_agreed_to_is_what_is_written(workbook: Workbook) -> None:
    load(workbook)
    workbook.cell("people", 0, "rank").value = "minister"
    agreed = preview_book(workbook.save()).digest()
    Person.objects.filter(key="lam-1").update(rank="president")

    with pytest.raises(ChangedMeanwhile):
        load_book(workbook.path, by=None, now=NOW, agreed=agreed)

    assert Person.objects.get(key="lam-1").rank == "president"
    assert load_book(workbook.path, by=None, now=NOW, agreed=preview_book(workbook.path).digest()).preview.rows == 1


def test_a_clash_with_what_was_claimed_since_leaves_everything(workbook: Workbook) -> None:
    load(workbook)
    hours = {"from": datetime(2025, 10, 27, 9), "until": datetime(2025, 10, 27, 10)}
    workbook.add("availability", id="closed", kind="place", what="hall", **hours)
    workbook.cell("people", 0, "rank").value = "minister"

    assert faults(workbook) == [("refused", "availability!D5")]
    assert Person.objects.get(key="lam-1").rank == ""


def test_the_command_ends_with_figures_and_tells_faults_in_the_language_asked_for(workbook: Workbook, capsys: Any) -> None:
    call_command("load", str(workbook.save()))
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    workbook.cell("people", 0, "delegation").value = "lamduann"

    with pytest.raises(SystemExit) as stopped:
        call_command("load", str(workbook.save()), language="vi")

    assert (figures["week"], figures["sheets"]["people"]) == ("trial-week", {"new": 5, "changed": 0, "unchanged": 0})
    assert stopped.value.code == 2
    assert "people!L5: Không có mục nào mang mã “lamduann”. Có phải là “lamduan” không?" in capsys.readouterr().err


def test_the_command_asks_for_a_workbook_when_it_was_given_the_name_of_one(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        call_command("load", str(tmp_path / "none.xlsx"))

    assert "none.xlsx: There is no such file." in capsys.readouterr().err


def test_rows_nobody_named_are_not_touched_whatever_they_hold(workbook: Workbook) -> None:
    load(workbook)
    week = Week.objects.get()
    site = make_site(week, order=9)
    way = make_travel(site, week.sites.get(key="ninh-binh"))
    way.minutes = list(range(60, 84))
    way.save()
    make_party(week)
    before = (Travel.objects.get().changed_at, InterpreterTeam.objects.get().changed_at)
    workbook.cell("people", 0, "rank").value = "minister"

    assert written(load(workbook)) == {"people": (0, 1)}
    assert (Travel.objects.get().minutes, (Travel.objects.get().changed_at, InterpreterTeam.objects.get().changed_at)) == (
        list(range(60, 84)),
        before,
    )


def test_what_a_request_says_of_its_meeting_goes_in_and_comes_out_again(workbook: Workbook, tmp_path: Path) -> None:
    said = {
        "format": "courtesy – chào xã giao",
        "minutes": 20,
        "level": "deputy_minister",
        "impossible": "2025-10-28 09:00-12:00",
        "languages": "vi; en",
        "interpreting": "consecutive – dịch đuổi",
        "press": "photo – chụp ảnh lúc mở đầu",
    }
    for key, value in said.items():
        workbook.cell("requests", 0, key).value = value

    load(workbook)

    row = Request.objects.get()
    assert (row.format, row.minutes, row.level, len(row.impossible)) == ("courtesy", 20, "deputy_minister", 1)
    assert (row.languages, row.interpreting, row.press, row.secrecy) == (["vi", "en"], "consecutive", "photo", "all")
    out = tmp_path / "out.xlsx"
    write_week(row.week, out)
    assert load_book(out, by=None, now=NOW).preview.rows == 0


def test_the_rules_of_a_format_are_those_of_the_file_too(workbook: Workbook) -> None:
    workbook.cell("requests", 0, "format").value = "courtesy"
    workbook.cell("requests", 0, "minutes").value = 60

    assert [fault[0] for fault in faults(workbook)] == ["refused"]
