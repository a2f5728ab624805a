"""The words of the day board: for its items, their states, and the groups rows come in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hanhlang.domains.events.models import Participation, Place

KINDS = {
    "bilateral": _("bilateral"),
    "business": _("business"),
    "session": pgettext_lazy("what takes the time", "session"),
    "hold": pgettext_lazy("what takes the time", "kept free for a reason"),
    "closed": pgettext_lazy("what takes the time", "closed"),
    "busy": _("Busy"),
}

# What an item's states are called, in the order the board says them; the drawing knows them by place in this list.
STATES = {
    "locked": _("Locked"),
    "held": _("Held"),
    "moved": _("moved in this draft"),
    "new": _("new in this draft"),
    "leaving": _("not here any more in this draft"),
    "illustrative": _("illustrative"),
    "person": _("Clash: somebody is wanted in two places at once"),
    "road": _("Clash: too little time for the road"),
    "place": _("Clash: the place is taken twice"),
    "away": _("Clash: somebody is not there yet or has left"),
    "late": _("Clash: somebody is reported late"),
}
CLASHES = ("person", "road", "place", "away", "late")

CATEGORIES = {
    Participation.Category.DELEGATION: pgettext_lazy("rows of the day board", "Delegations"),
    Participation.Category.BUSINESS: pgettext_lazy("rows of the day board", "Business"),
    Participation.Category.INSTITUTE: pgettext_lazy("rows of the day board", "Institutes"),
    Participation.Category.SPEAKER: _("Speakers"),
    Participation.Category.PRESS: _("Press"),
    Participation.Category.STAFF: pgettext_lazy("rows of the day board", "Staff"),
}
PARTIES = {
    "country": pgettext_lazy("rows of the day board", "States"),
    "igo": pgettext_lazy("rows of the day board", "International organisations"),
}
PLACES = {
    Place.Kind.HALL: pgettext_lazy("rows of the day board", "Halls"),
    Place.Kind.ROOM: pgettext_lazy("rows of the day board", "Rooms"),
    Place.Kind.TABLE: pgettext_lazy("rows of the day board", "Tables"),
    Place.Kind.YARD: pgettext_lazy("rows of the day board", "Open air"),
    Place.Kind.OFF_SITE: pgettext_lazy("rows of the day board", "Off site"),
}
GROUPS = {"delegations": PARTIES, "people": CATEGORIES, "places": PLACES}

VIEWS = {
    "delegations": pgettext_lazy("rows of the day board", "Delegations"),
    "people": pgettext_lazy("rows of the day board", "People"),
    "places": pgettext_lazy("rows of the day board", "Places"),
}
ONLY = {
    "taken": _("with something that day"),
    "clashes": _("with a clash"),
    "unplaced": _("with a meeting not placed"),
    "locked": _("with a lock or a hold"),
    "changed": _("changed by the draft"),
}
FREE = {"30": _("30 min free"), "45": _("45 min free"), "60": _("1 h free"), "90": _("1 h 30 free"), "120": _("2 h free")}
