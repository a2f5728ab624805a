"""Desk and portal in a real browser: five people sign in, a plan improves under their eyes, one is published by keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from factories.agenda import make_travel
from factories.delegations import make_delegation, make_member
from factories.events import make_participation, make_place, make_role, make_site, make_week
from factories.meetings import NOW, make_grid, make_guest, make_meeting, make_plan, make_room, make_table
from factories.people import make_account, make_person
from factories.programme import make_session, make_speaking
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.actions import report_change
from hanhlang.domains.meetings.actions.locks import lock_meeting
from hanhlang.domains.meetings.actions.publishing import publish_plan
from hanhlang.domains.meetings.actions.requests import file_request
from hanhlang.domains.meetings.models import Kind, Lock, Plan, Run, Unplaced
from hanhlang.domains.people.models import Organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = "2025-10-27"
TERMS = [
    {"name": "unplaced", "amount": 100, "cost": 100},
    {"name": "breaks", "amount": 14, "cost": 28},
    {"name": "idle", "amount": 0, "cost": 0},
]
WHY = {
    "vi": "Hai bên không bao giờ cùng rảnh: Đặng Thị Ước đến lúc 14:15, bên kia rời đi lúc 12:15.",
    "en": "The two are never free together: Đặng Thị Ước arrives at 14:15, the other side leaves at 12:15.",
}
WEEK = {"vi": "Tuần lễ Số Quốc tế Việt Nam 2025", "en": "Vietnam International Digital Week 2025"}
LAMDUAN = {"vi": "Cộng hòa Lamduan", "en": "Republic of Lamduan"}
KHEMARIN = {"vi": "Vương quốc Khemarin", "en": "Kingdom of Khemarin"}
PAGES = {
    Role.Kind.SECRETARIAT: ["/desk/{week}/", "/desk/{week}/plan/", "/desk/{week}/plan/{draft}/publish/", "/desk/{week}/meetings/{held}/"],
    Role.Kind.AUDITOR: ["/desk/{week}/plan/", "/desk/{week}/meetings/{held}/"],
    Role.Kind.FOCAL_POINT: ["/portal/{week}/delegations/{delegation}/"],
    Role.Kind.DELEGATE: ["/portal/{week}/?day=2025-10-27", "/portal/{week}/?day=2025-10-29"],
}


class Scene:
    """A week with a published plan, a better draft, work left on the desk and an account of each role."""

    def __init__(self) -> None:
        self.week = week = make_week(key="vidw-2025", name=MultiText(WEEK))
        near = make_site(week, name=MultiText({"vi": "Ninh Bình"}), order=1)
        far = make_site(week, name=MultiText({"vi": "Hà Nội"}), order=2)
        make_travel(near, far)
        tables = [make_table(near) for _ in range(3)]
        room = make_room(near, name=MultiText({"vi": "Phòng A1", "en": "Room A1"}))
        make_grid(week, Kind.BILATERAL)
        make_grid(week, Kind.BUSINESS)
        self.me, others = make_guest(week, name="Đặng Thị Ước", folded="dang thi uoc"), [make_guest(week) for _ in range(12)]
        self.delegation, host = (make_delegation(week, name=MultiText(names)) for names in (LAMDUAN, KHEMARIN))
        heads = [make_member(party, is_head=True).person for party in (self.delegation, host)]
        for head in heads:
            make_participation(week, head)
        bilateral = make_meeting(week, *heads, kind=Kind.BILATERAL, minutes=30)
        business = [make_meeting(week, self.me, other) for other in others[:6]] + [make_meeting(week, *others[n : n + 2]) for n in (6, 8)]
        hours = ["09:00", "09:20", "09:40", "10:00", "10:40", "11:00", "09:00", "09:20"]
        placed = [(meeting, hour, tables[2 if n > 5 else n % 2]) for n, (meeting, hour) in enumerate(zip(business, hours, strict=True))]
        first = make_plan(week, *placed, (bilateral, "10:30", room), objective=355, bound=298, terms=TERMS)
        publish_plan(plan=first, by=None, now=clock.now())
        moved = [(placed[0][0], "11:20", tables[0]), *placed[1:], (bilateral, "10:30", room)]
        self.draft = make_plan(week, *moved, objective=311, bound=298, terms=TERMS)
        Run.objects.filter(pk=self.draft.run_id).update(progress={"elapsed": 12, "objective": 311, "history": [[0.4, 355], [12, 311]]})
        lost = make_meeting(week, others[10], others[11])
        Unplaced.objects.create(plan=self.draft, meeting=lost, reason="no_common_time", text=MultiText(WHY)).people.add(self.me)
        forum = make_session(week, day=DAY, start="15:00", end="16:30", place=make_place(far), assumed_fields=["starts_at", "place"])
        make_speaking(forum, self.me)
        self.held = lost.number
        self._work_left(lost, host)
        self.accounts = {kind: self._account(kind) for kind in PAGES}

    def _work_left(self, lost, host) -> None:
        now = clock.now()
        place = make_table(self.week.sites.first())
        lock_meeting(
            meeting=lost,
            starts_at=NOW.replace(day=27, hour=11, minute=40),
            place=place,
            reason="Chờ đoàn trả lời",
            expires_at=now + timedelta(hours=2),
            by=None,
            now=now,
        )
        file_request(asking=self.delegation, asked=host, subjects="Hạ tầng số", by=None, now=now)
        late = NOW.replace(day=27, hour=14, minute=15)
        report_change(week=self.week, kind="late", people=[self.me], starts_at=late, note="QH 414", by=None, now=now)

    def _account(self, kind):
        person = self.me if kind == Role.Kind.DELEGATE else make_person()
        account = make_account(person=person, email=f"{kind}@demo.invalid".replace("_", "-"), is_demo=True)
        make_role(self.week, account, kind, delegation_id=self.delegation.pk if kind == Role.Kind.FOCAL_POINT else None)
        return account

    def addresses(self, kind) -> list[str]:
        named = {"week": self.week.key, "draft": self.draft.number, "held": self.held, "delegation": self.delegation.key}
        return [address.format(**named) for address in PAGES[kind]]


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    clock.move_demo(NOW.replace(day=27, hour=9, minute=10, month=10))
    return Scene()


def sign_in(page, live_server, account, language="vi") -> None:
    type(account).objects.filter(pk=account.pk).update(language=language)
    page.goto(f"{live_server.url}/sign-in/")
    page.locator(f"button[value='{account.email}']").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_each_role_signs_in_and_finds_pages_without_fault(scene, live_server, open_window, axe, width, language):
    found = []
    for number, (kind, account) in enumerate(scene.accounts.items()):
        window = open_window(width=width, scheme="dark" if number % 2 else "light")
        sign_in(window.page, live_server, account, language)
        for address in ("/sign-in/", *scene.addresses(kind)):
            answer = window.page.goto(live_server.url + address)
            assert answer.status == 200, address
            assert window.page.locator("html").get_attribute("lang") == language or address == "/sign-in/"
            found += [f"{address}: {fault}" for fault in axe(window.page)]
            found += [f"{address}: scrolls sideways by {window.sideways()}"] if window.sideways() > 0 else []
        found += window.complaints

    assert found == []


@pytest.mark.parametrize("width", [390, 1440])
def test_no_word_is_too_long_for_a_page_of_the_desk(scene, live_server, open_window, width):
    word = "Wörter" * 30
    for row in (scene.me, *Organisation.objects.all()):
        row.name = f"{word} {row.name}" if row is scene.me else MultiText({"vi": word, "en": word})
        row.save()
    Delegation.objects.update(name=MultiText({"vi": word, "en": word}))
    Unplaced.objects.update(text=MultiText({"vi": word, "en": word}))
    Lock.objects.update(reason=word)
    scene.week.name = MultiText({"vi": word, "en": word})
    scene.week.save()
    Run.objects.create(week=scene.week, state=Run.State.FAILED, fault=word)
    page = (window := open_window(width=width)).page
    sign_in(page, live_server, scene.accounts[Role.Kind.SECRETARIAT], "en")

    wide = {}
    for address in scene.addresses(Role.Kind.SECRETARIAT):
        page.goto(live_server.url + address)
        wide[address] = window.sideways()

    assert [address for address, pixels in wide.items() if pixels > 0] == []


def test_the_plan_improves_while_one_looks_and_says_when_the_search_is_over(scene, live_server, open_window):
    run = Run.objects.create(week=scene.week, state=Run.State.RUNNING, limit_seconds=60, progress={"elapsed": 2, "objective": 355})
    window = open_window()
    page = window.page
    sign_in(page, live_server, scene.accounts[Role.Kind.SECRETARIAT], "en")
    page.goto(f"{live_server.url}/desk/vidw-2025/plan/")
    page.get_by_text("Best cost 355 after 2 of 60 seconds.").wait_for()

    Run.objects.filter(pk=run.pk).update(progress={"elapsed": 9, "objective": 305})
    page.get_by_text("Best cost 305 after 9 of 60 seconds.").wait_for(timeout=60_000)
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE)
    page.get_by_text("The search is over. Show the plan it found").wait_for(timeout=60_000)

    expect(page.get_by_text("Best cost 305")).to_have_count(0)
    assert window.complaints == []


def test_a_plan_is_published_by_keyboard_alone(scene, live_server, open_window, axe):
    window = open_window()
    page = window.page
    sign_in(page, live_server, scene.accounts[Role.Kind.SECRETARIAT], "en")
    page.goto(f"{live_server.url}/desk/vidw-2025/plan/")

    page.locator("a[data-publish]").focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    faults = axe(page)
    tells = page.locator("dialog button.decides").inner_text()
    while page.evaluate("document.activeElement.textContent") != tells:
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text(f"Plan {scene.draft.number} is published. 2 people were told.").wait_for()

    assert tells == "Publish and tell 2 people"
    assert faults == window.complaints == []
    assert Plan.objects.get(pk=scene.draft.pk).state == Plan.State.PUBLISHED


def test_leaving_the_question_publishes_nothing(scene, live_server, open_window):
    page = open_window().page
    sign_in(page, live_server, scene.accounts[Role.Kind.SECRETARIAT], "en")
    page.goto(f"{live_server.url}/desk/vidw-2025/plan/")

    page.locator("a[data-publish]").press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")

    assert page.evaluate("document.activeElement.hasAttribute('data-publish')") is True
    assert Plan.objects.get(pk=scene.draft.pk).state == Plan.State.DRAFT


def test_without_scripts_a_plan_is_published_from_a_page_of_its_own(scene, live_server, open_window):
    page = open_window(scripts=False).page
    sign_in(page, live_server, scene.accounts[Role.Kind.SECRETARIAT], "en")
    page.goto(f"{live_server.url}/desk/vidw-2025/plan/")

    page.locator("a[data-publish]").click()
    page.get_by_role("button", name="Publish and tell 2 people").click()
    page.wait_for_load_state()

    assert Plan.objects.get(pk=scene.draft.pk).state == Plan.State.PUBLISHED
