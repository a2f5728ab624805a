"""Who may do what in the week: the list of roles, giving one, withdrawing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.actions import invite, withdraw_role
from hanhlang.domains.events.models import Role, Site, Week
from hanhlang.domains.events.queries import roles_of
from hanhlang.domains.events.rules import REACHES
from hanhlang.domains.programme.models import Session
from hanhlang.web.access import access
from hanhlang.web.signin.places import POSTS

PAGE = 50
KINDS = [(kind.value, POSTS[kind].word) for kind in POSTS]


@dataclass(frozen=True)
class Line:
    """One role in words."""

    role: Role
    word: Any
    reach: str


class GiveRole(forms.Form):
    """Who gets which role, and to what it is kept."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Whoever has no account yet gets one. A letter tells them how to sign in."),
        error_messages={
            "required": _("Say whose role it is."),
            "invalid": _("This is not an e-mail address. Write it like ten@co-quan.vn."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Role"), choices=KINDS, error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role.")}
    )
    reach = forms.ChoiceField(
        label=_("For"),
        required=False,
        error_messages={"invalid_choice": _("This site, session or delegation is not of this week. Choose another one.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=settings.LANGUAGES, error_messages={"required": _("Choose a language.")}
    )

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reach"].choices = _reaches(week)  # type: ignore[attr-defined]

    def kept_to(self) -> dict[str, Any]:
        """Return the site, session or delegation chosen, as the action takes it."""
        name, _colon, pk = self.cleaned_data["reach"].partition(":")
        if name == "site":
            return {"site": Site.objects.get(pk=pk)}
        return {f"{name}_id": UUID(pk)} if name else {}


@access(Role.Kind.SECRETARIAT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roles(request: HttpRequest) -> HttpResponse:
    """Show who may do what; give one more role."""
    week: Week = request.week  # type: ignore[attr-defined]
    if request.method != "POST":
        return render(request, "desk/roles.html", _page(request, GiveRole(week=week, initial={"language": "vi"})))
    form = GiveRole(request.POST, week=week)
    if form.is_valid():
        try:
            role = _give(request, form)
        except CodedError as refusal:
            for field in refusal.fields or [None]:
                form.add_error(field if field in form.fields else None, str(refusal))
            return render(request, "desk/roles.html", _page(request, form), status=refusal.status)
        told = gettext("%(email)s has the role now; a letter is on its way.") % {"email": role.account.email}
        messages.success(request, told)
        return HttpResponseRedirect(reverse("desk-roles", args=[week.key]))
    return render(request, "desk/roles.html", _page(request, form), status=422)


@access(Role.Kind.SECRETARIAT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, role: UUID) -> HttpResponse:
    """Ask whether to withdraw a role, then do it."""
    week: Week = request.week  # type: ignore[attr-defined]
    row = Role.objects.filter(pk=role, week=week).select_related("account__person", "site", "week").first()
    if row is None:
        raise Http404
    line = lines_of([row])[0]
    if request.method != "POST":
        return render(request, "desk/role_withdraw.html", {"line": line})
    try:
        withdraw_role(role=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        return render(request, "desk/role_withdraw.html", {"line": line, "refusal": refusal}, status=refusal.status)
    messages.success(request, gettext("%(email)s no longer has the role and is signed out.") % {"email": row.account.email})
    return HttpResponseRedirect(reverse("desk-roles", args=[week.key]))


def lines_of(rows: list[Role]) -> list[Line]:
    """Return roles in words, with two queries for what they are kept to."""
    sessions = Session.objects.in_bulk([role.session_id for role in rows if role.session_id])
    delegations = Delegation.objects.in_bulk([role.delegation_id for role in rows if role.delegation_id])
    return [Line(role, POSTS[Role.Kind(role.kind)].word, _reach(role, sessions, delegations)) for role in rows]


def _reach(role: Role, sessions: dict[UUID, Session], delegations: dict[UUID, Delegation]) -> str:
    if role.site:
        return gettext("at %(site)s") % {"site": role.site.name}
    if role.session_id:
        session = sessions.get(role.session_id)
        return gettext("for the session “%(session)s”") % {"session": session.title} if session else gettext("for a session that is gone")
    if role.delegation_id:
        delegation = delegations.get(role.delegation_id)
        return gettext("for %(delegation)s") % {"delegation": delegation.name} if delegation else gettext("for a delegation that is gone")
    return gettext("the whole week")


def _reaches(week: Week) -> list[tuple[str, Any]]:
    sites = [(f"site:{site.pk}", str(site.name)) for site in Site.objects.filter(week=week)]
    delegations = sorted((str(one.name), f"delegation:{one.pk}") for one in Delegation.objects.filter(week=week))
    sessions = Session.objects.filter(week=week).order_by("starts_at", "key")
    return [
        ("", _("the whole week")),
        (_("One site"), sites),
        (_("One delegation"), [(value, name) for name, value in delegations]),
        (_("One session"), [(f"session:{session.pk}", str(session.title)) for session in sessions]),
    ]


def _give(request: HttpRequest, form: GiveRole) -> Role:
    week: Week = request.week  # type: ignore[attr-defined]
    kind = Role.Kind(form.cleaned_data["kind"])
    return invite(
        week=week,
        email=form.cleaned_data["email"],
        language=form.cleaned_data["language"],
        kind=kind,
        words=POSTS[kind].word,
        link=settings.SITE_ADDRESS + reverse("sign-in"),
        by=request.user,  # type: ignore[arg-type]
        now=clock.now(),
        **form.kept_to(),
    )


def _page(request: HttpRequest, form: GiveRole) -> dict[str, Any]:
    week: Week = request.week  # type: ignore[attr-defined]
    search, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    page = Paginator(roles_of(week, search, kind if kind in REACHES else ""), PAGE).get_page(request.GET.get("page"))
    return {"form": form, "page": page, "lines": lines_of(list(page)), "search": search, "kind": kind, "kinds": KINDS}
