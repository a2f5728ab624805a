"""The day board: one day of the week as rows on a time axis, as a drawing and as a list of the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.tellings import people_told
from hanhlang.domains.meetings.day import Day
from hanhlang.domains.meetings.models import Plan
from hanhlang.domains.meetings.queries import newest_draft
from hanhlang.domains.meetings.read_day import day_start, left_out, plan_shown, read_day, version_of_day
from hanhlang.domains.meetings.visibility import Viewer, viewer_of
from hanhlang.domains.programme.queries import day_at, days_of_week
from hanhlang.web.access import access
from hanhlang.web.desk.board import words
from hanhlang.web.desk.board.drawing import drawing_of
from hanhlang.web.desk.board.filters import Filter, kept
from hanhlang.web.desk.board.lines import LineOfRow, Tray, lines_of, tray_of
from hanhlang.web.desk.board.rows import Row, Rows
from hanhlang.web.desk.cost import figure
from hanhlang.web.desk.plan import DESK, sees_protected
from hanhlang.web.public.answers import answer_unless_known

A_PAGE = 40


@dataclass(frozen=True)
class Tab:
    day: date
    about: str
    address: str
    is_current: bool


@dataclass
class Asked:
    """What an address asks to see; nonsense counts as nothing asked, except a plan that does not exist."""

    request: HttpRequest
    week: Week
    now: datetime
    view: str = "delegations"
    day: date = field(init=False)
    plan: Plan | None = None
    plans: list[Plan] = field(default_factory=list)

    def __post_init__(self) -> None:
        given = self.request.GET
        if given.get("view") in words.VIEWS:
            self.view = given["view"]
        days = {day.isoformat(): day for day in days_of_week(self.week)}
        self.day = days.get(given.get("day", ""), day_at(self.week, self.now))
        self.plan, self.plans = plan_shown(self.week, given.get("plan", ""))
        if self.plan is None and given.get("plan", "") not in ("", "draft", "published"):
            raise Http404

    @property
    def published(self) -> Plan | None:
        return next((plan for plan in self.plans if plan.state == Plan.State.PUBLISHED), None)

    @property
    def draft(self) -> Plan | None:
        return newest_draft(self.plans)

    @property
    def sees_protected(self) -> bool:
        return sees_protected(self.request)

    @property
    def minute(self) -> int:
        """Seconds since the day's local midnight, below 0 before it."""
        return int((self.now - day_start(self.week, self.day)).total_seconds())

    @cached_property
    def read(self) -> Day:
        return read_day(self.week, self.day, self.plan, self.published, self.now, self.viewer)

    @cached_property
    def viewer(self) -> Viewer:
        return viewer_of(self.week, self.request.user)  # type: ignore[arg-type]

    @cached_property
    def rows(self) -> Rows:
        return Rows(self.read, sees_protected=self.sees_protected)

    @cached_property
    def filter(self) -> Filter:
        return Filter(self.request.GET, day=self.read, view=self.view)

    @cached_property
    def all_rows(self) -> list[Row]:
        return self.rows.of(self.view)

    @cached_property
    def shown(self) -> list[Row]:
        return kept(self.all_rows, self.read, self.filter.chosen)

    @property
    def kept_words(self) -> dict[str, str]:
        """What of the address belongs to every link on the page."""
        return {name: value for name in ("view", "day", "plan", "as") if (value := self.request.GET.get(name, ""))}

    def address(self, **changed: str) -> str:
        """Return the board's address with some words changed; the filters stay, except of another view's groups."""
        asked = self.kept_words | self.filter.chosen | changed
        if changed.get("view", self.view) != self.view:
            asked.pop("group", None)
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def _asked(request: HttpRequest) -> Asked:
    return Asked(request, request.week, clock.now())  # type: ignore[attr-defined]


