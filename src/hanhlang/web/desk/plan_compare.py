"""Two plans side by side, and bringing an earlier one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Plan
from hanhlang.domains.meetings.planning import restore_plan
from hanhlang.domains.meetings.planning.comparing import Comparison, Shift, compare
from hanhlang.domains.meetings.visibility import levels_of, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.cost import TERMS, figure
from hanhlang.web.desk.plan import DESK, MAY_LOOK
from hanhlang.web.desk.verdicts import signed
from hanhlang.web.parties import Party, seats_with_parties, sides_of

OFFERED = 30
SHOWN = 100
NAMED = 10


@dataclass(frozen=True)
class Line:
    """One term in both plans; ``less`` says which of them has less of it."""

    word: str
    first: tuple[str, str]
    second: tuple[str, str]
    difference: str
    less: str


@dataclass(frozen=True)
class Move:
    """A meeting that is elsewhere, with its two sides."""

    shift: Shift
    sides: tuple[Party | None, Party | None]


@access(*MAY_LOOK)
@require_safe
@never_cache
def side_by_side(request: HttpRequest) -> HttpResponse:
    """Show two plans: by default what is published beside the newest draft."""
    week: Week = request.week  # type: ignore[attr-defined]
    plans = list(
        Plan.objects.filter(week=week).exclude(state=Plan.State.ALTERNATIVE).select_related("run", "week").order_by("-number")[:30]
    )
    first, second = _chosen(request, plans)
    if first is None or second is None:
        return render(request, "desk/plan_compare.html", {"plans": plans, "first": first, "second": second})
    found = compare(first, second, viewer_of(week, _account(request)), clock.now())
    page = {"plans": plans, "first": first, "second": second, "found": found, "lines": _lines(found), "groups": _groups(week, found)}
    totals = found.totals
    page |= {"totals": [figure(total) for total in totals], "difference": signed(totals[1] - totals[0])}
    return render(request, "desk/plan_compare.html", page)


@access(*DESK)
@require_POST
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """Make a draft of an earlier plan; what no longer holds is named."""
    week: Week = request.week  # type: ignore[attr-defined]
    plan = Plan.objects.filter(week=week, number=number).select_related("week", "run").first()
    if plan is None:
        raise Http404
    try:
        done = restore_plan(plan=plan, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
        return HttpResponseRedirect(reverse("desk-plan", args=[week.key]))
    said = gettext("Plan %(old)s is brought back as draft %(new)s. Nobody was told.") % {"old": number, "new": done.plan.number}
    levels = levels_of(viewer_of(week, _account(request)), [meeting for meeting, _rule in done.left_out])
    out = [meeting.number for meeting, _rule in done.left_out if levels[meeting.pk].value in Secrecy.PLACE.at_least]
    if out:
        numbers = ", ".join(str(each) for each in out[:NAMED]) + (", …" if len(out) > NAMED else "")
        said += " " + _left_out(len(out)) % {"numbers": numbers}
    messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('desk-plan', args=[week.key])}?plan={done.plan.number}#unplaced")


def _left_out(count: int) -> str:
    return ngettext("Meeting %(numbers)s no longer holds and is left out.", "Meetings %(numbers)s no longer hold and are left out.", count)


def _account(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _chosen(request: HttpRequest, plans: list[Plan]) -> tuple[Plan | None, Plan | None]:
    known = {str(plan.number): plan for plan in plans}
    given = [request.GET.get(name, "") for name in ("a", "b")]
    if any(number and number not in known for number in given):
        raise Http404
    published = next((plan for plan in plans if plan.state == Plan.State.PUBLISHED), None)
    drafts = [plan for plan in plans if plan.state == Plan.State.DRAFT]
    newest = drafts[0] if drafts else None
    other = published or (drafts[1] if len(drafts) > 1 else None)
    return known.get(given[0], other), known.get(given[1], newest)


def _lines(found: Comparison) -> list[Line]:
    return [
        Line(
            word=str(TERMS.get(term.name, term.name)),
            first=(figure(term.first_amount), figure(term.first_cost)),
            second=(figure(term.second_amount), figure(term.second_cost)),
            difference=signed(term.difference),
            less="first" if term.first_cost < term.second_cost else "second" if term.second_cost < term.first_cost else "",
        )
        for term in found.terms
    ]


def _groups(week: Week, found: Comparison) -> list[tuple[str, int, list[Move]]]:
    """Return the meetings that differ, by how; of each kind as many as a page can show."""
    titles = {
        "lost": gettext("Lost in the second"),
        "new": gettext("Newly placed in the second"),
        "moved": gettext("Elsewhere in the second"),
    }
    shown = [shift for kind in titles for shift in found.of_kind(kind)[:SHOWN]]
    seats = Prefetch("participants", seats_with_parties(week), to_attr="seats_taken")
    rows = Meeting.objects.filter(week=week, number__in=[shift.number for shift in shown]).prefetch_related(seats)
    sides = {row.number: sides_of(row.seats_taken) for row in rows}  # type: ignore[attr-defined]
    return [
        (title, len(found.of_kind(kind)), [Move(shift, sides[shift.number]) for shift in found.of_kind(kind)[:SHOWN]])
        for kind, title in titles.items()
    ]
