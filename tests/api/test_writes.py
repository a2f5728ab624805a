"""What programs with a token may change, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from factories import local, make_account, make_person, make_role
from factories.meetings import make_guest, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.core import clock
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import ApiAnswer, Place, Role, Week
from hanhlang.domains.meetings.models import Change, Lock, Meeting, Plan, Request, Run, Wish

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
HOUR = "2025-10-27T09:20:00+07:00"


@pytest.fixture
def week() -> Week:
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def sides(week: Week) -> tuple[Delegation, Delegation]:
    return make_party(week), make_party(week)


@pytest.fixture
def focal(program: Make, week: Week) -> Make:
    """Give a program of the focal point of a delegation."""

    def make(delegation: Delegation) -> Any:
        return program(week, kind=Role.Kind.FOCAL_POINT, delegation_id=delegation.pk)

    return make


def asked(sides: tuple[Delegation, Delegation], **fields: Any) -> dict[str, Any]:
    return {"asking": sides[0].key, "asked": sides[1].key, **fields}


REQUESTS = "weeks/vidw-2025/requests"


def test_a_request_is_filed_countered_and_accepted_and_becomes_a_meeting(focal: Make, sides: tuple[Delegation, Delegation]) -> None:
    one, other = focal(sides[0]), focal(sides[1])
    window = {"starts_at": "2025-10-27T10:00:00+07:00", "ends_at": "2025-10-27T11:30:00+07:00"}

    filed = one.post(REQUESTS, asked(sides, minutes=45, subjects="Trí tuệ nhân tạo", windows=[window]))
    countered = other.post(f"{REQUESTS}/1/counter", {"minutes": 30})
    accepted = one.post(f"{REQUESTS}/1/accept", {})

    assert (filed.status_code, filed.json()["number"], filed.json()["windows"]) == (201, 1, [window])
    assert (countered.status_code, countered.json()["counter"]) == (
        200,
        {"minutes": 30, "windows": [window], "level": "", "by": sides[1].key},
    )
    assert (filed.json()["turn"], countered.json()["turn"], accepted.json()["turn"]) == (sides[1].key, sides[0].key, None)
    assert (accepted.status_code, accepted.json()["state"], accepted.json()["minutes"]) == (200, "accepted", 30)
    assert Meeting.objects.get().number == accepted.json()["meeting"]
    actors = set(AuditEntry.objects.filter(event__startswith="request.").values_list("actor", flat=True))
    assert len(actors) == 2
    assert None not in actors


def test_only_the_side_whose_turn_it_is_answers(focal: Make, sides: tuple[Delegation, Delegation], week: Week) -> None:
    one, other, third = focal(sides[0]), focal(sides[1]), focal(make_party(week))
    one.post(REQUESTS, asked(sides))

    for who, what in ((other, "withdraw"), (third, "accept"), (third, "withdraw"), (third, "counter"), (third, "secrecy")):
        assert who.post(f"{REQUESTS}/1/{what}", {"secrecy": "busy"} if what == "secrecy" else {}).status_code == 404, what
    for what in ("accept", "decline"):
        answer = one.post(f"{REQUESTS}/1/{what}", {"why": "so"})
        assert (answer.status_code, answer.json()["code"]) == (409, "meetings.not_your_turn"), what
    assert third.get(f"{REQUESTS}/1").status_code == 404
    assert third.get(REQUESTS).json()["total"] == 0
    assert one.get(REQUESTS).json()["total"] == other.get(REQUESTS).json()["total"] == 1
    assert Request.objects.get().state == Request.State.OPEN

    assert other.post(f"{REQUESTS}/1/decline").json()["code"] == "meetings.reason_for_no"
    assert other.post(f"{REQUESTS}/1/decline", {"why": "The minister leaves early"}).json()["state"] == "declined"


def test_offers_go_to_and_fro_and_an_answer_to_an_older_one_is_refused(focal: Make, sides: tuple[Delegation, Delegation]) -> None:
    one, other = focal(sides[0]), focal(sides[1])
    filed = one.post(REQUESTS, asked(sides, minutes=45)).json()
    first = other.post(f"{REQUESTS}/1/counter", {"minutes": 20, "level": "deputy_minister", "seen": filed["steps"]}).json()
    second = one.post(f"{REQUESTS}/1/counter", {"minutes": 30, "seen": first["steps"]}).json()

    stale = other.post(f"{REQUESTS}/1/accept", {"seen": filed["steps"]})
    fresh = other.post(f"{REQUESTS}/1/accept", {"seen": second["steps"]})

    assert second["counter"] == {"minutes": 30, "windows": [], "level": "deputy_minister", "by": sides[0].key}
    assert (stale.status_code, stale.json()["code"]) == (409, "meetings.request_moved")
    assert (fresh.json()["minutes"], fresh.json()["level"]) == (30, "deputy_minister")
    history = other.get(f"{REQUESTS}/1").json()["history"]
    assert [step["event"] for step in history] == ["filed", "countered", "countered", "accepted"]
    assert [step["side"] for step in history] == [sides[0].key, sides[1].key, sides[0].key, sides[1].key]


def test_the_desk_files_and_answers_on_behalf_and_it_is_written_down(
    program: Make, week: Week, sides: tuple[Delegation, Delegation]
) -> None:
    desk = program(week)
    more = {"format": "one_plus_n", "companions": 1, "interpreting": "consecutive", "minutes": 25, "press": "photo"}

    filed = desk.post(REQUESTS, asked(sides, **more)).json()
    accepted = desk.post(f"{REQUESTS}/1/accept", {}).json()

    assert (filed["companions"], filed["seats"], filed["booked_minutes"]) == (1, 4, 40)
    assert Meeting.objects.get(number=accepted["meeting"]).minutes == 40
    assert [step["on_behalf"] for step in desk.get(f"{REQUESTS}/1").json()["history"]] == [True, True]


def test_what_is_kept_from_the_desk_is_not_there_for_it(
    program: Make, focal: Make, sides: tuple[Delegation, Delegation], week: Week
) -> None:
    one, desk = focal(sides[0]), program(week)
    one.post(REQUESTS, asked(sides))
    assert desk.get(REQUESTS).json()["total"] == 1

    hidden = one.post(f"{REQUESTS}/1/secrecy", {"secrecy": "busy"})

    assert hidden.json()["secrecy"] == "busy"
    assert desk.get(REQUESTS).json()["total"] == 0
    assert desk.get(f"{REQUESTS}/1").status_code == desk.post(f"{REQUESTS}/1/accept", {}).status_code == 404
    assert one.get(f"{REQUESTS}/1").json()["secrecy"] == "busy"
    assert AuditEntry.objects.filter(event="request.looked_at").count() == 1


def test_a_pull_aside_is_written_down_afterwards_and_a_hold_waits(
    focal: Make, sides: tuple[Delegation, Delegation], week: Week, settings: Any
) -> None:
    settings.DEMO = True
    clock.move_demo(local(week, "2025-10-27", "11:00"))
    one, other = focal(sides[0]), focal(sides[1])

    logged = one.post("weeks/vidw-2025/pull-asides", asked(sides, starts_at=HOUR))
    one.post(REQUESTS, asked(sides))
    held = other.post(f"{REQUESTS}/2/hold", {"until": "2025-10-27T15:00:00+07:00"})
    too_long = other.post(f"{REQUESTS}/2/hold", {"until": "2025-11-27T15:00:00+07:00"})

    assert (logged.status_code, logged.json()["format"], logged.json()["minutes"]) == (201, "pull_aside", 10)
    assert Meeting.objects.get().state == Meeting.State.LOGGED
    assert held.json()["held_until"] == "2025-10-27T15:00:00+07:00"
    assert (too_long.status_code, too_long.json()["fields"][0]["field"]) == (422, "until")


def test_the_hosts_protocol_accepts_a_gap_in_rank(program: Make, focal: Make, week: Week) -> None:
    sides = make_party(week), make_party(week)
    for side, rank in zip(sides, ("minister", "director"), strict=True):
        side.members.get(is_head=True).person.__class__.objects.filter(memberships__delegation=side).update(rank=rank)
    meetings_desk, protocol = program(week, kind=Role.Kind.MEETINGS), program(week, kind=Role.Kind.PROTOCOL)
    focal(sides[0]).post(REQUESTS, asked(sides))
    accepted = focal(sides[1]).post(f"{REQUESTS}/1/accept", {}).json()
    assert (accepted["rank_gap"], accepted["signed_off_at"]) == (3, None)

    assert meetings_desk.post(f"{REQUESTS}/1/sign-off", {}).status_code == 404
    assert protocol.post(f"{REQUESTS}/1/sign-off", {}).json()["signed_off_at"] is not None
    assert protocol.post(f"{REQUESTS}/1/sign-off", {}).json()["code"] == "meetings.no_rank_gap"


def test_a_focal_point_files_for_its_own_delegation_only(focal: Make, sides: tuple[Delegation, Delegation]) -> None:
    assert focal(sides[1]).post(REQUESTS, asked(sides)).status_code == 404
    assert Request.objects.count() == 0
    assert focal(sides[0]).post(REQUESTS, asked(sides)).status_code == 201


def test_a_focal_point_named_on_the_delegation_itself_speaks_for_it(
    program: Make, week: Week, sides: tuple[Delegation, Delegation]
) -> None:
    sides[0].focal_point = make_person()
    sides[0].save()

    caller = program(week, kind=Role.Kind.FOCAL_POINT, person=sides[0].focal_point)

    assert caller.post(REQUESTS, asked(sides)).status_code == 201


def test_a_rule_refuses_with_its_code_its_field_and_a_sentence_in_the_language_asked(
    program: Make, week: Week, sides: tuple[Delegation, Delegation]
) -> None:
    desk = program(week)

    english, vietnamese = (
        desk.post(REQUESTS, asked(sides, minutes=17), **{"accept-language": language}).json()
        for language in ("en-GB,en;q=0.9", "fr,vi;q=0.5")
    )

    assert english["code"] == vietnamese["code"] == "meetings.length_not_offered"
    assert [fault["field"] for fault in english["fields"]] == ["minutes"]
    assert english["message"] == "A bilateral lasts from 15 to 90 minutes, in steps of 5. 17 minutes cannot be offered."
    assert vietnamese["message"] != english["message"]
    assert desk.post(REQUESTS, asked(sides)).status_code == 201
    assert desk.post(REQUESTS, asked(sides)).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"minutes": "long"}, "minutes", "int_parsing"),
        ({"subjects": "x" * 301}, "subjects", "string_too_long"),
        ({"subjects": "a\x00b"}, "subjects", "control_character"),
        ({"colour": "red"}, "colour", "extra_forbidden"),
        ({"windows": [{"starts_at": "2025-10-27T10:00:00", "ends_at": HOUR}]}, "windows.0.starts_at", "timezone_aware"),
        ({"windows": [{"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": HOUR}]}, "windows.0.starts_at", "moment_too_far"),
        ({"windows": [{"starts_at": HOUR}]}, "windows.0.ends_at", "missing"),
        ({"people": ["a b"]}, "people.0", "string_pattern_mismatch"),
    ],
)
def test_a_wrong_value_is_named_by_its_path(
    program: Make, week: Week, sides: tuple[Delegation, Delegation], wrong: dict[str, Any], field: str, code: str
) -> None:
    answer = program(week).post(REQUESTS, asked(sides, **wrong))

    assert answer.status_code == 422
    assert [(fault["field"], fault["code"]) for fault in answer.json()["fields"]] == [(field, code)]
    assert Request.objects.count() == 0


def test_only_own_members_are_sent_and_a_stranger_s_name_is_not_told(
    program: Make, week: Week, sides: tuple[Delegation, Delegation]
) -> None:
    stranger = make_person(name="Secret Name")

    answer = program(week).post(REQUESTS, asked(sides, people=[stranger.key]))

    assert (answer.status_code, answer.json()["code"]) == (422, "meetings.not_a_member")
    assert "Secret Name" not in answer.content.decode()
    member = sides[0].members.get(is_head=True).person
    assert program(week).post(REQUESTS, asked(sides, people=[member.key])).json()["people"] == [member.key]


def test_a_wish_is_made_for_oneself_and_answered_by_the_other(program: Make, week: Week) -> None:
    one, other = make_guest(week), make_guest(week)
    asking = program(week, kind=Role.Kind.DELEGATE, person=one)
    answering = program(week, kind=Role.Kind.DELEGATE, person=other)
    address = "weeks/vidw-2025/wishes"

    assert answering.post(address, {"asking": one.key, "asked": other.key}).status_code == 404
    wish = asking.post(address, {"asking": one.key, "asked": other.key})
    assert wish.status_code == 201
    assert asking.post(f"{address}/{wish.json()['id']}/accept").status_code == 404

    accepted = answering.post(f"{address}/{wish.json()['id']}/accept").json()

    assert (accepted["state"], accepted["meeting"]) == ("accepted", Meeting.objects.get().number)
    assert answering.post(f"{address}/{wish.json()['id']}/decline").status_code == 409
    assert program(week, kind=Role.Kind.DELEGATE, person=make_guest(week)).get(address).json()["total"] == 0
    assert program(week).get(address).json()["total"] == Wish.objects.count() == 1


def test_a_list_of_wishes_is_new_once_one_is_answered(program: Make, week: Week) -> None:
    desk, one, other = program(week), make_guest(week), make_guest(week)
    wish = desk.post("weeks/vidw-2025/wishes", {"asking": one.key, "asked": other.key}).json()["id"]
    tag = desk.get("weeks/vidw-2025/wishes")["ETag"]

    desk.post(f"weeks/vidw-2025/wishes/{wish}/accept")

    assert desk.get("weeks/vidw-2025/wishes", **{"if-none-match": tag}).status_code == 200


def test_a_meeting_is_locked_and_unlocked_under_the_rules_of_the_page(program: Make, week: Week) -> None:
    meeting, desk = make_meeting(week), program(week)
    address = f"weeks/vidw-2025/meetings/{meeting.number}/lock"
    table = Place.objects.get(week=week, pool="tables")

    assert (
        desk.send("PUT", address, {"starts_at": "2025-10-27T03:00:00+07:00", "reason": "Early"}).json()["code"]
        == "meetings.hour_not_offered"
    )
    assert desk.send("PUT", address, {"starts_at": HOUR, "reason": "x", "place": "nowhere"}).json()["code"] == "meetings.place_not_offered"
    assert Lock.objects.count() == 0
    locked = desk.send("PUT", address, {"starts_at": HOUR, "reason": "The minister leaves at ten", "place": table.key})

    lock = {"meeting": meeting.number, "starts_at": HOUR, "place": table.key, "reason": "The minister leaves at ten", "expires_at": None}
    assert locked.json()["lock"] == lock
    assert desk.get("weeks/vidw-2025/locks").json()["items"] == [lock]
    assert desk.send("DELETE", address).json()["lock"] is None
    assert desk.send("DELETE", address).status_code == 409


def test_a_search_is_started_once_watched_and_stopped(program: Make, week: Week) -> None:
    desk = program(week)
    assert desk.post("weeks/vidw-2025/runs", {}).json()["code"] == "meetings.nothing_to_place"
    make_meeting(week)

    run = desk.post("weeks/vidw-2025/runs", {"limit_seconds": 5})
    assert (run.status_code, run.json()["state"], run.json()["limit_seconds"]) == (201, "queued", 5)
    assert desk.post("weeks/vidw-2025/runs", {}).json()["code"] == "meetings.search_under_way"
    address = f"weeks/vidw-2025/runs/{run.json()['id']}"
    before = desk.get(address)
    Run.objects.update(progress={"elapsed": 1.5, "objective": 7, "history": [[1.5, 7]]}, heartbeat_at=week.created_at)
    during = desk.get(address, **{"if-none-match": before["ETag"]})
    assert during.json()["progress"] == {"elapsed": 1.5, "iterations": None, "unplaced": None, "objective": 7, "bound": None}

    assert desk.post(f"{address}/cancel").json()["state"] == "cancelled"
    assert desk.post(f"{address}/cancel").status_code == 409


def test_a_draft_is_seen_with_its_scope_and_published_once(program: Make, week: Week) -> None:
    meeting, left = make_meeting(week), make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", Place.objects.get(week=week, pool="tables")))
    left.unplaced.create(plan=plan, reason="no_place", text={"vi": "Hết bàn.", "en": "No table."})
    address = f"weeks/vidw-2025/plans/{plan.number}"
    reader, desk = program(week, "plans:read"), program(week)

    assert reader.get(address).status_code == reader.get(f"{address}/placements").status_code == 404
    assert (desk.get(address).json()["placed"], desk.get(address).json()["unplaced"]) == (1, 1)
    assert desk.get(f"{address}/unplaced").json()["items"] == [
        {"meeting": left.number, "reason": "no_place", "text": {"vi": "Hết bàn.", "en": "No table."}, "people": []}
    ]

    published = desk.post(f"{address}/publish")

    assert (published.status_code, published.json()["meetings_changed"], published.json()["people_told"]) == (200, 1, 2)
    [placed] = reader.get(f"{address}/placements").json()["items"]
    assert (placed["meeting"], placed["starts_at"]) == (meeting.number, "2025-10-27T09:00:00+07:00")
    assert reader.get(f"{address}/placements?day=2025-10-28").json()["total"] == 0
    assert desk.post(f"{address}/publish").json()["code"] == "meetings.plan_already_published"
    assert reader.post(f"{address}/publish").status_code == 404
    assert Plan.objects.get().state == Plan.State.PUBLISHED


def test_a_change_is_reported_taken_in_and_left_as_it_is(program: Make, week: Week) -> None:
    person, desk = make_guest(week), program(week)
    address = "weeks/vidw-2025/changes"
    late = {"kind": "late", "people": [person.key], "starts_at": HOUR, "note": "Chuyến bay trễ"}

    assert desk.post(address, late | {"people": [make_person().key]}).status_code == 404
    reported = desk.post(address, late)
    one = f"{address}/{reported.json()['number']}"
    early = desk.post(f"{one}/leave")
    taken = desk.post(f"{one}/take-in")

    assert (reported.status_code, early.json()["code"]) == (201, "meetings.change_not_taken_in")
    assert (taken.json()["state"], taken.json()["search"]) == ("taken_in", "queued")
    [row] = desk.get("weeks/vidw-2025/participations").json()["items"]
    assert row["arrives_at"] == HOUR
    assert desk.post(f"{one}/take-in").status_code == 409
    assert desk.post(f"{one}/leave").json()["state"] == "answered"
    assert desk.get(f"{one}/alternatives").json()["items"] == []
    assert Change.objects.count() == 1


def test_a_notice_is_read_told_and_acknowledged_by_whom_it_concerns(program: Make, week: Week) -> None:
    one, other = (make_guest(week) for _ in range(2))
    meeting = make_meeting(week, one, other)
    table = Place.objects.get(week=week, pool="tables")
    desk, own = program(week), program(week, kind=Role.Kind.DELEGATE, person=one)
    plan = make_plan(week, (meeting, "09:00", table))
    desk.post(f"weeks/vidw-2025/plans/{plan.number}/publish")
    address = "weeks/vidw-2025/notices"

    [mine] = own.get(address).json()["items"]
    both = desk.get(address).json()["items"]
    theirs = next(row for row in both if row["person"]["key"] == other.key)

    assert (mine["person"]["key"], mine["kind"], len(both)) == (one.key, "new", 2)
    assert own.post(f"{address}/{theirs['id']}/told", {"how": "phone"}).status_code == 404
    assert own.post(f"{address}/{mine['id']}/acknowledge", {"how": "phone"}).json()["acknowledged_how"] == "portal"
    assert desk.post(f"{address}/{theirs['id']}/told", {"how": "phone"}).json()["told_how"] == "phone"
    assert desk.post(f"{address}/{theirs['id']}/acknowledge", {"how": "person"}).json()["acknowledged_how"] == "person"
    assert desk.get(f"{address}?acknowledged=false").json()["total"] == 0


def test_an_agenda_is_for_oneself_for_one_s_delegation_and_for_the_desk(
    program: Make, week: Week, sides: tuple[Delegation, Delegation]
) -> None:
    one, other = (make_guest(week) for _ in range(2))
    meeting = make_meeting(week, one, other)
    plan = make_plan(week, (meeting, "09:00", Place.objects.get(week=week, pool="tables")))
    desk, own = program(week), program(week, kind=Role.Kind.DELEGATE, person=one)
    desk.post(f"weeks/vidw-2025/plans/{plan.number}/publish")
    member = sides[0].members.get(is_head=True).person
    speaker = program(week, kind=Role.Kind.FOCAL_POINT, delegation_id=sides[0].pk)

    def agenda(who: Any, person: Any) -> Any:
        return who.get(f"weeks/vidw-2025/people/{person.key}/agenda")

    [item] = agenda(own, one).json()["items"]
    assert (item["meeting"], item["others"]) == (meeting.number, [{"key": other.key, "name": other.name}])
    assert agenda(own, other).status_code == agenda(speaker, one).status_code == agenda(desk, make_person()).status_code == 404
    assert agenda(desk, other).status_code == agenda(speaker, member).status_code == 200


def test_a_write_sent_twice_under_one_key_is_done_once(program: Make, week: Week, sides: tuple[Delegation, Delegation]) -> None:
    desk, key = program(week), {"idempotency-key": "offline-1"}

    first, second = (desk.post(REQUESTS, asked(sides), **key) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (first.headers.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Request.objects.count() == 1
    assert desk.post(REQUESTS, asked(sides, minutes=45), **key).json()["code"] == "api.key_reused"
    assert desk.post(f"{REQUESTS}/1/withdraw", **key).json()["code"] == "api.key_reused"
    assert program(week).post(REQUESTS, asked(sides), **key).json()["code"] == "meetings.already_asked"


def test_a_refusal_is_repeated_too_and_keys_end_after_a_day(program: Make, week: Week, sides: tuple[Delegation, Delegation]) -> None:
    desk, key = program(week), {"idempotency-key": "k"}
    first = desk.post(REQUESTS, asked(sides, minutes=17), **key)
    assert desk.post(REQUESTS, asked(sides, minutes=17), **key).content == first.content

    ApiAnswer.objects.update(created_at="2020-01-01T00:00:00Z")

    assert desk.post(REQUESTS, asked(sides), **key).status_code == 201
    assert desk.post(REQUESTS, asked(sides), **{"idempotency-key": "k" * 101}).status_code == 422


def test_an_auditor_reads_the_audit_and_changes_nothing(program: Make, week: Week, sides: tuple[Delegation, Delegation]) -> None:
    program(week).post(REQUESTS, asked(sides))
    auditor = program(week, kind=Role.Kind.AUDITOR)

    [entry] = auditor.get("weeks/vidw-2025/audit?event=request.filed").json()["items"]

    assert (entry["about_kind"], entry["facts"], entry["is_sealed"]) == (
        "meetings.request",
        {"number": 1, "side": sides[0].code, "on_behalf": True},
        False,
    )
    assert auditor.get(REQUESTS).status_code == auditor.post("weeks/vidw-2025/runs", {}).status_code == 404
    assert program(week, kind=Role.Kind.MEETINGS).get("weeks/vidw-2025/audit").status_code == 404


def test_roles_are_listed_for_the_secretariat_alone(program: Make, week: Week) -> None:
    account = make_account(person=make_person())
    make_role(week, account, Role.Kind.AUDITOR)

    listed = program(week).get("weeks/vidw-2025/roles").json()

    assert (account.email, "auditor") in [(row["email"], row["kind"]) for row in listed["items"]]
    assert listed["total"] == 2
    assert program(week, kind=Role.Kind.PROTOCOL).get("weeks/vidw-2025/roles").status_code == 404
