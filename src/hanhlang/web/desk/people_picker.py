"""Choosing people from many: a plain list where no script runs, else a search that finds names without their marks, too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.core.folding import fold
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Person
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK
from hanhlang.web.keys import is_key

SHOWN = 12
FEW = 20  # so many are chosen by looking at them


class PeoplePicker(forms.SelectMultiple):
    """A list to choose from, which htmx replaces with the search at ``address``."""

    def __init__(self, address: str) -> None:
        super().__init__(attrs={"size": 8})
        self.address = address

    def render(self, name: str, value: Any, attrs: dict[str, str] | None = None, renderer: Any = None) -> Any:
        plain = super().render(name, value, attrs, renderer)
        return render_to_string("desk/people_picker.html", {"plain": plain, "address": self.address, "id": (attrs or {}).get("id", "")})


class PeopleField(forms.ModelMultipleChoiceField):
    """People of a week, named with their organisation; more than a few are searched for."""

    def __init__(self, *, week: Week, **options: Any) -> None:
        there = people_of(week)
        many = there[FEW : FEW + 1].exists()
        widget = PeoplePicker(reverse("desk-people", args=[week.key])) if many else forms.SelectMultiple(attrs={"size": 8})
        super().__init__(there, widget=widget, **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.organisation.name}" if obj.organisation else str(obj.name)


def people_of(week: Week) -> QuerySet[Person]:
    """Return who takes part in the week, in the order of their names."""
    return Person.objects.filter(participations__week=week).select_related("organisation").order_by("sorted", "pk")


@access(*DESK)
@require_safe
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Show the search with who is chosen already, and whom the words typed so far mean."""
    there = people_of(request.week)  # type: ignore[attr-defined]
    keys = [key for key in request.GET.getlist("people") if is_key(key)]
    asked = request.GET.get("find", "")[:100]
    words = fold(asked).split()
    found = there.exclude(pk__in=keys) if words else there.none()
    for word in words:
        found = found.filter(Q(folded__contains=word) | Q(organisation__folded__contains=word))
    rows = list(found[: SHOWN + 1])
    page = {
        "chosen": list(there.filter(pk__in=keys)),
        "found": rows[:SHOWN],
        "more": found.count() - SHOWN if len(rows) > SHOWN else 0,
        "asked": asked,
        "has_words": bool(words),
        "id": request.GET.get("id", "")[:60],
    }
    return render(request, "desk/people_found.html", page)
