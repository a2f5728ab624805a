"""The day board in a real browser: by keyboard alone, live without losing one's place, as a list without scripts or on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from factories.agenda import make_travel
from factories.delegations import make_delegation, make_member
from factories.events import make_participation, make_place, make_role, make_site, make_week
from factories.meetings import NOW, make_grid, make_guest, make_meeting, make_plan, make_room, make_table
from factories.people import make_account, make_organisation, make_person
from factories.programme import make_session
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.models import Kind, Placement, Plan, Unplaced

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = "2025-10-27"
BOARD = f"/desk/vidw-2025/board/?day={DAY}"
GUESTS = 60


class Scene:
    """A week with delegations in two cities, many people, a published plan and a draft that moves one meeting."""

    def __init__(self) -> None:
        self.week = week = make_week(key="vidw-2025", name=MultiText({"vi": "Tuần lễ Số", "en": "Digital Week"}))
        near = make_site(week, name=MultiText({"vi": "Ninh Bình"}), order=1)
        far = make_site(week, name=MultiText({"vi": "Hà Nội"}), order=2)
        make_travel(near, far)
        make_travel(far, near)
        make_grid(week, Kind.BILATERAL)
        make_grid(week, Kind.BUSINESS)
        room, hall = make_room(near), make_place(near, name=MultiText({"vi": "Hội trường chính", "en": "Main hall"}))
        self.away = make_room(far)
        make_session(week, day=DAY, start="08:00", end="12:00", place=hall, assumed_fields=["starts_at", "place"])
        heads, self.codes = [], []
        for name in ("Cộng hòa Lamduan", "Vương quốc Khemarin", "Liên bang Đông Hải"):
            delegation = make_delegation(week, name=MultiText({"vi": name}), organisation=make_organisation(kind="country"))
            self.codes.append(delegation.code)
            heads.append(make_member(delegation, is_head=True).person)
            make_participation(week, heads[-1])
        self.heads = heads
        pairs = [(0, 1, "08:30", room), (1, 2, "09:30", room), (0, 2, "14:00", self.away)]
        self.bilaterals = [make_meeting(week, heads[a], heads[b], kind=Kind.BILATERAL, minutes=30) for a, b, _, _ in pairs]
        placed = [(meeting, hour, place) for meeting, (_, _, hour, place) in zip(self.bilaterals, pairs, strict=True)]
        firm = make_organisation(kind="company")
        guests = [make_guest(week, name=f"Khách {n:02}", organisation=firm) for n in range(GUESTS)]
        table = make_table(near)
        placed += [(make_meeting(week, *guests[2 * n : 2 * n + 2]), f"{9 + n // 3:02}:{20 * (n % 3):02}", table) for n in range(9)]
        self.plan = make_plan(week, *placed, state=Plan.State.PUBLISHED, published_at=NOW)
        self.draft = make_plan(week, (placed[0][0], "10:30", room), *placed[1:])
        lost = make_meeting(week, guests[50], guests[51])
        for plan in (self.plan, self.draft):
            Unplaced.objects.create(
                plan=plan, meeting=lost, reason="no_common_time", text=MultiText({"vi": "Không cùng rảnh.", "en": "No."})
            )

    def move(self, meeting, hour) -> None:
        """Give a published meeting another hour, as publishing a better plan would."""
        start = NOW.replace(day=27, hour=hour, minute=0)
        Placement.objects.filter(plan=self.plan, meeting=meeting).update(starts_at=start, ends_at=start.replace(minute=30))
        self.plan.save()


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    clock.move_demo(NOW.replace(day=27, hour=9, minute=10, month=10))
    return Scene()


@pytest.fixture
def enter(scene, live_server, open_window):
    """Open a page as the secretariat."""

    def go(path=BOARD, language="vi", **window):
        account = make_account(person=make_person(), email="board@demo.invalid", is_demo=True, language=language)
        make_role(scene.week, account, Role.Kind.SECRETARIAT)
        opened = open_window(**window)
        opened.page.goto(f"{live_server.url}/sign-in/")
        opened.page.locator(f"button[value='{account.email}']").click()
        opened.page.wait_for_load_state()
        opened.page.goto(live_server.url + path)
        return opened

    return go


def focused(page) -> str:
    return page.evaluate("document.activeElement.querySelector('.unseen')?.textContent ?? document.activeElement.ariaLabel ?? ''")


def press(page, *keys) -> str:
    """Press keys one after the other; return what then has focus, as it is read out."""
    for key in keys:
        page.keyboard.press(key)
    return focused(page)


def drawn(page) -> None:
    expect(page.locator("day-board .row").first).to_be_visible()


def to_board(page) -> None:
    """Walk with Tab until the board has focus."""
    page.locator("#board-q").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('[data-row]') !== null"):
            return
    raise AssertionError("The board is no tab stop.")


@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "light", "vi"), (1440, "dark", "en"), (1440, "light", "vi")])
def test_every_view_is_without_fault(enter, live_server, axe, width, scheme, language):
    window = enter(width=width, scheme=scheme, language=language)
    found = []
    for path in (BOARD, f"{BOARD}&view=people&free=30", f"{BOARD}&view=places", f"{BOARD}&plan=draft", f"{BOARD}&as=list"):
        window.page.goto(live_server.url + path)
        if width > 720 and "as=list" not in path:
            drawn(window.page)
        found += [f"{path}: {fault}" for fault in axe(window.page)]
        found += [f"{path}: scrolls sideways by {window.sideways()}"] if window.sideways() > 0 else []
    window.page.goto(f"{live_server.url}/desk/vidw-2025/wall/")
    found += [f"wall: {fault}" for fault in axe(window.page)]
    found += [f"wall: scrolls sideways by {window.sideways()}"] if window.sideways() > 0 else []

    assert found + window.complaints == []


def test_the_board_is_read_and_left_by_keyboard_alone(enter, scene):
    page = enter().page
    drawn(page)
    codes = scene.codes

    to_board(page)
    assert focused(page) == "Cộng hòa Lamduan, 2 cuộc gặp"
    assert press(page, "ArrowRight").startswith(f"Vương quốc Khemarin ({codes[1]}), 08:30–09:00, Phòng")
    assert press(page, "ArrowDown").startswith(f"Cộng hòa Lamduan ({codes[0]}), 08:30–09:00")
    assert press(page, "ArrowRight").startswith(f"Liên bang Đông Hải ({codes[2]}), 09:30–10:00")
    assert press(page, "ArrowDown").startswith(f"Vương quốc Khemarin ({codes[1]}), 09:30–10:00")
    assert press(page, "End").startswith(f"Cộng hòa Lamduan ({codes[0]}), 14:00–14:30")
    assert press(page, "ArrowUp").startswith(f"Liên bang Đông Hải ({codes[2]}), 09:30–10:00")
    assert press(page, "Home").startswith(f"Cộng hòa Lamduan ({codes[0]}), 08:30–09:00")
    assert press(page, "Control+Home") == "Cộng hòa Lamduan, 2 cuộc gặp"
    assert press(page, "Control+End") == "Liên bang Đông Hải, 2 cuộc gặp"
    assert page.locator("day-board [data-frame] [tabindex='0']").count() == 1

    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/vidw-2025/meetings/{scene.bilaterals[2].number}/")


def test_the_search_is_a_key_away_and_folds_marks(enter):
    page = enter(f"{BOARD}&view=delegations").page
    drawn(page)
    to_board(page)

    page.keyboard.press("/")
    page.keyboard.type("dong hai")
    expect(page).to_have_url(re.compile(r"q=dong\+hai"))
    expect(page.locator("day-board .row")).to_have_count(1)
    page.keyboard.press("Escape")

    assert focused(page) == "Liên bang Đông Hải, 2 cuộc gặp"


def test_zoom_keeps_what_has_focus_and_ends_where_it_says(enter):
    page = enter(f"{BOARD}&view=people&group=business").page
    drawn(page)
    to_board(page)
    before = press(page, "ArrowRight")
    width = "document.activeElement.getBoundingClientRect().width"
    narrow = page.evaluate(width)

    after = press(page, *"++++++")

    assert after == before
    assert page.evaluate(width) > 3 * narrow
    assert page.locator("[data-tool='in']").get_attribute("aria-disabled") == "true"
    assert page.locator("day-board .part").count() > 10, "quarters of an hour are written on the axis"
    assert press(page, "0") == before
    assert page.evaluate(width) == pytest.approx(narrow, abs=1)


def test_a_change_is_drawn_where_it_is_and_nothing_else_moves(enter, scene):
    page = enter().page
    drawn(page)
    to_board(page)
    press(page, "+", "ArrowRight")
    page.evaluate("document.querySelectorAll('day-board .row').forEach((row) => { row.wasThere = true; })")
    place = "[document.querySelector('[data-frame]').scrollLeft, document.querySelector('[data-frame]').scrollTop]"
    scrolled = page.evaluate(place)

    scene.move(scene.bilaterals[0], 11)
    page.evaluate("document.querySelector('day-board').dispatchEvent(new CustomEvent('live'))")
    expect(page.locator("[data-said]")).to_have_text("2 hàng đã thay đổi")

    assert focused(page).startswith(f"Vương quốc Khemarin ({scene.codes[1]}), 11:00–11:30")
    assert page.evaluate(place) == scrolled
    untouched = "[...document.querySelectorAll('day-board .row')].map((row) => Boolean(row.wasThere))"
    assert page.evaluate(untouched).count(True) == 1


def test_an_unchanged_day_is_not_sent_again(enter):
    page = enter().page
    drawn(page)

    with page.expect_response(lambda answer: "/board/data/" in answer.url) as heard:
        page.evaluate("document.querySelector('day-board').dispatchEvent(new CustomEvent('live'))")

    assert heard.value.status == 304


def test_of_many_rows_only_what_is_seen_is_drawn_and_focus_stays_where_it_is(enter):
    page = enter(f"{BOARD}&view=people").page
    drawn(page)
    to_board(page)
    first = press(page, "ArrowDown")

    page.evaluate("document.querySelector('[data-frame]').scrollTop = 1e6")
    expect(page.get_by_role("rowheader", name="Khách 59")).to_be_visible()

    assert page.locator("day-board .row").count() < GUESTS
    assert focused(page) == first
    assert press(page, "Control+End").startswith("Khách 59")


def test_a_server_that_does_not_answer_is_said_and_the_board_stays(enter):
    page = enter().page
    drawn(page)
    rows = page.locator("day-board .row").count()

    page.route("**/board/data/**", lambda route: route.abort())
    page.evaluate("document.querySelector('day-board').dispatchEvent(new CustomEvent('live'))")

    expect(page.locator("[data-found]")).to_have_text("Máy chủ không trả lời. Bảng có thể đã cũ.")
    assert page.locator("day-board .row").count() == rows


def test_a_draft_shows_where_a_meeting_was(enter):
    page = enter(f"{BOARD}&plan=draft").page
    drawn(page)

    assert page.locator("[data-body] .ghost").count() == 2
    assert page.locator("[data-body] .moved").count() == 2


def test_without_scripts_the_list_says_the_same_and_the_filter_works(enter):
    page = enter(scripts=False).page

    expect(page.locator("day-board")).to_be_hidden()
    expect(page.locator("#board-list")).to_contain_text("08:30–09:00")
    page.locator("#board-q").fill("dong hai")
    page.locator("#board-filter button").click()

    expect(page.locator("#board-list article")).to_have_count(1)
    expect(page.locator("#board-list")).to_contain_text("Trên đường")


def test_on_a_phone_the_list_stands_alone_and_follows_and_the_board_comes_with_room(enter, scene):
    page = enter(width=390, height=844).page

    expect(page.locator("#board-list")).to_contain_text("08:30–09:00")
    expect(page.locator("day-board")).to_be_hidden()
    scene.move(scene.bilaterals[0], 11)
    page.evaluate("document.querySelector('day-board').dispatchEvent(new CustomEvent('live'))")
    expect(page.locator("#board-list")).to_contain_text("11:00–11:30")
    page.set_viewport_size({"width": 1440, "height": 900})
    drawn(page)
    expect(page.locator("#board-list")).to_be_hidden()


def test_the_wall_turns_its_pages_by_itself(enter, scene, live_server):
    make_session(scene.week, day=DAY, start="08:00", end="12:00", place=scene.away)
    window = enter("/desk/vidw-2025/wall/", width=1920, height=1080)
    window.page.clock.install()
    window.page.goto(f"{live_server.url}/desk/vidw-2025/wall/")
    title = window.page.locator("h1")
    expect(title).to_contain_text("Ninh Bình")

    window.page.clock.fast_forward(20_000)
    expect(title).to_contain_text("Hà Nội")
    window.page.clock.fast_forward(20_000)
    expect(title).to_contain_text("Ninh Bình")

    assert window.complaints == []
