"""From the wish to the handshake by keyboard alone: asked, agreed, planned, published, late, answered, told again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from e2e.keyboard import account_of, fill_counter, fill_request, picture, press, sequences, signed_in, tab_to
from factories.delegations import make_delegation, make_member
from factories.events import local, make_participation, make_role, make_site, make_week
from factories.meetings import DAY, make_grid, make_meeting, make_room
from factories.people import make_account, make_organisation, make_person
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.models import Change, Kind, Meeting, Placement, Plan
from hanhlang.jobs import changes as answering
from hanhlang.jobs.meetings import run_next

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SIDES = (
    ("Cộng hòa Lamduan", "Republic of Lamduan", "Somchanh Vilaythong", "Malee Phoumsavat"),
    ("Vương quốc Khemarin", "Kingdom of Khemarin", "Sophea Rathanak", "Dara Vichet"),
    ("Liên bang Vesperia", "Federation of Vesperia", "Elena Marchetti", "Tomas Lindqvist"),
    ("Cộng hòa Orlenia", "Republic of Orlenia", "Adaeze Okonjo", "Piotr Zielny"),
)
# Agreed already, beside the meeting that is asked for here; by the order of the sides.
AGREED = ((0, 2), (0, 3), (1, 2), (1, 3), (2, 3))


class Scene:
    """Four delegations led by ministers, five bilaterals agreed among them and none planned; a week before."""

    def __init__(self) -> None:
        self.week = week = make_week(key="vidw-2025", name=MultiText({"vi": "Tuần lễ Số", "en": "Digital Week"}), short="DW 2025")
        self.before, self.morning = local(week, DAY, "08:00") - timedelta(days=6), local(week, DAY, "08:10")
        site = make_site(week, name=MultiText({"vi": "Ninh Bình", "en": "Ninh Binh"}))
        for n in (1, 2):
            make_room(site, name=MultiText({"vi": f"Phòng A{n}", "en": f"Room A{n}"}))
        make_grid(week, Kind.BILATERAL, blocks=[{"day": DAY, "from": "09:00", "to": "12:00"}, {"day": DAY, "from": "13:30", "to": "16:30"}])
        self.parties, self.heads = [], []
        for vi, en, *people in SIDES:
            name = MultiText({"vi": vi, "en": en})
            party = make_delegation(
                week, organisation=make_organisation(kind="country", name=name, sort_name=en, code=en.split()[-1][:3].upper()), name=name
            )
            for order, who in enumerate(people):
                rank = "minister" if order == 0 else "director_general"
                person = make_person(name=who, organisation=party.organisation, rank=rank, languages=["en"])
                make_member(party, person, is_head=order == 0, order=order)
                make_participation(week, person)
                self.heads += [person] if order == 0 else []
            self.parties.append(party)
        for a, b in AGREED:
            make_meeting(week, self.heads[a], self.heads[b], kind=Kind.BILATERAL, minutes=30)
        self.desk = make_account(person=make_person(name="Nguyễn Thị Lan"), language="en")
        make_role(week, self.desk, Role.Kind.MEETINGS)
        self.counterpart = make_account(person=self.heads[1], language="vi")
        make_role(week, self.counterpart, Role.Kind.DELEGATE)

    def agreed(self) -> Meeting:
        """Return the meeting that was asked for here."""
        return Meeting.objects.get(request__isnull=False)

    def placed(self) -> Placement:
        return Placement.objects.get(plan__state=Plan.State.PUBLISHED, meeting=self.agreed())


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    scene = Scene()
    clock.move_demo(scene.before)
    return scene


def test_from_a_wish_to_a_handshake_by_keyboard_alone(scene, live_server, open_window, axe):
    faults: dict[str, list[str]] = {}

    def see(page: Page, step: str, *, whole: bool = True) -> None:
        picture(page, f"handshake-{step}", whole=whole)
        faults[step] = axe(page)

    desk = signed_in(open_window, live_server, scene.desk, width=1440, height=900)
    ask_counter_and_accept(scene, live_server, open_window, see)
    phone = signed_in(open_window, live_server, scene.counterpart, "vi")
    phone.page.goto(f"{live_server.url}/portal/vidw-2025/")
    press(phone.page, "form[action$='/by-mail/'] button", "Lịch của tôi")
    expect(phone.page.locator("form[action$='/by-mail/end/'] button")).to_be_visible()

    plan_and_publish(desk.page, live_server, see)
    first = hour_of(scene.placed())
    phone.page.goto(f"{live_server.url}/portal/vidw-2025/?day={DAY}")
    expect(phone.page.locator("#days")).to_contain_text(first)

    clock.move_demo(scene.morning)
    arrives = scene.placed().starts_at.astimezone(ZONE) + timedelta(minutes=20)
    take_in_late(desk.page, live_server, scene, arrives, see)
    choose_and_publish(desk.page, see)

    second = hour_of(scene.placed())
    assert second >= f"{arrives:%H:%M}" > first
    assert Change.objects.get().state == Change.State.ANSWERED
    phone.page.goto(f"{live_server.url}/portal/vidw-2025/?day={DAY}")
    expect(phone.page.locator(".notice-list")).to_contain_text(second)
    see(phone.page, "told")
    tab_to(phone.page, ".notice-list button")
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator(".notice-list")).to_have_count(0)
    expect(phone.page.locator("#days")).to_contain_text(second)

    assert [entry for entry in sequences() if entry[2] in (first, second)] == [("REQUEST", 0, first), ("REQUEST", 1, second)]
    assert {step: found for step, found in faults.items() if found} == {}
    assert desk.complaints + phone.complaints == []


def ask_counter_and_accept(scene, live_server, open_window, see) -> None:
    """Both focal points on their phones; then there is a meeting without an hour."""
    there = [f"{live_server.url}/portal/vidw-2025/delegations/{party.key}/requests/" for party in scene.parties[:2]]
    accounts = [account_of(party, name=name) for party, name in zip(scene.parties, ("Kham Sisouk", "Vanna Chea"), strict=False)]
    one, other = (signed_in(open_window, live_server, account).page for account in accounts)
    one.goto(there[0])
    press(one, "a[href$='/new/']", "Ask for a bilateral meeting")
    fill_request(one, "Kingdom")
    see(one, "ask", whole=False)
    press(one, "form.form button.main", "Kingdom of Khemarin")

    other.goto(there[1])
    see(other, "asked")
    press(other, "a[href$='/requests/1/']", "Republic of Lamduan")
    press(other, "a[href$='/counter/']", "Offer another length, other hours or another rank")
    fill_counter(other)
    press(other, "form.form button.main", "Republic of Lamduan")

    one.reload()
    see(one, "answer")
    press(one, "a[href$='/accept/']", "Say yes to this meeting")
    press(one, "form.form button.main", "Kingdom of Khemarin")
    expect(one.locator(".history > li")).to_have_count(3)
    see(one, "agreed")
    assert (scene.agreed().minutes, scene.agreed().participants.count()) == (20, 4)


def plan_and_publish(page: Page, live_server, see) -> None:
    """A search of a few seconds, begun at the desk and carried out here; its plan is published from the question."""
    page.goto(f"{live_server.url}/desk/vidw-2025/plan/")
    press(page, "form[action$='/plan/search/'] button", "Plan")
    assert run_next(clock.now())
    page.reload()
    expect(page.locator("h1")).to_have_text("Plan 1")
    see(page, "plan", whole=False)

    tab_to(page, "a[data-publish]")
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    tab_to(page, "dialog summary")
    page.keyboard.press("Enter")
    see(page, "publish", whole=False)
    tab_to(page, "dialog button.decides")
    page.keyboard.press("Enter")
    expect(page.locator(".notices")).to_contain_text("Plan 1 is published")


def take_in_late(page: Page, live_server, scene, arrives: datetime, see) -> None:
    """The minister who asked comes later than the meeting begins; three answers are looked for."""
    page.goto(f"{live_server.url}/desk/vidw-2025/changes/")
    press(page, "a[href='?kind=late']", "Changes on the day")
    tab_to(page, "select[name=people]")
    page.keyboard.type(scene.heads[0].name[:6])
    tab_to(page, "input[name=starts_at]")
    # The field has the day of today; its parts are day, month, year, then the hour.
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type(f"{arrives:%I%M}")
    # Where hours are written with AM and PM; elsewhere the letter says nothing.
    page.keyboard.type("a" if arrives.hour < 12 else "p")
    see(page, "late", whole=False)
    tab_to(page, "button.decides")
    page.keyboard.press("Enter")
    page.wait_for_url("**/changes/1/")
    assert Change.objects.get().starts_at == arrives
    assert answering.answer_next(clock.now())
    page.reload()


def choose_and_publish(page: Page, see) -> None:
    """The arrow keys go through the answers, Enter leads to the button, Enter publishes."""
    count = page.locator("[data-way]").count()
    assert count >= 2
    tab_to(page, "[data-way]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#way-B[aria-current]")).to_be_focused()
    see(page, "alternatives")
    page.keyboard.press("Enter")
    expect(page.locator("#publish-way")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".notices")).to_contain_text("told")


def hour_of(placed: Placement) -> str:
    return f"{placed.starts_at.astimezone(ZONE):%H:%M}"
