"""What answers and bodies look like. Keys, not ids, wherever people use keys; moments on the week's clocks, with offset."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import create_model

from hanhlang.api.v1.paging import Paging, Search
from hanhlang.api.v1.shapes import Day, Facts, Given, Key, Moment, Text, Texts, Told, WindowTold, shown

Sharing = Literal["exclusive", "shared"]
MeetingKind = Literal["bilateral", "business"]
WishState = Literal["open", "accepted", "declined", "withdrawn", "expired"]
MeetingState = Literal["agreed", "cancelled", "logged"]
PlanState = Literal["draft", "published", "past", "alternative"]
RunState = Literal["queued", "running", "done", "cancelled", "failed"]
PlaceKind = Literal["hall", "room", "table", "yard", "off_site"]


def page_of(item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of ``item``."""
    return create_model(
        item.__name__.removesuffix("Out") + "Page",
        __base__=Told,
        items=(list[item], ...),  # type: ignore[valid-type]
        total=(int, Field(description="How many there are in all.")),
        next=(str | None, Field(description="The address of the next page, none on the last.")),
    )


class FieldFault(Told):
    field: str = Field(description="The field at fault, by its path.")
    code: str
    message: str


class ErrorOut(Told):
    """What every refusal looks like."""

    code: str = Field(description="For programs; it never changes.")
    message: str = Field(description="For people, in the language of Accept-Language.")
    fields: list[FieldFault]


class WeekOut(Facts):
    key: str
    name: Texts
    short: str
    theme: Texts
    timezone: str
    starts_on: date
    ends_on: date
    languages: list[str]
    host: str | None = Field(description="Key of an organisation.")
    co_host: str | None


class FiguresOut(Told):
    """Counts of what is in a week."""

    people: int
    places: int
    sessions: int
    delegations: int
    meetings: int = Field(description="Agreed and not called off.")
    published_placements: int
    claims: int = Field(description="Rows that say who or what is taken from when to when.")


class SiteOut(Facts):
    key: str
    name: Texts
    order: int


class PlaceOut(Facts):
    key: str
    name: Texts
    site: str
    kind: PlaceKind
    sharing: Sharing
    capacity: int | None
    turnround_minutes: int
    pool: str | None = Field(description="What meetings ask for when any place of its kind will do.")
    address: str


class PlaceFilter(Paging):
    site: Key | None = None
    kind: PlaceKind | None = None


class TravelOut(Facts):
    origin: str
    destination: str
    minutes: list[int] = Field(min_length=24, max_length=24, description="By local hour of departure, 0 to 23.")


class TopicOut(Told):
    key: str
    name: Texts
    order: int


class SessionOut(Facts):
    key: str
    kind: str
    title: Texts
    theme: Texts
    day: date | None = Field(description="None: not announced yet.")
    starts_at: datetime | None = Field(description="None: not timed yet.")
    ends_at: datetime | None
    site: str | None
    place: str | None
    topics: list[str]


class PersonBrief(Told):
    key: str
    name: str


class PartOut(Told):
    key: str
    title: Texts
    starts_at: datetime | None
    ends_at: datetime | None
    moderator: PersonBrief | None
    participants: list[str] = Field(description="Keys of organisations.")


class SpeakingOut(Told):
    person: PersonBrief | None
    organisation: str | None
    role: str
    seen: str = Field(description="`present`: reported as there; `announced`: only announced.")
    starts_at: datetime | None = Field(description="None: the whole session.")
    ends_at: datetime | None


class SessionWhole(SessionOut):
    """A session with all that its page shows."""

    description: Texts
    organisers: list[str]
    supporters: list[str]
    parts: list[PartOut]
    speakers: list[SpeakingOut]


class SessionFilter(Search):
    day: Day | None = Field(None, description="A local day of the week.")
    site: Key | None = None
    topic: Key | None = None
    kind: Key | None = None


class SpeakerRole(Told):
    session: str
    role: str
    seen: str


class SpeakerOut(Told):
    key: str
    name: str
    title: Texts
    organisation: str | None
    roles: list[SpeakerRole]


class OrganisationOut(Facts):
    key: str
    kind: str
    name: Texts
    short: str
    country: str
    parent: str | None
    is_invented: bool


class OrganisationFilter(Search):
    kind: Key | None = None


class PersonOut(Told):
    key: str
    name: str = Field(description="As given; never split.")
    title: Texts
    organisation: str | None
    standing: str
    rank: str | None = Field(description="With people:read only.")
    languages: list[str] | None = Field(description="With people:read only.")


class ParticipationOut(Told):
    person: PersonBrief
    category: str
    arrives_at: datetime | None
    leaves_at: datetime | None
    standing: str


class ParticipationFilter(Search):
    category: Literal["delegation", "business", "institute", "speaker", "press", "staff"] | None = None


class MemberOut(Told):
    person: PersonBrief
    is_head: bool


class DelegationOut(Facts):
    key: str
    code: str = Field(description="Three letters on the board.")
    name: Texts
    organisation: str
    precedence: int = Field(description="Place in the host's own list.")
    is_host: bool
    is_invented: bool
    rank: str | None = Field(description="With delegations:read only.")
    focal_point: PersonBrief | None = Field(description="With delegations:read only.")
    members: list[MemberOut] | None = Field(description="With delegations:read only.")


class WishOut(Told):
    id: UUID
    state: WishState
    asking: PersonBrief
    asked: PersonBrief
    message: str
    why: str = Field(description="What the other side answered.")
    expires_at: datetime | None = Field(description="Unanswered by then, it ends by itself.")
    answered_at: datetime | None
    meeting: int | None


