"""What every call meets: tokens, limits, sizes, languages, and one shape of refusal for all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from factories import make_account, make_delegation, make_member, make_participation, make_person, make_role
from factories.meetings import make_meeting, make_ready_week
from factories.programs import Program
from hanhlang.api.v1 import errors, request_schemas, schemas
from hanhlang.api.v1.document import document
from hanhlang.domains.events import queries
from hanhlang.domains.events.models import Place, Role, Week
from hanhlang.domains.events.scopes import SCOPES
from hanhlang.domains.meetings.enums import Format, Interpreting, Press, Secrecy
from hanhlang.domains.meetings.models import Kind, Meeting, Plan, Request, Run, Wish
from hanhlang.project.catalogue import merged

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture
def week() -> Week:
    return make_ready_week(key="vidw-2025")


def test_a_cookie_signs_nobody_in(week: Week) -> None:
    account = make_account(person=make_person())
    make_role(week, account)
    make_meeting(week)
    signed_in = Client()
    signed_in.force_login(account)

    assert signed_in.get("/api/v1/weeks/vidw-2025/meetings").status_code == 401
    assert signed_in.post("/api/v1/weeks/vidw-2025/runs", "{}", content_type="application/json").status_code == 401
    assert Run.objects.count() == 0


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic YTpi", "nonsense", "Bearer hhl_\u00e9"])
def test_a_wrong_token_is_refused_even_where_none_is_needed(week: Week, header: str) -> None:
    answer = Client().get("/api/v1/weeks", headers={"authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "api.token_refused")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_role_withdrawn_ends_the_token_at_the_next_call(program: Make, week: Week) -> None:
    desk = program(week)
    assert desk.get("weeks/vidw-2025/meetings").status_code == 200

    Role.objects.all().delete()

    assert desk.get("weeks/vidw-2025/meetings").json()["code"] == "api.token_refused"


def test_a_token_tells_what_it_is(program: Make, week: Week) -> None:
    me = program(week, "plans:read", "audit:read").get("me").json()

    assert (me["week"], me["scopes"], me["roles"]) == ("vidw-2025", ["audit:read", "plans:read"], ["secretariat"])
    assert Program().get("me").status_code == 401


@pytest.mark.parametrize("scope", list(SCOPES))
def test_every_operation_asks_for_its_scope(program: Make, week: Week, scope: str) -> None:
    """Each protected operation of the document: 401 without a token, 404 with every scope but its own."""
    others = program(week, *(one for one in SCOPES if one != scope))
    mine = [(method, path) for path, said in document()["paths"].items() for method, one in said.items() if one.get("x-scope") == scope]
    fill = {"{week}": week.key, "{number}": "1", "{other}": "2", "{key}": "nobody"}

    for method, path in mine:
        for name, value in fill.items():
            path = path.replace(name, value)
        for name in ("{run}", "{wish}", "{notice}", "{block}", "{ask}", "{follow_up}"):
            path = path.replace(name, "00000000-0000-4000-8000-000000000000")
        address = path.removeprefix("/api/v1/")
        assert Program().send(method.upper(), address, {}).status_code == 401, path
        assert others.send(method.upper(), address, {}).json()["code"] == "api.not_found", path
    assert mine or scope in ("people:read", "delegations:read", "drafts:read")


def test_missing_and_not_yours_are_the_same_bytes(program: Make, week: Week) -> None:
    """A token of one week sees nothing of another, and cannot tell a thing there from one that does not exist."""
    other = make_ready_week(key="other-week")
    meeting = make_meeting(other)
    make_meeting(week)
    desk, nothing = program(week), Program().get("nowhere").content
    number = meeting.number

    for path, said in document()["paths"].items():
        for method, one in said.items():
            if not one.get("x-scope"):
                continue
            for key in ("other-week", "no-such-week"):
                address = path.removeprefix("/api/v1/").replace("{week}", key).replace("{number}", str(number)).replace("{key}", "someone")
                for name in ("{run}", "{wish}", "{notice}", "{block}", "{ask}", "{follow_up}"):
                    address = address.replace(name, "00000000-0000-4000-8000-000000000000")
                answer = desk.send(method.upper(), address, {})
                assert (answer.status_code, answer.content) == (404, nothing), (method, address)
    assert desk.get(f"weeks/vidw-2025/meetings/{number}").content == nothing
    assert desk.get("weeks/vidw-2025/meetings/999999").content == nothing
    assert desk.get("weeks/vidw-2025/meetings").json()["total"] == 1


def test_nothing_of_another_week_is_in_any_list(program: Make, week: Week) -> None:
    """What is public of another week comes without the parts that need a scope there."""
    other = make_ready_week(key="other-week")
    member = make_member(make_delegation(other)).person
    make_participation(other, member)
    make_meeting(other)
    desk = program(week)

    assert desk.get("weeks/other-week/people").json()["items"] == []
    assert desk.get("weeks/other-week/delegations").json()["items"][0]["members"] is None
    for path in ("people", "delegations", "participations", "meetings", "requests", "wishes", "locks", "plans", "runs", "changes"):
        assert desk.get(f"weeks/vidw-2025/{path}").json()["items"] == [], path
    for entry in desk.get("weeks/vidw-2025/audit").json()["items"]:
        assert entry["event"].startswith("api_token."), entry
    assert desk.get(f"weeks/vidw-2025/people/{member.key}/agenda").status_code == 404


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "api.body_unreadable"),
        ("[" * 100_000, "application/json", 400, "api.body_unreadable"),
        ('{"seed": NaN}', "application/json", 400, "api.body_unreadable"),
        (b"\xff\xfe{}", "application/json", 400, "api.body_unreadable"),
        ("", "application/json", 422, "api.invalid"),
        ("[]", "application/json", 422, "api.invalid"),
        ('{"seed": 1' + "0" * 5000 + "}", "application/json", 400, "api.body_unreadable"),
        ("a=1", "application/x-www-form-urlencoded", 415, "api.not_json"),
        ("{}", "text/plain", 415, "api.not_json"),
        ('{"x": "' + "y" * 300_000 + '"}', "application/json", 413, "api.too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_clearly(program: Make, week: Week, data: Any, kind: str, status: int, code: str) -> None:
    desk = program(week)

    answer = desk.client.generic("POST", "/api/v1/weeks/vidw-2025/runs", data, content_type=kind, headers=desk.headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Run.objects.count() == 0


def test_a_lone_half_of_a_letter_is_no_text(program: Make, week: Week) -> None:
    desk = program(week)
    body = '{"kind": "late", "people": ["x"], "starts_at": "2025-10-27T09:00:00+07:00", "note": "\\ud800"}'

    answer = desk.client.generic("POST", "/api/v1/weeks/vidw-2025/changes", body, content_type="application/json", headers=desk.headers)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["fields"]] == ["note"]


def test_another_method_is_refused_with_those_there_are(week: Week) -> None:
    answer = Program().send("DELETE", "weeks/vidw-2025")

    assert (answer.status_code, answer.json()["code"], answer["Allow"]) == (405, "api.method_not_allowed", "GET")


@pytest.mark.parametrize(
    ("asked", "given"), [("en", "en"), ("vi-VN,vi;q=0.9", "vi"), ("fr", "vi"), ("", "vi"), ("de, en;q=0.3", "en"), ("*", "vi")]
)
def test_refusals_speak_the_language_asked_for(asked: str, given: str) -> None:
    answer = Program().get("nowhere", **{"accept-language": asked})

    said = {"en": "There is nothing here", "vi": "Không có gì ở đây"}
    assert answer["Content-Language"] == given
    assert answer.json()["message"].startswith(said[given])


def test_every_refusal_has_one_shape_and_declares_its_headers(week: Week) -> None:
    answer = Program().get("weeks?limit=x&offset=-1")

    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    schemas.ErrorOut.model_validate(answer.json())
    assert {fault["field"] for fault in answer.json()["fields"]} == {"limit", "offset"}


def test_a_fault_of_ours_is_told_without_its_inside(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(queries, "weeks", breaks)
    answer = Program().get("weeks")

    assert (answer.status_code, answer.json()["code"]) == (500, "api.fault")
    assert "secret" not in answer.content.decode()


def test_a_busy_database_asks_to_try_again(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy() -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(queries, "weeks", busy)
    answer = Program().get("weeks")

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "api.busy", "5")


def refused_at(calls: Callable[[], Any], most: int = 5) -> int:
    """Return which of ``most`` calls was the first refused for being too many, else 0."""
    for number in range(1, most + 1):
        answer = calls()
        if answer.status_code == 429:
            assert answer.json()["code"] == "api.too_many"
            assert 1 <= int(answer["Retry-After"]) <= 60
            return number
    return 0


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no minute end between two calls."""
    monkeypatch.setattr("hanhlang.api.v1.limits._minute", lambda: 1)


