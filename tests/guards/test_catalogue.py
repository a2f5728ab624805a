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
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sdif]|\{(\w*)\}")

Text = tuple[str, object, str | None]  # where, message id (a pair for plurals), context


def texts_in_python(source: str) -> Iterator[tuple[object, str | None]]:
    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        yield message, context


def texts() -> Iterator[Text]:
    for path in sorted(SOURCE.rglob("*.py")):
        for message, context in texts_in_python(path.read_text()):
            yield path.name, message, context
    for path in sorted((SOURCE / "web" / "templates").rglob("*.*")):
        for message, context in texts_in_python(templatize(path.read_text(), origin=str(path))):
            yield path.name, message, context


def placeholders(text: str) -> list[str]:
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text))


def gaps(wanted: Iterator[Text]) -> list[str]:
    catalogue = merged("vi")
    found = []
    for where, message, context in wanted:
        parts = message if isinstance(message, tuple) else (message,)
        entry = catalogue.get(parts if len(parts) > 1 else parts[0], context)
        strings = entry.string if entry and isinstance(entry.string, tuple) else (entry.string if entry else "",)
        if not all(strings) or (entry and isinstance(entry.id, tuple)) != (len(parts) > 1):
            found.append(f"{where}: {parts[0]!r} has no Vietnamese")
        elif set(placeholders(strings[0])) - set(placeholders(str(parts[-1]))) or (
            len(parts) == 1 and placeholders(strings[0]) != placeholders(str(parts[0]))
        ):
            found.append(f"{where}: {parts[0]!r} loses a placeholder in {strings[0]!r}")
        elif len(strings) != (catalogue.num_plurals if len(parts) > 1 else 1):
            found.append(f"{where}: {parts[0]!r} has {len(strings)} forms for numbers; the language has {catalogue.num_plurals}")
    return found


def test_every_text_has_its_vietnamese_with_the_same_placeholders():
    assert gaps(texts()) == []


def test_there_are_texts_to_compare():
    assert sum(1 for _ in texts()) > 100


def fragment(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ('msgid "%(n)d room"\nmsgid_plural "%(n)d rooms"\nmsgstr[0] "%(n)d phòng"\n', ""),
        ('msgid "%(n)d room"\nmsgid_plural "%(n)d rooms"\nmsgstr[0] "%(m)d phòng"\n', "loses a placeholder"),
        ('msgid "%(n)d room"\nmsgstr "%(n)d phòng"\n', "has no Vietnamese"),
        ('msgctxt "place"\nmsgid "%(n)d room"\nmsgid_plural "%(n)d rooms"\nmsgstr[0] "%(n)d phòng"\n', "has no Vietnamese"),
    ],
)
def test_a_text_with_a_number_has_every_form_of_the_language_and_its_own_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, translation: str, fault: str
):
    fragment(tmp_path / "vi", "a.po", HEAD + translation)
    monkeypatch.setattr("hanhlang.project.catalogue.LOCALE", tmp_path)

    found = gaps(("planted", *text) for text in texts_in_python('ngettext("%(n)d room", "%(n)d rooms", 2)'))

    assert [text.split("rooms")[-1] for text in found if fault not in text] == []
    assert bool(found) == bool(fault)


# Words a visitor sees that are nobody's language: names, hours, signs.
NOT_WORDS = re.compile(r"^(?:[\W\d_]|Hanhlang|Tiếng Việt|English|VI|EN|00:00|min|h)*$")
# Pages shown before a language is known.
IN_BOTH = {"choose.html", "database_away.html"}
TAKEN_OUT = re.compile(
    r"{#.*?#}|{% comment.*?endcomment %}|{% blocktrans.*?endblocktrans(?:late)? %}|{%.*?%}|{{.*?}}"
    r"|<!--.*?-->|<(code|kbd|script|style)\b.*?</\1>|<[^>]*>",
    re.DOTALL,
)
SAID = re.compile(r'\b(?:aria-label|title|alt|placeholder|content)="([^"{]+)"')


def bare_words(source: str) -> list[str]:
    """Return what a template would say in one language only: text outside of every tag, and attributes that are read out."""
    source = re.sub(
        r"<meta[^>]*>|<link[^>]*>|{% block body_class %}[^{]*{% endblock %}|{% block page_script %}.*{% endblock %}", "", source
    )
    return [
        text.strip() for text in [*TAKEN_OUT.sub("\n", source).splitlines(), *SAID.findall(source)] if not NOT_WORDS.match(text.strip())
    ]


def test_no_template_says_anything_in_one_language_only():
    templates = [path for path in sorted((SOURCE / "web" / "templates").rglob("*.html")) if path.name not in IN_BOTH]

    assert len(templates) > 20
    assert {path.name: found for path in templates if (found := bare_words(path.read_text()))} == {}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p title="Close">{{ x }}</p>', ["Close"]),
        ('<p>{% translate "Hello" %} {{ name }}, 12:30</p>', []),
        ("{% blocktranslate %}Hello{% endblocktranslate %}", []),
    ],
)
def test_a_bare_word_is_found(template: str, found: list[str]):
    assert bare_words(template) == found


@pytest.mark.parametrize("source", ['_("A text nobody translated")', 'ngettext("%(n)d thing nobody has", "%(n)d things nobody has", 2)'])
def test_an_untranslated_text_is_found(source: str):
    assert len(gaps(("planted", *text) for text in texts_in_python(source))) == 1


def test_two_wordings_of_one_text_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "vi"
    folder.mkdir()
    (folder / "a.po").write_text('msgid "Plan"\nmsgstr "Kế hoạch"\n')
    (folder / "b.po").write_text('msgid "Plan"\nmsgstr "Phương án"\n')
    monkeypatch.setattr("hanhlang.project.catalogue.LOCALE", tmp_path)

    with pytest.raises(Conflict, match=r"b\.po: 'Plan'"):
        merged("vi")
