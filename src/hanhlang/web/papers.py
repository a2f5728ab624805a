"""Paper as an answer: a file with a name, kept by nobody on the way."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"


def language_of(request: HttpRequest) -> str:
    """Return the language asked for, else that of the page."""
    asked = request.GET.get("language", "")
    known = {code for code, _ in settings.LANGUAGES}
    return asked if asked in known else (get_language() or "vi")


def file_answer(content: bytes, kind: str, name: str) -> HttpResponse:
    """Return a download; ``name`` is made of keys and numbers only."""
    answer = HttpResponse(content, content_type=kind)
    shown = "inline" if kind == PDF else "attachment"
    answer["Content-Disposition"] = f'{shown}; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
