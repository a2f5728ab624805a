"""Refusals about delegations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.errors import CodedError


class DelegationExists(CodedError):
    code = "delegations.exists"
    status = 409
    text = _("There is a delegation with the id “%(key)s” or the code %(code)s in this week already. Choose others.")
    fields = ("key", "code")


class AlreadyMember(CodedError):
    code = "delegations.already_member"
    status = 409
    text = _("%(person)s is in the delegation of %(delegation)s already. A person is in one delegation of a week.")
    fields = ("person",)


class HeadExists(CodedError):
    code = "delegations.head_exists"
    status = 409
    text = _("The delegation of %(delegation)s has a head already: %(person)s. A delegation has one head.")
    fields = ("is_head",)


class NotAMember(CodedError):
    code = "delegations.not_a_member"
    status = 409
    text = _("%(person)s is not in the delegation of %(delegation)s. Add the person first.")
    fields = ("person",)
