"""Refusals as programs read them: ``{"code", "message", "fields": [{"field", "code", "message"}]}``, in the caller's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from hanhlang.domains.core.errors import CodedError

log = logging.getLogger(__name__)
JSON = "application/json; charset=utf-8"


class ApiError(CodedError):
    """A refusal of the interface itself, before any action is asked."""

    code = "api.refused"
    headers: dict[str, str] = {}


class NotFound(ApiError):
    code = "api.not_found"
    status = 404
    # One sentence for all causes: whoever guesses addresses must not learn which exist.
    text = _("There is nothing here that you may see. Check the address, and at /api/v1/me the week and scopes of your token.")


class TokenMissing(ApiError):
    code = "api.token_missing"
    status = 401
    text = _("This needs a token. Send it as “Authorization: Bearer …”; tokens are made on the page /desk/…/tokens/ of the week.")
    headers = {"WWW-Authenticate": 'Bearer realm="hanhlang"'}


class TokenRefused(ApiError):
    code = "api.token_refused"
    status = 401
    text = _("This token is unknown, has ended, or the roles behind it were withdrawn. Make a new one.")
    headers = {"WWW-Authenticate": 'Bearer realm="hanhlang", error="invalid_token"'}


class MethodNotAllowed(ApiError):
    code = "api.method_not_allowed"
    status = 405
    text = _("This address does not answer %(method)s. It answers %(allowed)s.")


class BodyUnreadable(ApiError):
    code = "api.body_unreadable"
    status = 400
    text = _("The body is not JSON in UTF-8. Send one JSON object.")


class TooLarge(ApiError):
    code = "api.too_large"
    status = 413
    text = _("The body is larger than %(most)d kB. Send less at a time.")


class NotJson(ApiError):
    code = "api.not_json"
    status = 415
    text = _("The body must be JSON. Send it with “Content-Type: application/json”.")


class Invalid(ApiError):
    code = "api.invalid"
    status = 422
    text = _("Some values cannot be used; “fields” names each of them.")


class KeyReused(ApiError):
    code = "api.key_reused"
    status = 409
    text = _("This Idempotency-Key was used for another call. Use a new key for a new call.")


class TooMany(ApiError):
    code = "api.too_many"
    status = 429
    text = _("Too many calls. Wait %(seconds)d seconds, then go on.")


class OutOfOrder(ApiError):
    code = "api.fault"
    status = 500
    text = _("Something went wrong on our side. Nothing was changed; try again later.")


class Busy(ApiError):
    code = "api.busy"
    status = 503
    text = _("The database is busy. Nothing was changed; try again in a few seconds.")
    headers = {"Retry-After": "5"}


# What pydantic calls a fault, and how we say it. Its own sentences are English only.
SHAPES: dict[str, str | Promise] = {
    "missing": _("This is needed."),
    "extra_forbidden": _("There is nothing of this name. Leave it out, or check the spelling."),
    "string_type": _("Give a text."),
    "string_too_short": _("This text is too short: at least %(min_length)s characters."),
    "string_too_long": _("This text is too long: at most %(max_length)s characters."),
    "string_pattern_mismatch": _("Use letters a-z, digits, hyphen and underscore only."),
    "int_type": _("Give a whole number."),
    "int_parsing": _("Give a whole number."),
    "int_from_float": _("Give a whole number."),
    "bool_type": _("Give true or false."),
    "bool_parsing": _("Give true or false."),
    "greater_than_equal": _("Give at least %(ge)s."),
    "less_than_equal": _("Give at most %(le)s."),
    "literal_error": _("Give one of: %(expected)s."),
    "uuid_type": _("Give an id as it was given to you."),
    "uuid_parsing": _("Give an id as it was given to you."),
    "date_type": _("Give a day as 2025-10-27."),
    "date_parsing": _("Give a day as 2025-10-27."),
    "date_from_datetime_parsing": _("Give a day as 2025-10-27."),
    "date_from_datetime_inexact": _("Give a day as 2025-10-27."),
    "datetime_type": _("Give a moment with its offset, as 2025-10-27T09:00:00+07:00."),
    "datetime_parsing": _("Give a moment with its offset, as 2025-10-27T09:00:00+07:00."),
    "datetime_from_date_parsing": _("Give a moment with its offset, as 2025-10-27T09:00:00+07:00."),
    "timezone_aware": _("Give a moment with its offset, as 2025-10-27T09:00:00+07:00."),
    "moment_too_far": _("Give a moment between the years 2000 and 2100."),
    "list_type": _("Give a list."),
    "too_long": _("Give at most %(max_length)s."),
    "too_short": _("Give at least %(min_length)s."),
    "control_character": _("This text holds a character that cannot be written. Remove it."),
}
UNUSABLE = _("This value cannot be used.")


def answer_to(refusal: CodedError) -> HttpResponse:
    """Return the answer that a refusal gets."""
    text = refusal.message()
    fields = [{"field": name, "code": refusal.code, "message": text} for name in refusal.fields]
    return _answer(refusal, text, fields)


def invalid(faults: Iterable[tuple[str, str, dict[str, Any]]]) -> HttpResponse:
    """Return the answer to values of a wrong shape; each fault is (field, pydantic's code, its context)."""
    refusal = Invalid()
    fields = [{"field": field, "code": code, "message": _said(code, context)} for field, code, context in faults]
    return _answer(refusal, refusal.message(), fields)


def install(api: NinjaAPI) -> None:
    """Map every exception of a call once."""
    api.add_exception_handler(CodedError, lambda request, refusal: answer_to(refusal))
    api.add_exception_handler(Http404, lambda request, missing: answer_to(NotFound()))
    api.add_exception_handler(ValidationError, lambda request, fault: invalid(map(_fault, fault.errors)))
    api.add_exception_handler(HttpError, lambda request, fault: answer_to(BodyUnreadable()))
    api.add_exception_handler(Exception, answer_to_fault)


def answer_to_fault(request: HttpRequest, fault: Exception) -> HttpResponse:
    """Return the answer to what nobody foresaw; the log has the rest."""
    if isinstance(fault, OperationalError):
        log.warning("The database refused a call: %s", fault)
        return answer_to(Busy())
    log.exception("A call failed.", exc_info=fault)
    return answer_to(OutOfOrder())


def _answer(refusal: CodedError, text: str, fields: list[dict[str, str]]) -> HttpResponse:
    body = json.dumps({"code": refusal.code, "message": text, "fields": fields}, ensure_ascii=False, separators=(",", ":"))
    answer = HttpResponse(body, status=refusal.status, content_type=JSON)
    for name, value in getattr(refusal, "headers", {}).items():
        answer[name] = value
    answer["Cache-Control"] = "no-store"
    return answer


def _fault(error: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    # ninja's place is ("body", name of the argument, field, …) or ("query", name of the argument, field).
    where = [str(part) for part in error["loc"]]
    inner = where[2:] if len(where) > 2 else where[-1:]
    return ".".join(inner), error["type"], error.get("ctx", {})


def _said(code: str, context: dict[str, Any]) -> str:
    sentence = str(SHAPES.get(code, UNUSABLE))
    return sentence % context if "%(" in sentence else sentence
