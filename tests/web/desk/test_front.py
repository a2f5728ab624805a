"""The desk's first page: what waits, and nothing once nothing does."""

from __future__ import annotations

import pytest
from django.test import Client

from factories.events import make_role
from factories.meetings import NOW, make_party, make_ready_week
from factories.people import make_account, make_person
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings.actions import accept_request, file_request
from hanhlang.domains.meetings.actions.proposals import answer_proposal
from hanhlang.domains.meetings.actions.request_steps import Who, write_step
from hanhlang.domains.meetings.models import Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def proposed(week: Week) -> Request:
    request = file_request(asking=make_party(week), asked=make_party(week), by=None, now=NOW)
    accept_request(request=request, by=None, now=NOW)
    write_step("proposed", request, Who(None, NOW), offer={"minutes": 20, "windows": []})
    return request


def front(week: Week, language: str = "en") -> str:
    account = make_account(person=make_person(), language=language)
    make_role(week, account, Role.Kind.MEETINGS)
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    client.cookies["hanhlang_language"] = language
    return client.get("/desk/vidw-2025/").content.decode().split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("language", "title", "answers", "since"),
    [
        ("en", "1 proposal without an answer", "{} answers.", "The secretariat has waited since Mon 20 Oct"),
        ("vi", "1 đề xuất chưa được trả lời", "Chờ {} trả lời.", "Ban thư ký đã chờ từ"),
    ],
)
def test_a_proposal_without_an_answer_says_who_waits_for_whom_since_when(week, proposed, language, title, answers, since):
    answer_proposal(request=proposed, side=proposed.asking, accept=True, by=None, now=NOW)

    page = front(week, language)

    assert title in page
    assert answers.format(proposed.asked.name.shown(language)) in page
    assert answers.format(proposed.asking.name.shown(language)) not in page
    assert since in page
    assert ">09:00</time>" in page
    assert f'href="/desk/vidw-2025/requests/{proposed.number}/"' in page


def test_nothing_is_said_of_proposals_once_all_are_answered(week, proposed):
    answer_proposal(request=proposed, side=proposed.asking, accept=False, by=None, now=NOW)

    page = front(week)

    assert "proposal" not in page
    assert "Nothing waits" in page
