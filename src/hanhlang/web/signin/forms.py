"""The forms of sign-in: django-allauth's own, with labels and errors in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 60


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


class SecondStep(AuthenticateForm):
    """A code of an app, or a recovery code."""

    code = code_field(_("Code of your app, or a recovery code"))


class SecondStepAgain(ReauthenticateForm):
    """The same, for someone who is signed in already."""

    code = code_field(_("Code of your app, or a recovery code"))


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


class AddPasskey(AddWebAuthnForm):
    """A new passkey; always one that signs in by itself."""

    name = name_field()
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The passkey is on the device before its name arrives here: without a name it gets one.
        self.fields["name"].required = False


class RenamePasskey(EditWebAuthnForm):
    """What a passkey is called."""

    name = name_field()
