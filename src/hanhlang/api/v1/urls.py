"""The addresses of version 1, each behind the same edge; what is none of them is a JSON 404."""

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe

from hanhlang.api.v1.api import api
from hanhlang.api.v1.document import ROOT, docs, openapi
from hanhlang.api.v1.edge import View, edge
from hanhlang.api.v1.errors import NotFound, answer_to

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
PUBLIC = ("public",)


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer for an address that does not exist."""
    return answer_to(NotFound())


def _open(view: View) -> View:
    # Who may do what is said by each operation's scope; the walk over all addresses needs a word from each.
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def _patterns() -> Iterator[URLPattern]:
    for pattern in api.urls[0]:
        route = str(pattern.pattern)
        if pattern.name == "api-root":
            # ninja's own page at the root only says where its documentation would be.
            continue
        template = f"/{ROOT}{CONVERTER.sub(lambda match: '{' + match.group(1) + '}', route)}"
        yield path(route, _open(edge(pattern.callback, template)), name=pattern.name)


app_name = "api"
urlpatterns = [
    path("openapi.json", _open(require_safe(openapi)), name="openapi"),
    path("docs/", _open(require_safe(docs)), name="docs"),
    *_patterns(),
    re_path("", _open(edge(nothing, "")), name="nothing"),
]
