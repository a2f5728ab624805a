"""The shape of the rows that a workbook has and a week's folder has not."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from hanhlang.jobs.load.schemas import Fact, Id, Name, Pair, Shape, Short

Number = Annotated[int, Field(ge=1, le=999_999)]
Small = Annotated[int, Field(ge=0, le=32_767)]
Window = tuple[datetime, datetime]


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+", value) or len(value) > 254:
        raise PydanticCustomError("bad_email", "no address")
    return value


class DelegationIn(Fact):
    id: Id
    organisation: Id
    name_vi: Name | None = None
    name_en: Name | None = None
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{3}$")]
    precedence: Small = 0
    rank: Short | None = None
    is_host: bool = False
    focal_point: Id | None = None


class AttendeeIn(Fact):
    """What a person is in this week."""

    id: Id
    category: str | None = None
    arrives: datetime | None = None
    leaves: datetime | None = None
    delegation: Id | None = None
    head: bool = False
    email: Annotated[str, AfterValidator(_email)] | None = None
    roles: list[str] = []


class RequestIn(Shape):
    number: Number
    asking: Id
    asked: Id
    state: str = "open"
    minutes: Small = 30
    subjects: Annotated[str, Field(max_length=300)] = ""
    needs: list[Pair] = []
    windows: list[Window] = []
    preferred: list[Window] = []
    pools: list[Id] = []
    seats: Small = 0
    people: list[Id] = []
    counter_minutes: Small | None = None
    counter_windows: list[Window] = []
    format: str = "formal"
    level: Short | None = None
    impossible: list[Window] = []
    site: Id | None = None
    address: Annotated[str, Field(max_length=300)] = ""
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]] = []
    interpreting: str = "none"
    press: str = "none"
    secrecy: str = "all"


class WishIn(Shape):
    asking: Id
    asked: Id
    state: str = "open"


class MeetingIn(Shape):
    number: Number
    kind: str
    request: Number | None = None
    asking: list[Id]
    asked: list[Id]
    state: str = "agreed"


class ClosedIn(Shape):
    id: Id
    kind: str
    what: Id
    from_: datetime | None = Field(default=None, alias="from")
    until: datetime | None = None
