"""One row of each kind that is erased some time after its week; nothing beside it that is erased as early."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from factories.counting import next_number
from factories.delegations import make_delegation
from factories.meetings import make_guest, make_meeting, make_plan
from factories.people import make_organisation, make_person
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import models

AT = datetime(2025, 10, 27, 2, 0, tzinfo=UTC)


def make_wish(week: Week) -> models.Wish:
    """Make a declined wish with words of both sides."""
    words = {"message": "Xin gặp 20 phút.", "why": "Không còn giờ."}
    return models.Wish.objects.create(week=week, asking=make_guest(week), asked=make_guest(week), state="declined", **words)


def make_request(week: Week) -> models.Request:
    """Make a request without words."""
    sides = {"asking": make_delegation(week), "asked": make_delegation(week)}
    return models.Request.objects.create(week=week, number=next_number(), **sides)


def make_step(week: Week) -> models.RequestStep:
    """Make a step of a request with a reason."""
    return models.RequestStep.objects.create(request=make_request(week), event="declined", at=AT, why="The minister leaves at noon.")


def make_stand_in(week: Week) -> models.StandIn:
    """Make a stand-in with a note."""
    people = {"absent": make_person(), "person": make_person()}
    return models.StandIn.objects.create(meeting=make_meeting(week), note="Bộ trưởng về nước sớm", named_at=AT, **people)


def make_change(week: Week) -> models.Change:
    """Make a change that was answered."""
    return models.Change.objects.create(week=week, number=1, kind="late", state="answered", reported_at=AT, note="Flight cancelled")


def make_follow_up(week: Week) -> models.FollowUp:
    """Make something to be done by the last day of the week."""
    return models.FollowUp.objects.create(meeting=make_meeting(week), text="Send the draft", owner=make_person(), due_on=week.ends_on)


def _notice(week: Week) -> models.Notice:
    return models.Notice.objects.create(week=week, person=make_guest(week), meeting=make_meeting(week), kind="new", written_at=AT)


MAKE: dict[str, Callable[[Week], Any]] = {
    "alternatives": lambda week: make_plan(week, state=models.Plan.State.ALTERNATIVE),
    "profiles": lambda week: models.Profile.objects.create(week=week, organisation=make_organisation()),
    "terms": lambda week: models.BusinessSettings.objects.create(week=week, person=make_person(), phone="+84 90 000 0000"),
    "blocks": lambda week: models.Block.objects.create(week=week, by_person=make_person(), person=make_person()),
    "messages": make_wish,
    "briefs": lambda week: models.Brief.objects.create(request=make_request(week), delegation=make_delegation(week), text="Ask for x."),
    "notices": _notice,
    "missing": lambda week: models.MissingReport.objects.create(meeting=make_meeting(week), waiting=make_person(), at=AT, until=AT),
    "marks": lambda week: models.Satisfaction.objects.create(meeting=make_meeting(week), person=make_person(), mark=3, at=AT),
    "changes": make_change,
    "outcomes": lambda week: models.Outcome.objects.create(meeting=make_meeting(week), state="held", at=AT),
    "notes": lambda week: models.OutcomeNote.objects.create(meeting=make_meeting(week), side=1, text="Ask again in Geneva."),
    "follow-ups": make_follow_up,
}
