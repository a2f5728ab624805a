"""Which rows of the day to show: one reading of the address for the drawing and for the list."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.folding import fold
from hanhlang.domains.meetings.day import Day
from hanhlang.web.desk.board import words
from hanhlang.web.desk.board.rows import Row, mark_gaps

ALL = ("", _("all"))


class Filter(forms.Form):
    """What to show; every field may stay empty, and one that makes no sense counts as empty."""

    q = forms.CharField(label=_("Name, delegation, firm or number"), required=False, max_length=100)
    site = forms.ChoiceField(label=_("City"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    group = forms.ChoiceField(label=_("Group"), required=False)
    only = forms.ChoiceField(label=_("Only rows"), required=False, choices=[ALL, *words.ONLY.items()])
    free = forms.ChoiceField(label=_("Free time"), required=False, choices=[("", _("not asked for")), *words.FREE.items()])

    def __init__(self, given: QueryDict, *, day: Day, view: str) -> None:
        super().__init__(given, auto_id="board-%s")
        self._choices("site", [(site.key, str(site.name)) for site in day.sites])
        self._choices("topic", [(topic.key, str(topic.name)) for topic in day.topics])
        self._choices("group", [(str(key), str(word)) for key, word in words.GROUPS[view].items()])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [ALL, *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        """The fields that say something."""
        self.is_valid()
        return {name: value.strip() for name, value in self.cleaned_data.items() if value and value.strip()}


def kept(rows: Iterable[Row], day: Day, chosen: dict[str, str]) -> list[Row]:
    """Return the rows that ``chosen`` asks for; with ``free`` their gaps are marked and rows without one go."""
    sites = {site.key: site.pk for site in day.sites}
    asked = fold(chosen.get("q", ""))
    found = []
    for row in rows:
        if "group" in chosen and row.group != chosen["group"]:
            continue
        if asked and not _is_found(row, asked):
            continue
        if "site" in chosen and not _is_at(row, sites[chosen["site"]]):
            continue
        if "topic" in chosen and not any(chosen["topic"] in block.taken.topics for block in row.blocks if not block.is_hidden):
            continue
        if "only" in chosen and not _is_such(row, chosen["only"]):
            continue
        if "free" in chosen:
            mark_gaps(day, row, int(chosen["free"]))
            if not row.gaps:
                continue
        found.append(row)
    return found


def _is_found(row: Row, asked: str) -> bool:
    if asked.isdecimal():
        return any(block.taken.number == int(asked) for block in row.blocks if not block.is_hidden) or asked in row.searched.split()
    return all(word in row.searched for word in asked.split())


def _is_at(row: Row, site: object) -> bool:
    if row.site:
        return row.site == site
    return any(block.taken.spot.site == site for block in row.blocks if not block.is_hidden)


def _is_such(row: Row, only: str) -> bool:
    if only == "taken":
        return bool(row.blocks)
    if only == "unplaced":
        return row.unplaced > 0
    if only == "changed":
        return row.is_changed
    if only == "locked":
        return any(block.taken.is_locked or block.taken.is_held for block in row.blocks if not block.is_hidden)
    return any(block.taken.clashes for block in row.blocks if not block.is_hidden)
