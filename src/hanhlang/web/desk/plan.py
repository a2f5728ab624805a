"""The plan at the desk: what it costs, what it could not place, a search for a better one, and publishing it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings.actions.publishing import publish_plan
from hanhlang.domains.meetings.actions.runs import stop_run
from hanhlang.domains.meetings.actions.tellings import Telling, tellings_of
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Placement, Plan, Run, Unplaced, to_be_placed
from hanhlang.domains.meetings.visibility import levels_of, open_to_staff, seen_by, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.cost import UNDER_WAY, cost_of, figure, progress_of
from hanhlang.web.desk.limits import limits_in_words
from hanhlang.web.desk.placements import Filter, page_of, unplaced_of
from hanhlang.web.desk.reasons import REASONS

DESK = (Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL, Role.Kind.MEETINGS)
MAY_LOOK = (*DESK, Role.Kind.AUDITOR)
SEES_PROTECTED = (Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL)
EARLIER = 20
TOLD_SHOWN = 300
# What figures that all of the desk share leave out is the same for everybody.
COUNTED = open_to_staff(prefix="meeting__")


def may_change(request: HttpRequest) -> bool:
    """Tell whether the visitor may change anything here; an auditor only looks."""
    return any(role.kind in DESK for role in request.roles)  # type: ignore[attr-defined]


@access(*MAY_LOOK)
@require_safe
@never_cache
def plan_page(request: HttpRequest) -> HttpResponse:
    """Show the newest plan, or the one asked for, with its long list."""
    return render(request, "desk/plan.html", _page(request))


@access(*MAY_LOOK)
@require_safe
@never_cache
def progress(request: HttpRequest) -> HttpResponse:
    """Show only what changes while a search runs or a colleague publishes: for a page that is being looked at."""
    return render(request, "desk/live.html", _live(request, _plan(request)) | {"was_on": "was_on" in request.GET})


@access(*DESK)
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Ask the search to stop; the best plan so far is kept."""
    run = _run(_week(request))
    if run is None:
        raise Http404
    try:
        stop_run(run=run, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        return render(request, "desk/plan.html", _page(request) | {"refusal": refusal}, status=refusal.status)
    return HttpResponseRedirect(reverse("desk-plan", args=[_week(request).key]))


@access(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Ask whether to publish, saying how many people it tells; then do it."""
    week = _week(request)
    plan = Plan.objects.filter(week=week, number=number).select_related("week", "run").first()
    if plan is None:
        raise Http404
    if request.method != "POST":
        return render(request, "desk/publish.html", _question(request, plan))
    if request.POST.get("seen") != _seen(plan):
        # A search went on meanwhile: nobody is told of a plan that nobody looked at.
        changed = gettext("The plan has changed since you looked. These are its figures now.")
        return render(request, "desk/publish.html", _question(request, plan) | {"refusal": changed}, status=409)
    count = len({one.person.pk for one in _tellings(request, plan)})
    try:
        publish_plan(plan=plan, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        return render(request, "desk/publish.html", _question(request, plan) | {"refusal": refusal}, status=refusal.status)
    told = ngettext("%(people)s person was told.", "%(people)s people were told.", count) % {"people": figure(count)}
    messages.success(request, gettext("Plan %(number)s is published.") % {"number": number} + " " + told)
    return HttpResponseRedirect(reverse("desk-plan", args=[week.key]))


def _week(request: HttpRequest) -> Week:
    week: Week = request.week  # type: ignore[attr-defined]
    return week


def _run(week: Week) -> Run | None:
    return Run.objects.filter(week=week).order_by("-created_at").first()


def _plan(request: HttpRequest) -> Plan | None:
    """Return the plan asked for, else the newest that is not past."""
    plans = Plan.objects.filter(week=_week(request)).select_related("run", "week").order_by("-number")
    if asked := request.GET.get("plan"):
        plan = plans.filter(number=int(asked)).first() if asked.isdecimal() and len(asked) < 9 else None
        if plan is None:
            raise Http404
        return plan
    return plans.filter(state__in=Plan.CURRENT).first()


def _seen(plan: Plan) -> str:
    return f"{plan.objective}/{plan.changed_at.isoformat()}"


def _question(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    tellings = _tellings(request, plan)
    people = len({one.person.pk for one in tellings})
    return {
        "plan": plan,
        "seen": _seen(plan),
        "people": people,
        "tellings": tellings[:TOLD_SHOWN],
        "tellings_count": len(tellings),
        "tells": ngettext("Publish and tell %(people)s person", "Publish and tell %(people)s people", people) % {"people": figure(people)},
        "placed": figure(Placement.objects.filter(COUNTED, plan=plan).count()),
        "unplaced": Unplaced.objects.filter(COUNTED, plan=plan).count(),
        "earlier": Plan.objects.filter(week=plan.week, state=Plan.State.PUBLISHED).first(),
    }


def _tellings(request: HttpRequest, plan: Plan) -> list[Telling]:
    """Return who would be told what, as far as the visitor may know of it; nothing for what is no draft."""
    if plan.state != Plan.State.DRAFT:
        return []
    tellings = tellings_of(plan)
    viewer = viewer_of(plan.week, request.user)  # type: ignore[arg-type]
    levels = levels_of(viewer, {one.meeting.pk: one.meeting for one in tellings}.values())
    hidden = set() if sees_protected(request) else {one.meeting.pk for one in tellings if one.person.is_protected}
    return [one for one in tellings if levels[one.meeting.pk] is Secrecy.ALL and one.meeting.pk not in hidden]


def sees_protected(request: HttpRequest) -> bool:
    """Tell whether the visitor may read where protected people are; the others read that they are busy, as in a calendar."""
    return any(role.kind in SEES_PROTECTED for role in request.roles)  # type: ignore[attr-defined]


def _live(request: HttpRequest, plan: Plan | None) -> dict[str, Any]:
    week = _week(request)
    run = _run(week)
    asked = Meeting.objects.filter(open_to_staff(), to_be_placed(), week=week).count()
    placed = Placement.objects.filter(COUNTED, plan=plan).count() if plan else 0
    return {
        "plan": plan,
        "shown_plan": request.GET.get("plan", ""),
        "cost": cost_of(plan) if plan else None,
        "run": progress_of(run) if run else None,
        "limits": limits_in_words(week, run),
        "is_searching": bool(run and run.state in UNDER_WAY),
        "asked": figure(asked),
        "placed": figure(placed),
        "unplaced_count": Unplaced.objects.filter(COUNTED, plan=plan).count() if plan else 0,
        "may_change": may_change(request),
    }


def _page(request: HttpRequest) -> dict[str, Any]:
    plan = _plan(request)
    week = _week(request)
    page = _live(request, plan) | {
        "form": Filter(request.GET, week=week),
        "earlier": list(Plan.objects.filter(week=week).exclude(pk=plan.pk if plan else None).order_by("-number")[:EARLIER]),
        "published": Plan.objects.filter(week=week, state=Plan.State.PUBLISHED).first(),
    }
    return page | _lists(request, plan, page["form"]) if plan else page


def _lists(request: HttpRequest, plan: Plan, form: Filter) -> dict[str, Any]:
    chosen = {name: value for name, value in (form.cleaned_data if form.is_valid() else {}).items() if value}
    reason = request.GET.get("reason", "")
    viewer = viewer_of(plan.week, request.user)  # type: ignore[arg-type]
    page, lines = page_of(plan, chosen, request.GET.get("page", "1"), viewer)
    kept = chosen | ({"plan": request.GET["plan"]} if request.GET.get("plan") else {})
    counts = (
        Unplaced.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), plan=plan)
        .values("reason")
        .annotate(count=Count("id"))
        .order_by("-count", "reason")
    )
    return {
        "page": page,
        "lines": lines,
        "found": figure(page.paginator.count),
        "query": urlencode(kept),
        "is_filtered": bool(chosen),
        "unplaced": unplaced_of(plan, viewer, reason if reason in REASONS else ""),
        "reasons": [(row["reason"], REASONS.get(row["reason"], row["reason"]), row["count"]) for row in counts],
        "reason": reason,
    }
