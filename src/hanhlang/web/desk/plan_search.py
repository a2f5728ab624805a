"""Asking for a search: what it may move, what each thing is worth, how long it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.runs import LEAST_SECONDS, MOST_SECONDS, start_run
from hanhlang.domains.meetings.models import Kind, Run
from hanhlang.domains.meetings.scope import Scope, base_of
from hanhlang.domains.meetings.weights import WEIGHTS
from hanhlang.web.access import access
from hanhlang.web.components.dates import short_day
from hanhlang.web.desk.plan import DESK

# Each weight in plain words: what one unit of it is.
WORDS = {
    "unplaced": (_("A point of value not placed"), _("A business meeting is worth 100 points, a bilateral 400.")),
    "breaks": (_("A break"), _("Empty hours between two business meetings of one person on one half day.")),
    "idle": (_("Ten idle minutes"), _("Between two meetings of one person on one half day; 0: waiting costs nothing.")),
    "preferred": (_("A preferred time missed"), _("A meeting that lies outside the hours its people prefer.")),
    "meal": (_("A meal not free"), _("A person without the minutes below free between half past eleven and half past one.")),
    "in_a_row": (_("A meeting too many in a row"), _("Each beyond the sixth without a pause.")),
    "city_changes": (_("A change of city"), _("A person who changes city within a day; heads of delegation count three times.")),
    "moved": (_("A meeting moved since published"), _("Higher: what people were told stays as far as it can.")),
    "meal_minutes": (_("Minutes a meal needs"), _("On end, for each person.")),
}


class SearchForm(forms.Form):
    """What of the week to search, and with which weights."""

    kind = forms.ChoiceField(
        label=_("Meetings"),
        required=False,
        choices=[("", _("all")), (Kind.BILATERAL.value, _("bilaterals only")), (Kind.BUSINESS.value, _("business meetings only"))],
    )
    day = forms.ChoiceField(label=_("Day"), required=False)
    site = forms.ChoiceField(label=_("City"), required=False)
    unplaced = forms.BooleanField(label=_("Only what has no place yet"), required=False)
    limit_seconds = forms.IntegerField(
        label=pgettext_lazy("how long a search takes", "Seconds"), initial=60, min_value=LEAST_SECONDS, max_value=MOST_SECONDS
    )
    seed = forms.IntegerField(
        label=_("Seed"), initial=0, min_value=0, max_value=2**31 - 1, help_text=_("Another number makes another search of the same week.")
    )

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [week.starts_on + timedelta(days=n) for n in range((week.ends_on - week.starts_on).days + 1)]
        self._choices("day", [(day.isoformat(), short_day(day)) for day in days])
        self._choices("site", [(site.key, str(site.name)) for site in week.sites.all()])
        for name, weight in WEIGHTS.items():
            word, about = WORDS[name]
            self.fields[f"weight_{name}"] = forms.IntegerField(
                label=word, help_text=about, initial=weight.default, min_value=weight.least, max_value=weight.most
            )

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]

    @property
    def limits(self) -> list[Any]:
        return [self[name] for name in ("kind", "day", "site", "unplaced")]

    @property
    def effort(self) -> list[Any]:
        return [self["limit_seconds"], self["seed"]]

    @property
    def weights(self) -> list[Any]:
        return [self[f"weight_{name}"] for name in WEIGHTS]

    @property
    def asked(self) -> dict[str, Any]:
        """What the action is asked for."""
        given = self.cleaned_data
        scope = Scope(kind=given["kind"], day=given["day"], site=given["site"], unplaced=given["unplaced"])
        weights = {name: given[f"weight_{name}"] for name in WEIGHTS}
        return {"scope": scope, "weights": weights, "limit_seconds": given["limit_seconds"], "seed": given["seed"]}


@access(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Show the form with what the last search was given; posted, ask for the search. A bare post searches everything as usual."""
    week: Week = request.week  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request, SearchForm(week=week, initial=_last(week)))
    form = SearchForm(request.POST, week=week)
    is_bare = "limit_seconds" not in request.POST
    if not is_bare and not form.is_valid():
        return _page(request, form, status=422)
    try:
        start_run(week=week, by=request.user, now=clock.now(), **({} if is_bare else form.asked))  # type: ignore[arg-type]
    except CodedError as refusal:
        form = SearchForm(week=week, initial=_last(week)) if is_bare else form
        return _page(request, form, refusal=refusal, status=refusal.status)
    return HttpResponseRedirect(reverse("desk-plan", args=[week.key]))


def _last(week: Week) -> dict[str, Any]:
    """Return the form's first values: those of the last search."""
    run = Run.objects.filter(week=week).order_by("-created_at").first()
    if run is None:
        return {}
    scope = {name: run.scope[name] for name in ("kind", "day", "site", "unplaced") if name in run.scope}
    return scope | {f"weight_{name}": value for name, value in run.weights.items()} | {"limit_seconds": run.limit_seconds, "seed": run.seed}


def _page(request: HttpRequest, form: SearchForm, *, refusal: CodedError | None = None, status: int = 200) -> HttpResponse:
    week: Week = request.week  # type: ignore[attr-defined]
    page = {"form": form, "refusal": refusal, "base": base_of(week, Scope())}
    return render(request, "desk/plan_search.html", page, status=status)
