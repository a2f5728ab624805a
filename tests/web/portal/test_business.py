"""The business pages: what is next, who waits for whom, finding and asking, one's firm and hours, the table where nobody comes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from factories.business import make_founder, make_profile, make_terms
from factories.events import local, make_role
from factories.meetings import NOW, make_guest, make_meeting, make_plan, make_ready_week
from factories.people import make_account
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.actions.publishing import publish_plan
from hanhlang.domains.meetings.models import Block, BusinessSettings, MissingReport, NowAsk, Profile, Suggestion, Wish

pytestmark = pytest.mark.django_db
HOME = "/portal/vidw-2025/business/"
DAY = "2025-10-27"


@pytest.fixture
def week():
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def me(week):
    return make_founder(week, name="Đặng Thị Ước")


def client_of(week, person, language="en"):
    client = Client()
    account = make_account(person=person, language=language)
    make_role(week, account, Role.Kind.DELEGATE)
    client.force_login(account)
    client.cookies["hanhlang_language"] = language
    return client


@pytest.fixture
def mine(week, me):
    return client_of(week, me)


@pytest.fixture
def at(settings, week):
    """Set the clock to an hour of the first day."""

    def move(hour):
        settings.DEMO = True
        clock.move_demo(local(week, DAY, hour))

    move("08:00")
    return move


def published(week, *meetings):
    table = Place.objects.get(week=week, pool="tables")
    hours = [f"{9 + n // 3:02}:{20 * (n % 3):02}" for n in range(len(meetings))]
    publish_plan(plan=make_plan(week, *zip(meetings, hours, [table] * len(meetings), strict=True)), by=None, now=NOW)


def ask(week, asking, asked, **more):
    return actions.make_wish(week=week, asking=asking, asked=asked, by=None, now=clock.now(), **more)


def test_the_page_shows_the_next_table_and_who_waits_for_whom(week, me, mine, at):
    partner, asks_me, asked, agreed = (make_founder(week) for _ in range(4))
    published(week, make_meeting(week, me, partner))
    make_meeting(week, me, agreed)
    ask(week, asks_me, me, message="Chúng tôi cần 5G.")
    ask(week, me, asked)

    page = mine.get(HOME)

    shown = page.context
    assert [other.pk for other in shown["next"]["meeting"]["others"]] == [partner.pk]
    assert shown["next"]["walk"] == "Leave at 08:55: allow 5 minutes on foot."
    assert [wish.asking for wish in shown["to_answer"]] == [asks_me]
    assert [wish.asked for wish in shown["waiting"]] == [asked]
    assert [one["others"] for one in shown["unplaced"]] == [[agreed]]
    assert "Chúng tôi cần 5G." in page.content.decode()
    assert Place.objects.get(week=week, pool="tables").name.shown("en") in page.content.decode()


@pytest.mark.parametrize("many", [1, 6])
def test_the_page_costs_the_same_for_any_number_of_wishes(week, me, mine, at, many):
    published(week, make_meeting(week, me, make_founder(week)))
    for _ in range(many):
        ask(week, make_founder(week), me)
        ask(week, me, make_founder(week))
        make_meeting(week, me, make_founder(week))
    actions.suggest_partners(week=week, person=me, by=None, now=NOW)
    mine.get(HOME)

    with CaptureQueriesContext(connection) as seen:
        mine.get(HOME)

    assert len(seen) == 28


def test_an_empty_page_says_what_to_do(mine, at):
    page = mine.get(HOME).content.decode()

    assert "No meeting yet" in page
    assert "/business/search/" in page


def test_a_wish_is_accepted_or_declined_by_the_asked_alone(week, me, mine, at):
    first, second = ask(week, make_founder(week), me), ask(week, make_founder(week), me)
    own = ask(week, me, make_founder(week))
    strange = ask(week, make_founder(week), make_founder(week))

    assert mine.post(f"{HOME}wishes/{first.pk}/accept/").status_code == 302
    assert mine.post(f"{HOME}wishes/{second.pk}/decline/", {"why": "Kín lịch."}).status_code == 302
    assert mine.post(f"{HOME}wishes/{own.pk}/accept/").status_code == 404
    assert mine.get(f"{HOME}wishes/{strange.pk}/").status_code == 404
    assert mine.post(f"{HOME}wishes/{strange.pk}/withdraw/").status_code == 404
    assert mine.post(f"{HOME}wishes/{own.pk}/withdraw/").status_code == 302

    states = dict(Wish.objects.values_list("pk", "state"))
    assert [states[wish.pk] for wish in (first, second, own, strange)] == ["accepted", "declined", "withdrawn", "open"]
    assert Wish.objects.get(pk=second.pk).why == "Kín lịch."


def test_an_answer_that_comes_too_late_says_so(week, me, mine, at):
    wish = ask(week, make_founder(week), me)
    actions.withdraw_wish(wish=wish, by=None, now=clock.now())

    page = mine.post(f"{HOME}wishes/{wish.pk}/accept/", follow=True).content.decode()

    assert "This wish has already been answered." in page
    assert "Withdrawn" in page


def test_a_firm_is_found_by_folded_words_and_asked(week, me, mine, at):
    other = make_founder(week)
    page = mine.get(f"{HOME}search/", {"q": "dao tao"})
    assert [line["profile"].organisation for line in page.context["lines"]] == [other.organisation]
    assert mine.get(f"{HOME}search/", {"q": "gốm sứ"}).context["lines"] == []
    address = f"{HOME}firms/{other.organisation.key}/"

    empty = mine.post(f"{address}ask/", {"message": "x"})
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["asked"])
    assert "Choose whom you would like to meet." in empty.content.decode()
    assert mine.post(f"{address}ask/", {"asked": other.pk, "message": "Chào anh."}).status_code == 302

    wish = Wish.objects.get()
    assert (wish.asking, wish.asked, wish.message) == (me, other, "Chào anh.")
    assert "You have asked; the answer is awaited" in mine.get(address).content.decode()


def test_a_refused_ask_keeps_what_was_typed(week, me, mine, at):
    other = make_founder(week)
    ask(week, me, other)

    page = mine.post(f"{HOME}firms/{other.organisation.key}/ask/", {"asked": other.pk, "message": "Xin chào"})

    assert page.status_code == 409
    assert "Xin chào" in page.content.decode()
    assert "There already is a wish between" in page.content.decode()


def test_a_firm_that_blocked_one_is_as_missing_as_one_that_never_was(week, me, mine, at):
    other = make_founder(week)
    address = f"{HOME}firms/{other.organisation.key}/"
    assert mine.get(address).status_code == 200
    actions.block(week=week, by_person=other, person=me, by=None, now=NOW)

    blocked, never = mine.get(address), mine.get(f"{HOME}firms/no-such-firm/")

    assert blocked.status_code == never.status_code == 404
    # The address itself stands in the page, for the other language; nothing else may differ.
    assert blocked.content.decode().replace(other.organisation.key, "no-such-firm") == never.content.decode()
    assert mine.get(f"{HOME}search/").context["lines"] == []


def test_one_blocks_a_firm_or_one_of_its_people_and_ends_it(week, me, mine, at):
    one = make_founder(week)
    colleague = make_founder(week, organisation=one.organisation)
    address = f"{HOME}firms/{one.organisation.key}/"
    mine.post(f"{address}block/", {"person": one.pk})
    assert Block.objects.get().person == one
    assert [row["person"] for row in mine.get(address).context["people"]] == [colleague]

    mine.post(f"{address}block/", {"person": "all"})
    assert mine.get(address).status_code == 404
    assert Block.objects.count() == 2

    for row in Block.objects.all():
        assert client_of(week, one).post(f"{HOME}blocks/{row.pk}/end/").status_code == 404
        assert mine.post(f"{HOME}blocks/{row.pk}/end/").status_code == 302
    assert not Block.objects.exists()


def test_the_firm_s_profile_is_kept_as_a_draft_and_submitted(week, at):
    person = make_guest(week)
    client = client_of(week, person)
    said = {"offers_vi": "Trạm 5G", "needs_vi": "", "languages": ["vi", "fr"], "stage": "early", "country": "VN"}

    assert client.post(f"{HOME}profile/", said | {"keep": "1"}).status_code == 302
    assert Profile.objects.get().state == Profile.State.DRAFT
    refused = client.post(f"{HOME}profile/", said | {"submit": "1"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["needs_vi"]
    assert client.post(f"{HOME}profile/", said | {"needs_vi": "Vốn đầu tư", "submit": "1"}).status_code == 302

    profile = Profile.objects.get()
    assert (profile.state, profile.offers.texts, profile.languages) == ("submitted", {"vi": "Trạm 5G"}, ["vi", "fr"])
    page = client.get(f"{HOME}profile/")
    assert page.context["form"].initial["offers_vi"] == "Trạm 5G"


def test_a_returned_profile_shows_the_organiser_s_note(week, at):
    person = make_guest(week)
    profile = make_profile(week, person.organisation, validated=False)
    actions.return_profile(profile=profile, note="Ghi rõ sản phẩm.", by=None, now=NOW)

    client = client_of(week, person)

    assert "Ghi rõ sản phẩm." in client.get(f"{HOME}profile/").content.decode()
    assert "Ghi rõ sản phẩm." in client.get(HOME).content.decode()


TERMS = {"takes_part": "on", "mail": "an@firm.example", "phone": "", "which": "only", "d0_1_from": "09:00", "d0_1_to": "10:00"}


def test_hours_are_kept_in_the_week_s_own_time_and_shown_again(week, me, mine, at):
    assert mine.post(f"{HOME}terms/", TERMS | {"d1_2_from": "13:30", "d1_2_to": "15:00"}).status_code == 302

    row = BusinessSettings.objects.get(person=me)
    assert row.hours == [
        [local(week, DAY, "09:00").isoformat(), local(week, DAY, "10:00").isoformat()],
        [local(week, "2025-10-28", "13:30").isoformat(), local(week, "2025-10-28", "15:00").isoformat()],
    ]
    page = mine.get(f"{HOME}terms/").content.decode()
    assert 'value="13:30"' in page
    mine.post(f"{HOME}terms/", TERMS | {"which": "any"})
    assert BusinessSettings.objects.get(person=me).hours == []


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"d0_1_to": ""}, "d0_1_from", "Give both hours"),
        ({"d0_1_from": "11:00"}, "d0_1_from", "Give both hours"),
        ({"d0_1_from": "", "d0_1_to": ""}, "d0_1_from", "Give at least one stretch"),
        ({"d0_1_from": "25:00"}, "d0_1_from", "Give the hour as 09:30."),
        ({"mail": "nobody"}, "mail", "Give an address"),
        ({"which": ""}, "which", "Choose one of the two."),
        ({"d0_1_to": "09:05"}, "which", "cannot hold a meeting"),
    ],
)
def test_hours_that_make_no_sense_are_named_and_nothing_is_lost(me, mine, at, change, field, text):
    before = BusinessSettings.objects.get(person=me).changed_at

    page = mine.post(f"{HOME}terms/", TERMS | change)

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert text in page.content.decode()
    assert BusinessSettings.objects.get(person=me).changed_at == before


def test_contact_data_stands_on_the_page_of_an_agreed_meeting_alone(week, me, mine, at):
    other = make_founder(week)
    wish = ask(week, other, me)
    mail = f"{other.key}@firm.example"
    assert mail not in mine.get(f"{HOME}wishes/{wish.pk}/").content.decode()
    assert mail not in mine.get(f"{HOME}firms/{other.organisation.key}/").content.decode()

    meeting = actions.accept_wish(wish=wish, by=None, now=clock.now())

    assert mail in mine.get(f"{HOME}meetings/{meeting.number}/").content.decode()
    assert client_of(week, make_founder(week)).get(f"{HOME}meetings/{meeting.number}/").status_code == 404


def test_a_seat_passes_on_to_a_colleague_and_the_refusal_keeps_the_page(week, me, mine, at):
    other, colleague = make_founder(week), make_founder(week, organisation=me.organisation)
    meeting = make_meeting(week, me, other)
    published(week, meeting)
    address = f"{HOME}meetings/{meeting.number}/"
    make_terms(week, colleague, hours=[(local(week, DAY, "11:00"), local(week, DAY, "12:00"))])
    refused = mine.post(f"{address}stand-in/", {"coming": colleague.pk})
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["coming"])

    make_terms(week, colleague)
    assert mine.post(f"{address}stand-in/", {"coming": colleague.pk}).status_code == 302

    assert mine.get(address).status_code == 404
    assert client_of(week, colleague).get(address).status_code == 200


def test_who_waits_alone_is_offered_those_who_are_free_and_they_read_the_ask(week, me, mine, at):
    meeting, free = make_meeting(week, me, make_founder(week)), make_founder(week)
    published(week, meeting)
    address = f"{HOME}meetings/{meeting.number}/"
    ask(week, free, me)
    theirs = client_of(week, free)
    at("09:02")
    assert "people may come up to 5 minutes late" in mine.post(f"{address}missing/", follow=True).content.decode()
    at("09:06")
    assert "My partner is not here" in mine.get(HOME).content.decode()

    page = mine.post(f"{address}missing/", follow=True)
    assert [one.person for one in page.context["free"]] == [free]
    mine.post(f"{address}ask-now/{free.pk}/")
    [shown] = theirs.get(HOME).context["now_asks"]
    theirs.post(f"{HOME}now/{shown.pk}/", {"answer": "comes"})

    assert mine.get(address).context["coming"] == NowAsk.objects.get()
    assert Wish.objects.get().state == Wish.State.ACCEPTED
    assert theirs.get(HOME).context["now_asks"] == []
    assert MissingReport.objects.get().waiting == me


def test_suggestions_are_switched_on_with_one_button_and_say_why(week, me, mine, at):
    other = make_founder(week, words={"offers": Profile.objects.filter(organisation=me.organisation)[0].needs})
    make_terms(week, me, wants_suggestions=False)
    assert "It is off." in mine.get(HOME).content.decode()

    mine.post(f"{HOME}suggestions/find/", {"switch_on": "1"})
    page = mine.get(HOME)
    [shown] = page.context["suggestions"]
    assert (shown["row"].other, shown["reasons"][0]) == (other, "They offer what you need: Investment")

    mine.post(f"{HOME}suggestions/stop/")
    assert not Suggestion.objects.exists()
    assert BusinessSettings.objects.get(person=me).takes_part is True


def test_the_pages_speak_vietnamese(week, me, at):
    other = make_founder(week, words={"offers": Profile.objects.filter(organisation=me.organisation)[0].needs})
    actions.suggest_partners(week=week, person=me, by=None, now=NOW)

    page = client_of(week, me, language="vi").get(HOME).content.decode()

    assert "Họ có điều bạn cần: Vốn đầu tư" in page
    assert other.name in page


def test_a_member_of_no_firm_is_told_what_to_do(week, at):
    person = make_guest(week, organisation=None)
    client = client_of(week, person)

    assert "You belong to no organisation here" in client.get(f"{HOME}profile/").content.decode()
    assert client.get(HOME).status_code == 200
