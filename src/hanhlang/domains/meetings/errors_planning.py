"""Why something about a plan, a run or a move is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.meetings.errors import MeetingError


class WeightUnusable(MeetingError):
    code = "meetings.weight_unusable"
    status = 422
    text = _("The weight “%(name)s” cannot be %(value)s. Give a whole number from %(least)d to %(most)d.")
    fields = ("weights",)


class UnknownWeight(MeetingError):
    code = "meetings.unknown_weight"
    status = 422
    text = _("There is no weight called “%(name)s”. Choose among: %(names)s.")
    fields = ("weights",)


class ScopeUnusable(MeetingError):
    code = "meetings.scope_unusable"
    status = 422
    text = _("A search cannot be limited to “%(value)s”. Choose among what the week has: %(offered)s.")
    fields = ("scope",)


class NothingInScope(MeetingError):
    code = "meetings.nothing_in_scope"
    text = _("No meeting is within these limits, so there is nothing to place. Widen them.")
    fields = ("scope",)


class LimitUnusable(MeetingError):
    code = "meetings.limit_unusable"
    status = 422
    text = _("A search takes from %(least)d to %(most)d seconds.")
    fields = ("limit_seconds",)


class MoveBreaks(MeetingError):
    code = "meetings.move_breaks"
    text = _(
        "Meeting %(number)s cannot be there: %(count)d rules stand against it. Look at the verdict, then choose another hour or place."
    )


class MeetingNotInPlan(MeetingError):
    code = "meetings.not_in_plan"
    text = _("Meeting %(number)s is not in plan %(plan)s any more: it was called off.")


class NobodyCanMakeRoom(MeetingError):
    code = "meetings.nobody_can_make_room"
    text = _(
        "Nothing was found that makes room for meeting %(number)s there without leaving another one out. Choose another hour or place."
    )


class PlanNotPast(MeetingError):
    code = "meetings.plan_not_past"
    text = _("Plan %(number)s need not be brought back: it is the one that counts, or a draft.")


class WhatIfNotReady(MeetingError):
    code = "meetings.what_if_not_ready"
    text = _("What would help meeting %(number)s is still being worked out. Try again in a few seconds.")


class HelpNotOffered(MeetingError):
    code = "meetings.help_not_offered"
    status = 422
    text = _("This help for meeting %(number)s is not offered any more. Ask again what would help.")


class HelpNeedsOthers(MeetingError):
    code = "meetings.help_needs_others"
    text = _("This help for meeting %(number)s is not the desk's to give. Ask those whose yes it needs first.")


class NothingProposed(MeetingError):
    code = "meetings.nothing_proposed"
    text = _("Nothing is proposed for request %(number)s that you still have to answer.")


class PlacedMeanwhile(MeetingError):
    code = "meetings.placed_meanwhile"
    text = _("The meeting of request %(number)s has its hour by now, so nothing need change. Say no to the proposal to put it aside.")


class HasAPlace(MeetingError):
    code = "meetings.has_a_place"
    text = _("Meeting %(number)s has a place in plan %(plan)s, so nothing need help it.")


class LockContradicts(MeetingError):
    code = "meetings.lock_contradicts"
    text = _("%(person)s cannot be there: %(why)s. Lock the meeting to another hour, or change that first.")
    fields = ("starts_at",)


class LockOnClosedPlace(MeetingError):
    code = "meetings.lock_on_closed_place"
    text = _("%(place)s is closed or taken by a session %(hours)s. Choose another hour or place.")
    fields = ("place",)
