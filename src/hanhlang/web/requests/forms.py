"""Forms of requests. They check shape; the actions check rules, and both end in the same summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.agenda.models import InterpreterTeam
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Site, Week
from hanhlang.domains.meetings import bilaterals
from hanhlang.domains.meetings.enums import Format, Interpreting, Press, Secrecy
from hanhlang.domains.people.models import Person
from hanhlang.web.components.kinds import RANKS
from hanhlang.web.requests.hours import HourRows

LOCAL = "%Y-%m-%dT%H:%M"
LANGUAGES = ("vi", "en", "fr", "zh", "ja", "ko", "lo", "km", "th", "ru", "es", "pt", "de", "ar")
ANY_LENGTH = range(5, 91, 5)


class WordedForm(forms.Form):
    """A form drawn part by part: fields, groups of boxes and rows of hours, with one summary of what is to be put right."""

    sections: tuple[tuple[str | Promise, tuple[str, ...]], ...] = ()
    # Which field bears what an action says about another name.
    others: dict[str, str] = {}

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week = week
        self.zone = ZoneInfo(week.timezone)
        self.hours: dict[str, HourRows] = {}

    def add_hours(self, name: str, label: str | Promise, hint: str | Promise, initial: Sequence[Any] = ()) -> None:
        data = self.data if self.is_bound and isinstance(self.data, QueryDict) else None
        self.hours[name] = HourRows(name, label, hint, self.week, data, initial)

    def is_valid(self) -> bool:
        fields_are = super().is_valid()
        return fields_are and not any(rows.lines for rows in self.hours.values())

    def parts(self) -> list[dict[str, Any]]:
        """Return the sections with what each draws."""
        named = self.sections or (("", (*self.fields, *self.hours)),)
        return [{"title": title, "parts": [part for name in names if (part := self._part(name))]} for title, names in named]

    def _part(self, name: str) -> dict[str, Any] | None:
        if name in self.hours:
            return {"hours": self.hours[name]}
        if name not in self.fields or self[name].is_hidden:
            return None
        kind = "group" if isinstance(self.fields[name].widget, (forms.CheckboxSelectMultiple, forms.RadioSelect)) else "field"
        return {kind: self[name]}

    def refuse(self, refusal: CodedError) -> None:
        """Put an action's refusal where it belongs: to its field, its hours, or to all."""
        self.full_clean() if not self.is_bound else None
        for field in refusal.fields or (None,):
            name = self.others.get(field, field) if field else None
            if name in self.hours:
                self.hours[name].refuse(str(refusal))
            else:
                self.add_error(name if name in self.fields else None, str(refusal))

    def summary(self) -> dict[str, Any]:
        """Return what is to be put right: lines with their fields, and what concerns no field."""
        if not self.is_bound:
            return {"lines": [], "general": []}
        lines = [
            {"id": self[name].id_for_label or self[name].auto_id, "text": text}
            for name in self.fields
            for text in self.errors.get(name, ())
        ]
        lines += [line for rows in self.hours.values() for line in rows.lines]
        return {"lines": lines, "general": list(self.non_field_errors())}

    def moment(self, name: str) -> datetime | None:
        """Return a field's moment: people type the week's own hours."""
        given: datetime | None = self.cleaned_data[name]
        return given.replace(tzinfo=self.zone) if given else None


