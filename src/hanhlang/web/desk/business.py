"""Business meetings at the desk: profiles to validate, firms to call, and how many of everything there are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import business_day
from hanhlang.domains.meetings.actions import return_profile, validate_profile
from hanhlang.domains.meetings.models import Block, BusinessSettings, Profile, Wish
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK
from hanhlang.web.portal import business_words as words

A_PAGE = 50
# Who has waited longest comes first.
ORDER = ("submitted_at", "organisation__sorted_vi", "pk")
MARKS = {
    Profile.State.DRAFT: "draft",
    Profile.State.SUBMITTED: "decide",
    Profile.State.VALIDATED: "confirmed",
    Profile.State.RETURNED: "waiting",
}
# What can be compared side by side: what is written now, and what others see.
PARTS = ("about", "offers", "needs", "topics", "languages", "stage", "country")


class ReturnForm(forms.Form):
    """What is to be put right, and whether others may go on seeing what they see."""

    note = forms.CharField(
        label=_("What is to be put right"),
        help_text=_("The firm reads it."),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say in one sentence what is to be put right.")},
    )
    take_down = forms.BooleanField(label=_("Also take down what others see now"), required=False)


@access(*DESK)
@require_safe
@never_cache
def profiles(request: HttpRequest) -> HttpResponse:
    """List the firms' profiles, those that wait first; the same few queries for any number."""
    week: Week = request.week  # type: ignore[attr-defined]
    wanted = request.GET.get("state", Profile.State.SUBMITTED)
    rows = (
        Profile.objects.filter(week=week, is_shown=False).select_related("organisation").order_by("submitted_at", "organisation__sorted_vi")
    )
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    shown = rows.filter(state=wanted) if wanted in Profile.State.values else rows
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    answer = {
        "page": page,
        "lines": [{"profile": row, "mark": MARKS[Profile.State(row.state)], "offers": words.lines(row.offers)} for row in page.object_list],
        "states": [(state.value, state.label, counts.get(state.value, 0)) for state in Profile.State],
        "wanted": wanted,
        "query": f"state={wanted}",
        "figures": _figures(week),
        "here": "business",
    }
    return render(request, "desk/business/profiles.html", answer)


@access(*DESK)
@require_safe
@never_cache
def profile(request: HttpRequest, profile: UUID) -> HttpResponse:
    """Show one profile beside what others see of the firm."""
    return _page(request, _profile(request, profile))


@access(*DESK)
@require_POST
def validate(request: HttpRequest, profile: UUID) -> HttpResponse:
    """Let others see it."""
    row = _profile(request, profile)
    try:
        validate_profile(profile=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        messages.success(request, gettext("The profile of %(firm)s is validated and can be found.") % {"firm": row.organisation.name})
    return _next(request)


@access(*DESK)
@require_POST
def give_back(request: HttpRequest, profile: UUID) -> HttpResponse:
    """Return it with a note."""
    row = _profile(request, profile)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        return_profile(profile=row, by=request.user, now=clock.now(), **form.cleaned_data)  # type: ignore[arg-type]
    except CodedError as refusal:
        for field in refusal.fields or [None]:
            form.add_error(field if field in form.fields else None, str(refusal))
        return _page(request, row, form, status=refusal.status)
    messages.success(request, gettext("The profile of %(firm)s is returned with your note.") % {"firm": row.organisation.name})
    return _next(request)


@access(*DESK)
@require_safe
@never_cache
def calls(request: HttpRequest) -> HttpResponse:
    """List the firms without any agreed meeting: whom to call, and what they want."""
    week: Week = request.week  # type: ignore[attr-defined]
    now = clock.now()
    page = Paginator(business_day.calls(week), A_PAGE).get_page(request.GET.get("page"))
    lines = [
        {
            "call": call,
            "people": [{"person": person, "contact": call.contacts.get(person.pk)} for person in call.people],
            "offers": words.lines(call.profile.offers) if call.profile else [],
            "needs": words.lines(call.profile.needs) if call.profile else [],
        }
        for call in page.object_list
    ]
    begins = business_day.calls_begin(week)
    answer = {"page": page, "lines": lines, "begins": begins, "is_early": now < begins, "here": "business"}
    return render(request, "desk/business/calls.html", answer)


def _figures(week: Week) -> dict[str, int]:
    """Return counts; of blocks nobody at the desk sees more than this."""
    wishes = Wish.objects.filter(week=week).aggregate(
        open=Count("pk", filter=Q(state=Wish.State.OPEN)), accepted=Count("pk", filter=Q(state=Wish.State.ACCEPTED))
    )
    return {
        **wishes,
        "people": BusinessSettings.objects.filter(week=week, takes_part=True).count(),
        "blocks": Block.objects.filter(week=week).count(),
    }


def _profile(request: HttpRequest, key: UUID) -> Profile:
    rows = Profile.objects.filter(week=request.week, is_shown=False, pk=key)  # type: ignore[attr-defined]
    found = rows.select_related("organisation", "week", "submitted_by__person", "decided_by__person").prefetch_related("topics").first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, row: Profile, form: ReturnForm | None = None, *, status: int = 200) -> HttpResponse:
    shown = Profile.objects.filter(week=row.week, organisation=row.organisation, is_shown=True).prefetch_related("topics").first()
    now_written, now_seen = _said(row), _said(shown) if shown else {}
    labels = {
        "about": _("About the firm"),
        "offers": _("What they offer"),
        "needs": _("What they need"),
        "topics": _("Topics"),
        "languages": _("Languages at the table"),
        "stage": _("Stage of the firm"),
        "country": _("Country of the firm"),
    }
    parts = [
        {
            "label": labels[part],
            "lines": now_written[part],
            "seen": now_seen.get(part, []),
            "changed": bool(shown) and now_written[part] != now_seen[part],
        }
        for part in PARTS
    ]
    page = {
        "profile": row,
        "mark": MARKS[Profile.State(row.state)],
        "parts": parts,
        "shown": shown,
        "waits": row.state == Profile.State.SUBMITTED,
        "form": form or ReturnForm(),
        "here": "business",
    }
    return render(request, "desk/business/profile.html", page, status=status)


def _said(row: Profile) -> dict[str, list[str]]:
    """Return what a profile says, every language of a text, as lines to compare."""
    texts = {
        name: [f"{code}: {line}" for code, text in sorted(getattr(row, name).texts.items()) for line in text.splitlines()]
        for name in ("about", "offers", "needs")
    }
    return texts | {
        "topics": [str(topic.name) for topic in row.topics.all()],
        "languages": [words.language_name(code) for code in row.languages],
        "stage": [words.stage_name(row.stage)] if row.stage else [],
        "country": [words.country_name(row.country)] if row.country else [],
    }


def _next(request: HttpRequest) -> HttpResponse:
    """Go on to the next profile that waits, else to the list."""
    week: Week = request.week  # type: ignore[attr-defined]
    waiting = Profile.objects.filter(week=week, is_shown=False, state=Profile.State.SUBMITTED).order_by(
        "submitted_at", "organisation__sorted_vi"
    )
    key: Any = waiting.values_list("pk", flat=True).first()
    address = reverse("desk-business-profile", args=[week.key, key]) if key else reverse("desk-business", args=[week.key])
    return HttpResponseRedirect(address)
