"""What answers and bodies about changes and notices look like."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Field

from hanhlang.api.v1.paging import Paging
from hanhlang.api.v1.schemas import PersonBrief
from hanhlang.api.v1.shapes import Given, Key, Moment, Text, Told

ChangeKind = Literal["late", "left", "absent", "place", "team", "road", "session", "urgent", "pull_aside"]
ChangeState = Literal["reported", "taken_in", "answered", "dismissed"]


class ChangeOut(Told):
    number: int
    kind: ChangeKind
    state: ChangeState
    people: list[PersonBrief]
    place: str | None
    team: str | None
    session: str | None
    meeting: int | None = Field(description="The meeting an urgent one became.")
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int | None
    origin: str | None
    destination: str | None
    note: str
    reported_at: datetime
    taken_in_at: datetime | None
    answered_at: datetime | None
    search: Literal["none", "queued", "running", "done", "failed"] = Field(description="How far the search for ways to answer is.")


class ChangeFilter(Paging):
    state: ChangeState | None = None


class ChangeIn(Given):
    """Which fields a kind needs is said at `report_change` in the how-to; what is missing is named."""

    kind: ChangeKind
    people: list[Key] = Field([], max_length=200)
    place: Key | None = None
    team: Key | None = None
    session: Key | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    minutes: int | None = Field(None, ge=1, le=1440)
    origin: Key | None = None
    destination: Key | None = None
    both_ways: bool = False
    note: Text = Field("", max_length=300)


class ColumnsOut(Told):
    moves: int = Field(description="Meetings moved or no longer held.")
    rooms: int = Field(description="Meetings that only change rooms.")
    told: int = Field(description="People whose agenda differs.")
    disturbance: int
    cost: int
    shift: int = Field(description="Minutes by which hours change, in all.")
    first_at: datetime | None = Field(description="The first new hour.")
    last_at: datetime | None


class AlternativeOut(Told):
    plan: int = Field(description="Publish it as a plan.")
    columns: ColumnsOut
    best_in: list[str]
    is_proven: bool = Field(description="No lawful answer moves fewer meetings.")


class NoticeOut(Told):
    id: UUID
    person: PersonBrief
    meeting: int
    kind: Literal["new", "moved", "other_room", "cancelled", "stand_in"]
    language: str
    text: str
    short: str = Field(description="At most 160 characters, for a message.")
    channel: Literal["mail", "calendar", "spoken"]
    sequence: int = Field(description="As in the calendar entry.")
    written_at: datetime
    told_at: datetime | None
    told_how: str
    acknowledged_at: datetime | None
    acknowledged_how: str


class NoticeFilter(Paging):
    person: Key | None = None
    acknowledged: bool | None = None


class HowIn(Given):
    how: Literal["phone", "person", "message"]
