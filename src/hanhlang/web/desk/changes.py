"""Changes on the day at the desk: taken in, compared, answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import dismiss_change, leave_as_it_is, publish_plan, report_change, take_in_at_once, take_in_change
from hanhlang.domains.meetings.models import Change, Notice, Plan
from hanhlang.domains.meetings.visibility import open_to_staff, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.change_forms import ChangeForm
from hanhlang.web.desk.change_ways import drawing_of, measures_of, move_texts, told_by, ways_of
from hanhlang.web.desk.change_words import said
from hanhlang.web.desk.plan import DESK

PAST_SHOWN = 30
OPEN = (Change.State.REPORTED, Change.State.TAKEN_IN)


@access(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def changes(request: HttpRequest) -> HttpResponse:
    """Show what waits, and take a new change in: its kind first, then what it needs."""
    week, now = _week(request), clock.now()
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    form = ChangeForm(request.POST or None, week=week, kind=kind, now=now) if kind in Change.Kind.values else None
    if request.method == "POST" and form is not None and form.is_valid():
        act = report_change if request.POST.get("only") == "report" else take_in_at_once
        try:
            change = act(week=week, kind=kind, by=request.user, now=now, **form.what())
        except CodedError as refusal:
            for field in refusal.fields or ("",):
                form.add_error(field if field in form.fields else None, str(refusal))
        else:
            if change.state == Change.State.TAKEN_IN:
                return HttpResponseRedirect(reverse("desk-change", args=[week.key, change.number]))
            messages.success(request, gettext("Change %(number)s is noted. Nobody was told.") % {"number": change.number})
            return HttpResponseRedirect(reverse("desk-changes", args=[week.key]))
    wrong = form is not None and form.is_bound and not form.is_valid()
    return render(request, "desk/changes.html", _list(week) | {"form": form, "kind": kind}, status=422 if wrong else 200)


@access(*DESK)
@require_safe
@never_cache
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Show a change: its cause, the meetings that fall, ways to answer it side by side, who is told what by the one chosen."""
    return render(request, "desk/change.html", _page(request, _change(request, number)))


@access(*DESK)
@require_POST
def take_in(request: HttpRequest, number: int) -> HttpResponse:
    """Make a reported change true."""
    row = _change(request, number)
    try:
        take_in_change(change=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    return HttpResponseRedirect(reverse("desk-change", args=[_week(request).key, number]))


@access(*DESK)
@require_POST
def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """Put a report aside."""
    return _answered(request, number, dismiss_change, gettext("Change %(number)s was put aside."))


@access(*DESK)
@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a change by moving nothing."""
    return _answered(request, number, leave_as_it_is, gettext("Change %(number)s is answered: all stays as it is, nobody was told."))


@access(*DESK)
@require_POST
def publish(request: HttpRequest, number: int, plan: int) -> HttpResponse:
    """Publish the alternative chosen; everybody concerned is told."""
    row = _change(request, number)
    chosen = Plan.objects.filter(week=row.week, change=row, number=plan).select_related("week").first()
    if chosen is None:
        gone = gettext("This way to answer is no longer there. These are the ways now.")
        return render(request, "desk/change.html", _page(request, row) | {"refusal": gone}, status=409)
    try:
        done = publish_plan(plan=chosen, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        return render(request, "desk/change.html", _page(request, _change(request, number)) | {"refusal": refusal}, status=refusal.status)
    told = ngettext("%(people)d person was told.", "%(people)d people were told.", len(done.told)) % {"people": len(done.told)}
    messages.success(request, gettext("Change %(number)s is answered.") % {"number": number} + " " + told)
    return HttpResponseRedirect(reverse("desk-change", args=[row.week.key, number]))


def _answered(request: HttpRequest, number: int, act: Any, word: str) -> HttpResponse:
    try:
        act(change=_change(request, number), by=request.user, now=clock.now())
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
        return HttpResponseRedirect(reverse("desk-change", args=[_week(request).key, number]))
    messages.success(request, word % {"number": number})
    return HttpResponseRedirect(reverse("desk-changes", args=[_week(request).key]))


def _week(request: HttpRequest) -> Week:
    week: Week = request.week  # type: ignore[attr-defined]
    return week


def _rows(week: Week) -> QuerySet[Change]:
    rows = Change.objects.filter(week=week).select_related("week", "place", "team", "session", "meeting", "reported_by__person")
    return rows.prefetch_related("people__organisation")


def _change(request: HttpRequest, number: int) -> Change:
    row = _rows(_week(request)).filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _list(week: Week) -> dict[str, Any]:
    rows = _rows(week)
    past = rows.exclude(state__in=OPEN).order_by("-answered_at")[:PAST_SHOWN]
    return {
        "open": [(row, said(row)) for row in rows.filter(state__in=OPEN)],
        "past": [(row, said(row)) for row in past],
        "kinds": Change.Kind.choices,
        "untold": Notice.objects.filter(
            open_to_staff(prefix="meeting__"), week=week, acknowledged_at=None, told_at=None, channel=Notice.Channel.SPOKEN
        ).count(),
    }


def _page(request: HttpRequest, row: Change) -> dict[str, Any]:
    viewer = viewer_of(row.week, request.user)  # type: ignore[arg-type]
    ways = ways_of(row, viewer, request.GET.get("way", ""))
    shown = next((way for way in ways if way.is_shown), None)
    people = shown.plan.columns.get("told", 0) if shown else 0
    tells = ngettext("Publish %(letter)s, tell %(people)d person", "Publish %(letter)s, tell %(people)d people", people)
    answer = Plan.objects.filter(change=row).exclude(state=Plan.State.ALTERNATIVE).first()
    return {
        "change": row,
        "said": said(row),
        "ways": ways,
        "shown": shown,
        "measures": measures_of(row, ways),
        "drawing": drawing_of(row, shown) if shown else None,
        "moves": move_texts(row, shown) if shown else [],
        "told": told_by(shown, viewer) if shown else [],
        "publish": tells % {"letter": shown.letter, "people": people} if shown else "",
        "fallen": len(row.found.get("fallen", [])),
        "is_searching": row.search in (Change.Search.QUEUED, Change.Search.RUNNING),
        "answer": answer,
        "something_moves": any(way.plan.columns.get("moved") for way in ways),
    }
