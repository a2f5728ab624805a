"""The interface is complete in Vietnamese: every text translated, with the same placeholders."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from hanhlang.project.catalogue import Conflict, merged

SOURCE = Path(__file__).resolve().parents[2] / "src" / "hanhlang"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sdif]|\{(\w*)\}")

Text = tuple[str, object]  # where, message id (a pair for plurals)


def texts_in_python(source: str) -> Iterator[object]:
    for _line, message, _comments, _context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        yield message


def texts() -> Iterator[Text]:
    for path in sorted(SOURCE.rglob("*.py")):
        for message in texts_in_python(path.read_text()):
            yield path.name, message
    for path in sorted((SOURCE / "web" / "templates").rglob("*.*")):
        for message in texts_in_python(templatize(path.read_text(), origin=str(path))):
            yield path.name, message


def placeholders(text: str) -> list[str]:
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text))


def gaps(wanted: Iterator[Text]) -> list[str]:
    catalogue = merged("vi")
    found = []
    for where, message in wanted:
        parts = message if isinstance(message, tuple) else (message,)
        entry = catalogue.get(parts) or catalogue.get(parts[0]) or next((m for m in catalogue if m.context and parts[-1] == m.id), None)
        strings = entry.string if entry and isinstance(entry.string, tuple) else (entry.string if entry else "",)
        if not any(strings):
            found.append(f"{where}: {parts[0]!r} has no Vietnamese")
        elif set(placeholders(strings[0])) - set(placeholders(str(parts[-1]))) or (
            len(parts) == 1 and placeholders(strings[0]) != placeholders(str(parts[0]))
        ):
            found.append(f"{where}: {parts[0]!r} loses a placeholder in {strings[0]!r}")
    return found


def test_every_text_has_its_vietnamese_with_the_same_placeholders():
    assert gaps(texts()) == []


def test_there_are_texts_to_compare():
    assert sum(1 for _ in texts()) > 100


@pytest.mark.parametrize("source", ['_("A text nobody translated")', 'ngettext("%(n)d thing nobody has", "%(n)d things nobody has", 2)'])
def test_an_untranslated_text_is_found(source: str):
    assert len(gaps(("planted", message) for message in texts_in_python(source))) == 1


def test_two_wordings_of_one_text_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "vi"
    folder.mkdir()
    (folder / "a.po").write_text('msgid "Plan"\nmsgstr "Kế hoạch"\n')
    (folder / "b.po").write_text('msgid "Plan"\nmsgstr "Phương án"\n')
    monkeypatch.setattr("hanhlang.project.catalogue.LOCALE", tmp_path)

    with pytest.raises(Conflict, match=r"b\.po: 'Plan'"):
        merged("vi")
