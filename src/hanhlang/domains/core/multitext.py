"""Organiser text in several languages: one JSON column per field."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import get_language


def digest(text: str) -> str:
    """Return a short digest of a source text, to see later whether its translations are stale."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class MultiText:
    """
    A text in several languages; ``str()`` gives the active language, else the source, else any.

    ``source`` is the language the others were translated from; ``made_from[lang]`` the digest of the source text then.
    """

    __slots__ = ("made_from", "source", "texts")

    def __init__(self, texts: Mapping[str, str] | None = None, *, source: str = "vi", made_from: Mapping[str, str] | None = None) -> None:
        self.texts = {language: text for language, text in (texts or {}).items() if text}
        self.source = source
        given = made_from or {}
        # A digest only where one is missing: pages make hundreds of texts.
        self.made_from = {
            language: given.get(language) or digest(self.texts.get(source, "")) for language in self.texts if language != source
        }

    def language_shown(self, language: str | None = None) -> str:
        """Return the language whose text :meth:`shown` gives, empty if there is no text at all."""
        for wanted in (language or get_language() or self.source, self.source, *self.texts):
            if wanted in self.texts:
                return wanted
        return ""

    def shown(self, language: str | None = None) -> str:
        """Return the text in ``language`` (default: the active one), else in the source, else in any."""
        return self.texts.get(self.language_shown(language), "")

    def missing(self, languages: Iterable[str]) -> list[str]:
        """Return those of ``languages`` without a text, if there is any text at all."""
        return [language for language in languages if self.texts and language not in self.texts]

    def stale(self) -> list[str]:
        """Return the languages translated from an older source text."""
        current = digest(self.texts.get(self.source, ""))
        return [language for language, made in self.made_from.items() if made != current]

    def changed(self, texts: Mapping[str, str]) -> MultiText:
        """
        Return this text rewritten as ``texts``; translations left as they were become stale when the source changed.

        A language that is not in ``texts`` is dropped.
        """
        # What stood before there was any source is a translation of nothing and cannot be out of date.
        made_from = self.made_from if self.texts.get(self.source) else {}
        kept = {language: made for language, made in made_from.items() if texts.get(language) == self.texts[language]}
        return MultiText(texts, source=self.source, made_from=kept)

    def to_json(self) -> dict[str, Any]:
        return {"texts": self.texts, "source": self.source, "made_from": self.made_from}

    def __str__(self) -> str:
        return self.shown()

    def __bool__(self) -> bool:
        return bool(self.texts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MultiText) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.texts.items())))

    def __repr__(self) -> str:
        return f"MultiText({self.texts!r})"


class MultiTextField(models.JSONField):  # type: ignore[type-arg]
    """A column that holds a :class:`MultiText`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", MultiText)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        stored = super().from_db_value(value, expression, connection)  # type: ignore[misc]
        # ``name__texts__vi`` asks for a part of the column, which is no text in several languages.
        return stored if isinstance(expression, KeyTransform) else self.to_python(stored)

    def to_python(self, value: Any) -> MultiText:
        if isinstance(value, MultiText):
            return value
        if not value:
            return MultiText()
        if "texts" in value:
            return MultiText(value["texts"], source=value["source"], made_from=value["made_from"])
        return MultiText(value)

    def validate(self, value: Any, model_instance: Any) -> None:
        if not self.blank and not value:
            raise ValidationError(self.error_messages["blank"], code="blank")
        super().validate(self.to_python(value).to_json(), model_instance)

    def value_to_string(self, obj: models.Model) -> Any:
        return self.value_from_object(obj).to_json()

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(_stored(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(_stored(value), connection, prepared)


def _stored(value: Any) -> Any:
    """Return what the column holds for ``value``; anything but a text is one side of a comparison with a part of the column."""
    if isinstance(value, MultiText):
        return value.to_json()
    if value is None:
        return MultiText().to_json()
    if isinstance(value, Mapping) and "texts" not in value:
        return MultiText(value).to_json()
    return value
