from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Q

from factories.meetings import TABLES, make_empty_week
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Participation, Role, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.models import Change, Lock, Meeting, Participant, Placement, Plan, Request, Wish
from hanhlang.domains.meetings.planning import problem_of
from hanhlang.domains.people.models import Account, Organisation, Person
from hanhlang.engine.explain import reasons
from hanhlang.engine.plan import Plan as EnginePlan
from hanhlang.jobs.management.commands.demo import demo_roles

pytestmark = pytest.mark.django_db
PEOPLE = 120


def cast(week: Week, seed: int = 2025) -> dict[str, Any]:
    out = io.StringIO()
    call_command("cast", week.key, people=PEOPLE, seed=seed, stdout=out)
    figures: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return figures


@pytest.fixture
def figures(empty_week: Week) -> dict[str, Any]:
    return cast(empty_week)


def test_every_planted_meeting_is_impossible_for_its_planted_reason(empty_week: Week, figures: dict[str, Any]) -> None:
    problem = problem_of(empty_week)

    found = {row.meeting: row.reason.value for row in reasons(problem, EnginePlan(()))}

    numbers = {str(meeting.pk): str(meeting.number) for meeting in Meeting.objects.all()}
    alone = {numbers[key]: reason for key, reason in found.items() if reason != "crowded_out"}
    assert len(figures["planted"]) == 12
    assert alone == figures["planted"]
    assert set(alone.values()) == {"no_common_time", "no_time_on_road", "no_place", "no_interpreter"}


def test_what_a_government_could_resent_is_about_invented_delegations_only(empty_week: Week, figures: dict[str, Any]) -> None:
    def is_real(delegation: Delegation) -> bool:
        return not delegation.organisation.is_invented

    unanswered = Request.objects.exclude(state=Request.State.ACCEPTED)
    planted = Request.objects.filter(meeting__number__in=[int(number) for number in figures["planted"]])
    held = Request.objects.filter(meeting__lock__isnull=False)
    assert Delegation.objects.filter(organisation__is_invented=False).count() == 3
    assert (unanswered.count(), planted.count(), held.count()) == (6, 12, 1)
    for request in [*unanswered, *planted, *held]:
        assert not is_real(request.asking)
        assert not is_real(request.asked)
    late = Change.objects.get().people.get()
    assert late.organisation is not None
    assert late.organisation.is_invented
    real = Member.objects.filter(delegation__organisation__is_invented=False).values_list("person", flat=True)
    assert not Participation.objects.filter(person__in=real).exclude(arrives_at=None, leaves_at=None).exists()


def test_nobody_of_a_real_state_has_a_name(empty_week: Week, figures: dict[str, Any]) -> None:
    members = Member.objects.filter(delegation__organisation__is_invented=False).select_related("person")

    assert members
    for member in members:
        assert member.person.name.startswith("Head of delegation, " if member.is_head else "Delegate ")


def test_the_hidden_plan_is_nowhere_in_the_database(empty_week: Week, figures: dict[str, Any]) -> None:
    planted = [int(number) for number in figures["planted"]]

    drawn = Meeting.objects.exclude(number__in=planted)

    assert not Plan.objects.exists()
    assert not Placement.objects.exists()
    assert Lock.objects.count() == 1
    assert not Claim.objects.exclude(kind__in=("session", "hold")).exists()
    assert not drawn.exclude(windows=[], preferred=[]).exists()
    assert not drawn.exclude(pools=F("grid__pools")).exists()


def test_limits_on_business_meetings_hold(empty_week: Week, figures: dict[str, Any]) -> None:
    seats = Participant.objects.filter(meeting__kind="business")

    assert figures["business_meetings"] == round(3000 * PEOPLE / 800)
    assert max(Counter(seats.values_list("person_id", flat=True)).values()) <= rules.MOST_BUSINESS_MEETINGS
    for wish in Wish.objects.select_related("asking", "asked"):
        assert wish.asking.organisation_id != wish.asked.organisation_id


def test_five_demonstration_accounts_and_a_liaison_officer_see_six_sides(empty_week: Week, figures: dict[str, Any]) -> None:
    roles = Role.objects.filter(week=empty_week, account__is_demo=True).exclude(kind="liaison")

    assert sorted(roles.values_list("kind", flat=True)) == ["auditor", "delegate", "focal_point", "meetings", "secretariat"]
    delegation = Delegation.objects.get(pk=roles.get(kind="focal_point").delegation_id)
    assert delegation.organisation.is_invented
    assert delegation.focal_point == roles.get(kind="focal_point").account.person
    late = Change.objects.get(week=empty_week).people.get()
    accompanied = Delegation.objects.filter(pk__in=Role.objects.filter(kind="liaison").values("delegation_id"))
    assert set(accompanied) == {delegation, Delegation.objects.get(members__person=late)}
    assert [account.email for account, _ in demo_roles(empty_week)] == sorted(role.account.email for role in roles)


def test_everybody_made_is_marked_synthetic_and_found_in_both_languages(empty_week: Week, figures: dict[str, Any]) -> None:
    people = Person.objects.filter(participations__week=empty_week)

    assert not people.exclude(standing="synthetic").exists()
    assert not people.filter(folded="").exists()
    names = {language: [d.name.texts[language] for d in Delegation.objects.all()] for language in ("vi", "en")}
    assert all(len(set(named)) == len(named) == figures["delegations"] for named in names.values())


def test_a_second_cast_changes_nothing_and_says_so(empty_week: Week, figures: dict[str, Any]) -> None:
    before = [Person.objects.count(), Meeting.objects.count(), Request.objects.count(), Account.objects.count()]

    again = cast(empty_week)

    assert again["was_there"]
    assert [Person.objects.count(), Meeting.objects.count(), Request.objects.count(), Account.objects.count()] == before


def test_the_same_seed_makes_the_same_cast_and_another_seed_another() -> None:
    def made(seed: int) -> list[tuple[str, ...]]:
        with transaction.atomic():
            cast(make_empty_week(TABLES), seed)
            pairs = Wish.objects.filter(state="accepted").order_by("meeting__number").values_list("asking__name", "asked__name")
            asked = Request.objects.order_by("number").values_list("asking__code", "asked__code")
            found = [*pairs, *asked]
            transaction.set_rollback(True)
        return found

    first = made(7)

    assert first == made(7)
    assert first != made(8)


def test_everybody_is_found_and_has_a_place_in_the_alphabet(figures: dict[str, Any]) -> None:
    for model in (Person, Organisation, Delegation):
        assert not model.objects.filter(folded="").exists()
    assert not Person.objects.filter(sorted="").exists()
    assert not Organisation.objects.filter(Q(sorted_vi="") | Q(sorted_en="")).exists()
