"""The liaison officer's phone: the next meetings of their delegations, and whom to tell what, by minutes left."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings.actions import note_acknowledged, note_told
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Notice, Promise
from hanhlang.domains.meetings.parties import Party, party_of, seats_with_parties
from hanhlang.domains.meetings.told import led_by, next_meetings, owed
from hanhlang.domains.meetings.visibility import Viewer, levels_of
from hanhlang.web.access import access


@dataclass(frozen=True)
class Coming:
    """A meeting ahead, as far as the officer may see it: with nobody named, the hour and place alone; without place, taken."""

    promise: Promise
    minutes: int
    ours: Party | None
    theirs: Party | None
    shows_place: bool


@access(Role.Kind.LIAISON)
@require_safe
@never_cache
def liaison(request: HttpRequest) -> HttpResponse:
    """Show what comes next and what must be told."""
    week, now = _week(request), clock.now()
    parties = list(led_by(week, request.user))  # type: ignore[arg-type]
    people = set(Member.objects.filter(delegation__in=parties).values_list("person_id", flat=True))
    told = owed(week, people, now)
    levels = _levels(request, [one.notice.meeting for one in told])
    page = {
        "parties": parties,
        "told": [one for one in told if levels[one.notice.meeting_id] == Secrecy.ALL],
        "coming": _coming(request, next_meetings(week, parties, now)),
        "now": now,
        "hows": [(Notice.How.PHONE, Notice.How.PHONE.label), (Notice.How.PERSON, Notice.How.PERSON.label)],
    }
    return render(request, "portal/liaison.html", page)


@access(Role.Kind.LIAISON)
@require_POST
def tap(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Note that the officer told somebody, or that somebody knows."""
    week = _week(request)
    parties = led_by(week, request.user)  # type: ignore[arg-type]
    people = Member.objects.filter(delegation__in=parties).values("person")
    row = Notice.objects.filter(week=week, pk=notice, person__in=people).select_related("meeting").first()
    if row is not None and _levels(request, [row.meeting])[row.meeting_id] != Secrecy.ALL:
        row = None
    how = request.POST.get("how", "")
    if row is None or how not in Notice.How.values or how == Notice.How.PORTAL:
        raise Http404
    act = note_acknowledged if request.POST.get("knows") else note_told
    act(notice=row, how=how, by=request.user, now=clock.now())  # type: ignore[arg-type]
    return HttpResponseRedirect(reverse("portal-liaison", args=[week.key]))


def _week(request: HttpRequest) -> Week:
    week: Week = request.week  # type: ignore[attr-defined]
    return week


def _levels(request: HttpRequest, meetings: list[Meeting]) -> dict[UUID, Secrecy]:
    # The host's own staff: what secrecy leaves open to staff, and what they stand on the list of readers for.
    return levels_of(Viewer(request.user.pk, request.user.person_id, is_staff=True), meetings)  # type: ignore[union-attr, arg-type]


def _coming(request: HttpRequest, promises: list[Promise]) -> list[Coming]:
    week, now = _week(request), clock.now()
    levels = _levels(request, [promise.meeting for promise in promises])
    seats = Prefetch("participants", seats_with_parties(week), to_attr="seats_taken")
    meetings = {row.pk: row for row in Meeting.objects.filter(pk__in=list(levels)).prefetch_related(seats)}
    found = []
    for promise in promises:
        level = levels[promise.meeting_id]
        if level == Secrecy.NOTHING:
            continue
        there = meetings[promise.meeting_id].seats_taken  # type: ignore[attr-defined]
        mine = next((seat.side for seat in there if seat.person_id == promise.person_id), 1)
        is_open = level == Secrecy.ALL
        found.append(
            Coming(
                promise,
                int((promise.starts_at - now).total_seconds() // 60),
                party_of([seat for seat in there if seat.side == mine]) if is_open else None,
                party_of([seat for seat in there if seat.side != mine]) if is_open else None,
                level in (Secrecy.PLACE, Secrecy.ALL),
            )
        )
    return found
