"""What would help a meeting without a place: asked, read, and taken with one click where the desk may decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions.what_ifs import ask_what_if
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Participant, Plan, WhatIf
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.helping import decides, propose_help, take_help
from hanhlang.domains.meetings.visibility import levels_of, seen_by, viewer_of
from hanhlang.domains.meetings.wording import pair_name
from hanhlang.domains.people.models import Person
from hanhlang.web.access import access
from hanhlang.web.components.dates import local, short_day
from hanhlang.web.desk.plan import DESK, MAY_LOOK, may_change, sees_protected
from hanhlang.web.desk.verdicts import signed
from hanhlang.web.parties import seats_with_parties, sides_of

HOURS_SHOWN = 3
CAUSES = {
    "window": _("%(who)s is not there"),
    "engagement": _("%(who)s is engaged, the road included"),
    "meeting": _("meeting %(who)s is in the way"),
    "full": _("%(who)s: every room is taken"),
    "closed": _("%(who)s: no room is open"),
    "seats": _("%(who)s has too few seats"),
    "permitted": _("it may not be in %(who)s"),
    "team": _("too few interpreters for %(who)s"),
    "own_window": _("outside the hours asked for it"),
    "lock": _("it is locked to another hour or place"),
    "order": _("its order with meeting %(who)s"),
    "apart": _("people who are kept apart would meet"),
}
FAVOURS = {
    "window": _("%(who)s is there at that hour"),
    "engagement": _("%(who)s leaves out what is on then"),
    "meeting": _("meeting %(who)s moves to another hour or place"),
    "full": _("there is one room more in %(who)s"),
    "closed": _("one room more is open in %(who)s"),
    "seats": _("there are more seats in %(who)s"),
    "permitted": _("it may be in %(who)s"),
    "team": _("there is one team more for %(who)s"),
    "own_window": _("both sides agree to that hour"),
    "lock": _("its lock is lifted"),
    "order": _("its order with meeting %(who)s is given up"),
}
UNKNOWN = _("an hour that is not free")


@dataclass(frozen=True)
class Help:
    """One way: where the meeting would be, what it takes, its price, and who gives it."""

    number: int
    where: str
    favours: str
    cost: str
    moved: int
    who: str


@access(*MAY_LOOK)
@require_safe
@never_cache
def helps(request: HttpRequest, number: int, meeting: int) -> HttpResponse:
    """Show what stands in a meeting's way and what would help, once it is worked out."""
    plan, row = _asked(request, number, meeting)
    what_if = WhatIf.objects.filter(plan=plan, meeting=row).select_related("plan__week", "meeting").first()
    page: dict[str, Any] = {"plan": plan, "meeting": row, "what_if": what_if, "may_change": may_change(request)}
    page["first"], page["second"] = sides_of(list(seats_with_parties(plan.week).filter(meeting=row)))
    if what_if and what_if.state == WhatIf.State.DONE:
        reader = _Reader(request, plan, what_if)
        page |= {"causes": reader.causes(), "helps": reader.helps()}
    return render(request, "desk/helps.html", page)


