"""Suggestions whom to meet: made when a person asks for them, kept until they ask again or switch them off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Q

from hanhlang.domains.automation.actions import end_tool_run, run_tool, start_tool_run
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.core import live
from hanhlang.domains.events.models import Topic, Week
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.business import people_found_by, shown_profile_of, terms_of
from hanhlang.domains.meetings.errors_business import NoFirm, SuggestionsOff
from hanhlang.domains.meetings.models import Meeting, Participant, Profile, Suggestion, Wish
from hanhlang.domains.meetings.suggesting import WEIGHTS, Firm, Guest, Suggested, suggest
from hanhlang.domains.people.models import Account, Person

TOOL = "business-suggestions"


def suggest_partners(*, week: Week, person: Person, by: Account | None, now: datetime) -> int:
    """
    Look whom a person might meet and keep it for them; return how many.

    It is a use of a tool and leaves its trace. Call it outside any transaction.

    :raises SuggestionsOff: if the person has not switched them on.
    :raises NoFirm: if there is no profile of the person's firm to compare with.
    :raises ToolSwitchedOff: if the tool is not to be used.
    """
    mine, guests = _given(week, person)
    found = run_tool(
        TOOL,
        subject=f"person:{person.pseudonym}",
        given=repr((mine, guests)).encode(),
        settings_used=dict(WEIGHTS),
        by=by,
        now=now,
        work=lambda: suggest(mine, guests, asker=str(person.pseudonym)),
        summary=_summary,
    )
    run = ToolRun.objects.filter(tool__key=TOOL, subject=f"person:{person.pseudonym}").latest("started_at", "created_at")
    return _keep(week, person, found, run)


def suggest_partners_within(*, week: Week, person: Person, now: datetime) -> int:
    """The same inside a transaction that stands or falls as a whole, such as the making of a cast."""
    mine, guests = _given(week, person)
    given = repr((mine, guests)).encode()
    run = start_tool_run(TOOL, subject=f"person:{person.pseudonym}", given=given, settings_used=dict(WEIGHTS), by=None, now=now)
    found = suggest(mine, guests, asker=str(person.pseudonym))
    end_tool_run(run, result=_summary(found), now=now)
    return _keep(week, person, found, run)


@transaction.atomic
def _keep(week: Week, person: Person, found: list[Suggested], run: ToolRun) -> int:
    lock_week(week)
    if not terms_of(week, person).wants_suggestions:
        raise SuggestionsOff()
    Suggestion.objects.filter(week=week, person=person).delete()
    rows = [
        Suggestion(
            week=week,
            person=person,
            other_id=one.guest.id,
            order=order,
            reasons=[reason.to_json() for reason in one.reasons],
            tool_run=run,
        )
        for order, one in enumerate(found)
    ]
    Suggestion.objects.bulk_create(rows)
    live.bump(f"business:{week.key}")
    return len(rows)


def _given(week: Week, person: Person) -> tuple[Firm, list[Guest]]:
    """Return what the tool may know: the firm's own profile and those of people who may be found and are not yet asked or met."""
    if not terms_of(week, person).wants_suggestions:
        raise SuggestionsOff()
    own = Profile.objects.filter(week=week, organisation=person.organisation_id, is_shown=False).first() if person.organisation_id else None
    mine = (shown_profile_of(week, person.organisation_id) if person.organisation_id else None) or own
    if mine is None:
        raise NoFirm(person=person.name)
    between = Wish.objects.filter(Q(asking=person) | Q(asked=person), week=week, state__in=(Wish.State.OPEN, Wish.State.DECLINED))
    known = {key for pair in between.values_list("asking_id", "asked_id") for key in pair}
    # The few meetings first, by name: as one query it joins everybody's seats with everybody's where the database misjudges its tables.
    together = list(Meeting.objects.filter(week=week, state=Meeting.State.AGREED, participants__person=person).values_list("pk", flat=True))
    known |= set(Participant.objects.filter(meeting__in=together).values_list("person_id", flat=True))
    topics = Prefetch("topics", Topic.objects.order_by("order"))
    firms = {row.organisation_id: _firm(row) for row in Profile.objects.filter(week=week, is_shown=True).prefetch_related(topics)}
    people = people_found_by(week, person).order_by("key").values_list("pk", "organisation_id")
    guests = [Guest(str(key), firms[firm]) for key, firm in people if key not in known and firm in firms]
    return _firm(mine), guests


def _firm(profile: Profile) -> Firm:
    return Firm(
        id=str(profile.organisation_id),
        offers=profile.offers,
        needs=profile.needs,
        topics=frozenset(topic.key for topic in profile.topics.all()),
        languages=frozenset(profile.languages),
        stage=profile.stage,
        country=profile.country,
    )


def _summary(found: list[Suggested]) -> dict[str, Any]:
    return {"suggested": len(found), "reasons": sorted({reason.code for one in found for reason in one.reasons})}


__all__ = ["suggest_partners", "suggest_partners_within"]
