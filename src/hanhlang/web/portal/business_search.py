"""Looking for firms, and a firm's page with what it offers and needs, where its people are asked for a meeting or blocked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings import business, rules_business
from hanhlang.domains.meetings.actions import block, make_wish
from hanhlang.domains.meetings.models import Profile, Wish
from hanhlang.domains.people.models import Person
from hanhlang.web.access import access
from hanhlang.web.portal import business_words as words
from hanhlang.web.portal.business_people import back, me, refuse
from hanhlang.web.portal.views import TAKING_PART

A_PAGE = 20


class SearchForm(forms.Form):
    """What to look for; everything left open finds every firm."""

    q = forms.CharField(label=pgettext_lazy("business", "Words"), max_length=100, required=False)
    among = forms.ChoiceField(
        label=pgettext_lazy("business", "Among"),
        required=False,
        choices=[("", pgettext_lazy("business", "everything")), ("offers", _("what they offer")), ("needs", _("what they need"))],
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    country = forms.ChoiceField(label=pgettext_lazy("business", "Country"), required=False)
    stage = forms.ChoiceField(
        label=pgettext_lazy("business", "Stage"), required=False, choices=[("", pgettext_lazy("business", "any")), *Profile.Stage.choices]
    )

    def __init__(self, *args: Any, topics: dict[str, str], countries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", pgettext_lazy("business", "any")), *topics.items()]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", pgettext_lazy("business", "any")), *countries]  # type: ignore[attr-defined]

    def sought(self) -> business.Sought:
        """Return what is looked for; a choice nobody offered counts as none."""
        said = self.cleaned_data
        return business.Sought(
            said.get("q", ""), said.get("among", ""), said.get("topic", ""), said.get("country", ""), said.get("stage", "")
        )


class AskForm(forms.Form):
    """Whom of the firm one asks, and what one writes to them."""

    asked = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Whom you would like to meet"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whom you would like to meet."), "invalid_choice": _("Choose one of those who are listed.")},
    )
    message = forms.CharField(
        label=_("What you would like to talk about"),
        help_text=_("The other side reads it before it answers. One or two sentences are enough."),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": _("Write at most %(limit_value)d letters.")},
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked"].queryset = Person.objects.filter(pk__in=[person.pk for person in people])  # type: ignore[attr-defined]
        self.fields["asked"].label_from_instance = _person  # type: ignore[attr-defined]
        if people and not self.is_bound:
            self.initial["asked"] = people[0].pk


def _person(person: Person) -> str:
    title = str(person.title)
    return f"{person.name}, {title}" if title else person.name


@access(*TAKING_PART)
@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """List the firms that match, a page at a time; the same few queries for any number."""
    week, person = me(request)
    everyone = business.profiles_found_by(week, person)
    codes = everyone.order_by().values_list("country", flat=True).distinct()
    form = SearchForm(request.GET, topics=words.topic_names(week), countries=words.countries(codes))
    form.is_valid()
    found = business.profiles_found_by(week, person, form.sought())
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    asked = {key: value for key, value in request.GET.items() if key != "page" and value}
    answer = {
        "form": form,
        "page": page,
        "lines": [line_of(profile) for profile in page.object_list],
        "query": urlencode(asked),
        "asked": form.cleaned_data.get("q", ""),
        "narrowed": bool(asked),
        "here": "search",
    }
    return render(request, "portal/business/search.html", answer)


def line_of(profile: Profile) -> dict[str, Any]:
    """Return a firm as lists show it."""
    return {
        "profile": profile,
        "offers": words.lines(profile.offers),
        "needs": words.lines(profile.needs),
        "country": words.country_name(profile.country) if profile.country else "",
        "stage": words.stage_name(profile.stage),
    }


@access(*TAKING_PART)
@require_safe
@never_cache
def firm(request: HttpRequest, key: str) -> HttpResponse:
    """Show one firm and whom of it one may ask."""
    return _firm_page(request, _found(request, key))


@access(*TAKING_PART)
@require_POST
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask somebody of the firm for a meeting."""
    week, person = me(request)
    profile = _found(request, key)
    form = AskForm(request.POST, people=_people(profile))
    if not form.is_valid():
        return _firm_page(request, profile, form, status=422)
    asked: Person = form.cleaned_data["asked"]
    try:
        make_wish(week=week, asking=person, asked=asked, message=form.cleaned_data["message"], by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        for field in refusal.fields or [None]:
            form.add_error(field if field in form.fields else None, str(refusal))
        return _firm_page(request, profile, form, status=refusal.status)
    messages.success(
        request, gettext("%(person)s has been asked. The answer stands on this page as soon as it is there.") % {"person": asked.name}
    )
    return back(request)


@access(*TAKING_PART)
@require_POST
def block_firm(request: HttpRequest, key: str) -> HttpResponse:
    """Hear no more from the firm, or from one of its people."""
    week, person = me(request)
    profile = _found(request, key)
    whom = next((one for one in _people(profile) if str(one.pk) == request.POST.get("person")), None)
    try:
        if whom:
            block(week=week, by_person=person, person=whom, by=request.user, now=clock.now())  # type: ignore[arg-type]
        else:
            block(week=week, by_person=person, organisation=profile.organisation, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
        return back(request, "portal-business-firm", key)
    name = whom.name if whom else str(profile.organisation.name)
    messages.success(request, gettext("You hear no more from %(name)s. They are not told.") % {"name": name})
    return back(request, "portal-business-blocks")


def _found(request: HttpRequest, key: str) -> Profile:
    week, person = me(request)
    profile = business.profiles_found_by(week, person).filter(organisation__key=key).first()
    if profile is None:
        raise Http404
    return profile


def _people(profile: Profile) -> list[Person]:
    people: list[Person] = profile.organisation.found_people  # type: ignore[attr-defined]
    return people


def _firm_page(request: HttpRequest, profile: Profile, form: AskForm | None = None, *, status: int = 200) -> HttpResponse:
    week, person = me(request)
    people = _people(profile)
    between = {}
    for wish in business.wishes_of(week, person, state__in=(Wish.State.OPEN, Wish.State.ACCEPTED)):
        other: UUID = wish.asked_id if wish.asking_id == person.pk else wish.asking_id
        between[other] = wish
    free = [one for one in people if one.pk not in between]
    page = {
        "profile": profile,
        "line": line_of(profile),
        "people": [{"person": one, "wish": between.get(one.pk)} for one in people],
        "languages": [words.language_name(code) for code in profile.languages],
        "topics": [topic.name for topic in profile.topics.all()],
        "form": form or AskForm(people=free),
        "may_ask": bool(free) or form is not None,
        "free": free,
        "letters": rules_business.ENTRY_LETTERS,
        "here": "search",
    }
    return render(request, "portal/business/firm.html", page, status=status)
