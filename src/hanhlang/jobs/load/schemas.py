"""The shape of each record of a week's folder."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from hanhlang.domains.events.models import Place


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) or len(value) > 60:
        raise PydanticCustomError("bad_id", "not an id")
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, date) or value is None:
        return value
    raise PydanticCustomError("bad_date", "not a date")


def _hour(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    if isinstance(value, time) or value is None:
        return value
    raise PydanticCustomError("bad_hour", "not an hour")


def _hours(value: Any) -> Any:
    if isinstance(value, str) and (match := re.fullmatch(r"(\d\d):00-(\d\d):00", value)) and int(match[1]) < int(match[2]) <= 24:
        return range(int(match[1]), int(match[2]))
    raise PydanticCustomError("bad_hours", "write whole hours as 07:00-09:00")


Id = Annotated[str, AfterValidator(_slug)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Short = Annotated[str, Field(max_length=40)]
Day = Annotated[date, BeforeValidator(_day)]
Hour = Annotated[time, BeforeValidator(_hour)]
Hours = Annotated[Any, BeforeValidator(_hours)]
Address = Annotated[str, Field(max_length=500, pattern=r"^https?://")]
Count = Annotated[int, Field(ge=1, le=500)]
Standing = Literal["reported", "assumed", "synthetic"]
PartOfDay = Literal["morning", "afternoon", "evening"]
Pair = Annotated[str, Field(pattern=r"^[a-z]{2,3}-[a-z]{2,3}$")]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Shape):
    source: Address | None = None
    also: list[Address] = []
    status: Standing | None = None
    assumed_fields: list[str] = []
    note: Text | None = None


class Event(Fact):
    id: str
    name_vi: Name | None = None
    name_en: Name | None = None
    short: Short | None = None
    edition: int | None = None
    theme_vi: Text | None = None
    theme_en: Text | None = None
    theme_variants_vi: list[str] = []
    start_date: Day
    end_date: Day
    cities: list[Id] = []
    host: Id | None = None
    co_host: Id | None = None
    delegates_reported: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    delegates_forecast: dict[str, int] | None = None
    countries_forecast_min: int | None = None
    structure: dict[str, int] | None = None
    topics: list[Topic] = []


class Topic(Shape):
    id: Id
    name_vi: Name | None = None
    name_en: Name | None = None
    hatch: Literal["lines", "grid", "dots", "slants", "checks", "uprights"] | None = None


class City(Fact):
    id: Id
    name_vi: Name | None = None
    name_en: Name | None = None
    country: str | None = None
    role: str | None = None


class Venue(Fact):
    id: Id
    city: Id
    name_vi: Name | None = None
    name_en: Name | None = None
    address: str | None = None
    capacity: int | None = None


class PlaceIn(Fact):
    id: Id
    count: Count | None = None
    site: Id
    kind: Literal[tuple(Place.Kind.values)]  # type: ignore[valid-type]
    sharing: Literal[tuple(Place.Sharing.values)] = "exclusive"  # type: ignore[valid-type]
    capacity: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    turnround_minutes: Annotated[int, Field(ge=0, le=600)] = 0
    pool: Id | None = None
    address: Annotated[str, Field(max_length=300)] | None = None
    name_vi: Name | None = None
    name_en: Name | None = None


class SiteShown(Shape):
    id: Id
    shown_vi: Name | None = None
    shown_en: Name | None = None


class Transfer(Fact):
    id: Id
    from_: Id = Field(alias="from")
    to: Id
    distance_km: dict[str, int] | None = None
    drive_minutes: dict[str, int] | None = None


class PersonIn(Fact):
    id: Id
    name: Name
    title_vi: Text | None = None
    title_en: Text | None = None
    organisation: Id | None = None
    rank: Short | None = None
    languages: list[str] = []


class Speaker(Shape):
    person: Id
    role: Short
    seen: Literal["present", "announced"] = "announced"
    note: Text | None = None
    start: Hour | None = None
    end: Hour | None = None


class Statement(Shape):
    organisation: Id
    role: Short
    seen: Literal["present", "announced"] = "announced"
    note: Text | None = None
    start: Hour | None = None
    end: Hour | None = None


class Part(Fact):
    id: Id
    title_vi: Name | None = None
    title_en: Name | None = None
    moderator: Id | None = None
    participants: list[Id] = []
    start: Hour | None = None
    end: Hour | None = None


class SessionIn(Fact):
    id: Id
    kind: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    title_vi: Text | None = None
    title_en: Text | None = None
    theme_vi: Text | None = None
    theme_en: Text | None = None
    description_vi: Text | None = None
    description_en: Text | None = None
    date: Day | None = None
    part_of_day: PartOfDay | None = None
    start: Hour | None = None
    end: Hour | None = None
    city: Id | None = None
    venue: Id | None = None
    room: Id | None = None
    place: Id | None = None
    organisers: list[Id] = []
    supporters: list[Id] = []
    topics: list[Id] = []
    speakers: list[Speaker] = []
    statements_without_name: list[Statement] = []
    items: list[Part] = []
    participants_reported: list[Id] = []
    attendance_reported_min: int | None = None
    demos: list[Any] = []
    outcome: Text | None = None
    public: bool | None = None


class OrganisationIn(Fact):
    id: Id
    kind: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    name_vi: Name | None = None
    name_en: Name | None = None
    sort_name_en: Name | None = None
    short: Short | None = None
    iso2: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    iso3: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    seat_iso2: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    asean_member: bool | None = None
    parent: Id | None = None
    attendance: Short | None = None
    invented: bool | None = None


class Time(Shape):
    session: Id
    id: Id | None = None
    day: Day | None = None
    start: Hour
    end: Hour
    place: Id | None = None


class RoleTime(Shape):
    session: Id
    person: Id
    role: Short
    start: Hour
    end: Hour


class PartTime(Shape):
    session: Id
    part: Id
    start: Hour
    end: Hour


class TravelIn(Fact):
    from_: Id = Field(alias="from")
    to: Id
    both_ways: bool = False
    minutes: Annotated[int, Field(ge=0, le=2880)]
    rush_minutes: Annotated[int, Field(ge=0, le=2880)] | None = None
    rush_hours: list[Hours] = []


class TeamIn(Fact):
    id: Id
    site: Id
    pair: Pair
    count: Count | None = None
    name_vi: Name | None = None
    name_en: Name | None = None


class EquipmentIn(Fact):
    id: Id
    site: Id
    kind: Annotated[Id, Field(max_length=40)]
    count: Count | None = None
    name_vi: Name | None = None
    name_en: Name | None = None


class VehicleIn(Fact):
    id: Id
    site: Id
    kind: Literal["car", "van", "coach"]
    seats: Annotated[int, Field(ge=1, le=80)]
    count: Count | None = None
    name: Annotated[str, Field(min_length=1, max_length=70)]


class Block(Shape):
    day: Day
    from_: Hour = Field(alias="from")
    to: Hour


class GridIn(Fact):
    id: Id
    kind: Literal["business", "bilateral"]
    minutes: Annotated[int, Field(ge=1, le=600)]
    pools: list[Id]
    blocks: Annotated[list[Block], Field(min_length=1)]


class Anything(BaseModel):
    """A record that is kept in its file only."""

    model_config = ConfigDict(extra="allow")
    id: Id


Event.model_rebuild()

# file -> (schema, is it needed, section -> shape of one record). Other keys of a file: COMMON.
FILES: dict[str, tuple[str, bool, dict[str, type[BaseModel]]]] = {
    "organisations.yaml": ("vidw-organisations/1", False, {"countries": OrganisationIn, "organisations": OrganisationIn}),
    "programme.yaml": (
        "vidw-programme/1",
        True,
        {
            "cities": City,
            "venues": Venue,
            "rooms": PlaceIn,
            "transfers": Transfer,
            "people": PersonIn,
            "sessions": SessionIn,
            "activities": SessionIn,
            "milestones": Anything,
            "previous_editions": Anything,
        },
    ),
    "places.yaml": ("hanhlang-places/1", False, {"places": PlaceIn, "sites": SiteShown}),
    "times.yaml": ("hanhlang-times/1", False, {"times": Time, "roles": RoleTime, "parts": PartTime, "sessions": SessionIn}),
    "travel.yaml": ("hanhlang-travel/1", False, {"travel": TravelIn}),
    "teams.yaml": ("hanhlang-teams/1", False, {"teams": TeamIn}),
    "resources.yaml": ("hanhlang-resources/1", False, {"equipment": EquipmentIn, "vehicles": VehicleIn}),
    "grids.yaml": ("hanhlang-grids/1", False, {"grids": GridIn}),
}
COMMON = frozenset({"schema", "compiled", "timezone", "event", "standing", "note"})
# Kept beside a week for people to read; what it tells happened elsewhere and must not enter the database.
NOT_LOADED = frozenset({"bilaterals.yaml"})
