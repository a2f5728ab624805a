"""What one says of one's firm and of oneself: the firm's profile, hours and contact, and whom one does not want to hear from."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Topic, Week
from hanhlang.domains.meetings import business, rules, rules_business
from hanhlang.domains.meetings.actions import set_terms, submit_profile, unblock, write_profile
from hanhlang.domains.meetings.models import Block, BusinessSettings, Profile
from hanhlang.web.access import access
from hanhlang.web.components import dates
from hanhlang.web.portal import business_words as words
from hanhlang.web.portal.business_people import back, me
from hanhlang.web.portal.timeline import days_of
from hanhlang.web.portal.views import TAKING_PART

STRETCHES = (1, 2)
LONGEST_TEXT = 600


class ProfileForm(forms.Form):
    """What a firm says of itself, in the week's languages."""

    topics = forms.ModelMultipleChoiceField(Topic.objects.none(), label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label=_("Languages you speak at the table"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the languages that are listed.")},
    )
    stage = forms.ChoiceField(
        label=pgettext_lazy("business", "Stage"),
        required=False,
        choices=[("", pgettext_lazy("business", "not said")), *Profile.Stage.choices],
    )
    country = forms.ChoiceField(label=pgettext_lazy("business", "Country"), required=False)

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week = week
        own = [code for code in week.languages if code in ("vi", "en")] or ["vi", "en"]
        texts = {}
        for name, label in (("offers", _("What you offer")), ("needs", _("What you need")), ("about", _("About the firm"))):
            for code in own:
                texts[f"{name}_{code}"] = self._text(name, label, code)
        self.order_fields([*texts, "topics", "languages", "stage", "country"])
        self.fields = {**texts, **self.fields}
        spoken = [*own, *(code for code in words.LANGUAGES if code not in own)]
        self.fields["languages"].choices = [(code, words.language_name(code)) for code in spoken]  # type: ignore[attr-defined]
        self.fields["topics"].queryset = Topic.objects.filter(week=week)  # type: ignore[attr-defined]
        self.fields["topics"].label_from_instance = lambda topic: str(topic.name)  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", pgettext_lazy("business", "not said")), *words.every_country()]  # type: ignore[attr-defined]

    @staticmethod
    def _text(name: str, label: Any, code: str) -> forms.CharField:
        said = gettext("%(what)s, in %(language)s") % {"what": label, "language": words.language_name(code)}
        values = {"most": rules_business.MOST_ENTRIES, "letters": rules_business.ENTRY_LETTERS}
        hint = gettext("One entry a line, at most %(most)d, each at most %(letters)d letters.") % values
        return forms.CharField(
            label=said,
            required=False,
            max_length=LONGEST_TEXT if name == "about" else rules_business.MOST_ENTRIES * (rules_business.ENTRY_LETTERS + 40),
            help_text="" if name == "about" else hint,
            widget=forms.Textarea({"rows": 4, "lang": code}),
            error_messages={"max_length": _("Write at most %(limit_value)d letters.")},
        )

    @property
    def texts(self) -> list[forms.BoundField]:
        """Return the fields of text, in the order they are drawn."""
        return [self[name] for name in self.fields if name.partition("_")[0] in ("offers", "needs", "about")]

    def said(self, name: str) -> MultiText:
        """Return a text in the languages it was written in."""
        found = {key.partition("_")[2]: text for key, text in self.cleaned_data.items() if key.startswith(f"{name}_")}
        return MultiText({code: "\n".join(line.strip() for line in text.splitlines()) for code, text in found.items()})

    def field_of(self, name: str) -> str | None:
        """Return the field of the form that a refusal's field means."""
        return name if name in self.fields else next((key for key in self.fields if key.startswith(f"{name}_")), None)


def _first_of(profile: Profile | None) -> dict[str, Any]:
    if profile is None:
        return {"languages": ["vi", "en"]}
    texts = {f"{name}_{code}": text for name in ("offers", "needs", "about") for code, text in getattr(profile, name).texts.items()}
    rest = {"topics": profile.topics.all(), "languages": profile.languages, "stage": profile.stage, "country": profile.country}
    return texts | rest


@access(*TAKING_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Write the firm's profile; with the second button it also goes to the organiser."""
    week, person = me(request)
    row = business.profile_of(week, person)
    form = ProfileForm(request.POST or None, week=week, initial=_first_of(row))
    if request.method != "POST":
        return _profile_page(request, form, row)
    if not form.is_valid():
        return _profile_page(request, form, row, status=422)
    try:
        row = write_profile(
            week=week,
            organisation=person.organisation,
            about=form.said("about"),
            offers=form.said("offers"),
            needs=form.said("needs"),
            topics=form.cleaned_data["topics"],
            languages=form.cleaned_data["languages"],
            stage=form.cleaned_data["stage"],
            country=form.cleaned_data["country"],
            by=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
        if "submit" in request.POST:
            submit_profile(profile=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        # What was typed is kept on the page, and as a draft where it could be.
        for name in refusal.fields or [""]:
            form.add_error(form.field_of(name) if name else None, str(refusal))
        return _profile_page(request, form, row, status=refusal.status)
    if "submit" in request.POST:
        messages.success(request, gettext("The profile waits for the organiser. Until then others go on seeing what was validated last."))
        return back(request)
    messages.success(request, gettext("The draft is kept. Nobody else sees it before you submit it and the organiser validates it."))
    return back(request, "portal-business-profile")


def _profile_page(request: HttpRequest, form: ProfileForm, row: Profile | None, *, status: int = 200) -> HttpResponse:
    week, person = me(request)
    shown = business.shown_profile_of(week, person.organisation_id) if person.organisation_id else None
    page = {"form": form, "profile": row, "shown": shown, "person": person, "here": "profile"}
    return render(request, "portal/business/profile.html", page, status=status)


class TermsForm(forms.Form):
    """How one takes part, at which hours, and how partners reach one."""

    takes_part = forms.BooleanField(
        label=_("I can be found and asked for business meetings"),
        required=False,
        help_text=_("Off: nobody finds you, and your open wishes are withdrawn. What was agreed stays."),
    )
    wants_suggestions = forms.BooleanField(
        label=_("Suggest whom I might meet"),
        required=False,
        help_text=_("A tool compares the firms’ profiles when you ask for it; it uses nothing else."),
    )
    may_stand_in = forms.BooleanField(
        label=_("I stand in for colleagues"),
        required=False,
        help_text=_("A colleague of your organisation may pass a seat at a table on to you, at hours when you are free."),
    )
    mail = forms.EmailField(
        label=_("E-mail for partners"),
        required=False,
        help_text=_("Opened to the other side once a meeting is agreed, and to the organiser who helps you to find meetings."),
        error_messages={"invalid": _("Give an address as an@example.vn.")},
    )
    phone = forms.CharField(
        label=_("Telephone for partners"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        help_text=_("With the country’s number, as +84 90 123 4567."),
    )
    which = forms.ChoiceField(
        label=_("Hours for business meetings"),
        widget=forms.RadioSelect,
        choices=[("any", _("any hour at which I am there")), ("only", _("only these hours"))],
        error_messages={"required": _("Choose one of the two.")},
    )

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week, self.days = week, days_of(week)
        for number, day in enumerate(self.days):
            for stretch in STRETCHES:
                for edge, word in (("from", pgettext_lazy("business", "from")), ("to", pgettext_lazy("business", "to"))):
                    self.fields[f"d{number}_{stretch}_{edge}"] = forms.TimeField(
                        label=f"{dates.short_day(day)}, {stretch}, {word}",
                        required=False,
                        input_formats=["%H:%M"],
                        widget=forms.TimeInput({"type": "time", "step": 300}, "%H:%M"),
                        error_messages={"invalid": _("Give the hour as 09:30.")},
                    )

    @property
    def grid(self) -> list[dict[str, Any]]:
        """Return the days with their stretches, each two fields."""
        return [
            {
                "day": day,
                "stretches": [
                    {"number": stretch, "start": self[f"d{number}_{stretch}_from"], "end": self[f"d{number}_{stretch}_to"]}
                    for stretch in STRETCHES
                ],
            }
            for number, day in enumerate(self.days)
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("which") == "only":
            for number in range(len(self.days)):
                for stretch in STRETCHES:
                    start, end = (f"d{number}_{stretch}_{edge}" for edge in ("from", "to"))
                    if {start, end} & set(self.errors):
                        continue
                    first, last = said.get(start), said.get(end)
                    if bool(first) != bool(last) or (first and last and first >= last):
                        self.add_error(start, gettext("Give both hours, the second later than the first."))
            if not self.errors and not self._stretches():
                self.add_error("d0_1_from", gettext("Give at least one stretch of hours, or choose any hour."))
        return said

    def _stretches(self) -> list[tuple[date, time, time]]:
        said = self.cleaned_data
        found = []
        for number, day in enumerate(self.days):
            for stretch in STRETCHES:
                start, end = said.get(f"d{number}_{stretch}_from"), said.get(f"d{number}_{stretch}_to")
                if start and end:
                    found.append((day, start, end))
        return found

    def hours(self) -> list[rules.Window]:
        """Return the hours as moments: people type the week's own."""
        if self.cleaned_data["which"] == "any":
            return []
        zone = ZoneInfo(self.week.timezone)
        return [
            (datetime.combine(day, start, tzinfo=zone), datetime.combine(day, end, tzinfo=zone)) for day, start, end in self._stretches()
        ]


def _first_terms(week: Week, terms: BusinessSettings) -> dict[str, Any]:
    zone, days = ZoneInfo(week.timezone), days_of(week)
    said: dict[str, Any] = {name: getattr(terms, name) for name in ("takes_part", "wants_suggestions", "may_stand_in", "mail", "phone")}
    said["which"] = "only" if terms.hours else "any"
    taken: dict[date, int] = {}
    for start, end in rules.from_json(terms.hours):
        first, last = start.astimezone(zone), (end - timedelta(microseconds=1)).astimezone(zone)
        day = first.date()
        taken[day] = taken.get(day, 0) + 1
        if day in days and taken[day] in STRETCHES:
            number = days.index(day)
            said[f"d{number}_{taken[day]}_from"] = first.time()
            said[f"d{number}_{taken[day]}_to"] = end.astimezone(zone).time() if last.date() == end.astimezone(zone).date() else time(23, 55)
    return said


@access(*TAKING_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def terms(request: HttpRequest) -> HttpResponse:
    """Say how one takes part, when, and how one is reached."""
    week, person = me(request)
    form = TermsForm(request.POST or None, week=week, initial=_first_terms(week, business.terms_of(week, person)))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                set_terms(
                    week=week,
                    person=person,
                    takes_part=said["takes_part"],
                    wants_suggestions=said["wants_suggestions"],
                    may_stand_in=said["may_stand_in"],
                    hours=form.hours(),
                    mail=said["mail"],
                    phone=said["phone"],
                    by=request.user,  # type: ignore[arg-type]
                    now=clock.now(),
                )
            except CodedError as refusal:
                form.add_error("which", str(refusal))
                status = refusal.status
            else:
                messages.success(request, gettext("This is how you take part from now on."))
                return back(request)
    return render(request, "portal/business/terms.html", {"form": form, "person": person, "here": "terms"}, status=status)


@access(*TAKING_PART)
@require_safe
@never_cache
def blocks(request: HttpRequest) -> HttpResponse:
    """List whom one does not hear from; for one's own eyes alone."""
    week, person = me(request)
    rows = Block.objects.filter(week=week, by_person=person).select_related("person__organisation", "organisation").order_by("-created_at")
    return render(request, "portal/business/blocks.html", {"rows": list(rows), "here": "blocks"})


@access(*TAKING_PART)
@require_POST
def end_block(request: HttpRequest, block: UUID) -> HttpResponse:
    """Hear from somebody again."""
    week, person = me(request)
    row = Block.objects.filter(week=week, by_person=person, pk=block).select_related("person", "organisation").first()
    if row is None:
        raise Http404
    unblock(block=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    name = row.person.name if row.person else str(row.organisation.name) if row.organisation else ""
    messages.success(request, gettext("%(name)s can find and ask you again.") % {"name": name})
    return back(request, "portal-business-blocks")
