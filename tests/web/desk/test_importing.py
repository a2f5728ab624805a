"""Workbooks at the desk: every change seen first, nothing believed from the browser, nothing written half."""

from __future__ import annotations

import io
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from factories.events import make_role
from factories.people import make_account, make_person
from factories.workbooks import Workbook
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.people.models import Account, Person
from hanhlang.jobs.workbook import desk
from hanhlang.jobs.workbook.loading import load_book, preview_book

NOW = datetime(2025, 10, 20, 2, tzinfo=UTC)
PAGE = "/desk/trial-week/import/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def workbook(tmp_path: Path, settings: Any) -> Workbook:
    """A workbook that says what the week already is; files brought to the desk are kept in a folder of the test's own."""
    settings.HOME = tmp_path
    made = Workbook(tmp_path / "week.xlsx")
    load_book(made.save(), by=None, now=NOW)
    return made


def secretary(week: Week) -> Account:
    account = make_account(person=make_person())
    make_role(week, account, Role.Kind.SECRETARIAT)
    return account


@pytest.fixture
def desk_client(client: Client, workbook: Workbook) -> Client:
    client.force_login(secretary(Week.objects.get()))
    speak(client, "en")
    return client


def speak(client: Client, language: str) -> None:
    client.cookies["hanhlang_language"] = language


def bring(client: Client, workbook: Workbook, name: str = "week.xlsx") -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, workbook.save().read_bytes())})


def kept(tmp_path: Path) -> list[str]:
    folder = tmp_path / "imports"
    return sorted(path.suffix for path in folder.iterdir()) if folder.exists() else []


def test_the_page_offers_a_template_that_the_same_page_reads(desk_client: Client, workbook: Workbook, tmp_path: Path) -> None:
    answer = desk_client.get(f"{PAGE}template.xlsx")
    (tmp_path / "template.xlsx").write_bytes(b"".join(answer.streaming_content))

    assert answer["Content-Disposition"] == 'attachment; filename="hanhlang-template.xlsx"'
    assert [fault.code for fault in preview_book(tmp_path / "template.xlsx").faults] == ["week_rows"]


def test_every_change_is_seen_before_anything_is_written(desk_client: Client, workbook: Workbook) -> None:
    workbook.cell("people", 0, "rank").value = "minister"
    workbook.add("people", id="new-one", name="Nguyễn Mới", category="press")

    answer = bring(desk_client, workbook)
    page = desk_client.get(answer["Location"])

    text = page.content.decode()
    assert answer.status_code == 302
    assert page.context["current"]["key"] == "people"
    [new, changed] = page.context["page"].object_list
    assert (new["key"], new["is_new"], changed["key"]) == ("new-one", True, "lam-1")
    assert changed["fields"] == [{"title": "Rank", "old": "", "new": "minister"}]
    assert "Nguyễn Mới" in text
    assert "2 rows of week.xlsx would be written. Nothing is written yet." in text
    assert not Person.objects.filter(key="new-one").exists()


def test_written_is_what_was_seen_all_of_it_and_by_whom(desk_client: Client, workbook: Workbook, tmp_path: Path) -> None:
    workbook.cell("people", 0, "rank").value = "minister"
    look = bring(desk_client, workbook)["Location"]

    answer = desk_client.post(f"{look}apply/", follow=True)

    entry = AuditEntry.objects.filter(event="week.loaded").latest("pk")
    assert Person.objects.get(key="lam-1").rank == "minister"
    assert entry.actor == Person.objects.get(accounts__roles__kind="secretariat").pseudonym
    assert "1 row was written." in answer.content.decode()
    assert kept(tmp_path) == []
    assert desk_client.get(look).status_code == 404


