"""Refusals about organisations, people and accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.errors import CodedError


class KeyTaken(CodedError):
    code = "people.key_taken"
    status = 409
    text = _("The id “%(key)s” is taken already. Choose another one.")
    fields = ("key",)


class AddressTaken(CodedError):
    code = "people.address_taken"
    status = 409
    text = _("There is an account for %(email)s already.")
    fields = ("email",)


class LanguageUnknown(CodedError):
    code = "people.language_unknown"
    status = 422
    text = _("The interface does not speak “%(language)s”. Choose one of: %(known)s.")
    fields = ("language",)


class AccountClosed(CodedError):
    code = "people.account_closed"
    status = 409
    text = _("The account of %(email)s was closed. Open it again before you give it a role.")
    fields = ("email",)
