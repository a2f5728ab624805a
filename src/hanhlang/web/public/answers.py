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

from hanhlang.domains.events.models import Week
from hanhlang.web.public import cache


def shared(request: HttpRequest, build: Callable[[str], HttpResponse], *, shows_now: bool = True, keep: bool = True) -> HttpResponse:
    """
    Return 304 if the reader's copy is of the week's present version, else what ``build`` makes, kept for the next visitor.

    The same answer goes to everybody who asks for this address in this language: ``build`` gets the version and
    may use nothing of the visitor's. A page that ``shows_now`` is new every minute;
    one that few ask for the same way need not be kept.
    """
    week: Week = request.week  # type: ignore[attr-defined]
    version, minute = getattr(request, "public_version", None) or cache.version_of(week.key) or "", cache.minute()

    def built() -> HttpResponse:
        response = build(version)
        if keep:
            response.shared = (week.key, version, minute)  # type: ignore[attr-defined]
        return response

    # The demonstration's clock stands on every page.
    return answer_unless_known(request, (version, minute if shows_now or settings.DEMO else ""), built)


def answer_unless_known(request: HttpRequest, parts: Iterable[object], build: Callable[[], HttpResponse]) -> HttpResponse:
    """
    Return 304 if the reader's copy was made of the same ``parts``, else what ``build`` makes, with its ETag.

    A page with a message to say is always built, and never kept.
    """
    if len(messages.get_messages(request)):
        response = build()
        vars(response).pop("shared", None)
        return response
    text = "\n".join(map(str, (request.get_full_path(), request.LANGUAGE_CODE, _look(), settings.DEMO, *parts)))  # type: ignore[attr-defined]
    # Weak: the squeezed and the plain form of a page are one page, but not the same bytes.
    etag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or build()
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie", "Accept-Language", "Accept-Encoding"])
    return response


def minute(now: datetime) -> str:
    """Return the minute of ``now``: pages that show the present are new every minute."""
    return now.strftime("%Y-%m-%dT%H:%M")


def _look() -> str:
    return static("css/hanhlang.css") + static("css/programme.css")