def test_what_changed_meanwhile_is_shown_again_instead_of_written(desk_client: Client, workbook: Workbook) -> None:
    workbook.cell("people", 0, "rank").value = "minister"
    look = bring(desk_client, workbook)["Location"]
    Person.objects.filter(key="lam-1").update(rank="president")

    again = desk_client.post(f"{look}apply/")

    assert again.status_code == 409
    assert "The week changed since you looked." in again.content.decode()
    assert again.context["page"].object_list[0]["fields"] == [{"title": "Rank", "old": "president", "new": "minister"}]
    assert Person.objects.get(key="lam-1").rank == "president"
    assert desk_client.post(f"{look}apply/").status_code == 302
    assert Person.objects.get(key="lam-1").rank == "minister"


def test_three_hundred_faults_are_all_shown_and_nothing_is_written(desk_client: Client, workbook: Workbook) -> None:
    planted: dict[str, str] = {}
    for number in range(60):
        row = workbook.add("people", id=f"guest-{number}", name=f"Khách {number}", category="business", organisation="firm-aa")
        planted[f"people!F{row}"] = "Nothing has the id “firm-aa”. Did you mean “firm-a”?"
        row = workbook.add("people", id=f"odd-{number}", name=f"Khách {number}", category="businesss")
        planted[f"people!I{row}"] = "“businesss” is not possible here. Choose one of: delegation, business,"
        row = workbook.add("people", id=700 + number, name=f"Khách {number}", category="press")
        planted[f"people!B{row}"] = "Format the cell as text and type it again."
        row = workbook.add("topics", id=f"topic-{number}", name_vi=f"Chủ đề {number}", hatch="stripes")
        planted[f"topics!E{row}"] = "“stripes” is not possible here. Choose one of: lines, grid,"
        row = workbook.add("sites", id=f"site-{number}")
        planted[f"sites!C{row}"] = "A name is needed in at least one language. Fill"

    look = bring(desk_client, workbook)["Location"]
    page = desk_client.get(look)
    refused = desk_client.post(f"{look}apply/")

    text = page.content.decode()
    shown = {fault["where"]: fault["sentence"] for fault in page.context["faults"]}
    assert sorted(shown) == sorted(planted)
    assert [(where, shown[where]) for where, remedy in planted.items() if remedy not in shown[where]] == []
    assert "300 faults in the file" in text
    assert all(f'<th scope="row">{where}</th>' in text for where in planted)
    assert "Write these changes" not in text
    assert refused.status_code == 409
    assert not Person.objects.filter(key__startswith="guest-").exists()


