"""The pages of those who take part: my agenda, my delegation's, my calendar address."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.agenda.actions import revoke_feed
from hanhlang.domains.agenda.models import Feed
from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role, Site, Week
from hanhlang.domains.meetings.actions import choose_feed
from hanhlang.domains.meetings.models import Invitee
from hanhlang.domains.meetings.told import unseen
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.access import access
from hanhlang.web.components.dates import local
from hanhlang.web.portal.items import Item, delegation_items, items_of
from hanhlang.web.portal.timeline import DayTab, Timeline, chosen_day, days_of, timeline_of

TAKING_PART = (Role.Kind.FOCAL_POINT, Role.Kind.DELEGATE)
DESK = (Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL, Role.Kind.MEETINGS)


@access(*TAKING_PART)
@require_safe
@never_cache
def agenda(request: HttpRequest) -> HttpResponse:
    """Show the visitor's own agenda, one day at a time."""
    week, person = request.week, request.user.person  # type: ignore[attr-defined]
    items = items_of(week, [person.pk], viewer_of(week, request.user)) if person else []
    page = {
        "person": person,
        "unseen": unseen(week, person, clock.now()),
        "is_invited": Invitee.objects.filter(week=week, person=person).exists() if person else False,
        "feed": Feed.objects.filter(week=week, person=person, revoked_at=None).first() if person else None,
        **_day(request, week, items),
    }
    return render(request, "portal/agenda.html", page)


@access(*TAKING_PART, *DESK)
@require_safe
@never_cache
def delegation_agenda(request: HttpRequest, key: str) -> HttpResponse:
    """Show one agenda for a whole delegation, to its focal point and to the desk."""
    delegation = next((one for one in _delegations(request, key) if one.key == key), None)
    if delegation is None:
        raise Http404
    page = {
        "delegation": delegation,
        "is_desk": _is_desk(request),
        **_day(request, delegation.week, delegation_items(delegation, viewer_of(delegation.week, request.user))),
    }
    return render(request, "portal/delegation.html", page)


@access(*TAKING_PART)
@require_POST
def make_calendar(request: HttpRequest) -> HttpResponse:
    """Make a calendar address, ending an earlier one, and show it this once: only its digest is kept."""
    week, person = request.week, request.user.person  # type: ignore[attr-defined]
    if person is None:
        raise Http404
    token = choose_feed(week=week, person=person, by=request.user, now=clock.now())  # type: ignore[arg-type]
    address = request.build_absolute_uri(reverse("agenda-feed", args=[token]))
    answer = render(request, "portal/calendar.html", {"address": address, "webcal": "webcal:" + address.split(":", 1)[1]})
    answer["Cache-Control"] = "no-store"
    return answer


@access(*TAKING_PART)
@require_POST
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    """End the calendar address."""
    week, person = request.week, request.user.person  # type: ignore[attr-defined]
    if person is None:
        raise Http404
    revoke_feed(week=week, person=person, by=request.user, now=clock.now())  # type: ignore[arg-type]
    messages.success(request, gettext("The calendar address no longer answers."))
    return HttpResponseRedirect(reverse("portal", args=[week.key]))


def _is_desk(request: HttpRequest) -> bool:
    return any(role.kind in DESK for role in request.roles)  # type: ignore[attr-defined]


def _delegations(request: HttpRequest, key: str = "") -> list[Delegation]:
    """Return the delegations whose agenda the visitor may see (of the desk: the one with ``key``)."""
    week: Week = request.week  # type: ignore[attr-defined]
    found = Delegation.objects.filter(week=week).select_related("organisation", "week")
    if _is_desk(request):
        return list(found.filter(key=key))
    roles = request.roles  # type: ignore[attr-defined]
    named = [role.delegation_id for role in roles if role.kind == Role.Kind.FOCAL_POINT and role.delegation_id]
    mine = Q(pk__in=named)
    if request.user.person_id:  # type: ignore[union-attr]
        mine |= Q(focal_point=request.user.person_id)  # type: ignore[union-attr]
    return list(found.filter(mine))


def _day(request: HttpRequest, week: Week, items: list[Item]) -> dict[str, object]:
    now = clock.now()
    day = chosen_day(week, items, request.GET.get("day", ""), now)
    line: Timeline = timeline_of(week, list(Site.objects.filter(week=week)), items, day, now)
    tabs = []
    for each in days_of(week):
        count = sum(local(item.starts_at, week.timezone).date() == each and not item.is_cancelled for item in items)
        about = ngettext("%(count)d item", "%(count)d items", count) % {"count": count}
        tabs.append(DayTab(each, about, f"?day={each.isoformat()}", each == day))
    return {"line": line, "days": tabs, "has_items": bool(items)}
