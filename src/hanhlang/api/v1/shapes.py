"""The small shapes that values have, in and out, and how rows' values are written."""

import re
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from hanhlang.domains.core.models import Sourced
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Person

FIRST_YEAR, LAST_YEAR = 2000, 2100
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _writable(text: str) -> str:
    # NUL is refused by PostgreSQL; the others have no place in one line of a form.
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise PydanticCustomError("control_character", "This text holds a control character.")
    return text


def _as_a_day(given: object) -> object:
    # pydantic would take a number of seconds since 1970, too.
    if not isinstance(given, str) or not DAY.fullmatch(given):
        raise PydanticCustomError("date_parsing", "This is no day.")
    return given


def _as_a_moment(given: object) -> object:
    if not isinstance(given, str) or not DAY.match(given):
        raise PydanticCustomError("datetime_parsing", "This is no moment.")
    return given


def _near(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise PydanticCustomError("moment_too_far", "This moment is too far away.")
    return moment


Text = Annotated[str, AfterValidator(_writable)]
Key = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$", description="A key, as `key` gives it.")]
Day = Annotated[date, BeforeValidator(_as_a_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_as_a_moment), AfterValidator(_near), Field(description="ISO 8601 with an offset.")]
Texts = Annotated[dict[str, str], Field(description="The text by language code; the reader's language may be missing.")]


class Given(Schema):
    """A body: a misspelt name is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


def shown(example: dict[str, Any]) -> ConfigDict:
    """Return the configuration of a body that the document shows with an example."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class Told(Schema):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


class Facts(Told):
    """A fact with how well it is known."""

    standing: str = Field(description="`reported` by a source, `assumed` for illustration, or `synthetic`.")
    source: str = Field(description="Where it was reported; may be empty.")
    illustrative: list[str] = Field(description="Fields of a reported fact that no source gives.")


class Window(Given):
    """A stretch of time."""

    starts_at: Moment
    ends_at: Moment


class WindowTold(Told):
    starts_at: datetime
    ends_at: datetime


def texts(text: MultiText) -> dict[str, str]:
    return text.texts


def zone_of(week: Week) -> tzinfo:
    return ZoneInfo(week.timezone)


def moment(at: datetime | None, zone: tzinfo) -> str | None:
    """Return a moment as the week's clocks show it, with offset."""
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None


def facts(row: Sourced) -> dict[str, Any]:
    return {"standing": row.standing, "source": row.source, "illustrative": row.assumed_fields}


def windows_told(stored: Iterable[Any], zone: tzinfo) -> list[dict[str, Any]]:
    """Return stored windows ([iso, iso]) as answers write them."""
    return [
        {name: moment(datetime.fromisoformat(at), zone) for name, at in zip(("starts_at", "ends_at"), pair, strict=True)} for pair in stored
    ]


def brief(person: Person | None) -> dict[str, Any] | None:
    """Return a person as other things name them."""
    return {"key": person.key, "name": person.name} if person else None
