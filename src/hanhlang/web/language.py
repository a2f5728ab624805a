"""Which language a page is in: the address on public pages, else the account, else the cookie."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class LanguageMiddleware:
    """Activate the language of the request and name it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    """Return the language of ``request``; the account's is in its session since sign-in."""
    known = {code for code, _ in settings.LANGUAGES}
    first = request.path_info.split("/", 2)[1]
    # The page cache asks before there is a session, of visitors who have none.
    session = getattr(request, "session", {})
    candidates = (first, session.get("language"), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
    return next((c for c in candidates if c in known), None) or translation.get_language_from_request(request)
