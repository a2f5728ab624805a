"""Version 1 of the interface: every concept's routes in one place."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser

from hanhlang.api.v1 import (
    agendas,
    around,
    business,
    changes,
    errors,
    meetings,
    moves,
    notices,
    papers,
    people,
    plans,
    programme,
    register,
    requests,
    tables,
    weeks,
    wishes,
)

ABOUT = """Everything a week consists of, for programs: the same queries and actions as the pages.

Public things need no token. All else needs `Authorization: Bearer …`: tokens are made on the page `/desk/{week}/tokens/`, each for one
week, with scopes, and never stronger than the roles of the account behind it. Missing and not yours get the same answer.

Lists come in pages: follow `next`. Answers carry an ETag; send it back as `If-None-Match` and an unchanged answer is 304 without a body.
Moments are ISO 8601 with the week's offset; texts come in all their languages. Error messages are in Vietnamese or English, as
`Accept-Language` asks. A write with an `Idempotency-Key` may be sent again: it is done once and answered alike for 24 hours."""


class StrictParser(Parser):
    """JSON as the standard has it, in UTF-8."""

    def parse_body(self, request: HttpRequest) -> Any:
        """:raises ValueError: ninja makes a refusal of it."""
        return json.loads(request.body.decode("utf-8"), parse_constant=_refuse)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON.")


api = NinjaAPI(
    title="Hanhlang", version="1", description=ABOUT, urls_namespace="api", openapi_url=None, docs_url=None, parser=StrictParser()
)
errors.install(api)
for part in (
    weeks,
    programme,
    people,
    requests,
    wishes,
    business,
    tables,
    meetings,
    around,
    plans,
    moves,
    changes,
    notices,
    agendas,
    papers,
    register,
):
    api.add_router("", part.router)
