"""What a week's database rows are as rows of the workbook."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from hanhlang.domains.agenda.minutes import moment_of
from hanhlang.domains.agenda.models import Claim, InterpreterTeam, Resource, Travel
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Participation, Place, Role, Site, Topic, Week
from hanhlang.domains.meetings.enums import Format, Secrecy
from hanhlang.domains.meetings.models import Grid, Kind, Meeting, Participant, Placement, Plan, Request, Wish
from hanhlang.domains.meetings.rules import from_json
from hanhlang.domains.people.models import Account, Organisation, Person
from hanhlang.domains.programme.models import Session, SessionPart, Speaking
from hanhlang.jobs.workbook.cells import clean
from hanhlang.jobs.workbook.columns import Sheet
from hanhlang.jobs.workbook.sheets import BY_NAME, SHEETS

Row = dict[str, Any]
Key = tuple[str, ...]
CLOSED = "closed:"


def rows_of(week: Week | None, *, people: Iterable[str] = (), to_give_out: bool = False) -> dict[str, dict[Key, Row]]:
    """
    Return every row of the week by sheet and key, in the order pages show them; without a week only what weeks share.

    ``people`` are keys of people wanted even if they have nothing to do with the week. What is ``to_give_out`` leaves out requests and
    meetings that not all staff may see: a workbook travels.
    """
    found = _Rows(week, frozenset(people), to_give_out)
    made = {sheet.name: list(getattr(found, sheet.name)()) if week or sheet.name in ("organisations", "people") else [] for sheet in SHEETS}
    return {name: {BY_NAME[name].key_of(row): row for row in _full(BY_NAME[name], rows)} for name, rows in made.items()}


def people_of(week: Week) -> set[UUID]:
    """Return the ids of everybody who has to do with a week: taking part, in a delegation, speaking, moderating or acting."""
    # One plain query for each way: joined into one, a database without statistics goes through all pairs.
    return {
        *Participation.objects.filter(week=week).values_list("person_id", flat=True),
        *Member.objects.filter(delegation__week=week).values_list("person_id", flat=True),
        *Speaking.objects.filter(session__week=week, person__isnull=False).values_list("person_id", flat=True),
        *SessionPart.objects.filter(session__week=week, moderator__isnull=False).values_list("moderator_id", flat=True),
        *Role.objects.filter(week=week, account__person__isnull=False).values_list("account__person_id", flat=True),
    }


def _full(sheet: Sheet, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield sheet.blank() | {key: _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value) or None
    return tuple(value) if isinstance(value, list) else value


class _Rows:
    """One week's rows, sheet by sheet; what several sheets need is read once."""

    def __init__(self, week: Week | None, wanted: frozenset[str], to_give_out: bool) -> None:
        self.event = week
        self.secrecy = {"secrecy": Secrecy.ALL} if to_give_out else {}
        self.zone = ZoneInfo(week.timezone) if week else UTC
        there = people_of(week) if week else set()
        found = Person.objects.filter(Q(pk__in=there) | Q(key__in=wanted)).select_related("organisation").order_by("key")
        self.everybody = list(found)
        self.names = {person.pk: person.key for person in self.everybody}

    def local(self, moment: datetime | None) -> datetime | None:
        return moment.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0) if moment else None

    def hour(self, moment: datetime | None) -> time | None:
        local = self.local(moment)
        return local.time() if local else None

    def windows(self, kept: list[list[str]]) -> tuple[tuple[datetime | None, datetime | None], ...]:
        return tuple((self.local(start), self.local(end)) for start, end in from_json(kept))

    def person(self, key: UUID | None) -> str | None:
        if key is None:
            return None
        if key not in self.names:
            self.names[key] = Person.objects.values_list("key", flat=True).get(pk=key)
        return self.names[key]

    def week(self) -> Iterator[Row]:
        week = self.event
        yield {
            "id": week.key,
            **_both("name", week.name),
            "short": week.short,
            **_both("theme", week.theme),
            "timezone": week.timezone,
            "start_date": week.starts_on,
            "end_date": week.ends_on,
            "host": week.host.key if week.host else None,
            "co_host": week.co_host.key if week.co_host else None,
            "delegates_reported": week.delegates_reported,
            **_facts(week),
        }

    def sites(self) -> Iterator[Row]:
        for site in Site.objects.filter(week=self.event).order_by("order", "key"):
            yield {"id": site.key, **_both("name", site.name), **_facts(site)}

    def places(self) -> Iterator[Row]:
        for place in Place.objects.filter(week=self.event, is_listed=True).select_related("site").order_by("order", "key"):
            yield {
                "id": place.key,
                "site": place.site.key,
                **{name: getattr(place, name) for name in ("kind", "sharing", "capacity", "turnround_minutes", "pool", "address")},
                **_both("name", place.name),
                **_facts(place),
            }

    def travel(self) -> Iterator[Row]:
        for way in (
            Travel.objects.filter(week=self.event).select_related("origin", "destination").order_by("origin__order", "destination__order")
        ):
            usual = Counter(way.minutes).most_common(1)[0][0]
            slow = [hour for hour, minutes in enumerate(way.minutes) if minutes != usual]
            yield {
                "from": way.origin.key,
                "to": way.destination.key,
                "minutes": usual,
                "rush_minutes": way.minutes[slow[0]] if slow else None,
                "rush_hours": list(_stretches(slow)),
                **_facts(way),
            }

    def teams(self) -> Iterator[Row]:
        for team in InterpreterTeam.objects.filter(week=self.event).select_related("site").order_by("key"):
            yield {"id": team.key, "site": team.site.key, "pair": team.pair, **_both("name", team.name), **_facts(team)}

    def grids(self) -> Iterator[Row]:
        for grid in Grid.objects.filter(week=self.event).order_by("key"):
            for block in grid.blocks:
                yield {
                    "id": grid.key,
                    "kind": grid.kind,
                    "minutes": grid.minutes,
                    "pools": grid.pools,
                    "day": datetime.fromisoformat(block["day"]).date(),
                    "from": time.fromisoformat(block["from"]),
                    "to": time.fromisoformat(block["to"]),
                }

    def topics(self) -> Iterator[Row]:
        for topic in Topic.objects.filter(week=self.event).order_by("order", "key"):
            yield {"id": topic.key, **_both("name", topic.name), "hatch": topic.hatch}

    def organisations(self) -> Iterator[Row]:
        # Weeks share one list of organisations; it holds nothing about people.
        for row in Organisation.objects.select_related("parent").order_by("key"):
            yield {
                "id": row.key,
                "kind": row.kind,
                **_both("name", row.name),
                "sort_name_en": row.sort_name,
                "short": row.short,
                "iso2": row.country,
                "iso3": row.code,
                "parent": row.parent.key if row.parent else None,
                "attendance": row.attendance,
                "invented": row.is_invented,
                **_facts(row),
            }

    def delegations(self) -> Iterator[Row]:
        for row in Delegation.objects.filter(week=self.event).select_related("organisation").order_by("precedence", "code"):
            yield {
                "id": row.key,
                "organisation": row.organisation.key,
                **_both("name", row.name),
                **{name: getattr(row, name) for name in ("code", "precedence", "rank", "is_host")},
                "focal_point": self.person(row.focal_point_id),
                **_facts(row),
            }

    def people(self) -> Iterator[Row]:
        parts = {row.person_id: row for row in Participation.objects.filter(week=self.event)}
        seats = {row.person_id: row for row in Member.objects.filter(delegation__week=self.event).select_related("delegation")}
        addresses = {row.person_id: row for row in Account.objects.filter(person__in=self.names).order_by("-email")}
        roles = defaultdict(set)
        # A workbook does not say whom a liaison officer accompanies: the desk gives that role.
        held = Role.objects.filter(week=self.event, site=None, session_id=None).exclude(kind=Role.Kind.LIAISON)
        for role in held.select_related("account"):
            roles[role.account.person_id].add(role.kind)
        for person in self.everybody:
            part, seat, account = parts.get(person.pk), seats.get(person.pk), addresses.get(person.pk)
            yield {
                "id": person.key,
                "name": person.name,
                **_both("title", person.title),
                "organisation": person.organisation.key if person.organisation else None,
                "rank": person.rank,
                "languages": person.languages,
                "category": part.category if part else None,
                "arrives": self.local(part.arrives_at) if part else None,
                "leaves": self.local(part.leaves_at) if part else None,
                "delegation": seat.delegation.key if seat else None,
                "head": bool(seat and seat.is_head),
                "email": account.email if account else None,
                "roles": sorted(roles[person.pk]),
                **_facts(person),
            }

    def sessions(self) -> Iterator[Row]:
        rows = Session.objects.filter(week=self.event).select_related("site", "place")
        for row in rows.prefetch_related("topics", "organisers", "supporters").order_by(F("starts_at").asc(nulls_last=True), "key"):
            yield {
                "id": row.key,
                "kind": row.kind,
                **_both("title", row.title),
                **_both("theme", row.theme),
                **_both("description", row.description),
                "date": row.day,
                "start": self.hour(row.starts_at),
                "end": self.hour(row.ends_at),
                "city": row.site.key if row.site else None,
                "place": row.place.key if row.place else None,
                **{name: sorted(one.key for one in getattr(row, name).all()) for name in ("topics", "organisers", "supporters")},
                "public": row.is_public,
                **_facts(row),
            }

    def parts(self) -> Iterator[Row]:
        rows = SessionPart.objects.filter(session__week=self.event).select_related("session").prefetch_related("participants")
        for row in rows.order_by("session__key", "order", "key"):
            yield {
                "session": row.session.key,
                "id": row.key,
                **_both("title", row.title),
                "moderator": self.person(row.moderator_id),
                "participants": sorted(one.key for one in row.participants.all()),
                "start": self.hour(row.starts_at),
                "end": self.hour(row.ends_at),
                **_facts(row),
            }

    def speakers(self) -> Iterator[Row]:
        rows = Speaking.objects.filter(session__week=self.event).select_related("session", "organisation")
        for row in rows.order_by("session__key", "order", "pk"):
            yield {
                "session": row.session.key,
                "person": self.person(row.person_id),
                "organisation": row.organisation.key if row.organisation else None,
                "role": row.role,
                "seen": row.seen,
                "start": self.hour(row.starts_at),
                "end": self.hour(row.ends_at),
                "note": row.note,
            }

    def requests(self) -> Iterator[Row]:
        # What has run out says nothing any more, and a pull-aside is no request: it was written down after it happened.
        rows = (
            Request.objects.filter(week=self.event, **self.secrecy)
            .exclude(state=Request.State.EXPIRED)
            .exclude(format=Format.PULL_ASIDE)
            .select_related("asking", "asked", "site")
            .prefetch_related("people")
            .order_by("number")
        )
        for row in rows:
            offer = row.counter if row.state == Request.State.COUNTERED else {}
            yield {
                **{name: getattr(row, name) for name in ("number", "state", "minutes", "subjects", "needs", "pools", "seats")},
                "asking": row.asking.key,
                "asked": row.asked.key,
                "windows": self.windows(row.windows),
                "preferred": self.windows(row.preferred),
                "people": sorted(person.key for person in row.people.all()),
                "counter_minutes": offer.get("minutes"),
                "counter_windows": self.windows(offer.get("windows", [])),
                **{name: getattr(row, name) for name in ("format", "level", "address", "languages", "interpreting", "press", "secrecy")},
                "impossible": self.windows(row.impossible),
                "site": row.site.key if row.site else None,
            }

    def wishes(self) -> Iterator[Row]:
        # What was withdrawn or has expired says nothing any more; the same pair may have wished anew.
        said = (Wish.State.OPEN, Wish.State.DECLINED)
        waiting = Wish.objects.filter(week=self.event, state__in=said).order_by("asking__key", "asked__key")
        for asking, asked, state in waiting.values_list("asking_id", "asked_id", "state"):
            yield {"asking": self.person(asking), "asked": self.person(asked), "state": state}

    def meetings(self) -> Iterator[Row]:
        sides: dict[UUID, dict[int, list[str | None]]] = defaultdict(lambda: {1: [], 2: []})
        for meeting, person, side in Participant.objects.filter(meeting__week=self.event).values_list("meeting_id", "person_id", "side"):
            sides[meeting][side].append(self.person(person))
        published = Placement.objects.filter(plan__week=self.event, plan__state=Plan.State.PUBLISHED)
        placed = {row.meeting_id: row for row in published.select_related("place")}
        agreed = Meeting.objects.filter(week=self.event, **self.secrecy).exclude(state=Meeting.State.LOGGED)
        for row in agreed.select_related("request").order_by("number"):
            there = placed.get(row.pk)
            yield {
                "number": row.number,
                "kind": row.kind,
                "request": row.request.number if row.request and row.kind == Kind.BILATERAL else None,
                "asking": sorted(filter(None, sides[row.pk][1])),
                "asked": sorted(filter(None, sides[row.pk][2])),
                "state": row.state,
                "placed_at": self.local(there.starts_at) if there else None,
                "placed_where": str(there.place.name) if there else None,
            }

    def availability(self) -> Iterator[Row]:
        rows = Claim.objects.filter(resource__week=self.event, kind=Claim.Kind.CLOSED, source__startswith=CLOSED)
        rows = rows.exclude(resource__kind=Resource.Kind.EQUIPMENT)
        kinds = ("resource__kind", "resource__person__key", "resource__place__key", "resource__team__key")
        for source, start, end, kind, *keys in rows.order_by("source").values_list("source", "start", "end", *kinds):
            yield {
                "id": source.removeprefix(CLOSED),
                "kind": kind,
                "what": next(key for key in keys if key),
                "from": self.local(moment_of(start)),
                "until": self.local(moment_of(end)),
            }


def _both(stem: str, text: MultiText) -> Row:
    return {f"{stem}_{language}": text.texts.get(language) for language in ("vi", "en")}


def _facts(row: Any) -> Row:
    return {"status": row.standing, "source": row.source, "also": row.also, "assumed_fields": sorted(row.assumed_fields), "note": row.note}


def _stretches(hours: list[int]) -> Iterator[str]:
    for _, run in groupby(enumerate(hours), key=lambda pair: pair[1] - pair[0]):
        found = [hour for _, hour in run]
        yield f"{found[0]:02}:00-{found[-1] + 1:02}:00"
