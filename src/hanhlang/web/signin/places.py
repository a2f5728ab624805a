"""What each role is for, in words, and where its work begins."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.events.models import Role
from hanhlang.domains.events.rights import opens_week_pages, reaches_a_site
from hanhlang.domains.people.models import Account


@dataclass(frozen=True)
class Post:
    """A role in words, what it does here, and the page it begins on."""

    word: Promise
    does: Promise
    page: str


POSTS = {
    Role.Kind.SECRETARIAT: Post(_("Secretariat"), _("Sees what waits, searches for a plan and publishes it."), "desk"),
    Role.Kind.PROTOCOL: Post(_("Protocol"), _("Locks meetings that may not move and holds rooms."), "desk"),
    Role.Kind.MEETINGS: Post(_("Meetings desk"), _("Places every meeting and says why one could not be placed."), "desk-plan"),
    Role.Kind.LIAISON: Post(
        _("Liaison officer"), _("Sees the next meetings of their delegations and whom to tell what."), "portal-liaison"
    ),
    Role.Kind.FOCAL_POINT: Post(_("Focal point of a delegation"), _("Sees one agenda for the whole delegation."), "portal"),
    Role.Kind.DELEGATE: Post(_("Delegate"), _("Has one agenda, also in the phone's own calendar."), "portal"),
    Role.Kind.AUDITOR: Post(_("Auditor"), _("Reads the plan, its cost and its reasons; changes nothing."), "desk-plan"),
}


@dataclass(frozen=True)
class DemoAccount:
    account: Account
    role: Role
    post: Post


def demo_accounts() -> list[DemoAccount]:
    """Return the demonstration's accounts, each with its first role, in the order of the roles."""
    roles = Prefetch("roles", Role.objects.select_related("week"))
    accounts = Account.objects.filter(is_demo=True, is_active=True).select_related("person").prefetch_related(roles)
    known = [DemoAccount(account, role, POSTS[Role.Kind(role.kind)]) for account in accounts for role in list(account.roles.all())[:1]]
    order = list(POSTS)
    return sorted(known, key=lambda one: (order.index(Role.Kind(one.role.kind)), one.account.email))


def first_page(account: Account) -> str:
    """Return the address where the account's work begins: of its first role that reaches furthest, else of the account itself."""
    roles = list(Role.objects.filter(account=account).select_related("week").order_by("created_at", "id"))
    if role := next((role for role in roles if opens_week_pages.test(role)), None):
        return reverse(POSTS[Role.Kind(role.kind)].page, args=[role.week.key])
    if role := next((role for role in roles if reaches_a_site.test(role)), None):
        return reverse("desk-my-site", args=[role.week.key])
    return reverse("account")
