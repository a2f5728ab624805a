"""What answers and bodies about moves and comparisons look like."""

from datetime import datetime
from typing import Literal

from ninja import Field

from hanhlang.api.v1.schemas import TermOut
from hanhlang.api.v1.shapes import Given, Key, Moment, Told, shown


class MoveIn(Given):
    model_config = shown({"meeting": 12, "starts_at": "2025-10-28T09:20:00+07:00", "place": "table-01"})

    meeting: int = Field(ge=1, le=2**31 - 1)
    starts_at: Moment
    place: Key
    make_room: bool = Field(False, description="Move those in the way elsewhere, as few as possible, none left out.")


class VerdictAsked(Given):
    meeting: int = Field(ge=1, le=2**31 - 1)
    starts_at: Moment
    place: Key


class FaultOut(Told):
    rule: str = Field(description="The checker's name of the rule.")
    person: str | None
    meeting: int | None = Field(description="The meeting in the way, if you may know of it.")
    starts_at: datetime | None
    ends_at: datetime | None


class VerdictOut(Told):
    fits: bool
    faults: list[FaultOut]
    terms: list[TermOut] = Field(description="Differences; terms that do not differ are left out.")
    cost: int
    told: list[str] = Field(description="Keys of the people who would be told.")
    can_make_room: bool


class ShiftOut(Told):
    meeting: int
    kind: Literal["moved", "new", "lost"]
    was: datetime | None
    will_be: datetime | None


class TermPairOut(Told):
    name: str
    first_amount: int
    first_cost: int
    second_amount: int
    second_cost: int
    difference: int


class ComparisonOut(Told):
    first: int
    second: int
    terms: list[TermPairOut]
    shifts: list[ShiftOut]
    told: list[int] = Field(description="How many people publishing the first, and the second, would tell now.")


class RestoredOut(Told):
    plan: int
    left_out: list[int] = Field(description="Numbers of the meetings that no longer hold.")


class DraftOut(Told):
    plan: int
