"""A focal point asks, the other counters, the first accepts: by keyboard alone, at 390 px."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from e2e.keyboard import account_of, fill_counter, fill_request, picture, press, signed_in, tab_to
from factories.agenda import make_team
from factories.events import local, make_role
from factories.meetings import DAY, make_party, make_ready_week
from factories.people import make_account, make_person
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import Meeting
from hanhlang.domains.people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ({"vi": "Cộng hòa Lamduan", "en": "Republic of Lamduan"}, {"vi": "Vương quốc Khemarin", "en": "Kingdom of Khemarin"})


@pytest.fixture
def week(settings):
    settings.DEMO = True
    week = make_ready_week(key="vidw-2025")
    make_team(week.sites.get(), "ko-vi")
    clock.move_demo(local(week, DAY, "08:00") - timedelta(days=6))
    return week


@pytest.fixture
def sides(week):
    found = []
    for names, rank in zip(NAMES, ("minister", "deputy_minister"), strict=True):
        party = make_party(week, members=3)
        party.name = MultiText(names)
        party.save()
        Person.objects.filter(memberships__delegation=party, memberships__is_head=True).update(rank=rank)
        found.append(party)
    return found


def test_ask_counter_and_accept_by_keyboard_alone(open_window, live_server, week, sides, axe):
    there = [f"{live_server.url}/portal/vidw-2025/delegations/{side.key}/requests/" for side in sides]
    one = signed_in(open_window, live_server, account_of(sides[0])).page
    one.goto(there[0])
    press(one, "a[href$='/new/']", "Ask for a bilateral meeting")

    # Too early: the summary has the focus, and its first line leads into the field.
    tab_to(one, "form.form button.main")
    one.keyboard.press("Enter")
    expect(one.locator("[data-errors]")).to_be_focused()
    picture(one, "ask-wrong")
    tab_to(one, "[data-errors] a")
    one.keyboard.press("Enter")
    fill_request(one, "Kingdom")
    press(one, "form.form button.main", "Kingdom of Khemarin")
    picture(one, "asked")

    other = signed_in(open_window, live_server, account_of(sides[1])).page
    other.goto(there[1])
    press(other, "a[href$='/requests/1/']", "Republic of Lamduan")
    press(other, "a[href$='/counter/']", "Offer another length, other hours or another rank")
    fill_counter(other)
    press(other, "form.form button.main", "Republic of Lamduan")
    expect(other.locator(".history > li")).to_have_count(2)

    one.reload()
    press(one, "a[href$='/accept/']", "Say yes to this meeting")
    press(one, "form.form button.main", "Kingdom of Khemarin")
    expect(one.locator(".history > li")).to_have_count(3)
    expect(one.locator(".gap")).to_be_visible()
    picture(one, "accepted")

    meeting = Meeting.objects.get()
    assert (meeting.minutes, meeting.participants.count()) == (20, 4)
    assert axe(one) == axe(other) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_have_no_fault_for_axe_and_never_scroll_sideways(open_window, live_server, week, sides, axe, language):
    now = clock.now()
    row = actions.file_request(asking=sides[0], asked=sides[1], by=None, now=now, interpreting="consecutive", needs=["ko-vi"], why="Gladly")
    actions.hold_request(request=row, until=now + timedelta(hours=4), by=None, now=now)
    desk = make_account(person=make_person(), language=language)
    make_role(week, desk)
    portal = f"/portal/vidw-2025/delegations/{sides[1].key}/requests/"
    ours = [portal + where for where in ("", "new/", "pull-aside/", "1/", *(f"1/{deed}/" for deed in DEEDS))]
    theirs = ["/desk/vidw-2025/requests/" + where for where in ("", "new/", "1/", "1/accept/")]

    for account, addresses in ((account_of(sides[1], language), ours), (desk, theirs)):
        for width in (390, 1440):
            window = signed_in(open_window, live_server, account, language, width, scheme="light" if width == 390 else "dark")
            for address in addresses:
                window.page.goto(live_server.url + address)
                picture(window.page, f"{language}-{width}-{address.strip('/').replace('/', '_')}")
                assert axe(window.page) == [], address
                assert window.sideways() == 0, address
            assert window.complaints == []


DEEDS = ("accept", "counter", "hold", "decline", "brief", "secrecy")


def test_it_all_works_without_scripts(open_window, live_server, week, sides):
    page = signed_in(open_window, live_server, account_of(sides[0]), scripts=False).page
    page.goto(f"{live_server.url}/portal/vidw-2025/delegations/{sides[0].key}/requests/new/")
    page.get_by_label("Delegation you want to meet").select_option(sides[1].key)
    page.get_by_label("What you want to discuss").fill("Data centres")
    page.get_by_role("button", name="Send the request").click()

    expect(page.locator("h1")).to_have_text("Kingdom of Khemarin")
    page.get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".status").first).to_have_text("Withdrawn")
