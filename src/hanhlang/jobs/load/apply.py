"""Write a sound folder into the database, all or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from hanhlang.domains.agenda.errors import AlreadyTaken, PlaceFull
from hanhlang.domains.agenda.models import Equipment, InterpreterTeam, Travel, Vehicle
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.actions import save_place, save_site, save_topic, save_week
from hanhlang.domains.events.models import Place, Site, Topic, Week
from hanhlang.domains.meetings.models import Grid
from hanhlang.domains.people.actions import save_organisation, save_person
from hanhlang.domains.people.models import Account, Organisation, Person
from hanhlang.domains.people.saving import save_by
from hanhlang.domains.programme.actions import claim_sessions, save_part, save_session, set_speakings
from hanhlang.domains.programme.models import Session, Speaking
from hanhlang.jobs.load.checks import ORGANISATIONS, faults_of, part_times, role_times
from hanhlang.jobs.load.faults import Fault, LoadRefused
from hanhlang.jobs.load.folder import Folder, Item, open_folder
from hanhlang.jobs.load.timing import PLACES, Timed, moment, place_keys, timed_sessions

HATCHES = ("lines", "grid", "dots", "slants", "checks", "uprights")
# Kinds whose items are not for everybody to attend; a record may say otherwise by "public".
CLOSED_KINDS = frozenset({"bilateral_programme"})


@dataclass
class Loaded:
    """What a load wrote; ``not_in_files`` are rows of the week that the folder no longer has, kept as they were."""

    week: str
    sites: int = 0
    places: int = 0
    topics: int = 0
    sessions: int = 0
    organisations: int = 0
    people: int = 0
    teams: int = 0
    equipment: int = 0
    vehicles: int = 0
    grids: int = 0
    claims: int = 0
    not_in_files: dict[str, list[str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the figures for the last line of the command."""
        return asdict(self)


def load_week(path: Path, *, by: Account | None, now: datetime) -> Loaded:
    """
    Load the week of a folder: records are made or changed by their ids, never doubled, never deleted.

    :raises LoadRefused: with every fault found; then nothing was written.
    """
    folder = open_folder(path)
    faults = list(folder.faults)
    # With a file missing or broken every reference into it would look wrong.
    if folder.is_readable:
        faults += faults_of(folder)
    if faults:
        raise LoadRefused(faults)
    try:
        with transaction.atomic():
            return Writer(folder, by=by, now=now).write()
    except (AlreadyTaken, PlaceFull) as refusal:
        # What the files hold together may still clash with what was published or held since.
        raise LoadRefused([Fault("taken", "times.yaml", values={"reason": refusal})]) from refusal