def test_reads_writes_and_wrong_tokens_have_their_limits(program: Make, week: Week, settings: Any, one_minute: None) -> None:
    desk, other = program(week), program(week)
    settings.API_CALLS_A_MINUTE = {"read": 3, "write": 2, "refused": 1}

    assert refused_at(lambda: desk.get("weeks")) == 4
    assert refused_at(lambda: desk.post("weeks/vidw-2025/runs", {})) == 3
    assert refused_at(lambda: Program("wrong").get("weeks")) == 2
    # Another caller has limits of its own.
    assert refused_at(lambda: other.get("weeks"), most=3) == 0
    assert refused_at(lambda: Program().get("weeks"), most=3) == 0


@pytest.mark.parametrize(("proxies", "counted_apart"), [(0, False), (1, True)])
def test_visitors_behind_our_own_proxy_are_counted_apart(
    week: Week, settings: Any, one_minute: None, proxies: int, counted_apart: bool
) -> None:
    settings.API_CALLS_A_MINUTE = {"read": 1, "write": 1, "refused": 1}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    # What a visitor claims stands before what the proxy adds, and counts for nothing.
    statuses = [Program().get("weeks", **{"x-forwarded-for": f"made-up, 192.0.2.{last}"}).status_code for last in (1, 2)]
    again = Program().get("weeks", **{"x-forwarded-for": "other, 192.0.2.2"}).status_code

    assert statuses == ([200, 200] if counted_apart else [200, 429])
    assert again == 429