def test_a_file_that_changes_nothing_says_so(desk_client: Client, workbook: Workbook) -> None:
    page = desk_client.get(bring(desk_client, workbook)["Location"]).content.decode()

    assert "rows of week.xlsx say what is there already." in page
    assert "Write these changes" not in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("list.csv", "Mã;Tên\n".encode("cp1258", "replace"), "The file is not an Excel workbook (.xlsx)."),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "The file is of the old Excel kind (.xls)."),
        ("empty.xlsx", b"", "The file is empty. Choose another one."),
        ("large.xlsx", b"\0" * 20_000_001, "The file is larger than 20 MB."),
    ],
)
def test_what_is_no_workbook_is_refused_on_the_page_and_not_kept(
    desk_client: Client, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    answer = desk_client.post(PAGE, {"file": SimpleUploadedFile(name, content)})

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert kept(tmp_path) == []


def test_no_file_at_all(desk_client: Client) -> None:
    answer = desk_client.post(PAGE)

    assert answer.status_code == 422
    assert "Choose the file." in answer.content.decode()


def test_the_file_of_another_week_is_refused(desk_client: Client, workbook: Workbook) -> None:
    workbook.cell("week", 0, "id").value = "other-week"

    page = desk_client.get(bring(desk_client, workbook)["Location"])

    assert [fault["where"] for fault in page.context["faults"]] == ["week!B5"]


def test_a_kept_file_is_its_owners_only(desk_client: Client, workbook: Workbook) -> None:
    workbook.cell("people", 0, "rank").value = "minister"
    look = bring(desk_client, workbook)["Location"]
    other = Client()
    other.force_login(secretary(Week.objects.get()))

    seen, written = other.get(look), other.post(f"{look}apply/")
    other.post(f"{look}forget/")

    assert seen.status_code == 404
    assert written.status_code == 302
    assert Person.objects.get(key="lam-1").rank == ""
    assert desk_client.get(look).status_code == 200


def test_a_file_is_thrown_away_on_request_and_after_an_hour(desk_client: Client, workbook: Workbook, tmp_path: Path) -> None:
    first, second = (bring(desk_client, workbook)["Location"] for _ in range(2))

    desk_client.post(f"{first}forget/")
    assert desk_client.get(first).status_code == 404
    assert kept(tmp_path) == [".json", ".xlsx"]
    long_ago = time.time() - desk.KEPT_SECONDS - 60
    for path in (tmp_path / "imports").iterdir():
        os.utime(path, (long_ago, long_ago))

    gone = desk_client.get(second)
    late = desk_client.post(f"{second}apply/", follow=True)

    assert gone.status_code == 404
    assert "an hour is over" in late.content.decode()
    assert kept(tmp_path) == []


def test_kept_files_are_for_the_server_alone(desk_client: Client, workbook: Workbook, tmp_path: Path) -> None:
    bring(desk_client, workbook)

    [path] = (tmp_path / "imports").glob("*.xlsx")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_in_vietnamese_everything_is_vietnamese(client: Client, workbook: Workbook) -> None:
    client.force_login(secretary(Week.objects.get()))
    speak(client, "vi")
    workbook.cell("people", 0, "head").value = None
    workbook.cell("people", 2, "organisation").value = "veraniaa"

    faults = client.get(bring(client, workbook)["Location"]).content.decode()
    workbook.cell("people", 2, "organisation").value = "verania"
    changes = client.get(bring(client, workbook)["Location"])

    assert "Có phải là “verania” không?" in faults
    assert changes.context["page"].object_list[0]["fields"] == [{"title": "Trưởng đoàn", "old": "có", "new": "không"}]


def test_one_language_seen_and_another_switched_to(desk_client: Client, workbook: Workbook) -> None:
    workbook.cell("people", 0, "rank").value = "minister"
    look = bring(desk_client, workbook)["Location"]
    speak(desk_client, "vi")

    page = desk_client.get(look)

    assert page.context["page"].object_list[0]["fields"][0]["title"] == "Cấp"


def test_the_week_is_taken_out_as_a_workbook_that_changes_nothing(desk_client: Client, tmp_path: Path) -> None:
    answer = desk_client.post("/desk/trial-week/export/")
    (tmp_path / "out.xlsx").write_bytes(b"".join(answer.streaming_content))

    entry = AuditEntry.objects.get(event="week.exported")
    preview = preview_book(tmp_path / "out.xlsx")
    assert (answer["Content-Disposition"], answer["Cache-Control"]) == ('attachment; filename="trial-week.xlsx"', "no-store")
    assert (preview.faults, preview.rows) == ([], 0)
    assert entry.actor == Person.objects.get(accounts__roles__kind="secretariat").pseudonym


def test_long_lists_come_in_pages_sheet_by_sheet(desk_client: Client, workbook: Workbook) -> None:
    for number in range(120):
        workbook.add("people", id=f"guest-{number}", name=f"Khách {number}", category="press")
    workbook.add("topics", id="data", name_vi="Dữ liệu")
    look = bring(desk_client, workbook)["Location"]

    first, second, topics = (desk_client.get(look + query) for query in ("?sheet=people", "?sheet=people&page=2", "?sheet=topics"))

    assert [len(page.context["page"].object_list) for page in (first, second, topics)] == [100, 20, 1]


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind if kind != Role.Kind.SECRETARIAT])
def test_nobody_else_takes_a_week_out(client: Client, workbook: Workbook, kind: str) -> None:
    account = make_account(person=make_person())
    make_role(Week.objects.get(), account, kind)
    client.force_login(account)

    assert client.post("/desk/trial-week/export/").status_code == 404
    assert client.post(PAGE, {"file": io.BytesIO(b"x")}).status_code == 404
    assert not AuditEntry.objects.filter(event="week.exported").exists()
