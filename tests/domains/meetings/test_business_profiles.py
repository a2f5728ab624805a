"""Profiles: written, submitted, validated, returned, found; and suggestions with plain reasons."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories import make_organisation, make_topic
from factories.business import NEEDS, OFFERS, make_founder, make_profile, make_terms
from factories.meetings import NOW, make_guest, make_ready_week
from hanhlang.domains.automation.errors import ToolSwitchedOff
from hanhlang.domains.automation.models import Tool, ToolRun
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import actions, errors_business
from hanhlang.domains.meetings.business import Sought, people_found_by, profiles_found_by
from hanhlang.domains.meetings.models import Profile, Suggestion
from hanhlang.domains.meetings.rules_business import MOST_ENTRIES, answer_each_other
from hanhlang.domains.meetings.suggesting import WEIGHTS, Firm, Guest, suggest
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def rewrite(profile: Profile, **words: object) -> Profile:
    said = {name: getattr(profile, name) for name in ("about", "offers", "needs", "languages", "stage", "country")}
    said |= {"topics": list(profile.topics.all())} | words
    return actions.write_profile(week=profile.week, organisation=profile.organisation, by=None, now=NOW, **said)


def found(week: Week, viewer: Person, **sought: str) -> list[object]:
    return [row.organisation for row in profiles_found_by(week, viewer, Sought(**sought))]


def test_a_profile_is_found_once_validated_and_only_while_somebody_takes_part(week: Week) -> None:
    viewer, person = make_founder(week), make_guest(week)
    make_terms(week, person)
    assert person.organisation
    profile = make_profile(week, person.organisation, validated=False)
    assert found(week, viewer) == []

    actions.validate_profile(profile=profile, by=None, now=NOW)
    assert found(week, viewer) == [person.organisation]

    make_terms(week, person, takes_part=False)
    assert found(week, viewer) == []


def test_a_change_waits_while_others_see_what_was_validated(week: Week) -> None:
    viewer, person = make_founder(week), make_founder(week)
    profile = Profile.objects.get(organisation=person.organisation, is_shown=False)
    changed = rewrite(profile, offers=MultiText({"vi": "Máy bay không người lái"}))

    assert changed.state == Profile.State.DRAFT
    assert found(week, viewer, words="may bay") == []
    assert found(week, viewer, words="5g") == [person.organisation]

    actions.validate_profile(profile=actions.submit_profile(profile=changed, by=None, now=NOW), by=None, now=NOW)

    assert found(week, viewer, words="MÁY BAY") == [person.organisation]
    assert found(week, viewer, words="5g") == []


def test_an_incomplete_profile_is_not_submitted_a_complete_one_is(week: Week) -> None:
    firm = make_organisation(kind="company")
    empty = make_profile(week, firm, validated=False, submitted=False, needs=MultiText())

    with pytest.raises(errors_business.ProfileIncomplete) as caught:
        actions.submit_profile(profile=empty, by=None, now=NOW)
    assert caught.value.fields == ("needs",)

    assert actions.submit_profile(profile=rewrite(empty, needs=NEEDS), by=None, now=NOW).state == Profile.State.SUBMITTED


def test_only_what_waits_is_decided_and_of_two_decisions_the_first_counts(week: Week) -> None:
    profile = make_profile(week, make_organisation(kind="company"), validated=False)
    with pytest.raises(errors_business.NoteMissing):
        actions.return_profile(profile=profile, note=" ", by=None, now=NOW)

    returned = actions.return_profile(profile=profile, note="Ghi rõ sản phẩm.", by=None, now=NOW)

    assert (returned.state, returned.note) == (Profile.State.RETURNED, "Ghi rõ sản phẩm.")
    with pytest.raises(errors_business.NothingToDecide):
        actions.validate_profile(profile=profile, by=None, now=NOW)
    with pytest.raises(errors_business.NothingToDecide):
        actions.return_profile(profile=profile, note="Lại nữa.", by=None, now=NOW)
    assert not Profile.objects.filter(is_shown=True).exists()


def test_what_others_see_can_be_taken_down(week: Week) -> None:
    viewer, person = make_founder(week), make_founder(week)
    profile = Profile.objects.get(organisation=person.organisation, is_shown=False)

    actions.return_profile(profile=profile, note="Không đúng sự thật.", take_down=True, by=None, now=NOW)

    assert found(week, viewer) == []


def test_entries_are_short_lines_and_few(week: Week) -> None:
    firm = make_organisation(kind="company")
    for text in ("x" * 81, "\n".join(map(str, range(MOST_ENTRIES + 1)))):
        with pytest.raises(errors_business.EntriesTooLong):
            make_profile(week, firm, needs=MultiText({"vi": text}))

    profile = make_profile(week, firm, needs=MultiText({"vi": " 5G \n\n5G\nAI"}))
    assert profile.needs.texts == {"vi": "5G\nAI"}


def test_who_has_no_organisation_has_no_profile(week: Week) -> None:
    with pytest.raises(errors_business.NoFirm):
        make_profile(week, None)  # type: ignore[arg-type]


def test_the_search_narrows_by_words_topic_country_stage_and_side(week: Week) -> None:
    viewer, topic = make_founder(week), make_topic(week)
    one = make_founder(week, words={"topics": [topic], "country": "VN", "stage": "early"})
    other = make_founder(week, words={"offers": NEEDS, "needs": OFFERS, "country": "", "stage": "growing"})

    assert set(found(week, viewer)) == {one.organisation, other.organisation}
    assert found(week, viewer, words="dao tao", among="offers") == [one.organisation]
    assert found(week, viewer, words="dao tao", among="needs") == [other.organisation]
    assert found(week, viewer, topic=topic.key) == [one.organisation]
    assert found(week, viewer, country="vn") == [one.organisation]
    assert found(week, viewer, stage="growing") == [other.organisation]
    assert found(week, viewer, words="đào tạo vốn") == sorted([one.organisation, other.organisation], key=lambda row: row.sorted_vi)


@pytest.mark.parametrize("firms", [2, 9])
def test_the_search_costs_the_same_for_any_number(week: Week, firms: int) -> None:
    viewer = make_founder(week)
    for _ in range(firms):
        make_founder(week)

    with CaptureQueriesContext(connection) as seen:
        rows = list(profiles_found_by(week, viewer))
        assert len(rows) == firms
        assert all(row.organisation.found_people for row in rows)  # type: ignore[attr-defined]

    assert len(seen) == 3


# Suggestions


def test_a_suggestion_says_what_matches_and_in_which_words(week: Week) -> None:
    topic = make_topic(week)
    investor = make_founder(
        week, words={"offers": NEEDS, "needs": MultiText({"vi": "5G"}), "topics": [topic], "languages": ["en"], "country": ""}
    )
    me = make_founder(week, words={"topics": [topic], "stage": "early"})
    make_founder(week, words={"offers": MultiText({"vi": "Gốm sứ"}), "needs": MultiText({"vi": "Đất sét"})})

    assert actions.suggest_partners(week=week, person=me, by=None, now=NOW) == 1

    row = Suggestion.objects.get(person=me)
    assert row.other == investor
    assert [(reason["code"], reason["theirs"].get("vi"), reason["yours"].get("vi")) for reason in row.reasons[:2]] == [
        ("they_offer", "Vốn đầu tư", "Vốn đầu tư"),
        ("they_need", "5G", "Giám sát hạ tầng 5G"),
    ]
    assert [reason["code"] for reason in row.reasons[2:]] == ["topic", "language"]


def test_suggestions_are_off_until_switched_on_and_go_when_switched_off(week: Week) -> None:
    me = make_founder(week)
    make_founder(week, words={"offers": NEEDS, "needs": OFFERS})
    make_terms(week, me, wants_suggestions=False)
    with pytest.raises(errors_business.SuggestionsOff):
        actions.suggest_partners(week=week, person=me, by=None, now=NOW)
    assert not ToolRun.objects.exists()

    make_terms(week, me)
    actions.suggest_partners(week=week, person=me, by=None, now=NOW)
    assert Suggestion.objects.filter(person=me).count() == 1

    make_terms(week, me, wants_suggestions=False)
    assert not Suggestion.objects.exists()


def test_every_use_leaves_a_trace_without_names_and_a_switched_off_tool_does_not_run(week: Week) -> None:
    me = make_founder(week)
    make_founder(week, words={"offers": NEEDS, "needs": OFFERS})
    actions.suggest_partners(week=week, person=me, by=None, now=NOW)

    run = ToolRun.objects.get(tool__key="business-suggestions")
    assert (run.state, run.subject, run.settings_used) == (ToolRun.State.DONE, f"person:{me.pseudonym}", WEIGHTS)
    assert run.result == {"suggested": 1, "reasons": ["country", "language", "stage", "they_need", "they_offer"]}

    Tool.objects.update(is_active=False)
    with pytest.raises(ToolSwitchedOff):
        actions.suggest_partners(week=week, person=me, by=None, now=NOW)


def test_the_asked_the_met_the_blocked_and_the_absent_are_not_suggested(week: Week) -> None:
    me = make_founder(week)
    people = [make_founder(week, words={"offers": NEEDS, "needs": OFFERS}) for _ in range(5)]
    asked, met, blocker, absent, left = people
    actions.make_wish(week=week, asking=me, asked=asked, by=None, now=NOW)
    actions.accept_wish(wish=actions.make_wish(week=week, asking=met, asked=me, by=None, now=NOW), by=None, now=NOW)
    actions.block(week=week, by_person=blocker, person=me, by=None, now=NOW)
    make_terms(week, absent, takes_part=False)

    actions.suggest_partners(week=week, person=me, by=None, now=NOW)

    assert [row.other for row in Suggestion.objects.filter(person=me)] == [left]
    assert blocker not in people_found_by(week, me)


def firm(name: str, offers: str, needs: str) -> Firm:
    return Firm(name, MultiText({"vi": offers}), MultiText({"vi": needs}), frozenset(), frozenset({"vi"}), "", "")


def test_the_order_is_the_same_each_time_and_equal_ones_are_drawn_per_person() -> None:
    mine = firm("mine", "5G", "AI")
    guests = [Guest(str(number), firm(str(number), "AI", "5G")) for number in range(30)]

    first = [one.guest.id for one in suggest(mine, guests, asker="a")]

    assert first == [one.guest.id for one in suggest(mine, reversed(guests), asker="a")]
    assert first != [one.guest.id for one in suggest(mine, guests, asker="b")]


def test_one_language_alone_is_no_reason() -> None:
    assert suggest(firm("mine", "5G", "AI"), [Guest("1", firm("1", "Gốm", "Đất"))], asker="a") == []


@pytest.mark.parametrize(
    ("offer", "need", "same"),
    [
        ("Vốn đầu tư", "von dau tu", True),
        ("Giám sát hạ tầng 5G", "5G", True),
        ("Đào tạo", "Đào tạo kỹ sư", True),
        ("Đào tạo kỹ sư", "kỹ thuật", False),
        ("AI", "Thái Bình", False),
        ("5G", "15G", False),
        ("", "5G", False),
    ],
)
def test_an_offer_answers_a_need_when_all_its_words_stand_together(offer: str, need: str, same: bool) -> None:
    assert answer_each_other(offer, need) is same
    assert answer_each_other(need, offer) is same