class AskForm(WordedForm):
    """What is asked of another delegation."""

    sections = (
        (_("Whom, and in which form"), ("asking", "asked", "format", "companions", "level", "minutes", "subjects")),
        (_("When and where"), ("preferred", "impossible", "site", "address")),
        (_("In the room"), ("people", "languages", "interpreting", "needs", "press")),
        (_("Discretion"), ("secrecy", "why")),
    )
    others = {"windows": "preferred", "seats": "companions"}

    asking = forms.ModelChoiceField(
        Delegation.objects.none(),
        to_field_name="key",
        label=_("Delegation that asks"),
        empty_label=_("choose"),
        error_messages={"required": _("Choose the delegation that asks."), "invalid_choice": _("Choose the delegation that asks.")},
    )
    asked = forms.ModelChoiceField(
        Delegation.objects.none(),
        to_field_name="key",
        label=_("Delegation you want to meet"),
        empty_label=_("choose"),
        error_messages={
            "required": _("Choose the delegation you want to meet."),
            "invalid_choice": _("Choose the delegation you want to meet."),
        },
    )
    format = forms.ChoiceField(label=_("Format"))
    companions = forms.IntegerField(
        label=_("N of a 1+N"),
        required=False,
        min_value=1,
        max_value=bilaterals.MOST_COMPANIONS,
        help_text=_("How many come with each head. Only for the format 1+N."),
        error_messages={name: _("Give a number from 1 to 10.") for name in ("invalid", "min_value", "max_value")},
    )
    level = forms.ChoiceField(label=_("Rank you want to meet"), required=False)
    minutes = forms.TypedChoiceField(
        label=_("Length"), coerce=int, help_text=_("Of the talk itself. Consecutive interpreting books 1.6 times as much.")
    )
    subjects = forms.CharField(
        label=_("What you want to discuss"),
        max_length=300,
        error_messages={
            "required": _("Say in one sentence what you want to discuss."),
            "max_length": _("Say it in at most 300 letters."),
        },
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), to_field_name="key", label=_("City"), required=False, empty_label=_("whichever suits"), blank=True
    )
    address = forms.CharField(
        label=_("Address, if not in a meeting room of the week"),
        required=False,
        max_length=300,
        help_text=_("Such as your embassy. Choose its city above."),
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        to_field_name="key",
        label=_("Who comes from your side"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody marked: the head and one more."),
    )
    languages = forms.MultipleChoiceField(label=_("Languages spoken"), required=False, widget=forms.CheckboxSelectMultiple)
    interpreting = forms.ChoiceField(label=_("Interpreting"), choices=Interpreting.choices)
    needs = forms.MultipleChoiceField(
        label=_("Interpreters the week is to send"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: the sides bring their own."),
    )
    press = forms.ChoiceField(label=_("Press"), choices=Press.choices)
    secrecy = forms.ChoiceField(
        label=_("What staff see who have nothing to do with it"),
        choices=[(level.value, level.label) for level in reversed(Secrecy)],
        widget=forms.RadioSelect,
        help_text=_("The two delegations always see all of it."),
    )
    why = forms.CharField(label=_("A word to the other side"), required=False, max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, week: Week, asking: Delegation | None = None, members: Iterable[Person] = (), **kwargs: Any) -> None:
        chosen = {"minutes": 30, "format": Format.FORMAL, "secrecy": Secrecy.ALL, "interpreting": Interpreting.NONE, "press": Press.NONE}
        kwargs["initial"] = chosen | (kwargs.get("initial") or {})
        super().__init__(*args, week=week, **kwargs)
        parties = Delegation.objects.filter(week=week).order_by("precedence", "code")
        if asking is not None:
            del self.fields["asking"]
            parties = parties.exclude(pk=asking.pk)
            own = Person.objects.filter(memberships__delegation=asking).order_by("-memberships__is_head", "memberships__order")
            self.fields["people"].queryset = own  # type: ignore[attr-defined]
        else:
            self.fields["asking"].queryset = parties  # type: ignore[attr-defined]
            # Whom the side that asks sends is known once it is chosen; until then its head and one more.
            del self.fields["people"]
        self.fields["asked"].queryset = parties  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.filter(week=week)  # type: ignore[attr-defined]
        _choices(self, "format", [pair for pair in Format.choices if pair[0] != Format.PULL_ASIDE])
        _choices(self, "level", level_choices())
        _choices(self, "minutes", length_choices(15))
        _choices(self, "languages", language_choices(week))
        pairs = sorted(set(InterpreterTeam.objects.filter(week=week).values_list("pair", flat=True)))
        _choices(self, "needs", [(pair, pair_word(pair)) for pair in pairs])
        if not pairs:
            del self.fields["needs"]
        self.add_hours("preferred", _("Hours you would like"), _("Up to eight stretches; the week’s own clocks."))
        self.add_hours("impossible", _("Hours that cannot be"), _("Nothing is planned then. Leave empty if there are none."))


class AnswerForm(WordedForm):
    """An answer; ``seen`` holds how many steps its reader knew, so that nobody answers what they have not read."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def ask_side(self, sides: Iterable[Delegation]) -> None:
        """Let the desk say for which of these sides it answers."""
        choices = [(side.key, str(side.name)) for side in sides]
        words = {"required": _("Choose the side that has told you."), "invalid_choice": _("Choose the side that has told you.")}
        self.fields["for_side"] = forms.ChoiceField(
            label=_("On behalf of"), choices=choices, widget=forms.RadioSelect, error_messages=words
        )
        self.order_fields(["for_side"])


class AcceptForm(AnswerForm):
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        to_field_name="key",
        label=_("Who comes from your side"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one who comes.")},
    )
    why = forms.CharField(label=_("A word to the other side"), required=False, max_length=500)

    def __init__(self, *args: Any, side: Delegation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Person.objects.filter(memberships__delegation=side).order_by("-memberships__is_head", "memberships__order")
        self.fields["people"].queryset = own  # type: ignore[attr-defined]


class OfferForm(AnswerForm):
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int)
    level = forms.ChoiceField(label=_("Rank that receives"), required=False)
    why = forms.CharField(label=_("A word to the other side"), required=False, max_length=500, widget=forms.Textarea({"rows": 3}))
    sections = (("", ("minutes", "level", "windows", "why")),)
    others = {"impossible": "windows"}

    def __init__(self, *args: Any, windows: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "level", level_choices())
        _choices(self, "minutes", length_choices(15))
        self.add_hours(
            "windows", _("Hours you offer"), _("Only these hours are then possible. Empty: the hours stay as they are."), windows
        )


class WhyForm(AnswerForm):
    why = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The other side reads it."),
        error_messages={"required": _("Say in one sentence why; the other side reads it.")},
    )


class WordForm(AnswerForm):
    why = forms.CharField(label=_("A word to the other side"), required=False, max_length=500, widget=forms.Textarea({"rows": 3}))


class HoldForm(AnswerForm):
    until = forms.DateTimeField(
        label=_("You answer by"),
        input_formats=[LOCAL],
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, LOCAL),
        help_text=_("At most 72 hours from now. So long the request does not run out."),
        error_messages={"required": _("Choose the day and hour by which you answer."), "invalid": _("Give the hour as 2025-10-28 14:30.")},
    )
    why = forms.CharField(label=_("A word to the other side"), required=False, max_length=500)
    sections = (("", ("until", "why")),)


class SecrecyForm(AnswerForm):
    secrecy = forms.ChoiceField(
        label=_("What staff see who have nothing to do with it"),
        choices=[(level.value, level.label) for level in reversed(Secrecy)],
        widget=forms.RadioSelect,
        help_text=_("The two delegations always see all of it. Below “everything” the request is not there for staff at all."),
    )
    readers = forms.MultipleChoiceField(label=_("Staff who see it all the same"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, staff: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "readers", staff)
        if not staff:
            del self.fields["readers"]


class BriefForm(WordedForm):
    text = forms.CharField(
        label=_("Brief and notes of your side"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 14}),
        help_text=_("Only your own delegation’s focal point reads this; neither the other side nor the secretariat."),
    )


class PullAsideForm(WordedForm):
    """Two who spoke for a few minutes."""

    asked = forms.ModelChoiceField(
        Delegation.objects.none(),
        to_field_name="key",
        label=_("With"),
        empty_label=_("choose"),
        error_messages={
            "required": _("Choose the delegation you spoke with."),
            "invalid_choice": _("Choose the delegation you spoke with."),
        },
    )
    starts_at = forms.DateTimeField(
        label=_("When it began"),
        input_formats=[LOCAL],
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, LOCAL),
        error_messages={"required": _("Give the day and hour it began."), "invalid": _("Give the hour as 2025-10-28 14:30.")},
    )
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int)
    people = forms.ModelChoiceField(
        Person.objects.none(), to_field_name="key", label=_("Who spoke for you"), required=False, empty_label=_("the head"), blank=True
    )
    subjects = forms.CharField(label=_("What was discussed"), required=False, max_length=300)
    secrecy = forms.ChoiceField(
        label=_("What staff see who have nothing to do with it"),
        choices=[(level.value, level.label) for level in reversed(Secrecy)],
        widget=forms.RadioSelect,
        initial=Secrecy.ALL,
    )

    def __init__(self, *args: Any, side: Delegation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Delegation.objects.filter(week=self.week).exclude(pk=side.pk)
        self.fields["asked"].queryset = others  # type: ignore[attr-defined]
        own = Person.objects.filter(memberships__delegation=side).order_by("-memberships__is_head", "memberships__order")
        self.fields["people"].queryset = own  # type: ignore[attr-defined]
        _choices(self, "minutes", length_choices(5, 10))


def level_choices() -> list[tuple[str, Any]]:
    return [("", _("the head of the delegation")), *((key, word) for key, word in RANKS.items() if bilaterals.tier_of([key]) is not None)]


def length_choices(least: int, most: int = 90) -> list[tuple[int, Any]]:
    return [(minutes, _("%(minutes)d minutes") % {"minutes": minutes}) for minutes in ANY_LENGTH if least <= minutes <= most]


def language_choices(week: Week) -> list[tuple[str, str]]:
    codes = dict.fromkeys([*week.languages, *LANGUAGES])
    return [(code, language_word(code)) for code in codes]


def language_word(code: str) -> str:
    """Return the name of a language in that of the page."""
    names = Locale.parse(get_language() or "vi").languages
    return str(names.get(code, code))


def pair_word(pair: str) -> str:
    """Return a language pair in words: "Korean – Vietnamese"."""
    return " – ".join(language_word(code) for code in pair.split("-"))


def _choices(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]
