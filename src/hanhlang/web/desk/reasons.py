"""Why a meeting is not placed, in a few words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.engine.plan import Reason

REASONS = {
    Reason.NO_COMMON_TIME: _("no common time"),
    Reason.NO_TIME_ON_ROAD: _("no time for the road"),
    Reason.NO_PLACE: _("no place"),
    Reason.NO_INTERPRETER: _("no interpreter"),
    Reason.LOCKED_OUT: _("kept out by a lock"),
    Reason.CROWDED_OUT: _("crowded out by others"),
}
