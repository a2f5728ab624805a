"""What anybody may read, and what a list, an ETag and a search are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories import (
    make_account,
    make_delegation,
    make_member,
    make_organisation,
    make_participation,
    make_person,
    make_place,
    make_session,
    make_site,
    make_speaking,
    make_topic,
    make_travel,
    make_week,
)
from factories.meetings import DAY, NOW
from hanhlang.domains.automation.actions import register_tools, start_tool_run
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_week(key="vidw-2025")


def timed(week: Week, hour: str, **fields: Any) -> Any:
    return make_session(week, **({"start": hour, "end": f"{int(hour[:2]) + 1}:00"} | fields))


def items(answer: Any) -> list[Any]:
    assert answer.status_code == 200, answer.content
    found: list[Any] = answer.json()["items"]
    return found


def test_a_session_is_told_with_its_place_topics_and_the_week_s_own_hours(public: Any, week: Week) -> None:
    place, topic = make_place(make_site(week)), make_topic(week)
    session = timed(week, "09:00", place=place, assumed_fields=["place"])
    session.topics.add(topic)

    [told] = items(public.get("weeks/vidw-2025/sessions"))

    assert (told["starts_at"], told["ends_at"]) == ("2025-10-27T09:00:00+07:00", "2025-10-27T10:00:00+07:00")
    assert (told["site"], told["place"], told["topics"]) == (place.site.key, place.key, [topic.key])
    assert told["title"] == session.title.texts
    assert told["illustrative"] == ["place"]


def test_a_session_that_is_not_public_is_nowhere(public: Any, week: Week) -> None:
    shown, hidden = timed(week, "09:00"), timed(week, "10:00", is_public=False)
    make_speaking(hidden, make_person(key="unseen"))

    assert [row["key"] for row in items(public.get("weeks/vidw-2025/sessions"))] == [shown.key]
    assert public.get(f"weeks/vidw-2025/sessions/{shown.key}").status_code == 200
    assert public.get(f"weeks/vidw-2025/sessions/{hidden.key}").status_code == 404
    assert items(public.get("weeks/vidw-2025/speakers")) == []
    assert items(public.get("weeks/vidw-2025/people")) == []


def test_sessions_are_filtered_by_day_site_topic_kind_and_words(public: Any, week: Week) -> None:
    place, topic = make_place(make_site(week)), make_topic(week)
    wanted = timed(week, "09:00", place=place, kind="round-table", title=MultiText({"vi": "Bàn tròn đổi mới", "en": "Round table"}))
    wanted.topics.add(topic)
    timed(week, "10:00", day="2025-10-29", title=MultiText({"vi": "Khác", "en": "Other"}))

    filters = [f"day={DAY}", f"site={place.site.key}", f"topic={topic.key}", "kind=round-table", "q=ban+tron+doi", "q=ROUND"]
    for chosen in filters:
        assert [row["key"] for row in items(public.get(f"weeks/vidw-2025/sessions?{chosen}"))] == [wanted.key], chosen
    assert items(public.get("weeks/vidw-2025/sessions?q=nothing")) == []


def test_pages_follow_one_another_without_gap_or_repetition(public: Any, week: Week) -> None:
    keys = [timed(week, f"{9 + n}:00".zfill(5)).key for n in range(5)]

    seen, address = [], "weeks/vidw-2025/sessions?limit=2"
    while address:
        answer = public.get(address).json()
        assert answer["total"] == 5
        seen.append([row["key"] for row in answer["items"]])
        address = (answer["next"] or "").removeprefix("/api/v1/")

    assert seen == [keys[:2], keys[2:4], keys[4:]]


def test_a_page_beyond_the_end_is_empty_and_says_how_many_there_are(public: Any, week: Week) -> None:
    timed(week, "09:00")

    assert public.get("weeks/vidw-2025/sessions?offset=7").json() == {"items": [], "total": 1, "next": None}


@pytest.mark.parametrize(
    "wrong",
    [
        "limit=0",
        "limit=201",
        "offset=-1",
        "offset=99999999999999999999",
        "limit=many",
        "day=tomorrow",
        "day=0",
        "site=a%20b",
        "q=%00",
        "sitee=x",
    ],
)
def test_a_wrong_or_misspelt_filter_is_named(public: Any, week: Week, wrong: str) -> None:
    answer = public.get(f"weeks/vidw-2025/sessions?{wrong}")

    assert answer.status_code == 422
    assert answer.json()["code"] == "api.invalid"
    assert [fault["field"] for fault in answer.json()["fields"]] == [wrong.split("=")[0]]


def test_people_and_organisations_come_in_vietnamese_order(public: Any, week: Week) -> None:
    session = timed(week, "09:00")
    for name in ("Trần Thị Ước", "Nguyễn Văn Ân", "Lê Đặng", "Phạm Dung", "Vũ Anh"):
        make_speaking(session, make_person(name=name))

    assert [row["name"].split()[-1] for row in items(public.get("weeks/vidw-2025/speakers"))] == ["Anh", "Ân", "Dung", "Đặng", "Ước"]
    assert [row["name"] for row in items(public.get("weeks/vidw-2025/speakers?q=dang"))] == ["Lê Đặng"]


def test_the_public_sees_delegations_but_not_who_is_in_them(public: Any, program: Callable[..., Any], week: Week) -> None:
    member = make_member(make_delegation(week), is_head=True)

    [seen] = items(public.get("weeks/vidw-2025/delegations"))
    [whole] = items(program(week).get("weeks/vidw-2025/delegations"))

    assert (seen["rank"], seen["focal_point"], seen["members"]) == (None, None, None)
    assert whole["members"] == [{"person": {"key": member.person.key, "name": member.person.name}, "is_head": True}]


def test_with_a_scope_the_list_of_people_is_everybody(public: Any, program: Callable[..., Any], week: Week) -> None:
    guest = make_person(organisation=make_organisation(kind="company"), rank="director")
    make_participation(week, guest)

    assert items(public.get("weeks/vidw-2025/people")) == []
    assert public.get(f"weeks/vidw-2025/people/{guest.key}").status_code == 404
    [told] = items(program(week, "people:read").get("weeks/vidw-2025/people"))
    assert (told["key"], told["rank"]) == (guest.key, "director")
    assert items(program(week, "plans:read").get("weeks/vidw-2025/people")) == []


@pytest.mark.parametrize(
    "address", ["sessions", "places", "sites", "topics", "travel", "speakers", "organisations", "people", "delegations"]
)
def test_an_unchanged_list_is_not_sent_again_and_a_changed_one_is(public: Any, week: Week, address: str) -> None:
    one, other = make_site(week), make_site(week)
    rows = {"place": make_place(one), "topic": make_topic(week), "travel": make_travel(one, other), "delegation": make_delegation(week)}
    session = timed(week, "09:00", place=rows["place"], site=one)
    session.topics.add(rows["topic"])
    speaker = make_speaking(session, make_person(organisation=make_organisation())).person
    first = public.get(f"weeks/vidw-2025/{address}")

    again = public.get(f"weeks/vidw-2025/{address}", **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    for row in (session, one, speaker, speaker.organisation, rows["delegation"].organisation, *rows.values()):
        row.save()
    changed = public.get(f"weeks/vidw-2025/{address}", **{"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_an_answer_that_is_known_is_not_built(public: Any, week: Week) -> None:
    for hour in ("09:00", "10:00"):
        timed(week, hour, place=make_place(make_site(week)))
    with CaptureQueriesContext(connection) as built:
        tag = public.get("weeks/vidw-2025/sessions")["ETag"]
    with CaptureQueriesContext(connection) as known:
        public.get("weeks/vidw-2025/sessions", **{"if-none-match": tag})

    assert len(known) < len(built)
    assert not [query["sql"] for query in known if "title" in query["sql"]]


PUBLIC_LISTS = ["sessions", "places", "sites", "topics", "travel", "speakers", "organisations", "people", "delegations", "tool-runs"]


def fill(week: Week, many: int) -> None:
    for _ in range(many):
        site = make_site(week)
        make_travel(site, make_site(week))
        session = timed(week, "09:00", place=make_place(site))
        session.topics.add(make_topic(week))
        session.organisers.add(make_organisation())
        make_speaking(session, make_person(organisation=make_organisation(parent=make_organisation())))
        make_participation(week, make_member(make_delegation(week)).person)


@pytest.mark.parametrize("address", PUBLIC_LISTS)
def test_a_list_costs_the_same_queries_for_2_and_for_9_rows(public: Any, week: Week, address: str) -> None:
    counts = []
    for many in (2, 7):
        fill(week, many)
        with CaptureQueriesContext(connection) as queries:
            public.get(f"weeks/vidw-2025/{address}?limit=200")
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 9


def test_a_head_request_gets_the_headers_and_no_page(public: Any, week: Week) -> None:
    head = public.send("HEAD", "weeks/vidw-2025")

    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == public.get("weeks/vidw-2025")["ETag"]


def test_figures_count_what_is_there(public: Any, week: Week) -> None:
    fill(week, 3)
    fill(make_week(), 2)

    assert public.get("weeks/vidw-2025/figures").json() == {
        "people": 3,
        "places": 3,
        "sessions": 3,
        "delegations": 3,
        "meetings": 0,
        "published_placements": 0,
        "claims": 0,
    }


def test_the_tools_and_their_use_are_public_and_tell_nobody_s_name(public: Any, week: Week) -> None:
    register_tools(NOW)
    tool = items(public.get("tools"))[0]["key"]
    account = make_account(person=make_person(name="Who asked"))
    for subject in (week, make_week()):
        start_tool_run(tool, subject=f"week:{subject.pk}", given=b"rows", settings_used={"who": "x"}, by=account, now=NOW)

    answer = public.get("weeks/vidw-2025/tool-runs")

    assert [row["tool"] for row in items(answer)] == [tool]
    assert items(answer)[0].keys() == {"id", "tool", "state", "started_at", "ended_at", "input_digest"}
    assert public.get(f"tools/{tool}").json()["purpose"].keys() == {"vi", "en"}
    assert public.get("tools/nothing").status_code == 404
