"""The words of the programme: kinds, roles, what was not reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.programme.models import Session, SessionPart, Speaking
from hanhlang.web.public import presenters

KINDS: dict[str, Promise] = {
    "ministerial_round_table": _("Ministerial round table"),
    "conference": _("Conference"),
    "forum": _("Forum"),
    "workshop": _("Workshop"),
    "technology_show": _("Technology show"),
    "demo": _("Demonstration of technology"),
    "business_matching": _("Business matching"),
    "cultural": _("Culture"),
    "bilateral_programme": _("Bilateral meetings"),
    "registration": _("Registration"),
    "meal": _("Meal"),
    "press": _("Press"),
}
ROLES: dict[str, Promise] = {
    "chair": _("chairs"),
    "moderator": _("moderates"),
    "opening_remarks": _("opening remarks"),
    "opening_address": _("opening address"),
    "keynote": _("keynote speech"),
    "presentation": _("presentation"),
    "remarks": _("remarks"),
    "country_statement": _("country statement"),
    "speaker": _("speaks"),
    "panellist": _("panellist"),
    "seat": _("at the table"),
    "guest": _("guest"),
}
CARRYING: dict[str, Promise] = {"organises": _("organises"), "supports": _("supports"), "takes part": _("takes part")}
SEEN: dict[str, Promise] = {Speaking.Seen.PRESENT: _("reported present"), Speaking.Seen.ANNOUNCED: _("announced")}
CLOSED = gettext_lazy("%(kind)s, not public")


@dataclass(frozen=True)
class Step:
    """One line of the order of proceedings."""

    title: str
    people: list[str]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_on: bool = False
    has_begun: bool = False


def kind(key: str) -> str:
    """Return the word for a kind of session; one without a word is simply a session."""
    return str(KINDS[key]) if key in KINDS else gettext("Session")


def role(key: str) -> str:
    """Return what a person does in a session."""
    return str(ROLES[key]) if key in ROLES else gettext("takes part")


def carrying(key: str) -> str:
    """Return what an organisation does in a session."""
    return str(CARRYING[key])


def seen(key: str) -> str:
    """Return whether a speaker was reported present or only announced, nothing for a role of the programme alone."""
    return str(SEEN[key]) if key else ""


def public_title(session: presenters.Shown) -> str:
    """Return a session's title; of one closed to the public only its kind."""
    return str(session.title) if session.is_public else str(CLOSED) % {"kind": kind(session.kind)}


def what_is_illustrative(session: presenters.Shown) -> str:
    """Return one sentence that names what no source reports, or nothing."""
    names = [
        word
        for is_assumed, word in (
            (presenters.day_is_illustrative(session), gettext("Day")),
            (session.starts_at and presenters.time_is_illustrative(session), gettext("hour")),
            (session.place and presenters.place_is_illustrative(session), gettext("room")),
        )
        if is_assumed
    ]
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else gettext("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
    return gettext("%(what)s illustrative, not reported by any source.") % {"what": listed[0].upper() + listed[1:]}


def state(session: presenters.Shown, now: datetime) -> str:
    """Return the state to show beside a session's hours: now, over or nothing."""
    if not session.starts_at or not session.ends_at or now < session.starts_at:
        return ""
    return "now" if now < session.ends_at else "over"


def proceedings(session: Session, now: datetime) -> list[Step]:
    """Return the named roles that have hours and the parts, by hour; parts without one follow in their order."""
    roles = [
        Step(
            title=role(speaking.role)[0].upper() + role(speaking.role)[1:],
            people=[_named(speaking)],
            starts_at=speaking.starts_at,
            ends_at=speaking.ends_at,
            is_on=bool(speaking.ends_at and speaking.starts_at <= now < speaking.ends_at),
            has_begun=speaking.starts_at <= now,
        )
        for speaking in session.speakings.all()
        if speaking.starts_at
    ]
    parts = [
        Step(
            title=str(part.title),
            people=_of_part(part),
            starts_at=part.starts_at,
            ends_at=part.ends_at,
            is_on=bool(part.starts_at and part.ends_at and part.starts_at <= now < part.ends_at),
            has_begun=bool(part.starts_at and part.starts_at <= now),
        )
        for part in session.parts.all()
    ]
    timed = [step for step in [*roles, *parts] if step.starts_at]
    return sorted(timed, key=lambda step: step.starts_at) + [step for step in parts if not step.starts_at]


def _of_part(part: SessionPart) -> list[str]:
    people = [gettext("moderated by %(name)s") % {"name": part.moderator.name}] if part.moderator else []
    return people + [str(organisation.name) for organisation in part.participants.all()]


def _named(speaking: Speaking) -> str:
    if speaking.person is None:
        return str(speaking.organisation.name) if speaking.organisation else ""
    title = str(speaking.person.title)
    return f"{speaking.person.name}, {title}" if title else speaking.person.name


def people(session: Session) -> list[dict[str, Any]]:
    """Return who is named in a session: name, title, role, and whether they were reported present or only announced."""
    return [
        {
            "name": speaking.person.name if speaking.person else str(speaking.organisation.name if speaking.organisation else ""),
            "title": str(speaking.person.title) if speaking.person else gettext("name not reported"),
            "role": role(speaking.role),
            "seen": str(SEEN[speaking.seen]),
        }
        for speaking in session.speakings.all()
    ]
