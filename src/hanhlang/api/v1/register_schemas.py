"""What answers about tools, the audit, roles and tokens look like."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field

from hanhlang.api.v1.paging import Paging
from hanhlang.api.v1.schemas import PersonBrief
from hanhlang.api.v1.shapes import Text, Texts, Told


class AuditOut(Told):
    number: int
    event: str
    about_kind: str
    about_id: UUID | None
    actor: UUID | None = Field(description="Pseudonym of a person, or id of an account without one; none: the machine.")
    people: list[UUID] = Field(description="Pseudonyms.")
    facts: dict[str, Any]
    at: datetime
    is_sealed: bool


class AuditFilter(Paging):
    event: Text | None = Field(None, max_length=80)


class ToolOut(Told):
    key: str
    name: Texts
    purpose: Texts
    data_used: Texts
    how_to_refuse: Texts
    owner: str
    is_local: bool
    is_active: bool
    version: str


class ToolRunOut(Told):
    id: UUID
    tool: str
    state: Literal["running", "done", "failed", "cancelled"]
    started_at: datetime
    ended_at: datetime | None
    input_digest: str = Field(description="SHA-256 of what it was given.")


class RoleOut(Told):
    id: UUID
    kind: str
    email: str
    person: PersonBrief | None
    site: str | None
    session: UUID | None
    delegation: UUID | None


class MeOut(Told):
    """What this token is and may do now."""

    name: str
    week: str
    scopes: list[str] = Field(description="Those of the token that the account's present roles allow.")
    roles: list[str]
    expires_at: datetime
    person: PersonBrief | None


class EntryOut(Told):
    """Where to begin."""

    name: str
    version: str
    weeks: str
    openapi: str
    docs: str
    me: str