class Writer:
    """One load: the rows written so far, by id. It expects a folder without faults and a transaction around it."""

    def __init__(self, folder: Folder, *, by: Account | None, now: datetime) -> None:
        self.folder = folder
        self.who: dict[str, Any] = {"by": by, "now": now}
        self.zone = ZoneInfo(folder.timezone)
        self.organisations: dict[str, Organisation] = {}
        self.people: dict[str, Person] = {}
        self.sites: dict[str, Site] = {}
        self.places: dict[str, Place] = {}
        self.topics: dict[str, Topic] = {}
        self.sessions: dict[str, Session] = {}
        self.teams: set[str] = set()
        self.equipment: set[str] = set()
        self.vehicles: set[str] = set()
        self.grids: set[str] = set()
        self._take_what_stays()

    def _take_what_stays(self) -> None:
        """Find the rows of records that are not written: others may refer to them."""
        staying = [item for items in self.folder.sections.values() for item in items if not item.is_written]
        if not staying or self.folder.event is None:
            return
        self.organisations = {row.key: row for row in Organisation.objects.all()}
        self.people = {row.key: row for row in Person.objects.filter(key__in=self.folder.ids("programme.yaml:people"))}
        of_week = {"week__key": self.folder.event.shape.id}
        self.sites = {row.key: row for row in Site.objects.filter(**of_week)}
        self.places = {row.key: row for row in Place.objects.filter(**of_week)}
        self.topics = {row.key: row for row in Topic.objects.filter(**of_week)}

    def _written(self, *sections: str) -> Iterator[Item]:
        return (item for item in self.folder.items(*sections) if item.is_written)

    def write(self) -> Loaded:
        """Write everything, lowest first."""
        self._organisations()
        self._people()
        self.week = self._week()
        self._sites_and_places()
        self._topics()
        self._roads()
        self._teams()
        self._supplies()
        self._grids()
        roles, parts = role_times(self.folder), part_times(self.folder)
        for timed in timed_sessions(self.folder):
            if timed.item.is_written:
                self._session(timed, roles, parts)
        claims = claim_sessions(week=self.week, **self.who)
        loaded = Loaded(
            week=self.week.key,
            sites=len(self.sites),
            places=len(self.places),
            topics=len(self.topics),
            sessions=len(self.sessions),
            organisations=len(self.organisations),
            people=len(self.people),
            teams=len(self.teams),
            equipment=len(self.equipment),
            vehicles=len(self.vehicles),
            grids=len(self.grids),
            claims=claims,
            not_in_files=self._not_in_files(),
        )
        counts = Counter({name: value for name, value in loaded.to_json().items() if isinstance(value, int)})
        audit.record("week.loaded", about=self.week, by=self.who["by"], at=self.who["now"], details=dict(counts))
        outbox.post("week.loaded", week=str(self.week.pk))
        live.bump(f"plan:{self.week.key}", f"agenda:{self.week.key}")
        return loaded

    def _organisations(self) -> None:
        items = list(self._written(*ORGANISATIONS))
        for item in items:
            shape = item.shape
            self.organisations[shape.id] = save_organisation(
                key=shape.id,
                kind=shape.kind,
                name=text_of(shape, "name"),
                sort_name=shape.sort_name_en or shape.name_en or shape.name_vi,
                short=shape.short or "",
                country=shape.iso2 or shape.seat_iso2 or "",
                code=shape.iso3 or "",
                attendance=shape.attendance or "",
                **({} if shape.invented is None else {"is_invented": shape.invented}),
                **sourced(item),
                **self.who,
            )
        # A parent may stand further down in the file.
        for item in items:
            parent = self.organisations[item.shape.parent] if item.shape.parent else None
            save_organisation(key=item.shape.id, parent=parent, **self.who)

    def _people(self) -> None:
        for item in self._written("programme.yaml:people"):
            shape = item.shape
            self.people[shape.id] = save_person(
                key=shape.id,
                name=shape.name,
                title=text_of(shape, "title"),
                organisation=self.organisations[shape.organisation] if shape.organisation else None,
                rank=shape.rank or "",
                languages=shape.languages,
                **sourced(item),
                **self.who,
            )

    def _week(self) -> Week:
        item = self.folder.event
        assert item is not None, "checked before"  # noqa: S101
        shape = item.shape
        if not item.is_written:
            return Week.objects.get(key=shape.id)
        return save_week(
            key=shape.id,
            name=text_of(shape, "name"),
            short=shape.short or "",
            theme=text_of(shape, "theme"),
            timezone=self.folder.timezone,
            starts_on=shape.start_date,
            ends_on=shape.end_date,
            languages=["vi", "en"],
            host=self.organisations[shape.host] if shape.host else None,
            co_host=self.organisations[shape.co_host] if shape.co_host else None,
            delegates_reported=shape.delegates_reported,
            **sourced(item),
            **self.who,
        )

    def _sites_and_places(self) -> None:
        shown = {item.shape.id: text_of(item.shape, "shown") for item in self.folder.items("places.yaml:sites")}
        for order, item in enumerate(self.folder.items("programme.yaml:cities")):
            if not item.is_written:
                continue
            name = _with(text_of(item.shape, "name"), shown.get(item.shape.id))
            site = save_site(week=self.week, key=item.shape.id, name=name, order=order, **sourced(item), **self.who)
            self.sites[item.shape.id] = site
        order = 0
        for item in self.folder.items(*PLACES):
            for number, key in enumerate(place_keys(item), start=1):
                if item.is_written:
                    self.places[key] = self._place(item, key, number, order)
                order += 1

    def _place(self, item: Item, key: str, number: int, order: int) -> Place:
        shape = item.shape
        name = text_of(shape, "name")
        if shape.count is not None:
            name = with_number(name, number)
        return save_place(
            week=self.week,
            key=key,
            site=self.sites[shape.site],
            name=name,
            kind=shape.kind,
            sharing=shape.sharing,
            capacity=shape.capacity,
            turnround_minutes=shape.turnround_minutes,
            pool=shape.pool or "",
            address=shape.address or "",
            order=order,
            **sourced(item),
            **self.who,
        )

    def _topics(self) -> None:
        topics = self.folder.event.shape.topics if self.folder.event and self.folder.event.is_written else []
        for order, shape in enumerate(topics):
            hatch = shape.hatch or HATCHES[order % len(HATCHES)]
            self.topics[shape.id] = save_topic(
                week=self.week, key=shape.id, name=text_of(shape, "name"), hatch=hatch, order=order, **self.who
            )

    def _roads(self) -> None:
        for item in self._written("travel.yaml:travel"):
            shape = item.shape
            rush = {hour for hours in shape.rush_hours for hour in hours}
            slow = shape.minutes if shape.rush_minutes is None else shape.rush_minutes
            minutes = [slow if hour in rush else shape.minutes for hour in range(24)]
            ways = [(shape.from_, shape.to), (shape.to, shape.from_)][: 2 if shape.both_ways else 1]
            for origin, destination in ways:
                ends = {"week": self.week, "origin": self.sites[origin], "destination": self.sites[destination]}
                save_by(Travel, ends, {"minutes": minutes, **sourced(item)})

    def _teams(self) -> None:
        for item in self._written("teams.yaml:teams"):
            shape = item.shape
            for key, number in numbered(shape):
                made_up = MultiText({"vi": f"Tổ phiên dịch {shape.pair} {number}", "en": f"Interpreters {shape.pair} {number}"})
                values = {"name": text_of(shape, "name") or made_up, "pair": shape.pair, "site": self.sites[shape.site], **sourced(item)}
                save_by(InterpreterTeam, {"week": self.week, "key": key}, values)
                self.teams.add(key)

    def _supplies(self) -> None:
        for item in self._written("resources.yaml:equipment"):
            shape = item.shape
            for key, number in numbered(shape):
                values = {"name": with_number(text_of(shape, "name"), number), "kind": shape.kind, "site": self.sites[shape.site]}
                save_by(Equipment, {"week": self.week, "key": key}, values | sourced(item))
                self.equipment.add(key)
        for item in self._written("resources.yaml:vehicles"):
            shape = item.shape
            for key, number in numbered(shape):
                values = {"name": shape.name.replace("{n}", str(number)), "kind": shape.kind, "seats": shape.seats}
                save_by(Vehicle, {"week": self.week, "key": key}, values | {"site": self.sites[shape.site], **sourced(item)})
                self.vehicles.add(key)

    def _grids(self) -> None:
        for item in self._written("grids.yaml:grids"):
            shape = item.shape
            blocks = [{"day": block.day.isoformat(), "from": f"{block.from_:%H:%M}", "to": f"{block.to:%H:%M}"} for block in shape.blocks]
            values = {"kind": shape.kind, "minutes": shape.minutes, "pools": shape.pools, "blocks": blocks}
            save_by(Grid, {"week": self.week, "key": shape.id}, values)
            self.grids.add(shape.id)

    def _session(self, timed: Timed, roles: dict[Any, Item], parts: dict[Any, Item]) -> None:
        shape = timed.item.shape
        hours = timed.hours(self.zone)
        facts = sourced(timed.item) | {"assumed_fields": sorted(timed.assumed)}
        public = shape.kind not in CLOSED_KINDS if shape.public is None else shape.public
        session = save_session(
            week=self.week,
            key=timed.key,
            kind=shape.kind,
            title=text_of(shape, "title"),
            theme=text_of(shape, "theme"),
            description=text_of(shape, "description"),
            day=timed.day,
            starts_at=hours[0] if hours else None,
            ends_at=hours[1] if hours else None,
            site=self.sites[timed.site] if timed.site else None,
            place=self.places[timed.place] if timed.place else None,
            topics=[self.topics[key] for key in shape.topics],
            organisers=[self.organisations[key] for key in shape.organisers],
            supporters=[self.organisations[key] for key in shape.supporters],
            is_public=public,
            **facts,
            **self.who,
        )
        self.sessions[timed.key] = session
        if timed.is_repeat:
            return
        for order, part in enumerate(shape.items):
            self._part(session, timed, part, order, parts.get((timed.key, part.id)))
        set_speakings(session=session, speakings=self._speakings(timed, roles), **self.who)

    def _part(self, session: Session, timed: Timed, part: Any, order: int, entry: Item | None) -> None:
        own = entry.shape if entry else part
        item = Item(part, timed.item.document, timed.item.path, part.status or timed.item.standing)
        facts = sourced(item)
        if entry and entry.standing != "reported":
            facts["assumed_fields"] = sorted({*facts["assumed_fields"], "starts_at", "ends_at"})
        save_part(
            session=session,
            key=part.id,
            title=text_of(part, "title"),
            moderator=self.people[part.moderator] if part.moderator else None,
            participants=[self.organisations[key] for key in part.participants],
            starts_at=self._moment(timed, own.start),
            ends_at=self._moment(timed, own.end),
            order=order,
            **facts,
            **self.who,
        )

    def _speakings(self, timed: Timed, roles: dict[Any, Item]) -> list[Speaking]:
        rows = []
        for order, speaker in enumerate(timed.item.shape.speakers):
            entry = roles.get((timed.key, speaker.person, speaker.role))
            rows.append(
                Speaking(
                    person=self.people[speaker.person],
                    role=speaker.role,
                    seen=speaker.seen,
                    note=speaker.note or "",
                    order=order,
                    starts_at=self._moment(timed, (entry.shape if entry else speaker).start),
                    ends_at=self._moment(timed, (entry.shape if entry else speaker).end),
                )
            )
        for order, statement in enumerate(timed.item.shape.statements_without_name, start=len(rows)):
            organisation = self.organisations[statement.organisation]
            rows.append(
                Speaking(
                    organisation=organisation,
                    role=statement.role,
                    seen=statement.seen,
                    note=statement.note or "",
                    order=order,
                    starts_at=self._moment(timed, statement.start),
                    ends_at=self._moment(timed, statement.end),
                )
            )
        return rows

    def _moment(self, timed: Timed, hour: Any) -> datetime | None:
        return moment(timed.day, hour, self.zone) if timed.day and hour else None

    def _not_in_files(self) -> dict[str, list[str]]:
        found = {
            "sites": (Site, self.sites),
            "places": (Place, self.places),
            "topics": (Topic, self.topics),
            "sessions": (Session, self.sessions),
            "teams": (InterpreterTeam, self.teams),
            "equipment": (Equipment, self.equipment),
            "vehicles": (Vehicle, self.vehicles),
            "grids": (Grid, self.grids),
        }
        left: dict[str, list[str]] = {}
        for name, (model, written) in found.items():
            keys = model._default_manager.filter(week=self.week).exclude(key__in=list(written)).order_by("key")
            if gone := list(keys.values_list("key", flat=True)):
                left[name] = gone
        return left


