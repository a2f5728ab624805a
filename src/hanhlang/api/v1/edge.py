"""What every call passes through before and after its operation: language, size, limits, token, repeats, and errors as JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from hanhlang.api.v1 import limits, repeats
from hanhlang.api.v1.auth import caller_of
from hanhlang.api.v1.document import query_names
from hanhlang.api.v1.errors import ApiError, MethodNotAllowed, NotJson, TokenRefused, TooLarge, answer_to, answer_to_fault, invalid

MOST_KB = 256
View = Callable[..., HttpResponse]


def edge(view: View, template: str) -> View:
    """Return ``view`` as the outside meets it; ``template`` is its address as the document writes it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        def run() -> HttpResponse:
            return _answer(request, view, template, args, kwargs)

        language = _language(request)
        with translation.override(language):
            try:
                answer = _headers_only(request, run) if request.method == "HEAD" else run()
            except Exception as fault:
                # What fails before its operation begins must not end as a page either.
                answer = answer_to_fault(request, fault)
        answer["Content-Language"] = language
        patch_vary_headers(answer, ["Accept-Language", "Authorization"])
        return answer

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def _answer(request: HttpRequest, view: View, template: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponse:
    try:
        caller = caller_of(request)
        if request.method == "GET":
            limits.count_read(request, caller)
        else:
            limits.count_write(request, caller)
            _check_body(request)
    except TokenRefused as refusal:
        return _refused_token(request, refusal)
    except ApiError as refusal:
        return answer_to(refusal)
    known = query_names(template, str(request.method))
    if known is not None and (unknown := [name for name in request.GET if name not in known]):
        return invalid((name, "extra_forbidden", {}) for name in unknown)

    def run() -> HttpResponse:
        return view(request, *args, **kwargs)

    key = request.headers.get(repeats.HEADER, "")
    if key and caller.token and known is not None and request.method != "GET":
        answer = repeats.answer_once(request, caller.token, key, run)
    else:
        answer = run()
    if answer.status_code == 405:
        # ninja answers in plain text here.
        allowed = answer["Allow"]
        answer = answer_to(MethodNotAllowed(method=request.method, allowed=allowed))
        answer["Allow"] = allowed
    return answer


def _headers_only(request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer HEAD as GET, without the body."""
    request.method = "GET"
    try:
        answer = run()
    finally:
        request.method = "HEAD"
    answer["Content-Length"] = str(len(answer.content))
    answer.content = b""
    return answer


def _check_body(request: HttpRequest) -> None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MOST_KB * 1024:
        raise TooLarge(most=MOST_KB)
    if length and request.content_type != "application/json":
        raise NotJson()


def _refused_token(request: HttpRequest, refusal: TokenRefused) -> HttpResponse:
    try:
        limits.count_refused(request)
    except ApiError as too_many:
        return answer_to(too_many)
    return answer_to(refusal)


def _language(request: HttpRequest) -> str:
    """Return the language asked for by the header alone: neither a cookie nor an account may change what a program is told."""
    known = {code for code, _ in settings.LANGUAGES}
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (code := wanted.split("-")[0]) in known:
            return code
    return settings.LANGUAGE_CODE
