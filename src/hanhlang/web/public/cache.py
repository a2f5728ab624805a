"""
Public pages kept ready in this process, for visitors nobody knows.

A page is kept with the week's version and the minute it was made in. The version is looked up again after ``HANHLANG_PAGE_AGE`` seconds,
so a page lags behind the database by that much at most; in between it costs no statement at all. Only pages that say so are kept
(``answers.shared``), only without cookies in their answer, and only visitors without a session get them: nobody sees another's page.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.programme.overview import Overview, overview_of, public_version
from hanhlang.web.language import language_of

MOST_PAGES = 300
MOST_WEEKS = 8
LARGEST = 300_000
KEPT_HEADERS = ("Content-Type", "Content-Language", "Content-Disposition", "Cache-Control", "Vary", "ETag")
Value = TypeVar("Value")


class Shelf(Generic[Value]):
    """The values last used, by key; the oldest makes room."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self.size:
                self._values.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


@dataclass
class Page:
    """An answer as it was given, and squeezed once somebody can take it so."""

    week: str
    version: str
    minute: str
    headers: dict[str, str]
    body: bytes
    gzip: bytes = b""

    def squeezed(self) -> bytes:
        """Return the body pressed; no secret of anybody stands on a shared page, so its length tells nothing."""
        if not self.gzip:
            self.gzip = gzip.compress(self.body, 6, mtime=0)
        return self.gzip


pages: Shelf[Page] = Shelf(MOST_PAGES)
_versions: Shelf[tuple[float, str | None]] = Shelf(MOST_WEEKS)
_overviews: Shelf[tuple[str, Overview]] = Shelf(MOST_WEEKS)


def forget() -> None:
    """Forget everything kept."""
    for shelf in (pages, _versions, _overviews):
        shelf.clear()  # type: ignore[attr-defined]


def version_of(week: str) -> str | None:
    """Return the version of a week's public pages, at most ``PAGE_AGE`` seconds old; nothing if there is no such week."""
    known = _versions.get(week)
    if known and time.monotonic() - known[0] < settings.PAGE_AGE:
        return known[1]
    asked = time.monotonic()
    version = public_version(week)
    if version:
        _versions.put(week, (asked, version))
    return version


def overview(week: Week, version: str) -> Overview:
    """Return the week's programme, read from the database only if none of this version is kept."""
    known = _overviews.get(week.key)
    if known and known[0] == version:
        return known[1]
    found = overview_of(week)
    # Read after its version: at worst it is newer than it says, and is read once more.
    _overviews.put(week.key, (version, found))
    return found


class PageCacheMiddleware:
    """Answer visitors without a session from what is kept, before anything else is done for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        page = pages.get(key)
        if page:
            version = version_of(page.week)
            if page.version == version and page.minute == minute():
                return _answered(request, page)
            # Who makes the page anew need not ask again.
            request.public_version = version  # type: ignore[attr-defined]
        response = self.get_response(request)
        page = _keep(key, response)
        if page and _takes_gzip(request):
            response.content = page.squeezed()
            _say_squeezed(response, page)
        return response


def minute() -> str:
    """Return the present minute: pages that show the present are new every minute."""
    return clock.now().strftime("%Y-%m-%dT%H:%M")


def _key(request: HttpRequest) -> Hashable | None:
    if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES:
        return None
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    return (request.scheme, host, request.get_full_path(), language_of(request), settings.DEMO)


def _keep(key: Hashable, response: HttpResponse) -> Page | None:
    shared: Any = getattr(response, "shared", None)
    if shared is None or response.status_code != 200 or response.cookies or len(response.content) > LARGEST:
        return None
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    page = Page(*shared, headers=headers, body=response.content)
    pages.put(key, page)
    return page


def _answered(request: HttpRequest, page: Page) -> HttpResponse:
    known = get_conditional_response(request, etag=page.headers["ETag"])
    if known is not None:
        return known
    takes_gzip = _takes_gzip(request)
    response = HttpResponse(page.squeezed() if takes_gzip else page.body, headers=page.headers)
    if takes_gzip:
        _say_squeezed(response, page)
    return response


def _takes_gzip(request: HttpRequest) -> bool:
    return "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")


def _say_squeezed(response: HttpResponse, page: Page) -> None:
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(page.squeezed()))
