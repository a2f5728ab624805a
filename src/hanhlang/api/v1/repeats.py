"""Writes that may be sent twice: the answer is kept under the caller's ``Idempotency-Key`` and given again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hanhlang.api.v1.errors import JSON, Invalid, KeyReused, answer_to
from hanhlang.domains.events.models import ApiAnswer, ApiToken

HEADER = "Idempotency-Key"
LONGEST = 100
KEPT = timedelta(hours=24)


def answer_once(request: HttpRequest, token: ApiToken, key: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    """
    Run a write, or give the answer it got under the same key within the last 24 hours.

    The answer is kept in the transaction of the write: there is never one without the other. Two calls at once: the second waits.
    """
    if len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        return answer_to(Invalid(fields=[HEADER]))
    asked = hashlib.sha256(b"\n".join([str(request.method).encode(), request.get_full_path().encode(), request.body])).hexdigest()
    with transaction.atomic():
        ApiAnswer.objects.filter(token=token, created_at__lt=timezone.now() - KEPT).delete()
        row, is_new = ApiAnswer.objects.get_or_create(token=token, key=key, defaults={"asked": asked})
        if not is_new:
            return _again(row) if row.asked == asked else answer_to(KeyReused())
        answer = run()
        if answer.status_code >= 500 or answer.status_code == 429:
            # Not an answer to what was asked: the next try is a first one.
            transaction.set_rollback(True)
        else:
            row.status, row.body = answer.status_code, answer.content.decode()
            row.save(update_fields=["status", "body", "changed_at"])
    return answer


def _again(row: ApiAnswer) -> HttpResponse:
    answer = HttpResponse(row.body, status=row.status, content_type=JSON)
    answer["Idempotency-Replayed"] = "true"
    answer["Cache-Control"] = "no-store"
    return answer
