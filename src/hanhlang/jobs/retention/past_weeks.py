"""What of a week is erased some time after its last day: first what people wrote for its days only, later what became of its meetings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.meetings.models import (
    Block,
    Brief,
    BusinessSettings,
    Change,
    FollowUp,
    MissingReport,
    Notice,
    Outcome,
    OutcomeNote,
    Plan,
    Profile,
    RequestStep,
    Satisfaction,
    StandIn,
    Wish,
)
from hanhlang.jobs.retention.due import Due, Rows, Several, Words
from hanhlang.jobs.retention.rule import DAY, Rule

SOON, LATER, MUCH_LATER = 30 * DAY, 90 * DAY, 365 * DAY


def past(week: str, before: datetime) -> Q:
    """Return the condition for rows whose week, at the end of the path ``week``, was over before a moment."""
    return Q(**{f"{week}__ends_on__lt": before.date()})


def rows_of(model: type[Model], week: str = "week", **more: Any) -> Callable[[datetime], Due]:
    """Return what finds the rows of past weeks."""
    return lambda before: Rows(model._default_manager.filter(past(week, before), **more))


def messages(before: datetime) -> Due:
    """Return the words people wrote to each other; that they asked and answered stays."""
    return Several(
        (
            Words(Wish.objects.filter(past("week", before)), ("message", "why")),
            Words(RequestStep.objects.filter(past("request__week", before)), ("why",)),
            Words(StandIn.objects.filter(past("meeting__week", before)), ("note",)),
        )
    )


def follow_ups(before: datetime) -> Due:
    """Return what was to follow; something promised for long after the week is kept until then."""
    return Rows(FollowUp.objects.filter(past("meeting__week", before), due_on__lt=before.date()))


def _rule(name: str, kept: Any, what: Promise, why: Promise, due: Callable[[datetime], Due]) -> Rule:
    return Rule(name, kept, what, why, due, by_product_clock=True)


RULES: tuple[Rule, ...] = (
    _rule(
        "alternatives",
        SOON,
        _("Ways to answer a change that were not chosen, of weeks that ended more than %(days)d days ago"),
        _("They never became true."),
        rows_of(Plan, state=Plan.State.ALTERNATIVE),
    ),
    _rule(
        "profiles",
        LATER,
        _("Profiles of firms in weeks that ended more than %(days)d days ago"),
        _("They were written to be found in that week."),
        rows_of(Profile),
    ),
    _rule(
        "terms",
        LATER,
        _("Hours, addresses and telephone numbers for business meetings of weeks that ended more than %(days)d days ago"),
        _("They were given to the partners of that week."),
        rows_of(BusinessSettings),
    ),
    _rule(
        "blocks",
        LATER,
        _("Who did not want to hear from whom in weeks that ended more than %(days)d days ago"),
        _("Nobody is found or asked there any more, and whoever was blocked shall never learn of it."),
        rows_of(Block),
    ),
    _rule(
        "messages",
        LATER,
        _("Words people wrote when they asked, answered or sent somebody else, in weeks that ended more than %(days)d days ago"),
        _("They were meant for the other side then; that it was asked and answered stays."),
        messages,
    ),
    _rule(
        "briefs",
        LATER,
        _("Briefs of delegations for meetings of weeks that ended more than %(days)d days ago"),
        _("They served to prepare."),
        rows_of(Brief, "request__week"),
    ),
    _rule(
        "notices",
        LATER,
        _("What people were told of changes in weeks that ended more than %(days)d days ago"),
        _("Where somebody had to be and when serves nobody any more; the audit still says that they were told."),
        rows_of(Notice),
    ),
    _rule(
        "missing",
        LATER,
        _("Who said at a table that the other side was not there, in weeks that ended more than %(days)d days ago"),
        _("It is one side's word of a moment; what became of the meeting is kept longer."),
        rows_of(MissingReport, "meeting__week"),
    ),
    _rule(
        "marks",
        LATER,
        _("How somebody found a meeting, in weeks that ended more than %(days)d days ago"),
        _("Sums are read right after the week; nobody needs a single person's mark."),
        rows_of(Satisfaction, "meeting__week"),
    ),
    _rule(
        "changes",
        MUCH_LATER,
        _("Changes on the day with their notes, of weeks that ended more than %(days)d days ago"),
        _("Decisions are accounted for within a year; the audit still says which there were."),
        rows_of(Change),
    ),
    _rule(
        "outcomes",
        MUCH_LATER,
        _("What became of meetings, of weeks that ended more than %(days)d days ago"),
        _("The week has been reported on within a year."),
        rows_of(Outcome, "meeting__week"),
    ),
    _rule(
        "notes",
        MUCH_LATER,
        _("Notes of one side about meetings of weeks that ended more than %(days)d days ago"),
        _("They belong to that side, which has had a year to take them along."),
        rows_of(OutcomeNote, "meeting__week"),
    ),
    _rule(
        "follow-ups",
        MUCH_LATER,
        _("What was to follow, of weeks that ended and days that were agreed more than %(days)d days ago"),
        _("It has been done, or nobody waits for it here."),
        follow_ups,
    ),
)
