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
    "blocks_overlap": gettext_noop("It begins before the hours from %(start)s to %(end)s are over. Correct one of them."),
    "refused": gettext_noop("%(reason)s"),
    "taken": gettext_noop("%(reason)s"),
    "too_long": gettext_noop("“%(value)s” is longer than %(limit)d characters. Shorten it."),
    "bad_form": gettext_noop("“%(value)s” is not written as it must be here. Follow the example given for this field."),
    "bad_email": gettext_noop("“%(value)s” is no e-mail address. Write it as name@example.org."),
    # Of a workbook.
    "book_missing": gettext_noop("There is no such file. Give the path of a workbook (.xlsx) or of a folder."),
    "book_too_large": gettext_noop("The file is larger than %(limit)d MB. Remove pictures and sheets that are not needed."),
    "book_unpacks": gettext_noop("The file unpacks to more than %(limit)d MB and was not opened. Copy the rows into a new template."),
    "book_cells": gettext_noop("The file has more than %(limit)d cells. Copy only the filled rows into a new template."),
    "book_protected": gettext_noop("The file is protected with a password. Save it again without a password."),
    "book_old": gettext_noop("The file is of the old Excel kind (.xls). Save it again as .xlsx."),
    "book_other": gettext_noop(
        "The file is not an Excel workbook (.xlsx). Text (CSV) and other kinds are not read: copy the rows into the template."
    ),
    "book_damaged": gettext_noop("The file is damaged and cannot be read. Open it in Excel, save it again, and try once more."),
    "sheet_missing": gettext_noop("This sheet is missing. Add it again; it may stay empty below its headings."),
    "sheet_unknown": gettext_noop("No sheet of that name is read. %(hint)s"),
    "header_missing": gettext_noop("The row with the headings is missing: none begins with “%(heading)s”. Copy it from the template."),
    "column_missing": gettext_noop("The column “%(heading)s” is missing. Add it again; it may stay empty."),
    "column_unknown": gettext_noop("No column is called “%(value)s”. %(hint)s"),
    "column_twice": gettext_noop("The column “%(value)s” is there twice. Remove one."),
    "cells_merged": gettext_noop("These cells are merged. Unmerge them and fill each row by itself."),
    "cell_far": gettext_noop("There is a value far outside the table. Delete it."),
    "cell_missing": gettext_noop("“%(heading)s” is empty. Fill it."),
    "cell_error": gettext_noop("The cell shows %(value)s. Correct the formula or type the value."),
    "cell_not_text": gettext_noop("Text is expected here and the cell holds “%(value)s”. Format the cell as text and type it again."),
    "number_in_text": gettext_noop(
        "The cell holds the number %(value)s; zeros in front of it would be lost. Format the cell as text and type it again."
    ),
    "formula_empty": gettext_noop("The cell holds a formula without a result. Open the file in Excel and save it, or type the value."),
    "row_mark": gettext_noop("“%(value)s” stands in the first column, which marks explanations and examples. Move it or delete it."),
    "row_twice": gettext_noop("This row is there already, at %(other)s. Keep one of the two."),
    "ambiguous_day": gettext_noop("“%(value)s” may be two days. Write %(one)s or %(other)s."),
    "bad_day": gettext_noop("“%(value)s” is not a day. Write it as 2025-10-27 or 27/10/2025."),
    "bad_moment": gettext_noop("“%(value)s” is not a day and hour. Write it as 2025-10-27 09:00 or 27/10/2025 09:00."),
    "bad_windows": gettext_noop("“%(value)s” is not a stretch of hours. Write it as 2025-10-27 09:00-12:00, with ; between several."),
    "not_yes_or_no": gettext_noop("“%(value)s” is neither yes nor no. Choose from the list."),
    "timezone_fixed": gettext_noop("The time zone of a week is not changed from a file: every hour in it would move. Write %(value)s."),
    "week_rows": gettext_noop("The sheet needs exactly one row, and has %(count)d. Fill one row."),
    "other_week": gettext_noop("The file is of the week “%(value)s”, not of this one. Choose the file of “%(wanted)s”."),
    "person_elsewhere": gettext_noop("The id “%(key)s” is somebody's who has nothing to do with this week. Choose another id."),
    "speaker_who": gettext_noop("A row names either a person or an organisation. Fill one of the two."),
    "grid_rows_differ": gettext_noop(
        "The rows of one set of hours must have the same kind, minutes and pools as its first row, %(other)s."
    ),
    "code_twice": gettext_noop("The code %(value)s is used already, at %(other)s. Choose another one."),
    "heads_twice": gettext_noop("The delegation has a head already, at %(other)s. A delegation has one head."),
    "focal_stranger": gettext_noop("“%(value)s” is not a member of this delegation. Put the person into it on the sheet people."),
    "no_category": gettext_noop("Hours are given and no category. Choose the category: without one the person does not take part."),
    "leaves_before": gettext_noop("The person leaves at %(end)s and arrives at %(start)s. Correct one of them."),
    "head_of_nothing": gettext_noop("A head of delegation needs a delegation. Fill it."),
    "email_differs": gettext_noop("The person signs in with another address already. An address is not changed from a file."),
    "email_taken": gettext_noop("The address %(value)s is used by somebody else. Give another one."),
    "email_missing": gettext_noop("Somebody with a role needs an e-mail address to sign in with. Fill it."),
    "roles_fewer": gettext_noop("The person also has the role %(value)s. A role is not taken away from a file: write it too."),
    "focal_nowhere": gettext_noop("A focal point needs a delegation. Fill it."),
    "request_fixed": gettext_noop("Request %(number)d is filed and only its state can change. Withdraw it and file another number."),
    "state_impossible": gettext_noop("From “%(before)s” it cannot become “%(after)s”. Leave it as it is."),
    "counter_empty": gettext_noop("A counter-offer needs other minutes or other hours. Fill one of the two."),
    "meeting_fixed": gettext_noop("Meeting %(number)d is agreed and can only be cancelled here. Cancel it and add another number."),
    "one_each": gettext_noop("A business meeting is between two people. Name one on each side."),
    "pair_twice": gettext_noop("These two meet already, at %(other)s. Keep one of the two."),
    "request_missing": gettext_noop("A bilateral needs the number of its request. Fill it."),
    "request_not_accepted": gettext_noop("Request %(number)d is not accepted. Set its state, or remove this row."),
    "request_unknown": gettext_noop("There is no request %(number)d. Add it on the sheet requests."),
    "request_of_business": gettext_noop("A business meeting has no request. Empty this cell."),
    "side_stranger": gettext_noop("“%(value)s” is not a member of %(party)s. Name members of that delegation only."),
}