def test_the_document_is_whole(public: Any) -> None:
    answer = public.get("openapi.json")
    said = answer.json()
    operations = [one for path in said["paths"].values() for one in path.values()]

    assert said["openapi"].startswith("3.1")
    assert len(operations) > 45
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["summary"] and {"401", "422", "429", "500", "503"} <= one["responses"].keys() for one in operations)
    assert public.get("openapi.json", **{"if-none-match": answer["ETag"]}).status_code == 304
    assert {one["x-scope"] for one in operations if "x-scope" in one} | {"people:read", "delegations:read", "drafts:read"} == set(SCOPES)


def test_the_page_for_people_names_every_call(public: Any) -> None:
    page = public.get("docs/").content.decode()

    assert all(f"{method.upper()} {path}" in page for path, said in document()["paths"].items() for method in said)
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (schemas.Sharing, Place.Sharing),
        (schemas.PlaceKind, Place.Kind),
        (schemas.MeetingKind, Kind),
        (request_schemas.RequestState, Request.State),
        (request_schemas.FormatWord, Format),
        (request_schemas.InterpretingWord, Interpreting),
        (request_schemas.PressWord, Press),
        (request_schemas.SecrecyWord, Secrecy),
        (schemas.MeetingState, Meeting.State),
        (schemas.WishState, Wish.State),
        (schemas.PlanState, Plan.State),
        (schemas.RunState, Run.State),
    ],
)
def test_the_words_of_the_document_are_those_of_the_rows(told: Any, kept: Any) -> None:
    assert list(told.__args__) == kept.values


def test_every_shape_has_a_sentence() -> None:
    answer = errors.invalid([("x", code, {"min_length": 1, "max_length": 2, "ge": 1, "le": 2, "expected": "a"}) for code in errors.SHAPES])

    assert all("%" not in fault["message"] for fault in json.loads(answer.content)["fields"])


def test_the_page_for_people_speaks_vietnamese_throughout() -> None:
    catalogue = merged("vi")
    said = {one["summary"] for operations in document()["paths"].values() for one in operations.values()}

    assert {text for text in said if not catalogue.get(text) or not catalogue.get(text).string} == set()
