"""Answers that cost nothing when the reader already has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.cache import get_conditional_response, patch_vary_headers


def answer_unless_known(request: HttpRequest, parts: Iterable[object], build: Callable[[], HttpResponse]) -> HttpResponse:
    """
    Return 304 if the reader's copy was made of the same ``parts``, else what ``build`` makes, with its ETag.

    A page with a message to say is always built, and never kept.
    """
    if len(messages.get_messages(request)):
        return build()
    text = "\n".join(map(str, (request.get_full_path(), request.LANGUAGE_CODE, _look(), settings.DEMO, *parts)))  # type: ignore[attr-defined]
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or build()
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def minute(now: datetime) -> str:
    """Return the minute of ``now``: pages that show the present are new every minute."""
    return now.strftime("%Y-%m-%dT%H:%M")


def _look() -> str:
    return static("css/hanhlang.css") + static("css/programme.css")
