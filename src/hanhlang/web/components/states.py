"""The words for states: shape first, then word, then colour."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class State:
    """How one state is drawn and said; ``shape`` names a drawing of components/shape.html, empty for none."""

    shape: str
    word: Promise | str
    colour: str
    struck: bool = False


STATES = {
    "confirmed": State("disc", _("Confirmed"), "jade"),
    "held": State("dashed-ring", _("Held"), "ink-2"),
    "waiting": State("ring", _("Waiting for an answer"), "ink-2"),
    "decide": State("square", _("Needs a decision"), "son"),
    "unplaced": State("square", _("Unplaced"), "son"),
    "changed": State("arrow", pgettext_lazy("state of a meeting", "Changed"), "son"),
    "cancelled": State("bar", _("Cancelled"), "ink-2", struck=True),
    "locked": State("padlock", _("Locked"), "ink"),
    "now": State("lines", _("Now on"), "ink"),
    "over": State("", pgettext_lazy("state of a session", "Over"), "ink-3"),
    "nearly-full": State("triangle", _("Nearly full"), "hoe"),
    "full": State("square", _("Full"), "ink"),
    "inside": State("disc-in-lines", _("Inside"), "jade"),
    "near": State("triangle", _("Near the bound"), "hoe"),
    "outside": State("square", _("Outside"), "son"),
    "watch": State("ring", _("Watch only"), "ink-2"),
    "too-little": State("dotted-lines", _("Too little data"), "ink-2"),
    "declined": State("bar", _("Declined"), "ink-2"),
    "withdrawn": State("bar", _("Withdrawn"), "ink-2"),
    "expired": State("bar", pgettext_lazy("state of a request", "Ended unanswered"), "ink-2"),
    "draft": State("dashed-ring", _("Draft"), "ink-2"),
    "published": State("disc", _("Published"), "jade"),
    "fits": State("disc", _("It fits"), "jade"),
    "clash": State("square", _("It does not fit"), "son"),
    "running": State("lines", _("Searching"), "ink"),
    "stopped": State("bar", _("Stopped"), "ink-2"),
    "failed": State("square", _("Failed"), "son"),
}