@access(*DESK)
@require_POST
def ask(request: HttpRequest, number: int, meeting: int) -> HttpResponse:
    """Ask what would help; the worker works it out within seconds."""
    plan, row = _asked(request, number, meeting)
    try:
        ask_what_if(plan=plan, meeting=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
        return HttpResponseRedirect(f"{reverse('desk-plan', args=[plan.week.key])}?plan={plan.number}")
    return HttpResponseRedirect(reverse("desk-helps", args=[plan.week.key, number, meeting]))


@access(*DESK)
@require_POST
def take(request: HttpRequest, number: int, meeting: int) -> HttpResponse:
    """Take a help: a draft comes of it, or a proposal to both sides."""
    plan, row = _asked(request, number, meeting)
    chosen = request.POST.get("help", "")
    what_if = WhatIf.objects.filter(plan=plan, meeting=row).select_related("plan__week", "plan__run", "meeting__request").first()
    if what_if is None or not chosen.isdecimal() or len(chosen) > 3:
        raise Http404
    back = reverse("desk-helps", args=[plan.week.key, number, meeting])
    found = what_if.answer.get("helps", [])
    given = {"what_if": what_if, "number": int(chosen), "by": request.user, "now": clock.now()}
    try:
        if int(chosen) < len(found) and decides(found[int(chosen)]) == "sides":
            propose_help(**given)
            messages.success(request, gettext("It is proposed to both sides. Nothing changes before they say yes."))
            return HttpResponseRedirect(back)
        draft = take_help(**given)
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
        return HttpResponseRedirect(back)
    said = gettext("Meeting %(number)d has a place in plan %(plan)d, a draft. Nobody was told.")
    messages.success(request, said % {"number": meeting, "plan": draft.number})
    return HttpResponseRedirect(f"{reverse('desk-plan', args=[plan.week.key])}?plan={draft.number}")


def _asked(request: HttpRequest, number: int, meeting: int) -> tuple[Plan, Meeting]:
    """Return a plan and a meeting the visitor sees all of; any other is missing."""
    week: Week = request.week  # type: ignore[attr-defined]
    plan = Plan.objects.filter(week=week, number=number).select_related("week", "run").first()
    viewer = viewer_of(week, request.user)  # type: ignore[arg-type]
    row = Meeting.objects.filter(seen_by(viewer, Secrecy.ALL), week=week, number=meeting).select_related("request").first()
    if plan is None or row is None:
        raise Http404
    if not sees_protected(request) and Participant.objects.filter(meeting=row, person__is_protected=True).exists():
        raise Http404
    return plan, row


class _Reader:
    """An answer with names, cut to what the visitor may know."""

    def __init__(self, request: HttpRequest, plan: Plan, what_if: WhatIf) -> None:
        self.answer, self.week = what_if.answer, plan.week
        self.ground = Ground(plan.week, set())
        self.own = str(what_if.meeting_id)
        obstacles = [*self.answer["causes"], *(each for help in self.answer["helps"] for each in help["gives_up"])]
        moved = [move[0] for help in self.answer["helps"] for move in help["moves"]]
        ids = {UUID(who) for kind, who, *_rest in obstacles if kind in ("meeting", "order")} | {UUID(key) for key in moved}
        rows = list(Meeting.objects.filter(pk__in=ids))
        levels = levels_of(viewer_of(plan.week, request.user), rows)  # type: ignore[arg-type]
        hidden: set[UUID] = set()
        if not sees_protected(request):
            hidden = set(Participant.objects.filter(meeting__in=rows, person__is_protected=True).values_list("meeting_id", flat=True))
        known = [row for row in rows if levels[row.pk].value in Secrecy.PLACE.at_least and row.pk not in hidden]
        self.numbers = {str(row.pk): row.number for row in known}
        people = {UUID(who) for kind, who, *_rest in obstacles if kind in ("window", "engagement")}
        self.people = {str(key): name for key, name in Person.objects.filter(pk__in=people).values_list("pk", "name")}
        self.pools = {name for name in Place.objects.filter(week=plan.week).values_list("pool", flat=True) if name}
        self.places = {str(place.pk): place for place in Place.objects.filter(week=plan.week).select_related("site")}

    def causes(self) -> list[tuple[str, str]]:
        """Return what keeps it out, each with hours."""
        return [(self._said(CAUSES, kind, who), self._hours(hours)) for kind, who, _start, _end, hours in self.answer["causes"]]

    def helps(self) -> list[Help]:
        """Return the ways that name nothing the visitor may not know."""
        shown = []
        for number, help in enumerate(self.answer["helps"]):
            others = [move[0] for move in help["moves"] if move[0] != self.own]
            if any(other not in self.numbers for other in others):
                continue
            favours = [self._said(FAVOURS, kind, who) for kind, who, *_rest in help["gives_up"]]
            if help["shorter"]:
                favours.append(
                    ngettext("it is %(n)d minute shorter", "it is %(n)d minutes shorter", help["shorter"]) % {"n": help["shorter"]}
                )
            shown.append(Help(number, self._where(help), ", ".join(favours), signed(help["cost"]), len(others), decides(help)))
        return shown

    def _said(self, words: dict[str, Any], kind: str, who: str) -> str:
        if kind in ("meeting", "order") and who not in self.numbers:
            return str(UNKNOWN)
        return str(words[kind]) % {"who": self._name(kind, who)} if kind in words else kind

    def _name(self, kind: str, who: str) -> str:
        if kind in ("meeting", "order"):
            return str(self.numbers[who])
        if kind in ("window", "engagement"):
            return self.people.get(who, "")
        if kind == "team":
            return pair_name(who).shown()
        return who.rsplit("/", 1)[0]

    def _where(self, help: dict[str, Any]) -> str:
        own = next((move for move in help["moves"] if move[0] == self.own), None)
        place = self.places.get(own[2]) if own else None
        at = local(self.ground.moment(help["start"]), self.week.timezone)
        return ", ".join([short_day(at.date()), f"{at:%H:%M}", str(place.name) if place else help["pool"].rsplit("/", 1)[0]])

    def _hours(self, hours: list[list[int]]) -> str:
        said = []
        for start, end in hours[:HOURS_SHOWN]:
            first, last = (local(self.ground.moment(minute), self.week.timezone) for minute in (start, end))
            said.append(f"{short_day(first.date())} {first:%H:%M}–{last:%H:%M}")
        return "; ".join(said) + ("; …" if len(hours) > HOURS_SHOWN else "")
