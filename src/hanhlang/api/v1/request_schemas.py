"""What requests for bilaterals look like in answers and bodies."""

from datetime import datetime
from typing import Literal

from ninja import Field

from hanhlang.api.v1.paging import Paging
from hanhlang.api.v1.shapes import Given, Key, Moment, Text, Told, Window, WindowTold, shown

RequestState = Literal["open", "countered", "accepted", "declined", "withdrawn", "expired"]
FormatWord = Literal["formal", "courtesy", "pull_aside", "tete_a_tete", "one_plus_n"]
InterpretingWord = Literal["none", "consecutive", "whispered", "simultaneous"]
PressWord = Literal["none", "photo", "statement"]
SecrecyWord = Literal["nothing", "busy", "place", "all"]
Companions = Field(0, ge=0, le=10, description="The N of a 1+N: how many come with each head; 0 for other formats.")
Seen = Field(None, ge=0, le=100_000, description="`steps` of the request as you read it; if it has moved on since, nothing is done.")
Why = Field("", max_length=500, description="A word to the other side.")
Behalf = Field(None, description="The side you do it for; of the desk: on its behalf. None: whose turn it is.")


class OfferOut(Told):
    """What was offered last instead of what was asked."""

    minutes: int
    windows: list[WindowTold]
    level: str = Field(description="Rank of the counterpart; empty: the head.")
    by: str = Field(description="Key of the delegation that offers; the other one answers.")


class StepOut(Told):
    """One thing done to a request."""

    event: str
    side: str | None = Field(description="Key of the delegation; none: the clock or the host.")
    on_behalf: bool = Field(description="The secretariat did it for that side.")
    at: datetime
    why: str


class RequestOut(Told):
    number: int
    state: RequestState
    asking: str = Field(description="Key of a delegation.")
    asked: str
    turn: str | None = Field(description="Key of the delegation that answers next; none: it is answered.")
    format: FormatWord
    level: str = Field(description="Rank of the counterpart asked for; empty: the head.")
    minutes: int = Field(description="Length of the talk.")
    booked_minutes: int = Field(description="What it takes: consecutive interpreting 1.6 times as long.")
    subjects: str
    needs: list[str] = Field(description="Language pairs that need interpreters.")
    languages: list[str]
    interpreting: InterpretingWord
    press: PressWord
    secrecy: SecrecyWord
    windows: list[WindowTold] = Field(description="The only hours possible; empty: any.")
    preferred: list[WindowTold]
    impossible: list[WindowTold]
    pools: list[str]
    site: str | None
    address: str = Field(description="Where it is to be instead of in a room of the week.")
    seats: int
    companions: int
    people: list[str] = Field(description="Keys of the people named so far.")
    counter: OfferOut | None
    rank_gap: int = Field(description="How many ranks the two sides are apart; 0: none, or not known yet.")
    signed_off_at: datetime | None = Field(description="When the host's protocol accepted the gap; until then no plan places the meeting.")
    expires_at: datetime | None = Field(description="Unanswered by then it ends by itself.")
    held_until: datetime | None = Field(description="The side whose turn it is thinks about it until then.")
    answered_at: datetime | None
    meeting: int | None = Field(description="Number of the meeting it became.")
    steps: int = Field(description="How much has been done to it; send it back as `seen`.")


class ProposalOut(Told):
    """What the secretariat proposes so that the meeting gets an hour."""

    minutes: int = Field(description="What it would take, interpreting included.")
    windows: list[WindowTold] = Field(description="Hours it could have besides; empty: only the length would change.")
    agreed: list[str] = Field(description="Keys of the delegations that have said yes; once both have, it is so.")


class RequestWhole(RequestOut):
    """A request with its history."""

    proposal: ProposalOut | None
    history: list[StepOut]


class RequestFilter(Paging):
    state: RequestState | None = None
    delegation: Key | None = Field(None, description="On either side.")


People = list[Key]


class RequestIn(Given):
    """A bilateral asked for."""

    model_config = shown({"asking": "lamduan", "asked": "vesperia", "minutes": 30, "subjects": "Digital identity"})

    asking: Key
    asked: Key
    format: FormatWord = "formal"
    level: Text = Field("", max_length=40, description="Rank of the counterpart asked for; empty: the head.")
    minutes: int | None = Field(None, ge=1, le=1440, description="Empty: what is usual for the format.")
    subjects: Text = Field("", max_length=300)
    needs: list[Key] = Field([], max_length=10)
    languages: list[Key] = Field([], max_length=10)
    interpreting: InterpretingWord = "none"
    press: PressWord = "none"
    secrecy: SecrecyWord = "all"
    windows: list[Window] = Field([], max_length=50)
    preferred: list[Window] = Field([], max_length=50)
    impossible: list[Window] = Field([], max_length=50)
    pools: list[Key] = Field([], max_length=20)
    site: Key | None = None
    address: Text = Field("", max_length=300, description="A place at `site` instead of a room of the week.")
    people: People = Field([], max_length=50, description="Members sent; empty: the head and one more.")
    seats: int = Field(0, ge=0, le=1000, description="People in the room, advisers included.")
    companions: int = Companions
    why: Text = Why


class PullAsideIn(Given):
    """Two who spoke for a few minutes, written down afterwards."""

    asking: Key = Field(description="The delegation that writes it down.")
    asked: Key
    starts_at: Moment
    minutes: int = Field(10, ge=1, le=1440)
    subjects: Text = Field("", max_length=300)
    people: People = Field([], max_length=2, description="One of each side; empty: the heads.")
    secrecy: SecrecyWord = "all"
    why: Text = Why


class AnswerIn(Given):
    """Words that go with an answer."""

    side: Key | None = Behalf
    why: Text = Why
    seen: int | None = Seen


class ProposalAnswerIn(AnswerIn):
    """A side's answer to what the secretariat proposes."""

    accept: bool


class AcceptIn(AnswerIn):
    people: People = Field(
        [], max_length=50, description="Members of the side that says yes; empty: those named, or the head and one more."
    )


class OfferIn(AnswerIn):
    """Another length, other hours or another rank, offered instead."""

    minutes: int | None = Field(None, ge=1, le=1440)
    windows: list[Window] = Field([], max_length=50)
    level: Text | None = Field(None, max_length=40)
    people: People = Field([], max_length=50, description="Whom you would send.")


class HoldIn(AnswerIn):
    until: Moment


class SecrecyIn(Given):
    side: Key | None = Behalf
    secrecy: SecrecyWord
    why: Text = Why
