"""The door: asking for a code, giving it, the second step, signing out; and the demonstration's ways."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.adapter import get_adapter as organisations
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hanhlang.domains.core import clock
from hanhlang.domains.people.models import Account
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.signin.demo import demo_only, is_demo_visit
from hanhlang.web.signin.places import demo_accounts, first_page

BACKEND = "django.contrib.auth.backends.ModelBackend"
DEMO_TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class SignIn(RequestLoginCodeView):
    """Offer the ways to sign in there are; take an address and send it a code, if it has an account."""

    template_name = "signin/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            if not is_demo_visit(request):
                return HttpResponseRedirect(_safe(request, request.GET.get("next", "")) or first_page(request.user))  # type: ignore[arg-type]
            if request.method == "POST":
                logout(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_demo = is_demo_visit(self.request)
        return super().get_context_data(**kwargs) | {
            "accounts": demo_accounts() if is_demo else [],
            "is_demo": is_demo,
            "next": _safe(self.request, self.request.GET.get("next", self.request.POST.get("next", ""))),
            "has_ended": settings.SESSION_COOKIE_NAME in self.request.COOKIES and self.request.session.session_key is None,
            "organisations": organisations(self.request).list_apps(self.request),
        }


class GiveCode(ConfirmLoginCodeView):
    """Take the code of the letter, in the browser that asked for it."""

    template_name = "signin/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        if not request.user.is_authenticated and not (stage and LoginCodeVerificationProcess(stage).is_valid()):
            why = gettext(
                "No code waits for this browser: it was used, its time is over, or it was asked for elsewhere. Ask for a new one."
            )
            messages.error(request, why, extra_tags="refuses")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def form_invalid(self, form: Any) -> HttpResponse:
        answer = super().form_invalid(form)
        if answer.status_code == 200:
            answer.status_code = 422
        return answer  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}


class SecondStep(AuthenticateView):
    """Ask for the second step of an account that has one."""

    template_name = "signin/second_step.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer  # type: ignore[no-any-return]


@access(PUBLIC)
@require_GET
@never_cache
def inactive(request: HttpRequest) -> HttpResponse:
    """Tell someone who proved who they are that their account is closed."""
    return render(request, "signin/inactive.html", status=403)


@access(PUBLIC)
@require_POST
@demo_only
def sign_in_for_demo(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's accounts."""
    account = Account.objects.filter(is_demo=True, is_active=True, email=request.POST.get("account", "")).first()
    if account is None:
        raise Http404
    # A session kept from before sign-in could have been planted by someone else.
    request.session.flush()
    login(request, account, backend=BACKEND)
    request.session["language"] = account.language
    UserSession.objects.create_from_request(request)
    return HttpResponseRedirect(_safe(request, request.POST.get("next", "")) or first_page(account))


@access(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/")


@access(PUBLIC)
@require_http_methods(["GET", "POST"])
@demo_only
@never_cache
def move_clock(request: HttpRequest) -> HttpResponse:
    """Ask for a local hour, move the demonstration's clock to it and go back to the page."""
    if request.method == "GET":
        shown = clock.now().astimezone(DEMO_TIMEZONE).strftime("%Y-%m-%dT%H:%M")
        return render(request, "signin/clock.html", {"shown": shown, "next": _safe(request, request.GET.get("next", ""))})
    try:
        moment = datetime.fromisoformat(request.POST.get("to", ""))
    except ValueError:
        return render(request, "signin/clock_refused.html", {"given": request.POST.get("to", "")}, status=422)
    clock.move_demo(moment if moment.tzinfo else moment.replace(tzinfo=DEMO_TIMEZONE))
    return HttpResponseRedirect(_safe(request, request.POST.get("next", "")) or reverse("sign-in"))


def _safe(request: HttpRequest, address: str) -> str:
    """Return ``address`` if it stays on this site, else nothing."""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


sign_in = access(PUBLIC)(never_cache(SignIn.as_view()))
give_code = access(PUBLIC)(GiveCode.as_view())
second_step = access(PUBLIC)(SecondStep.as_view())
sign_in_with_passkey = access(PUBLIC)(never_cache(LoginWebAuthnView.as_view()))
