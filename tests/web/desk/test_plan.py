"""The plan at the desk: what it shows, and publishing it to exactly those it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories.events import make_role
from factories.meetings import NOW, make_meeting, make_plan, make_ready_week
from factories.people import make_account, make_person
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.models import Meeting, Plan, Promise, Run, Unplaced

pytestmark = pytest.mark.django_db
DESK = [Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL, Role.Kind.MEETINGS]


@pytest.fixture
def week():
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def signed_in(client, week):
    def sign_in(kind, in_week=None):
        account = make_account(person=make_person(), language="en")
        make_role(in_week or week, account, kind)
        client.force_login(account)
        return client

    return sign_in


def draft(week, meetings=1, **fields):
    table = Place.objects.get(week=week, pool="tables")
    hours = [f"{9 + n // 3 % 3:02}:{20 * (n % 3):02}" for n in range(meetings)]
    placed = [(make_meeting(week), hour, table) for hour in hours]
    plan = make_plan(week, *placed, **({"objective": 310, "bound": 298} | fields))
    return plan, [meeting for meeting, _, _ in placed]


def publish(client, plan, seen=None):
    address = f"/desk/{plan.week.key}/plan/{plan.number}/publish/"
    seen = seen or client.get(address).context["seen"]
    return client.post(address, {"seen": seen})


@pytest.mark.parametrize("path", ["", "plan/", "plan/progress/", "meetings/1/"])
@pytest.mark.parametrize("kind", list(Role.Kind))
def test_each_page_opens_for_its_roles_and_is_missing_for_others(signed_in, week, path, kind):
    make_meeting(week, number=1)
    allowed = kind in DESK or (kind == Role.Kind.AUDITOR and path)

    answer = signed_in(kind).get(f"/desk/vidw-2025/{path}")

    assert answer.status_code == (200 if allowed else 404)


def test_a_role_in_another_week_opens_nothing(signed_in):
    assert signed_in(Role.Kind.MEETINGS, make_ready_week()).get("/desk/vidw-2025/plan/").status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, week):
    assert client.get("/desk/vidw-2025/plan/").headers["Location"] == "/sign-in/?next=%2Fdesk%2Fvidw-2025%2Fplan%2F"


def test_an_auditor_sees_no_button_and_changes_nothing(signed_in, week):
    plan, _ = draft(week)
    client = signed_in(Role.Kind.AUDITOR)

    main = client.get("/desk/vidw-2025/plan/").content.decode().split("<main")[1].split("</main>")[0]

    assert 'method="post"' not in main
    assert "data-publish" not in main
    assert publish(client, plan, seen="x").status_code == 404
    assert client.post("/desk/vidw-2025/plan/search/").status_code == 404
    assert client.post("/desk/vidw-2025/meetings/1/lock/").status_code == 404


def test_the_page_says_what_is_placed_what_it_costs_and_why_one_is_not_placed(signed_in, week):
    plan, (placed,) = draft(week, terms=[{"name": "breaks", "amount": 5, "cost": 10}, {"name": "unplaced", "amount": 300, "cost": 300}])
    lost = make_meeting(week)
    why = MultiText({"vi": "Không bao giờ cùng rảnh.", "en": "Never free together."})
    Unplaced.objects.create(plan=plan, meeting=lost, reason="no_common_time", text=why)

    page = signed_in(Role.Kind.MEETINGS).get("/desk/vidw-2025/plan/")

    assert (page.context["placed"], page.context["asked"]) == ("1", "2")
    assert [(term.cost, term.share, term.decides) for term in page.context["cost"].terms] == [("300", 100, True), ("10", 3.3, False)]
    assert [(line.number, str(line.row.text)) for line in page.context["unplaced"]] == [(lost.number, str(why))]
    assert [line.number for line in page.context["lines"]] == [placed.number]


@pytest.mark.parametrize("named", ["đặng", "dang", "DANG THI"])
def test_the_list_is_searched_without_marks_on_letters(signed_in, week, named):
    _, (_, found) = draft(week, meetings=2)
    person = found.participants.first().person
    person.name, person.folded = "Đặng Thị Ước", "dang thi uoc"
    person.save()

    page = signed_in(Role.Kind.MEETINGS).get("/desk/vidw-2025/plan/", {"q": named})

    assert [line.number for line in page.context["lines"]] == [found.number]


def test_the_list_shows_one_day_or_one_kind(signed_in, week):
    draft(week, meetings=2)
    client = signed_in(Role.Kind.MEETINGS)

    def count(**chosen):
        return len(client.get("/desk/vidw-2025/plan/", chosen).context["lines"])

    assert count(day="2025-10-27") == 2
    assert count(day="2025-10-28") == 0
    assert count(kind="business") == 2
    assert count(kind="bilateral") == 0
    assert count(day="nonsense") == 2


def test_the_page_costs_the_same_queries_for_1_and_50_rows(signed_in, week):
    client = signed_in(Role.Kind.MEETINGS)
    counts = []
    for meetings in (1, 50):
        plan, _ = draft(week, meetings)
        for _ in range(meetings):
            Unplaced.objects.create(plan=plan, meeting=make_meeting(week), reason="no_place")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/desk/vidw-2025/plan/")
        assert len(page.context["lines"]) == len(page.context["unplaced"]) == meetings
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_publishing_tells_exactly_those_the_question_named(signed_in, week):
    plan, _ = draft(week, meetings=3)
    client = signed_in(Role.Kind.MEETINGS)
    question = client.get(f"/desk/vidw-2025/plan/{plan.number}/publish/")

    answer = publish(client, plan, seen=question.context["seen"])

    plan.refresh_from_db()
    assert answer.status_code == 302
    assert plan.state == Plan.State.PUBLISHED
    assert question.context["people"] == 6
    assert Promise.objects.filter(meeting__week=week).values("person").distinct().count() == 6


def test_a_plan_that_changed_since_it_was_looked_at_is_not_published(signed_in, week):
    plan, _ = draft(week)
    client = signed_in(Role.Kind.MEETINGS)
    seen = client.get(f"/desk/vidw-2025/plan/{plan.number}/publish/").context["seen"]
    plan.objective -= 1
    plan.save()

    answer = publish(client, plan, seen=seen)

    plan.refresh_from_db()
    assert answer.status_code == 409
    assert plan.state == Plan.State.DRAFT


def test_a_stale_plan_is_refused_with_its_cause(signed_in, week):
    plan, (meeting,) = draft(week)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CANCELLED)

    answer = publish(signed_in(Role.Kind.MEETINGS), plan)

    assert answer.status_code == 409
    assert answer.context["refusal"].code == "meetings.plan_stale"


def test_one_search_at_a_time(signed_in, week):
    make_meeting(week)
    client = signed_in(Role.Kind.MEETINGS)

    first, second = (client.post("/desk/vidw-2025/plan/search/") for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert Run.objects.filter(week=week).count() == 1


def test_the_page_follows_the_plan_and_says_so_when_the_search_it_saw_is_over(signed_in, week):
    draft(week)
    client = signed_in(Role.Kind.MEETINGS)
    run = Run.objects.create(week=week, state=Run.State.RUNNING, progress={"elapsed": 3.2, "objective": 350, "unplaced": 2})

    during = client.get("/desk/vidw-2025/plan/progress/").content.decode()
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE)
    after = client.get("/desk/vidw-2025/plan/progress/?was_on=1").content.decode()
    unaware = client.get("/desk/vidw-2025/plan/progress/").content.decode()

    assert 'data-live="plan:vidw-2025 run:vidw-2025"' in during
    assert "was_on=1" in during
    over = 'href="/desk/vidw-2025/plan/"'
    assert over not in during
    assert over in after
    assert over not in unaware


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The last search failed; the plans found before are kept. Search again, or tell the operator."),
        (
            "vi",
            "Lần tìm gần nhất không thành công; các kế hoạch tìm được trước đó vẫn được giữ nguyên. "
            "Hãy tìm lại hoặc báo cho người vận hành.",
        ),
    ],
)
@pytest.mark.parametrize("has_plan", [True, False])
def test_a_failed_search_is_told_in_one_sentence_without_its_internals(signed_in, week, language, sentence, has_plan):
    if has_plan:
        draft(week)
    Run.objects.create(week=week, state=Run.State.FAILED, fault="TypingError: Failed in nopython mode pipeline")
    client = signed_in(Role.Kind.MEETINGS)

    for path in ("plan/", "plan/progress/"):
        shown = client.get(f"/desk/vidw-2025/{path}", headers={"accept-language": language}).content.decode()
        assert sentence in shown
        assert "TypingError" not in shown
        assert "nopython" not in shown


def test_nothing_is_said_of_failure_once_a_later_search_is_done(signed_in, week):
    for state in (Run.State.FAILED, Run.State.DONE):
        Run.objects.create(week=week, state=state, fault="TypingError" if state == Run.State.FAILED else "")

    shown = signed_in(Role.Kind.MEETINGS).get("/desk/vidw-2025/plan/", headers={"accept-language": "en"}).content.decode()

    assert "The last search failed" not in shown


def test_stopping_asks_the_search_to_stop(signed_in, week):
    run = Run.objects.create(week=week, state=Run.State.RUNNING)

    signed_in(Role.Kind.MEETINGS).post("/desk/vidw-2025/plan/stop/")

    run.refresh_from_db()
    assert run.stop_asked is True


def test_locking_asks_for_a_reason_and_keeps_what_was_typed(signed_in, week):
    meeting = make_meeting(week)
    client = signed_in(Role.Kind.PROTOCOL)
    address = f"/desk/vidw-2025/meetings/{meeting.number}/"

    refused = client.post(address + "lock/", {"starts_at": "2025-10-27T09:20", "reason": ""})
    kept = client.post(address + "lock/", {"starts_at": "2025-10-27T09:20", "reason": "The minister leaves at ten"})

    assert refused.status_code == 422
    assert 'href="#id_reason"' in refused.content.decode()
    assert "2025-10-27T09:20" in refused.content.decode()
    assert kept.status_code == 302
    meeting.refresh_from_db()
    assert meeting.lock.starts_at == NOW.replace(month=10, day=27, hour=9, minute=20)


def test_a_lock_at_an_hour_not_offered_is_refused_at_its_field(signed_in, week):
    meeting = make_meeting(week)

    answer = signed_in(Role.Kind.PROTOCOL).post(
        f"/desk/vidw-2025/meetings/{meeting.number}/lock/", {"starts_at": "2025-10-27T03:00", "reason": "No reason"}
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["starts_at"]


def test_an_unlocked_meeting_may_move_again(signed_in, week):
    meeting = make_meeting(week)
    client = signed_in(Role.Kind.PROTOCOL)
    address = f"/desk/vidw-2025/meetings/{meeting.number}/"
    client.post(address + "lock/", {"starts_at": "2025-10-27T09:20", "reason": "Wanted so"})

    client.post(address + "unlock/")

    assert not hasattr(Meeting.objects.get(pk=meeting.pk), "lock")


def test_a_late_arrival_waits_until_the_desk_takes_it_in(signed_in, week):
    from hanhlang.domains.meetings.actions import report_change

    person = make_meeting(week).participants.first().person
    late = report_change(week=week, kind="late", people=[person], starts_at=NOW + timedelta(days=8), by=None, now=NOW)
    client = signed_in(Role.Kind.SECRETARIAT)
    before = client.get("/desk/vidw-2025/").context["left"].changes

    client.post(f"/desk/vidw-2025/changes/{late.number}/take-in/")

    assert [one.pk for one in before] == [late.pk]
    after = client.get("/desk/vidw-2025/").context["left"].changes
    assert [(one.pk, one.state) for one in after] == [(late.pk, "taken_in")]
