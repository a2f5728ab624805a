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
