"""What answers and bodies about resources, outcomes and follow-ups look like."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field

from hanhlang.api.v1.schemas import PersonBrief
from hanhlang.api.v1.shapes import Day, Given, Key, Text, Texts, Told, WindowTold

OutcomeState = Literal["held", "no_show", "moved", "not_held"]


class TeamOut(Told):
    key: str
    name: Texts
    pair: str = Field(description="The two languages, such as `ko-vi`.")
    site: str
    size: int = Field(description="How many take turns.")
    hours: list[WindowTold] = Field(description="When it works; empty: always.")
    daily_minutes: int = Field(description="The most it works in a day.")


class DoorEntryOut(Told):
    starts_at: datetime
    ends_at: datetime
    title: Texts
    is_taken: bool = Field(description="Nothing more is said than that the place is taken.")


class DoorOut(Told):
    place: str
    name: Texts
    at: datetime = Field(description="The hour for which this is told.")
    entries: list[DoorEntryOut] = Field(description="In order of time; what is over is left out.")


class EquipmentOut(Told):
    key: str
    name: Texts
    kind: str = Field(description="What meetings ask for.")
    site: str
    hours: list[WindowTold] = Field(description="When it is there; empty: always.")


class VehicleOut(Told):
    key: str
    name: str
    kind: Literal["car", "van", "coach"]
    seats: int
    site: str = Field(description="Where it stands in the morning.")


class OutcomeIn(Given):
    state: OutcomeState
    absent_side: int | None = Field(None, ge=0, le=2, description="With `no_show`: 1 who asked, 2 who was asked, 0 nobody came.")
    why: Text = Field("", max_length=300)


class OutcomeOut(Told):
    meeting: int
    state: OutcomeState
    absent_side: int | None
    why: str
    is_desk: bool = Field(description="The desk has said so; nobody else's word replaces it.")


class FollowUpIn(Given):
    text: Text = Field(min_length=1, max_length=500)
    owner: Key
    due_on: Day


class FollowUpOut(Told):
    id: UUID
    meeting: int
    text: str
    owner: PersonBrief
    due_on: date
    is_done: bool
    is_overdue: bool
