from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.errors import CodedError


class AlreadyTaken(CodedError):
    code = "agenda.already_taken"
    status = 409
    text = _("%(who)s is already taken from %(start)s to %(end)s (%(what)s). Choose another hour, or free that one first.")


class PlaceFull(CodedError):
    code = "agenda.place_full"
    status = 409
    text = _("%(place)s has room for %(capacity)d at once, and %(wanted)d would be there from %(start)s. Choose another place or hour.")


class ClaimIsEmpty(CodedError):
    code = "agenda.claim_is_empty"
    text = _("%(who)s would be taken from %(start)s to %(end)s: the end must come after the start.")


class HoursUpsideDown(CodedError):
    code = "agenda.hours_upside_down"
    status = 422
    fields = ("hours",)
    text = _("%(start)s to %(end)s is no span of time: the end must come after the start. Write one span on a line.")


class CeilingUnusable(CodedError):
    code = "agenda.ceiling_unusable"
    status = 422
    fields = ("daily_minutes",)
    text = _("A team works between 30 minutes and 10 hours a day; %(minutes)d minutes is neither. Give another ceiling.")


class TeamEmpty(CodedError):
    code = "agenda.team_empty"
    status = 422
    fields = ("size",)
    text = _("A team is between 1 and 12 people. Give its size.")


class SeatsUnusable(CodedError):
    code = "agenda.seats_unusable"
    status = 422
    fields = ("seats",)
    text = _("A vehicle has between 1 and 80 seats for passengers. Give its seats.")


class KindUnusable(CodedError):
    code = "agenda.kind_unusable"
    status = 422
    fields = ("kind",)
    text = _("The kind of equipment is one short word of letters, figures and strokes, such as whisper-set. Write it so.")


class SiteOfAnotherWeek(CodedError):
    code = "agenda.site_of_another_week"
    status = 422
    fields = ("site",)
    text = _("This city is not of this week. Choose one of the week's cities.")


class EquipmentInUse(CodedError):
    code = "agenda.equipment_in_use"
    status = 409
    text = _("%(name)s is taken by what is published. Publish a plan without it first.")


class NoWaitingThere(CodedError):
    code = "agenda.no_waiting_there"
    status = 422
    fields = ("area",)
    text = _("%(area)s is no place to wait before %(place)s: choose a shared place in the same city.")