@access(*DESK)
@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the frame for the drawing and, for readers without it, the list."""
    asked = _asked(request)
    pages = Paginator(asked.shown, A_PAGE)
    part = pages.get_page(request.GET.get("page", "1"))
    context = {
        "view": asked.view,
        "day": asked.day,
        "plan": asked.plan,
        "published": asked.published,
        "draft": asked.draft,
        "tabs": [Tab(day, "", asked.address(day=day.isoformat()), day == asked.day) for day in days_of_week(asked.week)],
        "views": [(word, asked.address(view=key), key == asked.view) for key, word in words.VIEWS.items()],
        "plans": _plan_links(asked),
        "form": asked.filter,
        "kept_words": asked.kept_words,
        "is_filtered": bool(asked.filter.chosen),
        "clear": "?" + urlencode(asked.kept_words),
        "as_list": request.GET.get("as") == "list",
        "other_way": asked.address(**{"as": "" if request.GET.get("as") == "list" else "list"}),
        "rows": _listed(asked, part.object_list),
        "found": len(asked.shown),
        "total": len(asked.all_rows),
        "part": part,
        "page_address": asked.address(),
        "tray": _tray(asked),
        "may_move": bool(asked.plan and asked.plan.state != Plan.State.PAST),
        "tells": _tells(asked.plan),
        "data_address": reverse("desk-board-data", args=[asked.week.key]),
        "is_empty": not asked.read.taken,
        "legend_way": _legend_way(asked.read),
    }
    return render(request, "desk/board/page.html", context)


@gzip_page
@access(*DESK)
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Return the drawing's data; nothing is built for a reader who has it already."""
    asked = _asked(request)
    parts = (
        asked.view,
        asked.day,
        asked.sees_protected,
        version_of_day(asked.week, (asked.plan, asked.published), asked.now, asked.viewer),
    )
    answer = answer_unless_known(request, parts, lambda: _data(asked))
    # What a reader may see is theirs alone: nothing between keeps it.
    answer["Cache-Control"] = "private, no-cache"
    # On the 304 too: the line of the present follows the demonstration's clock as well.
    answer["Hanhlang-Second"] = str(asked.minute)
    return answer


def _data(asked: Asked) -> HttpResponse:
    made = drawing_of(asked.read, asked.shown, len(asked.all_rows)) | _words(asked)
    return JsonResponse(made, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})


def _words(asked: Asked) -> dict[str, Any]:
    """Return what the drawing says, in the reader's language: the script itself holds no words."""
    shown = len(asked.shown)
    return {
        "words": {
            "kinds": [str(word) for word in words.KINDS.values()],
            "states": [str(word) for word in words.STATES.values()],
            "was": gettext("published: {}"),
            "meetings": gettext("{} meetings"),
            "unplaced": gettext("{} not placed"),
            "free": gettext("free {}"),
            "changed": gettext("{} rows changed"),
            "found": gettext("%(shown)d of %(total)d rows") % {"shown": shown, "total": len(asked.all_rows)},
            "none": gettext("No row is like that."),
        },
        "meeting": reverse("desk-meeting", args=[asked.week.key, 0]),
        "session": reverse("session", args=[get_language(), asked.week.key, "0"]),
    }


def _legend_way(day: Day) -> str:
    """Return what the thick line says; the week's main city comes first in its order and lies lowest."""
    names = [str(site.name) for site in day.sites]
    if len(names) != 2:
        return gettext("where they are")
    return gettext("upper line %(upper)s, lower %(lower)s, slope on the road") % {"upper": names[1], "lower": names[0]}


def _plan_links(asked: Asked) -> list[tuple[str, str, bool]]:
    found = []
    for key, plan in (("published", asked.published), ("draft", asked.draft)):
        if plan:
            word = gettext("Published, plan %(number)d") if key == "published" else gettext("Draft, plan %(number)d")
            found.append((word % {"number": plan.number}, asked.address(plan=key), plan == asked.plan))
    return found


def _tells(plan: Plan | None) -> str:
    """Return the words of the button that publishes a draft: they say how many it tells."""
    if plan is None or plan.state != Plan.State.DRAFT:
        return ""
    people = len(people_told(plan))
    return ngettext("Publish, tells %(people)s person…", "Publish, tells %(people)s people…", people) % {"people": figure(people)}


def _listed(asked: Asked, rows: list[Row]) -> list[LineOfRow]:
    return [lines_of(asked.read, row) for row in rows]


def _tray(asked: Asked) -> list[Tray]:
    return tray_of(asked.rows, left_out(asked.plan, asked.viewer)) if asked.plan else []
