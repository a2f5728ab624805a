"""Business meetings for programs: the same rules as the pages, and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from factories.business import make_founder, make_profile, make_terms
from factories.events import local
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Role, Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.actions.publishing import publish_plan
from hanhlang.domains.meetings.models import Block, BusinessSettings, Profile, Wish
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db
HERE = "weeks/vidw-2025"
Make = Callable[..., Any]


@pytest.fixture
def week() -> Week:
    return make_ready_week(key="vidw-2025")


def own(program: Make, week: Week, person: Person) -> Any:
    return program(week, kind=Role.Kind.DELEGATE, person=person)


def test_a_profile_is_written_submitted_validated_and_found(program: Make, week: Week) -> None:
    person, viewer = make_guest(week), make_founder(week)
    make_terms(week, person)
    mine, desk, theirs = own(program, week, person), program(week), own(program, week, viewer)
    assert person.organisation is not None
    assert mine.get(f"{HERE}/my/profile").status_code == 404
    said = {"offers": {"vi": "Trạm 5G"}, "needs": {"vi": "Vốn đầu tư"}, "languages": ["vi"], "topics": ["nothing"]}
    assert mine.send("PUT", f"{HERE}/my/profile", said).json()["code"] == "meetings.unknown_topic"

    draft = mine.send("PUT", f"{HERE}/my/profile", said | {"topics": []}).json()
    assert (draft["state"], draft["is_shown"]) == ("draft", False)
    assert mine.post(f"{HERE}/my/profile/submit").json()["state"] == "submitted"
    assert [row["organisation"] for row in desk.get(f"{HERE}/profiles/waiting").json()["items"]] == [person.organisation.key]
    assert mine.get(f"{HERE}/profiles/waiting").status_code == 404
    validated = desk.post(f"{HERE}/profiles/{person.organisation.key}/validate")
    assert (validated.status_code, validated.json()["is_shown"]) == (200, True)
    assert desk.post(f"{HERE}/profiles/{person.organisation.key}/validate").json()["code"] == "meetings.nothing_to_decide"

    [found] = theirs.get(f"{HERE}/profiles?q=tram").json()["items"]
    assert (found["organisation"], found["people"]) == (person.organisation.key, [{"key": person.key, "name": person.name}])
    assert theirs.get(f"{HERE}/profiles?q=gom").json()["total"] == 0


def test_a_profile_is_returned_with_a_note(program: Make, week: Week) -> None:
    profile = make_profile(week, make_guest(week).organisation, validated=False)  # type: ignore[arg-type]

    answer = program(week).post(f"{HERE}/profiles/{profile.organisation.key}/return", {"note": "Ghi rõ sản phẩm."})

    assert (answer.json()["state"], answer.json()["note"]) == ("returned", "Ghi rõ sản phẩm.")
    assert Profile.objects.get().state == Profile.State.RETURNED


def test_the_list_of_profiles_is_new_once_somebody_blocks_or_leaves(program: Make, week: Week) -> None:
    viewer, other = make_founder(week), make_founder(week)
    mine = own(program, week, viewer)
    tag = mine.get(f"{HERE}/profiles")["ETag"]
    assert mine.get(f"{HERE}/profiles", **{"if-none-match": tag}).status_code == 304

    actions.block(week=week, by_person=other, person=viewer, by=None, now=NOW)

    again = mine.get(f"{HERE}/profiles", **{"if-none-match": tag})
    assert (again.status_code, again.json()["total"]) == (200, 0)


def test_terms_are_set_for_oneself_and_told_with_the_week_s_offset(program: Make, week: Week) -> None:
    person = make_guest(week)
    mine = own(program, week, person)
    assert mine.get(f"{HERE}/my/terms").json()["takes_part"] is False
    window = {"starts_at": "2025-10-27T09:00:00+07:00", "ends_at": "2025-10-27T11:00:00+07:00"}

    told = mine.send("PUT", f"{HERE}/my/terms", {"takes_part": True, "mail": "an@firm.example", "hours": [window]}).json()

    assert (told["takes_part"], told["hours"], told["mail"]) == (True, [window], "an@firm.example")
    assert mine.get(f"{HERE}/my/terms").json() == told
    assert mine.send("PUT", f"{HERE}/my/terms", {"takes_part": True, "mail": "nobody"}).status_code == 422
    assert BusinessSettings.objects.get().person == person


def test_blocks_are_one_s_own(program: Make, week: Week) -> None:
    one, other = make_founder(week), make_founder(week)
    mine, theirs = own(program, week, one), own(program, week, other)
    assert other.organisation is not None
    assert mine.post(f"{HERE}/my/blocks", {"kind": "firm", "key": "no-such-firm"}).status_code == 404
    made = mine.post(f"{HERE}/my/blocks", {"kind": "firm", "key": other.organisation.key})
    assert made.status_code == 201
    address = f"{HERE}/my/blocks/{made.json()['id']}"

    assert theirs.get(f"{HERE}/my/blocks").json()["total"] == 0
    assert theirs.send("DELETE", address).status_code == 404
    refused = theirs.post(f"{HERE}/wishes", {"asking": other.key, "asked": one.key})
    assert refused.json()["code"] == "meetings.not_available"
    assert mine.send("DELETE", address).status_code == 200
    assert not Block.objects.exists()


def test_a_wish_carries_words_is_withdrawn_by_its_maker_and_declined_with_a_reason(program: Make, week: Week) -> None:
    one, other = make_founder(week), make_founder(week)
    mine, theirs = own(program, week, one), own(program, week, other)
    made = mine.post(f"{HERE}/wishes", {"asking": one.key, "asked": other.key, "message": "Chào chị."}).json()
    assert made["message"] == "Chào chị."
    address = f"{HERE}/wishes/{made['id']}"
    assert theirs.post(f"{address}/withdraw").status_code == 404
    assert mine.post(f"{address}/withdraw").json()["state"] == "withdrawn"
    assert theirs.post(f"{address}/accept").json()["code"] == "meetings.wish_closed"

    again = mine.post(f"{HERE}/wishes", {"asking": one.key, "asked": other.key}).json()["id"]
    told = theirs.post(f"{HERE}/wishes/{again}/decline", {"why": "Kín lịch."}).json()

    assert (told["state"], told["why"]) == ("declined", "Kín lịch.")


def test_a_blocked_one_s_wish_is_hidden_from_the_blocker_and_open_to_its_maker(program: Make, week: Week) -> None:
    one, blocker = make_founder(week), make_founder(week)
    wish = actions.make_wish(week=week, asking=one, asked=blocker, by=None, now=clock.now())
    actions.block(week=week, by_person=blocker, person=one, by=None, now=NOW)

    mine, theirs = own(program, week, one), own(program, week, blocker)

    assert [row["state"] for row in mine.get(f"{HERE}/wishes").json()["items"]] == ["open"]
    assert theirs.get(f"{HERE}/wishes").json()["total"] == 0
    assert theirs.post(f"{HERE}/wishes/{wish.pk}/accept").status_code == 404


def test_at_the_table_a_seat_passes_on_and_somebody_free_comes(settings: Any, program: Make, week: Week) -> None:
    settings.DEMO = True
    clock.move_demo(local(week, DAY, "09:06"))
    one, other, free = make_founder(week), make_founder(week), make_founder(week)
    colleague = make_founder(week, organisation=one.organisation)
    meeting = make_meeting(week, one, other)
    publish_plan(plan=make_plan(week, (meeting, "09:00", Place.objects.get(week=week, pool="tables"))), by=None, now=NOW)
    actions.make_wish(week=week, asking=free, asked=colleague, by=None, now=clock.now())
    mine, theirs = own(program, week, colleague), own(program, week, free)
    table = f"{HERE}/my/meetings/{meeting.number}"
    assert mine.post(f"{table}/partner-missing").status_code == 404

    seat = own(program, week, one).post(f"{table}/stand-in", {"coming": colleague.key})
    assert seat.json() == {"meeting": meeting.number, "person": {"key": colleague.key, "name": colleague.name}}
    report = mine.post(f"{table}/partner-missing")
    assert (report.status_code, [row["person"]["key"] for row in report.json()["free"]]) == (201, [free.key])
    assert mine.post(f"{table}/partner-missing").json()["code"] == "meetings.already_reported"
    ask = mine.post(f"{table}/ask-now", {"person": free.key})
    assert ask.status_code == 201
    assert mine.post(f"{HERE}/my/now-asks/{ask.json()['id']}/answer", {"comes": True}).status_code == 404
    answer = theirs.post(f"{HERE}/my/now-asks/{ask.json()['id']}/answer", {"comes": True}).json()
    assert (answer["answer"], answer["placed"]) == ("comes", True)

    assert [row["answer"] for row in mine.get(f"{HERE}/my/now-asks").json()["items"]] == ["comes"]
    assert Wish.objects.get().state == Wish.State.ACCEPTED


def test_suggestions_are_found_when_switched_on(program: Make, week: Week) -> None:
    one = make_founder(week)
    other = make_founder(week, words={"offers": Profile.objects.filter(organisation=one.organisation)[0].needs})
    mine = own(program, week, one)

    assert mine.post(f"{HERE}/my/suggestions/find").json() == {"suggested": 1}

    [told] = mine.get(f"{HERE}/my/suggestions").json()["items"]
    assert (told["person"]["key"], told["reasons"][0]["code"], told["reasons"][0]["yours"]["en"]) == (other.key, "they_offer", "Investment")
    make_terms(week, one, wants_suggestions=False)
    assert mine.post(f"{HERE}/my/suggestions/find").json()["code"] == "meetings.suggestions_off"
    assert mine.get(f"{HERE}/my/suggestions").json()["total"] == 0
