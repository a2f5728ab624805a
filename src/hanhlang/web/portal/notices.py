"""What one was told: seen in the portal; and how changes reach one's calendar."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from hanhlang.domains.core import clock
from hanhlang.domains.meetings.actions import acknowledge, choose_invitations, end_invitations
from hanhlang.domains.people.models import Person
from hanhlang.web.access import access
from hanhlang.web.keys import is_key
from hanhlang.web.portal.views import TAKING_PART


@access(*TAKING_PART)
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Note that the visitor has seen what they were told."""
    keys = [UUID(key) for key in request.POST.getlist("notice") if is_key(key)]
    if keys:
        acknowledge(week=request.week, person=_person(request), notices=keys, by=request.user, now=clock.now())  # type: ignore[attr-defined, arg-type]
        messages.success(request, gettext("Thank you: the secretariat knows that you have seen it."))
    return _back(request)


@access(*TAKING_PART)
@require_POST
def send_entries(request: HttpRequest) -> HttpResponse:
    """Have calendar entries sent by mail, instead of an address."""
    person = _person(request)
    count = choose_invitations(week=request.week, person=person, by=request.user, now=clock.now())  # type: ignore[attr-defined, arg-type]
    told = ngettext("%(count)d entry is on its way by mail.", "%(count)d entries are on their way by mail.", count) % {"count": count}
    messages.success(request, gettext("Your calendar entries come by mail from now on.") + " " + told)
    return _back(request)


@access(*TAKING_PART)
@require_POST
def end_entries(request: HttpRequest) -> HttpResponse:
    """Send no more entries."""
    end_invitations(week=request.week, person=_person(request), by=request.user, now=clock.now())  # type: ignore[attr-defined, arg-type]
    messages.success(request, gettext("No more calendar entries are sent; those of meetings to come are taken back."))
    return _back(request)


def _person(request: HttpRequest) -> Person:
    person: Person | None = request.user.person  # type: ignore[union-attr]
    if person is None:
        raise Http404
    return person


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal", args=[request.week.key]))  # type: ignore[attr-defined]
