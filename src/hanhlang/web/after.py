"""After a meeting, as the desk and the portal both show it: what became of it, marks, notes, what is to follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import after
from hanhlang.domains.meetings.actions import log_look, outcomes
from hanhlang.domains.meetings.models import FollowUp, Meeting, Outcome, OutcomeNote, Placement, Plan, Satisfaction
from hanhlang.domains.meetings.outcome_rights import Standing, people_of_sides, standing_of
from hanhlang.domains.meetings.parties import Party, seats_with_parties, sides_of
from hanhlang.domains.meetings.visibility import Viewer
from hanhlang.domains.people.models import Person

DUE_IN = timedelta(days=14)


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(
        label=_("What became of it"),
        choices=Outcome.State.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of it.")},
    )
    absent_side = forms.TypedChoiceField(
        label=_("Who did not come"), required=False, coerce=int, empty_value=None, help_text=_("Only if somebody did not come.")
    )
    why = forms.CharField(label=_("Why, in a sentence"), required=False, max_length=300)

    def __init__(self, *args: Any, sides: tuple[Party | None, Party | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(number), side.name) for number, side in enumerate(sides, start=1) if side]
        self.fields["absent_side"].choices = [("", "–"), *names, ("0", gettext("nobody came"))]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note of your side"),
        required=False,
        max_length=outcomes.MOST_NOTE,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Seen by your own delegation or yourself only."),
    )


class FollowUpForm(forms.Form):
    text = forms.CharField(
        label=_("What is to be done"),
        max_length=outcomes.MOST_TEXT,
        error_messages={"required": _("Say in one sentence what is to be done.")},
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(), label=_("Who does it"), error_messages={"required": _("Choose who does it.")}, empty_label=_("choose")
    )
    due_on = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={"required": _("Give the day until which it is done."), "invalid": _("Give the day as 2025-11-14.")},
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = (
            Person.objects.filter(pk__in=people_of_sides(meeting.week, meeting)).select_related("organisation").order_by("sorted", "pk")
        )
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class After:
    """One meeting's page after it: ``area`` is ``desk`` or ``portal``, whose addresses and frame it uses."""

    def __init__(self, request: HttpRequest, number: int, *, area: str, viewer: Viewer, may_change: bool) -> None:
        """:raises Http404: unless the visitor sees the meeting whole."""
        self.request, self.area, self.number = request, area, number
        self.week: Week = request.week  # type: ignore[attr-defined]
        seats = Prefetch("participants", seats_with_parties(self.week), to_attr="seats_taken")
        found = Meeting.objects.filter(week=self.week, number=number).select_related("week", "outcome").prefetch_related(seats).first()
        if found is None:
            raise Http404
        self.meeting, self.viewer = found, viewer
        self.standing: Standing = standing_of(viewer, found, may_change=may_change)
        if not self.standing.sees:
            raise Http404
        self.sides = sides_of(found.seats_taken)  # type: ignore[attr-defined]

    def page(self, status: int = 200, **given: Any) -> HttpResponse:
        """Answer with the page; forms in ``given`` keep what was typed."""
        now = clock.now()
        log_look(at=self.meeting, by=self.request.user, now=now)  # type: ignore[arg-type]
        outcome: Outcome | None = getattr(self.meeting, "outcome", None)
        placement = Placement.objects.filter(meeting=self.meeting, plan__state=Plan.State.PUBLISHED).select_related("place__site").first()
        own = Satisfaction.objects.filter(meeting=self.meeting, person=self.viewer.person).first() if self.viewer.person else None
        rows = list(FollowUp.objects.filter(meeting=self.meeting).select_related("meeting__week", "owner__organisation"))
        forms_shown = {"outcome_form": self.outcome_form(outcome), "follow_up_form": self.follow_up_form(), "note_form": self.note_form()}
        context = {
            "frame": f"{self.area}/base.html",
            "area": self.area,
            "meeting": self.meeting,
            "sides": [side for side in self.sides if side],
            "placement": placement,
            "has_begun": placement is not None and placement.starts_at <= now,
            "outcome": outcome,
            "absent": self.absent(outcome),
            "standing": self.standing,
            "marks": Satisfaction.Mark.choices,
            "own_mark": own.mark if own else None,
            "follow_ups": [(row, after.is_overdue(row, now), self.may_finish(row)) for row in rows],
            "addresses": {name.replace("-", "_"): self.address(name) for name in ("outcome", "mark", "note", "follow-up")},
            **forms_shown,
            **given,
        }
        return render(self.request, "after/meeting.html", context, status=status)

    def absent(self, outcome: Outcome | None) -> str:
        if outcome is None or outcome.absent_side is None:
            return ""
        side = self.sides[outcome.absent_side - 1] if outcome.absent_side else None
        return side.name if side else gettext("nobody came")

    def may_finish(self, row: FollowUp) -> bool:
        return row.done_at is None and (self.standing.may_record or row.owner_id == self.viewer.person)

    def outcome_form(self, outcome: Outcome | None = None, data: Any = None) -> OutcomeForm:
        initial = {"state": outcome.state, "absent_side": outcome.absent_side, "why": outcome.why} if outcome else None
        return OutcomeForm(data, sides=self.sides, initial=initial, auto_id="outcome-%s")

    def note_form(self, data: Any = None) -> NoteForm:
        note = OutcomeNote.objects.filter(meeting=self.meeting, side__in=self.standing.sides).first()
        return NoteForm(data, initial={"text": note.text} if note else None, auto_id="note-%s")

    def follow_up_form(self, data: Any = None) -> FollowUpForm:
        due = {"due_on": after.today(self.week, clock.now()) + DUE_IN}
        return FollowUpForm(data, meeting=self.meeting, initial=due, auto_id="follow-%s")

    def address(self, name: str) -> str:
        return reverse(f"{self.area}-after-{name}", args=[self.week.key, self.number])

    def carry_out(self, form_name: str, form: forms.Form | None, do: Callable[[], object], told: str) -> HttpResponse:
        """Do it and go back to the page, or show the page with the form and what is wrong with it."""
        if form is not None and not form.is_valid():
            return self.page(422, **{form_name: form})
        try:
            do()
        except CodedError as refusal:
            if form is None:
                return self.page(refusal.status, refusal=refusal)
            for field in refusal.fields or [None]:
                form.add_error(field if field in form.fields else None, str(refusal))
            return self.page(refusal.status, **{form_name: form})
        messages.success(self.request, told)
        return HttpResponseRedirect(reverse(f"{self.area}-after-meeting", args=[self.week.key, self.number]))

    def record(self) -> HttpResponse:
        form = self.outcome_form(data=self.request.POST)

        def do() -> object:
            given = form.cleaned_data
            return outcomes.record_outcome(meeting=self.meeting, standing=self.standing, **given, **self.who())

        return self.carry_out("outcome_form", form, do, gettext("Kept what became of the meeting."))

    def mark(self) -> HttpResponse:
        given = self.request.POST.get("mark", "")
        person = self.request.user.person  # type: ignore[union-attr]
        if person is None:
            raise Http404

        def do() -> object:
            value = int(given) if given.isdecimal() and len(given) < 3 else 0
            return outcomes.mark_meeting(meeting=self.meeting, person=person, mark=value, **self.who())

        return self.carry_out("", None, do, gettext("Thank you. Only sums are shown to the organiser."))

    def note(self) -> HttpResponse:
        form = self.note_form(self.request.POST)

        def do() -> object:
            text = form.cleaned_data["text"]
            return outcomes.write_note(meeting=self.meeting, standing=self.standing, text=text, **self.who())

        return self.carry_out("note_form", form, do, gettext("The note of your side is kept."))

    def follow_up(self) -> HttpResponse:
        form = self.follow_up_form(self.request.POST)

        def do() -> object:
            return outcomes.add_follow_up(meeting=self.meeting, standing=self.standing, **form.cleaned_data, **self.who())

        return self.carry_out("follow_up_form", form, do, gettext("Noted. It stands on both sides' lists."))

    def who(self) -> dict[str, Any]:
        return {"by": self.request.user, "now": clock.now()}


def finish(request: HttpRequest, row: FollowUp, standing: Standing) -> None:
    """Mark a follow-up as done and say so; a refusal is said, too."""
    try:
        outcomes.finish_follow_up(follow_up=row, standing=standing, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        messages.success(request, gettext("Marked as done."))
