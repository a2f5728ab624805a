"""The OpenAPI document: what ninja writes, with the refusals, the tokens and the examples that every operation shares."""

from functools import cache
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext, pgettext_lazy

from hanhlang.api.v1.auth import Needs
from hanhlang.api.v1.examples import EXAMPLES
from hanhlang.api.v1.schemas import ErrorOut

ROOT = "api/v1/"
TITLES = {
    "weeks": pgettext_lazy("part of the interface", "weeks"),
    "programme": pgettext_lazy("part of the interface", "programme"),
    "people": pgettext_lazy("part of the interface", "people"),
    "requests": pgettext_lazy("part of the interface", "requests"),
    "wishes": pgettext_lazy("part of the interface", "wishes"),
    "business": pgettext_lazy("part of the interface", "business"),
    "meetings": pgettext_lazy("part of the interface", "meetings"),
    "plans": pgettext_lazy("part of the interface", "plans"),
    "changes": pgettext_lazy("part of the interface", "changes"),
    "agendas": pgettext_lazy("part of the interface", "agendas"),
    "paper": pgettext_lazy("part of the interface", "paper"),
    "trust": pgettext_lazy("part of the interface", "trust"),
}
# Refusals by status: when an operation can give them.
ALWAYS = {
    "401": "The token is not alive, or one is needed.",
    "422": "A value cannot be used; `fields` names it.",
    "429": "Too many calls in this minute; `Retry-After` says how long to wait.",
    "500": "Something went wrong on our side; nothing was changed.",
    "503": "The database is busy; nothing was changed; try again.",
}
MISSING = {"404": "Missing, or not yours: the answer is the same."}
WRITES = {
    "400": "The body is not JSON.",
    "409": "A rule forbids it as things stand; `code` says which.",
    "413": "The body is too large.",
    "415": "The body is not sent as JSON.",
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A key of your own. The same call with the same key is done once and answered alike for 24 hours.",
    "schema": {"type": "string", "maxLength": 100, "pattern": "^[ -~]*$"},
}
KNOWN = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "description": "The ETag of the answer you have.",
    "schema": {"type": "string"},
}
TAG = {"description": "What this answer is known by.", "required": True, "schema": {"type": "string"}}


@cache
def document() -> dict[str, Any]:
    """Return the document; it is the same for every caller."""
    from hanhlang.api.v1.api import api

    whole: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=ROOT))
    components = whole["components"]
    components["schemas"]["Error"] = ErrorOut.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"].update(components["schemas"]["Error"].pop("$defs"))
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "A token of one week, made at the desk."}}
    components["responses"] = {status: _refusal(text) for status, text in {**ALWAYS, **MISSING, **WRITES}.items()}
    scopes = _scopes()
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, path, scopes.get(operation["operationId"], ""))
    return whole


@cache
def query_names(template: str, method: str) -> frozenset[str] | None:
    """Return the query parameters that an address knows, or ``None`` if it does not answer the method."""
    operation = document()["paths"].get(template, {}).get(method.lower())
    return frozenset(row["name"] for row in operation["parameters"] if row["in"] == "query") if operation else None


def openapi(request: HttpRequest) -> HttpResponse:
    """Answer with the document."""
    tag = _tag()
    answer = get_conditional_response(request, etag=tag) or JsonResponse(document(), json_dumps_params={"ensure_ascii": False})
    answer["ETag"] = tag
    answer["Cache-Control"] = "no-cache"
    return answer


def docs(request: HttpRequest) -> HttpResponse:
    """Show people what the interface can do: one plain page made of the document."""
    groups: dict[str, list[dict[str, str]]] = {}
    for path, operations in document()["paths"].items():
        for method, said in operations.items():
            summary = said["summary"]
            line = {"method": method.upper(), "path": path, "summary": gettext(summary), "scope": said.get("x-scope", "")}
            groups.setdefault(said["tags"][0], []).append(line)
    return render(request, "api/docs.html", {"groups": [{"title": TITLES[tag], "lines": lines} for tag, lines in groups.items()]})


@cache
def _tag() -> str:
    return f'"{sha256(repr(document()).encode()).hexdigest()[:32]}"'


def _scopes() -> dict[str, str]:
    from hanhlang.api.v1.api import api

    named = {}
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                asked = [callback.scope for callback in operation.auth_callbacks if isinstance(callback, Needs)]
                named[str(operation.operation_id)] = asked[0] if asked else ""
    return named


def _complete(operation: dict[str, Any], method: str, path: str, scope: str) -> None:
    refusals = dict(ALWAYS)
    if "{" in path or scope:
        refusals |= MISSING
    if method == "get":
        operation["parameters"].append(KNOWN)
        operation["responses"]["304"] = {"description": "You have it already.", "headers": {"ETag": TAG}}
        operation["responses"][200]["headers"] = {"ETag": TAG}
    else:
        refusals |= WRITES
        operation["parameters"].append(KEY)
    if scope:
        operation["x-scope"] = scope
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`.".strip()
    operation["security"] = [{"token": []}] if scope or path.endswith("/me") else [{}, {"token": []}]
    for status in refusals:
        operation["responses"][status] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = {str(status): said for status, said in sorted(operation["responses"].items(), key=lambda row: str(row[0]))}
    if example := EXAMPLES.get(operation["operationId"]):
        for said in operation["responses"].values():
            for content in said.get("content", {}).values():
                content["examples"] = {"example week": {"summary": example["address"], "value": example["answer"]}}


def _refusal(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": text, "content": {"application/json": {"schema": schema}}}
