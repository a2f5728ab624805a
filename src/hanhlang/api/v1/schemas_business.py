"""What profiles, terms, blocks, suggestions and tables look like for programs."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field

from hanhlang.api.v1.paging import Paging, Search
from hanhlang.api.v1.schemas import PersonBrief
from hanhlang.api.v1.shapes import Given, Key, Text, Texts, Told, Window, WindowTold, shown

ProfileState = Literal["draft", "submitted", "validated", "returned"]
Stage = Literal["idea", "early", "growing", "established", "public"]
Among = Literal["offers", "needs"]
Reason = Literal["they_offer", "they_need", "topic", "language", "stage", "country"]
WhyFree = Literal["agreed", "asked_you", "you_asked"]
Answer = Literal["", "comes", "cannot"]

Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="A language by its two-letter code.")]
Country = Annotated[str, Field(pattern=r"^([A-Z]{2})?$", description="ISO 3166, two letters; may be empty.")]
Entries = Annotated[
    dict[Language, Annotated[Text, Field(max_length=1000)]], Field(max_length=10, description="One entry a line, by language; at most 8.")
]


class ProfileOut(Told):
    organisation: str = Field(description="Key of the firm.")
    name: Texts
    about: Texts
    offers: Texts = Field(description="One entry a line, by language.")
    needs: Texts
    topics: list[str]
    languages: list[str]
    stage: str
    country: str
    people: list[PersonBrief] = Field(description="Whom of the firm you may ask.")


class OwnProfileOut(ProfileOut):
    state: ProfileState
    note: str = Field(description="What the organiser asks to be put right.")
    is_shown: bool = Field(description="Whether others see a validated one.")


class ProfileFilter(Search):
    among: Among | None = Field(None, description="Where to look for the words; everywhere if left out.")
    topic: Key | None = None
    country: Country | None = None
    stage: Stage | None = None


class ProfileIn(Given):
    """A firm's whole profile; what is left out is empty."""

    about: dict[Language, Annotated[Text, Field(max_length=600)]] = Field({}, max_length=10)
    offers: Entries = {}
    needs: Entries = {}
    topics: list[Key] = Field([], max_length=20)
    languages: list[Language] = Field([], max_length=20)
    stage: Stage | None = None
    country: Country = ""

    model_config = shown({"offers": {"vi": "Trạm 5G riêng cho nhà máy"}, "needs": {"vi": "Vốn đầu tư"}, "languages": ["vi", "en"]})


class NoteIn(Given):
    note: Text = Field(min_length=1, max_length=500)
    take_down: bool = Field(False, description="Also end what others see of the firm now.")


class TermsOut(Told):
    takes_part: bool
    wants_suggestions: bool
    may_stand_in: bool
    hours: list[WindowTold] = Field(description="The only hours possible; empty: any at which you are there.")
    mail: str = Field(description="Opened to the other side of an agreed meeting, and to the organiser.")
    phone: str


class TermsIn(Given):
    takes_part: bool
    wants_suggestions: bool = False
    may_stand_in: bool = False
    hours: list[Window] = Field([], max_length=50)
    mail: Annotated[Text, Field(max_length=254, pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")] = ""
    phone: Annotated[Text, Field(max_length=40)] = ""


class BlockOut(Told):
    id: UUID
    kind: Literal["person", "firm"]
    key: str


class BlockIn(Given):
    kind: Literal["person", "firm"]
    key: Key


class ReasonOut(Told):
    code: Reason
    weight: int
    theirs: Texts = Field(description="The entry by language; a key or code without one.")
    yours: Texts


class SuggestionOut(Told):
    person: PersonBrief
    organisation: str
    reasons: list[ReasonOut]


class FoundOut(Told):
    suggested: int


class StandInIn(Given):
    coming: Key = Field(description="The colleague who takes your seat.")


class SeatOut(Told):
    meeting: int
    person: PersonBrief


class FreeOut(Told):
    person: PersonBrief
    why: WhyFree


class MissingOut(Told):
    meeting: int
    at: datetime
    until: datetime
    free: list[FreeOut] = Field(description="Who may be asked to come to the table now.")
    asks: list["NowAskOut"]


class NowAskOut(Told):
    id: UUID
    meeting: int
    waiting: PersonBrief
    asked: PersonBrief
    until: datetime
    answer: Answer


class NowAnsweredOut(NowAskOut):
    """``placed``: the two have the table now; where somebody comes and it is false, the desk finds them one."""

    placed: bool


class AskNowIn(Given):
    person: Key


class AnswerNowIn(Given):
    comes: bool


class MineFilter(Paging):
    """A part of one's own list."""