MOST_SHOWN = 500


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing to correct: where it is and, through ``code`` and ``values``, what to do."""

    code: str
    file: str
    line: int = 0
    cell: str = ""
    record: str = ""
    field: str = ""
    values: dict[str, Any] = dataclasses.field(default_factory=dict)

    def message(self, language: str) -> str:
        """Return one line: where it is, then the sentence in ``language``."""
        where = self.where(language)
        return f"{where}: {self.sentence(language)}" if where else self.sentence(language)

    def where(self, language: str) -> str:
        """Return file, line, record and field, or the sheet and the cell."""
        if self.cell:
            return f"{self.file}!{self.cell}"
        with translation.override(language):
            line = translation.gettext("line %(line)d") % {"line": self.line} if self.line else ""
        return ", ".join(part for part in (self.file, line, self.record, self.field) if part)

    def sentence(self, language: str) -> str:
        """Return what is wrong and what to do."""
        with translation.override(language):
            values = {name: _told(value) for name, value in self.values.items()}
            return translation.gettext(TEXTS[self.code]) % values if values else translation.gettext(TEXTS[self.code])

    def to_json(self) -> dict[str, Any]:
        """Return the fault for a program."""
        where = {"file": self.file, "line": self.line, "cell": self.cell, "record": self.record, "field": self.field}
        return {"code": f"load.{self.code}", **where}


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
    text = _("Nothing was loaded. Faults to correct before loading again: %(count)d.")

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.file, fault.line, fault.record, fault.field))
        super().__init__(count=len(self.faults))


def _told(value: Any) -> Any:
    # A mapping or a page of text pasted into one field would bury the sentence.
    if isinstance(value, int | Hint | CodedError):
        return value if isinstance(value, int) else str(value)
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
