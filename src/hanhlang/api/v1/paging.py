"""Lists a page at a time, and answers that cost nothing when the caller already has them."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from ninja import Field, Schema

from hanhlang.api.v1.auth import caller_of
from hanhlang.api.v1.errors import JSON
from hanhlang.api.v1.shapes import Text
from hanhlang.domains.core.folding import fold

# Raise it when the same rows are written differently: callers then fetch anew.
FORM = 1
MOST = 200
Item = dict[str, Any]


class Paging(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(50, ge=1, le=MOST, description="How many at most, 1 to 200.")
    offset: int = Field(0, ge=0, le=1_000_000, description="How many to pass over first. Follow `next` instead of counting.")


class Search(Paging):
    """Which part of a list is wanted, and words to find in it."""

    q: Text | None = Field(None, max_length=100, description="Words to find; case, accents and đ do not matter: `ban tron` finds Bàn tròn.")


def version(*parts: QuerySet[Any]) -> list[object]:
    """Return what changes whenever a row of ``parts`` is made, changed or removed. One query each."""
    return [rows.order_by().aggregate(last=Max("changed_at"), rows=Count("pk")) for rows in parts]


def answer(request: HttpRequest, parts: Iterable[object], build: Callable[[], Item]) -> HttpResponse:
    """Return 304 if the caller's copy was made of the same ``parts``, else what ``build`` makes, with its ETag."""
    return _unless_known(request, parts, lambda: _written(build(), 200))


def file_answer(request: HttpRequest, parts: Iterable[object], build: Callable[[], bytes], name: str) -> HttpResponse:
    """Return the same for a PDF, with the ``name`` to keep it under, which is made of keys and numbers only."""

    def respond() -> HttpResponse:
        response = HttpResponse(build(), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response

    return _unless_known(request, parts, respond)


def _unless_known(request: HttpRequest, parts: Iterable[object], respond: Callable[[], HttpResponse]) -> HttpResponse:
    caller = caller_of(request)
    rights = sorted(caller.rights.scopes) if caller.token else ()
    whole = (FORM, request.get_full_path(), caller.person_id, rights, [str(part) for part in parts])
    etag = f'"{hashlib.sha256(repr(whole).encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or respond()
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache" if caller.token else "no-cache"
    return response


def listed(
    request: HttpRequest, rows: QuerySet[Any], paging: Paging, parts: Iterable[object], items: Callable[[list[Any]], list[Item]]
) -> HttpResponse:
    """Return a page of ordered ``rows``; ``items`` is asked for the rows with these keys, in this order, only if they are not known."""
    first, last = paging.offset, paging.offset + paging.limit
    marks = list(rows.values_list("pk", "changed_at")[first:last])
    # A page that is not full says itself how many there are.
    total = first + len(marks) if marks and len(marks) < paging.limit else rows.count()
    return answer(request, [total, marks, *parts], lambda: page(request, items([mark[0] for mark in marks]), total, paging))


def written(row: Item, status: int = 200) -> HttpResponse:
    """Return the answer to a write."""
    response = _written(row, status)
    response["Cache-Control"] = "no-store"
    return response


def in_order(rows: QuerySet[Any], keys: Sequence[Any]) -> list[Any]:
    """Return the rows with ``keys``, in their order."""
    found: dict[Any, Model] = {row.pk: row for row in rows.filter(pk__in=keys)} if keys else {}
    return [found[key] for key in keys if key in found]


def words_in(column: str, asked: str | None) -> Q:
    """Return the condition that a folded column holds every word asked for."""
    condition = Q()
    for word in fold(asked or "").split():
        condition &= Q(**{f"{column}__contains": word})
    return condition


def page(request: HttpRequest, items: list[Item], total: int, paging: Paging) -> Item:
    """Return a page as answers write it, with the address of the next."""
    after = paging.offset + paging.limit
    ahead = None
    if after < total:
        kept = {name: value for name, value in request.GET.items() if name not in ("limit", "offset")}
        ahead = f"{request.path}?{urlencode(kept | {'limit': paging.limit, 'offset': after})}"
    return {"items": items, "total": total, "next": ahead}


def _written(row: Item, status: int) -> HttpResponse:
    return HttpResponse(json.dumps(row, ensure_ascii=False, separators=(",", ":")), status=status, content_type=JSON)
