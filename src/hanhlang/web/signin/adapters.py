"""What django-allauth is told of this installation: whom it lets in, how its letters go out, where people land."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_hex
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core import audit, clock, letters
from hanhlang.domains.people.models import Account
from hanhlang.web.signin.places import first_page

WRONG_CODE = _("This code is not right. Look at the newest letter and type it again.")
WRONG_STEP = _("This was not accepted. Try again, or use another way.")
TOO_OFTEN = _("Too many attempts. Wait a few minutes, then try again.")

# What a letter says about a change of the ways to sign in; others of allauth's notices do not exist here.
CHANGES = {
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
    "mfa/email/totp_activated": _("Codes of an authenticator app were set up."),
    "mfa/email/totp_deactivated": _("Codes of an authenticator app were switched off."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made; the old ones no longer work."),
}
NOTICES = {
    "mfa/messages/webauthn_added.txt": _("The passkey was added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey was removed."),
    "mfa/messages/totp_activated.txt": _("From now on, signing in also asks for a code of your app."),
    "mfa/messages/totp_deactivated.txt": _("Signing in no longer asks for a code of your app."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new recovery codes. Keep them where you will find them."),
}
TAGS = {messages.ERROR: "refuses", messages.WARNING: "warns"}


class AccountAdapter(DefaultAccountAdapter):
    """Known accounts only; letters through the product's own; everything in the audit."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return first_page(request.user)  # type: ignore[arg-type]

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        request.session["language"] = user.language
        with transaction.atomic():
            audit.record("account.signed_in", about=user, by=user, at=clock.now())
        return super().post_login(request, user, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {"mfa_reauthenticate": gettext("Use a code of your app"), "mfa_reauthenticate:webauthn": gettext("Use a passkey")}
        return [method | {"description": words[method["id"]]} for method in super().get_reauthentication_methods(user)]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or NOTICES.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags or TAGS.get(level, ""))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a sign-in code; allauth asks for it only where the address has an account."""
        account = Account.objects.get(email=email.lower())
        with transaction.atomic():
            now = clock.now()
            letters.send(
                to=account.email,
                kind="sign_in_code",
                language=account.language,
                values={"code": context["code"], "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60},
                now=now,
                is_secret=True,
            )
            audit.record("account.code_sent", about=account, by=None, at=now)

    def send_notification_mail(self, template_prefix: str, user: Account, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Tell the account's owner that the ways to sign in changed, so that a stranger's change does not stay unseen."""
        now = clock.now()
        with translation.override(user.language), transaction.atomic():
            values = {"what": str(CHANGES[template_prefix]), "link": settings.SITE_ADDRESS + reverse("mfa_index")}
            letters.send(to=user.email, kind="sign_in_changed", language=user.language, values=values, now=now)
            audit.record("account.factors_changed", about=user, by=user, at=now, details={"event": template_prefix.rpartition("/")[2]})


class FactorAdapter(DefaultMFAAdapter):
    """Passkeys and codes of an app, in our words; their secrets are not readable in the database or in a backup of it."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_STEP,
        "cannot_generate_recovery_codes": _("Recovery codes come with a passkey or an authenticator app. Add one of these first."),
    }

    def generate_authenticator_name(self, user: Account, type: str) -> str:  # type: ignore[override]
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": "Hanhlang"}

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Made under another secret key. Something nobody knows stands in: such codes are refused like wrong ones.
            return token_hex(40).translate(str.maketrans("0189", "2345"))


class OrganisationAdapter(DefaultSocialAccountAdapter):
    """The organisation's own sign-in opens accounts that exist; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


def _cipher() -> Fernet:
    digest = sha256(b"hanhlang second factors" + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(digest))