def text_of(shape: Any, stem: str) -> MultiText:
    texts = {language: getattr(shape, f"{stem}_{language}") or "" for language in ("vi", "en")}
    return MultiText(texts, source="en" if texts["en"] and not texts["vi"] else "vi")


def numbered(shape: Any) -> list[tuple[str, int]]:
    """Return the key and the number of each thing a record stands for."""
    if shape.count is None:
        return [(shape.id, 1)]
    return [(f"{shape.id}-{number}", number) for number in range(1, shape.count + 1)]


def with_number(name: MultiText, number: int) -> MultiText:
    """Return a name with its number where it says ``{n}``."""
    return MultiText({language: text.replace("{n}", str(number)) for language, text in name.texts.items()}, source=name.source)


def _with(name: MultiText, shown: MultiText | None) -> MultiText:
    """Return ``name`` as it is to be shown: another spelling of a reported name, which its own file keeps."""
    given = {language: text for language, text in shown.texts.items() if text} if shown else {}
    return MultiText(name.texts | given, source=name.source)


def sourced(item: Item) -> dict[str, Any]:
    """Return where a record's facts come from, and what of it is assumed."""
    shape = item.shape
    # Not every record need repeat what the head of its file says about all of them.
    note = shape.note or (item.document.data.get("note") if item.standing != "reported" else None)
    return {
        "standing": item.standing,
        "source": shape.source or "",
        "also": list(shape.also),
        "assumed_fields": sorted(shape.assumed_fields),
        "note": note or "",
    }
