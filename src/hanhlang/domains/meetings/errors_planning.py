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
