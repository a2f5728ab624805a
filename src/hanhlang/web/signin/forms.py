"""The forms of sign-in: django-allauth's own, with labels and errors in our words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 60
log = logging.getLogger(__name__)


def code_field(label: Any, **more: Any) -> forms.CharField:
    """Return a field for a short code, as phones and password managers fill it in."""
    widget = forms.TextInput({"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=40, widget=widget, error_messages={"required": _("Type the code.")}, **more)


class AskForCode(RequestLoginCodeForm):
    """Where to send a code."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput({"autocomplete": "username webauthn", "spellcheck": "false"}),
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("This is not an e-mail address. Write it like ten@co-quan.vn."),
        },
    )


class GiveCode(ConfirmLoginCodeForm):
    """The code of the letter."""

    code = code_field(_("Code from the letter"))


def once_only(authenticator: Authenticator, code: str) -> str:
    """
    Return ``code`` if it was not used yet.

    :raises ValidationError: if it was. allauth forgets used codes after 30 seconds, but accepts them a little longer.
    """
    seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    key = f"signin:{authenticator.pk}:{normalize_user_code(code)}"
    if authenticator.type == Authenticator.Type.TOTP and not cache.add(key, True, seconds):
        raise get_adapter().validation_error("incorrect_code")
    return code


class SecondStep(AuthenticateForm):
    """A code of an app, or a recovery code."""

    code = code_field(_("Code of your app, or a recovery code"))

    def clean_code(self) -> str:
        code = super().clean_code()
        return once_only(self.authenticator, code)


class SecondStepAgain(ReauthenticateForm):
    """The same, for someone who is signed in already."""

    code = code_field(_("Code of your app, or a recovery code"))

    def clean_code(self) -> str:
        code = super().clean_code()
        return once_only(self.authenticator, code)


class StartApp(ActivateTOTPForm):
    """The first code an app shows."""

    code = code_field(_("Code that the app shows now"))


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("So that you know it again: “my phone”, “office computer”."),
        error_messages={"required": _("Give it a name.")},
    )


def or_refuse(work: Callable[[], Any]) -> Any:
    """
    Return what ``work`` makes of a passkey's answer.

    :raises ValidationError: whatever else it stumbles over: the answer is a stranger's bytes, and allauth expects them well-formed.
    """
    try:
        return work()
    except forms.ValidationError:
        raise
    except Exception as fault:
        log.info("sign-in: a passkey's answer could not be read (%s)", type(fault).__name__)
        raise get_adapter().validation_error("incorrect_code") from fault


class UsePasskey(LoginWebAuthnForm):
    """A passkey in place of a code."""

    def clean_credential(self) -> Any:
        return or_refuse(super().clean_credential)


class PasskeyAsSecondStep(AuthenticateWebAuthnForm):
    """A passkey after a code."""

    def clean_credential(self) -> Any:
        return or_refuse(super().clean_credential)


class PasskeyAgain(ReauthenticateWebAuthnForm):
    """A passkey of someone who is signed in already."""

    def clean_credential(self) -> Any:
        return or_refuse(super().clean_credential)


class AddPasskey(AddWebAuthnForm):
    """A new passkey; always one that signs in by itself."""

    name = name_field()
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The passkey is on the device before its name arrives here: without a name it gets one.
        self.fields["name"].required = False

    def clean(self) -> Any:
        return or_refuse(super().clean)


class RenamePasskey(EditWebAuthnForm):
    """What a passkey is called."""

    name = name_field()
