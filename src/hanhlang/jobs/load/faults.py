"""What can be wrong with a week's folder, in words that say what to do."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from hanhlang.domains.core.errors import CodedError

# Codes never change; the words may.
TEXTS = {
    "folder_missing": gettext_noop("There is no such folder. Give the path of a folder with a programme.yaml."),
    "folder_empty": gettext_noop("The folder holds no YAML file. It needs at least programme.yaml."),
    "file_missing": gettext_noop("This file is needed and is not there. Add it."),
    "file_unreadable": gettext_noop("This file cannot be read. Check its permissions."),
    "file_unknown": gettext_noop("No such file belongs to a week. %(hint)s"),
    "too_large": gettext_noop("The file is larger than %(limit)d kB. Split the week or remove what is not needed."),
    "too_deep": gettext_noop("Lists are nested deeper than %(limit)d levels. Flatten them."),
    "utf16": gettext_noop("The file is saved as UTF-16. Save it again as UTF-8."),
    "not_utf8": gettext_noop("The file is not UTF-8 text. Save it again as UTF-8."),
    "broken_yaml": gettext_noop("This is not YAML: %(problem)s. Correct this line."),
    "alias": gettext_noop("Anchors, aliases and tags (&, *, !) are not allowed. Write the value out."),
    "key_twice": gettext_noop("“%(key)s” is given twice. Keep one."),
    "not_a_list": gettext_noop("A list is expected here. Begin each record with a hyphen."),
    "not_a_record": gettext_noop("Named fields are expected here. Write them as “field: value”."),
    "wrong_schema": gettext_noop("The file says schema “%(found)s”; “%(wanted)s” is expected. Correct the first line."),
    "missing": gettext_noop("This field is missing. Add it."),
    "unknown_field": gettext_noop("There is no such field. %(hint)s"),
    "bad_date": gettext_noop("“%(value)s” is not a date. Write it as 2025-10-27."),
    "bad_hour": gettext_noop("“%(value)s” is not an hour. Write it as 09:00."),
    "bad_id": gettext_noop("“%(value)s” cannot be an id. Use small letters a-z, digits and hyphens, at most 60."),
    "not_one_of": gettext_noop("“%(value)s” is not possible here. Choose one of: %(choices)s."),
    "not_a_number": gettext_noop("“%(value)s” is not a whole number in the permitted range. Correct it."),
    "not_text": gettext_noop("Text is expected here. Put the value in quotation marks."),
    "bad_value": gettext_noop("“%(value)s” is not possible here: %(problem)s."),
    "bad_timezone": gettext_noop("“%(value)s” is no time zone. Write it as Asia/Ho_Chi_Minh."),
    "no_name": gettext_noop("A name is needed in at least one language. Fill %(fields)s."),
    "id_twice": gettext_noop("The id “%(key)s” is used already, in %(other)s. Give one of the two another id."),
    "unknown_id": gettext_noop("Nothing has the id “%(key)s”. %(hint)s"),
    "week_id_shape": gettext_noop("A week cannot be called “%(key)s”. Use 3 to 40 of a-z, 0-9 and hyphen."),
    "week_id_reserved": gettext_noop("A week cannot be called “%(key)s”: it is a language or an address of ours. Choose another id."),
    "ends_before_start": gettext_noop("It ends at %(end)s and starts at %(start)s. It must end after it starts."),
    "outside_session": gettext_noop("%(start)s to %(end)s is not within its session, %(from)s to %(until)s. Correct one of them."),
    "half_hours": gettext_noop("Start and end belong together. Give both or neither."),
    "day_missing": gettext_noop("There are hours and no day. Give the day."),
    "day_contradicts": gettext_noop("The day %(day)s is given here and %(reported)s is reported. Remove the day here."),
    "hours_contradict": gettext_noop("Hours are given here and in %(other)s too. Keep one of the two."),
    "day_outside": gettext_noop("%(day)s is outside the week, %(first)s to %(last)s. Correct the day."),
    "wrong_site": gettext_noop("The place “%(place)s” is in %(site)s and the session in %(other)s. Choose a place there."),
    "role_unknown": gettext_noop("%(person)s has no such role in this session. Name a role that programme.yaml gives."),
    "place_twice": gettext_noop("“%(place)s” is taken by “%(other)s” from %(start)s to %(end)s. Move one of the two."),
    "person_twice": gettext_noop("%(person)s is also in “%(other)s” from %(start)s to %(end)s. Move one, or give the roles their minutes."),
    "taken": gettext_noop("%(reason)s"),
}

MOST_SHOWN = 200


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing to correct: where it is and, through ``code`` and ``values``, what to do."""

    code: str
    file: str
    line: int = 0
    record: str = ""
    field: str = ""
    values: dict[str, Any] = dataclasses.field(default_factory=dict)

    def message(self, language: str) -> str:
        """Return one line: file, line, record, field, then the sentence in ``language``."""
        with translation.override(language):
            values = {name: _told(value) for name, value in self.values.items()}
            sentence = translation.gettext(TEXTS[self.code]) % values if values else translation.gettext(TEXTS[self.code])
            line = translation.gettext("line %(line)d") % {"line": self.line} if self.line else ""
        where = ", ".join(part for part in (self.file, line, self.record, self.field) if part)
        return f"{where}: {sentence}" if where else sentence

    def to_json(self) -> dict[str, Any]:
        """Return the fault for a program."""
        return {"code": f"load.{self.code}", "file": self.file, "line": self.line, "record": self.record, "field": self.field}


class Hint:
    """The nearest of the names that exist, said in the language of the moment."""

    def __init__(self, given: str, known: Iterable[str]) -> None:
        found = difflib.get_close_matches(given, sorted(set(known)), n=1, cutoff=0.6)
        self.nearest = found[0] if found else ""

    def __str__(self) -> str:
        if self.nearest:
            return translation.gettext("Did you mean “%(nearest)s”?") % {"nearest": self.nearest}
        return translation.gettext("Remove or correct it.")


class LoadRefused(CodedError):
    """A folder that cannot be loaded; ``faults`` are all that were found, in the order of files and lines."""

    code = "load.refused"
    status = 422
    text = _("Nothing was loaded: %(count)d faults were found. Correct them and load again.")

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.file, fault.line, fault.record, fault.field))
        super().__init__(count=len(self.faults))


def _told(value: Any) -> Any:
    # A mapping or a page of text pasted into one field would bury the sentence.
    if isinstance(value, int | Hint):
        return value if isinstance(value, int) else str(value)
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
