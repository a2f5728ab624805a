"""The desk of those who run one site: what is published there."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.events.models import Site, Week
from hanhlang.domains.meetings.models import Plan
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.placements import Filter, page_of
from hanhlang.web.desk.plan import MAY_LOOK


@access(*MAY_LOOK, also_for_sites=True)
@require_safe
@never_cache
def my_site(request: HttpRequest) -> HttpResponse:
    """Show the published meetings at the sites the visitor runs; to those of the whole week, at all sites."""
    week: Week = request.week  # type: ignore[attr-defined]
    sites = Site.objects.filter(week=week)
    if request.sites is not None:  # type: ignore[attr-defined]
        sites = sites.filter(pk__in=request.sites)  # type: ignore[attr-defined]
    plan = Plan.objects.filter(week=week, state=Plan.State.PUBLISHED).select_related("week").first()
    form = Filter(request.GET, week=week)
    chosen = {name: value for name, value in (form.cleaned_data if form.is_valid() else {}).items() if value}
    shown = {"sites": list(sites), "plan": plan, "form": form, "query": urlencode(chosen)}
    if plan:
        shown["page"], shown["lines"] = page_of(
            plan,
            chosen,
            request.GET.get("page", "1"),
            viewer_of(week, request.user),  # type: ignore[arg-type]
            request.sites,  # type: ignore[attr-defined]
        )
    return render(request, "desk/my_site.html", shown)
