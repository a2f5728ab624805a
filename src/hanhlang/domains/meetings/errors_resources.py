"""Why something about what meetings need is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.meetings.errors import MeetingError


class ApartFromItself(MeetingError):
    code = "meetings.apart_from_itself"
    status = 422
    fields = ("second",)
    text = _("A delegation cannot be kept apart from itself. Choose another one.")


class ApartNeedsReason(MeetingError):
    code = "meetings.apart_needs_reason"
    status = 422
    fields = ("reason",)
    text = _("Say in one sentence why they are kept apart. Only the desk reads it.")


class AlreadyApart(MeetingError):
    code = "meetings.already_apart"
    text = _("%(first)s and %(second)s are kept apart already.")


class AgreedToMeet(MeetingError):
    code = "meetings.agreed_to_meet"
    text = _("%(first)s and %(second)s have agreed to meet (meeting %(number)s). Cancel that meeting first.")


class NoSuchEquipment(MeetingError):
    code = "meetings.no_such_equipment"
    status = 422
    fields = ("equipment",)
    text = _("There is no equipment of the kind %(kind)s in this week. Add it first, or choose another kind.")
