"""Refusals with a code for programs and a sentence for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACEHOLDER = re.compile(r"%\((\w+)\)")


class CodedError(Exception):
    """
    A refusal: what happened, to which thing, what to do now.

    A subclass sets ``code`` (never changes), ``status`` (of an HTTP answer), ``text`` (lazy, with ``%(name)s``) and, where one
    input is at fault, ``fields``. Keyword arguments fill the text; ``fields`` among them replaces the subclass's.

    :raises TypeError: if the text names something that was not given.
    """

    code = "core.refused"
    status = 400
    text: str | Promise = _("This cannot be done.")
    fields: tuple[str, ...] = ()

    def __init__(self, *, fields: Iterable[str] | None = None, **details: Any) -> None:
        super().__init__()
        if fields is not None:
            self.fields = tuple(fields)
        self.details = details
        # A hole in a sentence should be found where it is raised, not on the page that shows it.
        if missing := set(PLACEHOLDER.findall(str(self.text))) - details.keys():
            raise TypeError(f"{type(self).__name__} needs {', '.join(sorted(missing))}.")

    def message(self, language: str | None = None) -> str:
        """Return the sentence in ``language`` (default: the active one)."""
        with translation.override(language or translation.get_language()):
            return str(self.text) % self.details if self.details else str(self.text)

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[Callable[..., CodedError], tuple[Any, ...]]:
        # Keyword arguments do not survive an exception's own pickling, and searches run in child processes.
        return _raised_again, (type(self), self.fields, self.details)


def _raised_again(kind: type[CodedError], fields: tuple[str, ...], details: dict[str, Any]) -> CodedError:
    return kind(fields=fields, **details)


class NotADemonstration(CodedError):
    code = "core.not_a_demonstration"
    status = 409
    text = _("Only a demonstration's clock can be moved. This installation runs on real time.")


class LetterRefused(CodedError):
    code = "core.letter_refused"
    status = 400
    text = _("The letter to %(to)s cannot be written: its address or subject is not a single clean line. Correct it and try again.")