class WishFilter(Paging):
    state: WishState | None = None
    person: Key | None = Field(None, description="On either side.")


class WishIn(Given):
    asking: Key = Field(description="Key of the person who would like to meet.")
    asked: Key
    message: Text = Field("", max_length=500, description="The other side reads it.")


class WishNoIn(Given):
    """Why not; it may be left out."""

    why: Text = Field("", max_length=300)


class ParticipantOut(Told):
    person: PersonBrief
    side: int = Field(description="1 asked for it, 2 was asked.")


class LockOut(Told):
    meeting: int
    starts_at: datetime
    place: str | None
    reason: str
    expires_at: datetime | None = Field(description="With an hour it is a hold, free by itself after it.")


class MeetingOut(Told):
    number: int
    kind: MeetingKind
    state: MeetingState
    minutes: int = Field(description="What is booked; consecutive interpreting books more than is asked for.")
    value: int = Field(description="What leaving it out costs a plan.")
    request: int | None
    pools: list[str]
    needs: list[str]
    windows: list[WindowTold]
    preferred: list[WindowTold]
    seats: int
    people: list[ParticipantOut]
    lock: LockOut | None


class MeetingFilter(Paging):
    kind: MeetingKind | None = None
    state: MeetingState | None = None
    person: Key | None = None


class LockIn(Given):
    model_config = shown({"starts_at": "2025-10-27T09:20:00+07:00", "reason": "The minister leaves at ten"})

    starts_at: Moment
    place: Key | None = None
    reason: Text = Field(min_length=1, max_length=300)
    expires_at: Moment | None = None


class TermOut(Told):
    name: str
    amount: int
    cost: int


class PlanOut(Told):
    number: int
    state: PlanState
    objective: int
    bound: int | None = Field(description="No plan costs less than this; proven.")
    terms: list[TermOut]
    placed: int
    unplaced: int
    found_after_seconds: float
    published_at: datetime | None


class PlanFilter(Paging):
    state: PlanState | None = None


class PlacementOut(Told):
    meeting: int
    kind: MeetingKind
    starts_at: datetime
    ends_at: datetime
    place: str
    site: str
    teams: list[str]
    people: list[str]


class PlacementFilter(Paging):
    day: Day | None = None
    kind: MeetingKind | None = None
    person: Key | None = None


class UnplacedOut(Told):
    meeting: int
    reason: str
    text: Texts
    people: list[str] = Field(description="Keys of the people in the way.")


class PublishedOut(Told):
    plan: PlanOut
    meetings_changed: int
    people_told: int


class ProgressOut(Told):
    elapsed: float | None
    iterations: int | None
    unplaced: int | None
    objective: int | None
    bound: int | None


class RunOut(Told):
    id: UUID
    state: RunState
    seed: int
    limit_seconds: int
    workers: int
    until_first: bool
    stop_asked: bool
    scope: dict[str, str | bool | int] = Field(description="What may move; empty: everything.")
    weights: dict[str, int] = Field(description="Those that differ from the defaults.")
    started_at: datetime | None
    ended_at: datetime | None
    progress: ProgressOut
    plans: list[int] = Field(description="Numbers of the plans it found that are kept.")


class ScopeIn(Given):
    """Limits that hold at once; what is outside stays where ``plan`` has it (left out: the newest that is not past)."""

    kind: Literal["", "bilateral", "business"] = ""
    day: Day | None = None
    site: Key | None = None
    unplaced: bool = Field(False, description="Only what has no place yet.")
    plan: int | None = Field(None, ge=1, le=2**31 - 1)


class WeightsIn(Given):
    """What one unit of each soft term costs; left out: the default. 0 leaves a term out."""

    unplaced: int = Field(1, ge=1, le=1000, description="Per point of value not placed.")
    breaks: int = Field(2, ge=0, le=1000, description="Per break between business meetings of one person.")
    idle: int = Field(0, ge=0, le=1000, description="Per ten idle minutes between two meetings of one person.")
    preferred: int = Field(1, ge=0, le=1000, description="Per meeting outside its preferred hours.")
    meal: int = Field(5, ge=0, le=1000, description="Per meal of a person that is not free.")
    in_a_row: int = Field(3, ge=0, le=1000, description="Per meeting beyond six on end.")
    city_changes: int = Field(4, ge=0, le=1000, description="Per change of city of a person within a day.")
    moved: int = Field(1, ge=0, le=1000, description="Per meeting not where it was published.")
    meal_minutes: int = Field(40, ge=10, le=120, description="Minutes on end a meal needs.")


class RunIn(Given):
    model_config = shown({"limit_seconds": 60})

    scope: ScopeIn = Field(default_factory=lambda: ScopeIn())
    weights: WeightsIn = Field(default_factory=lambda: WeightsIn())

    seed: int = Field(0, ge=0, le=2**31 - 1)
    limit_seconds: int = Field(60, ge=1, le=3600)
    workers: int = Field(2, ge=1, le=64)
    until_first: bool = Field(False, description="Stop at the first lawful plan that places nearly all.")


class AgendaItemOut(Told):
    kind: str = Field(description="`session`, `bilateral` or `business`.")
    starts_at: datetime
    ends_at: datetime
    place: str | None
    session: str | None
    role: str
    meeting: int | None
    others: list[PersonBrief]
    is_changed: bool
    is_illustrative: bool


class AgendaOut(Told):
    person: PersonBrief
    items: list[AgendaItemOut]
