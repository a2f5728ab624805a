"""My account: passkeys, an authenticator app, recovery codes, and where I am signed in."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.views import IndexView, ReauthenticateView
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hanhlang.domains.core import audit, clock
from hanhlang.web.access import SIGNED_IN, access
from hanhlang.web.signin.clients import client_name
from hanhlang.web.signin.places import first_page


class Page:
    """A page of my account: knows where my work is; a form at fault is answered with 422, as everywhere."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # allauth's own leave a form at fault out.
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | kwargs | {"work": first_page(self.request.user), "needs_name": _is_number(self.request)}  # type: ignore[arg-type]

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if answer.status_code == 200:
            answer.status_code = 422
        return answer


class Index(Page, IndexView):
    template_name = "account/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = UserSession.objects.purge_and_list(self.request.user)  # type: ignore[arg-type]
        rows = [{"row": row, "client": client_name(row.user_agent), "is_this": row.is_current()} for row in found]
        kept: dict[str, Any] = context["authenticators"]
        return context | {
            "passkeys": kept.get("webauthn", []),
            "app": kept.get("totp"),
            "recovery": kept.get("recovery_codes"),
            "sessions": sorted(rows, key=lambda one: (not one["is_this"], -one["row"].created_at.timestamp())),
        }


class JustProven:
    """What was just set up was just used: its owner need not prove it again to see the recovery codes that come with it."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        record_authentication(self.request, self.request.user, "mfa", reauthenticated=True)  # type: ignore[arg-type]
        return answer


class AddPasskey(JustProven, Page, AddWebAuthnView):
    template_name = "account/passkey_add.html"


class RenamePasskey(Page, EditWebAuthnView):
    template_name = "account/passkey_rename.html"


class RemovePasskey(Page, RemoveWebAuthnView):
    template_name = "account/passkey_remove.html"


class StartApp(JustProven, Page, ActivateTOTPView):
    template_name = "account/app_start.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # Drawn by allauth from digits and letters of ours; as part of the page, since the security policy allows no data addresses.
        return context | {"qr": mark_safe(context["totp_svg"].partition("?>")[2] or context["totp_svg"])}  # noqa: S308


class StopApp(Page, DeactivateTOTPView):
    template_name = "account/app_stop.html"


class RecoveryCodes(Page, ViewRecoveryCodesView):
    template_name = "account/recovery_codes.html"


class NewRecoveryCodes(Page, GenerateRecoveryCodesView):
    template_name = "account/recovery_codes_new.html"


class RecoveryCodesFile(DownloadRecoveryCodesView):
    template_name = "account/recovery_codes.txt"


class ConfirmAgain(Page, ReauthenticateView):
    template_name = "account/confirm.html"


class ConfirmAgainWithPasskey(Page, ReauthenticateWebAuthnView):
    template_name = "account/confirm_passkey.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        # allauth sends such a visitor to sign in, who is signed in already.
        for text in form.errors.get("credential", []):
            messages.error(self.request, text, extra_tags="refuses")
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))


@access(SIGNED_IN)
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of my sessions: whoever holds it has to sign in again."""
    number = request.POST.get("session", "")
    row = UserSession.objects.filter(user=request.user, pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if row is None or row.is_current():
        raise Http404
    with transaction.atomic():
        row.end()
        audit.record("account.session_ended", about=request.user, by=request.user, at=clock.now())  # type: ignore[arg-type]
    messages.success(request, gettext("That session has ended."))
    return HttpResponseRedirect(reverse("account"))


@access(SIGNED_IN)
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all my sessions but this one."""
    with transaction.atomic():
        end_other_sessions(request, request.user)  # type: ignore[arg-type]
        audit.record("account.sessions_ended", about=request.user, by=request.user, at=clock.now())  # type: ignore[arg-type]
    messages.success(request, gettext("All your other sessions have ended."))
    return HttpResponseRedirect(reverse("account"))


def _is_number(request: HttpRequest) -> bool:
    """Tell whether the page is reached by an IP address: browsers bind passkeys to names only."""
    host = request.get_host().rsplit(":", 1)[0]
    return host.startswith("[") or host.replace(".", "").isdecimal()


def mine(view: Any) -> Any:
    """Declare one of allauth's pages as open to everyone signed in, and never kept by a browser."""
    return access(SIGNED_IN)(never_cache(view.as_view()))
