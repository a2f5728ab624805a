"""Refusals about a week."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.errors import CodedError


class WeekNameNotPossible(CodedError):
    code = "events.week_name_not_possible"
    text = _(
        "A week cannot be called “%(key)s”. Use 3 to 40 small letters a-z, digits and hyphens; "
        "language codes and first parts of our own addresses are taken."
    )
    fields = ("key",)


class NoScopes(CodedError):
    code = "events.no_scopes"
    status = 422
    text = _("Choose at least one thing that the program may do.")
    fields = ("scopes",)


class ScopeNotYours(CodedError):
    code = "events.scope_not_yours"
    status = 422
    text = _("Your roles in this week do not allow: %(scopes)s. Choose what you may do yourself.")
    fields = ("scopes",)


class TokenExpiryWrong(CodedError):
    code = "events.token_expiry_wrong"
    status = 422
    text = _("A token must end in the future, at most %(days)d days from now. Choose another day.")
    fields = ("expires_on",)


class ReachNotPossible(CodedError):
    code = "events.reach_not_possible"
    status = 422
    text = _(
        "A role of this kind cannot be kept to that. A focal point is named for a delegation, the secretariat may be kept to a site "
        "or a session, protocol and the meetings desk to a site; the others are for the whole week."
    )
    fields = ("reach",)


class LastSecretariat(CodedError):
    code = "events.last_secretariat"
    status = 409
    text = _("This is the last one who may give roles in this week. Give somebody else the secretariat for the whole week first.")
