"""Ways to answer a change, side by side: what each costs, what it moves, who is told what. Keeps to what the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils.translation import gettext

from hanhlang.domains.events.models import Place
from hanhlang.domains.meetings.actions.publishing import tellings_of
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Change, Meeting, Plan
from hanhlang.domains.meetings.parties import Party, party_of, seats_with_parties
from hanhlang.domains.meetings.visibility import Viewer, levels_of
from hanhlang.web.desk.change_words import BEST, FIRST, MEASURES

LETTERS = "ABCDEF"
ROWS_DRAWN = 14
# The small drawing over a column, and the large one beside the table.
SMALL_WIDTH, LARGE_WIDTH, LABEL = 84, 720, 150
ROW_HEIGHT, BLOCK_HEIGHT = 64, 24
HOURS_OF_DAY = ("first_minute", "last_minute")


@dataclass(frozen=True)
class Move:
    """One meeting that is elsewhere in an alternative, as far as its reader may see it."""

    number: int
    kind: str
    sides: tuple[Party | None, Party | None]
    before: datetime | None
    after: datetime | None
    before_place: str
    after_place: str
    minutes: int

    @property
    def label(self) -> str:
        first, second = self.sides
        return f"{first.name if first else ''} – {second.name if second else ''}"


@dataclass(frozen=True)
class Way:
    """One alternative: its letter, what it is best in, its moves and figures."""

    letter: str
    plan: Plan
    name: str
    moves: tuple[Move, ...]
    dots: tuple[tuple[int, int, int, bool], ...]
    is_shown: bool


@dataclass(frozen=True)
class Measure:
    """One row of the comparison: each way's figure, and whether it is the least."""

    name: str
    figures: tuple[tuple[str, bool, bool], ...]
    before: str = ""


@dataclass(frozen=True)
class Told:
    """Who of one side reads what."""

    party: str
    organisation: Any
    people: int
    languages: str
    texts: tuple[str, ...]


def ways_of(change: Change, viewer: Viewer, chosen: str) -> list[Way]:
    """Return the alternatives of a change, the one that disturbs least first; ``chosen`` is the number of the plan looked at."""
    plans = list(change.alternatives.filter(state=Plan.State.ALTERNATIVE).select_related("base", "change").order_by("number"))
    moved = {row["meeting"] for plan in plans for row in plan.columns.get("moved", [])}
    seats = Prefetch("participants", seats_with_parties(change.week), to_attr="seats_taken")
    meetings = {str(row.pk): row for row in Meeting.objects.filter(pk__in=moved).prefetch_related(seats)}
    levels = levels_of(viewer, meetings.values())
    places = {str(place.pk): str(place.name) for place in Place.objects.filter(week=change.week)}
    shown = next((plan for plan in plans if str(plan.number) == chosen), plans[0] if plans else None)
    made = []
    for letter, plan in zip(LETTERS, plans, strict=False):
        moves = tuple(_moves(plan, meetings, levels, places))
        made.append(Way(letter, plan, _name(plan, is_first=letter == "A"), moves, _dots(moves), plan is shown))
    return made


def measures_of(change: Change, ways: Sequence[Way]) -> list[Measure]:
    """Return the comparison: a row for each measure in which anything differs or that is always asked for."""
    zone = ZoneInfo(change.week.timezone)
    midnight = datetime.combine(change.week.starts_on, datetime.min.time(), tzinfo=zone)
    rows = []
    for key, name in MEASURES.items():
        figures = []
        for way in ways:
            value = way.plan.columns.get(key)
            if key in HOURS_OF_DAY:
                said = "–" if value is None else _hour(midnight + timedelta(minutes=value), change, ways)
            else:
                said = str(value or 0)
            figures.append((said, key in way.plan.best_in, way.is_shown))
        before = str(change.found.get("cost_before", "")) if key == "cost" else ""
        rows.append(Measure(str(name), tuple(figures), before))
    return rows


def told_by(way: Way, viewer: Viewer) -> list[Told]:
    """Return who would read what, in their language, gathered by delegation or firm."""
    tellings = tellings_of(way.plan)
    levels = levels_of(viewer, {one.meeting.pk: one.meeting for one in tellings}.values())
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in tellings:
        if levels[one.meeting.pk] == Secrecy.ALL:
            groups[_side_of(one.person)].append(one)
    found = []
    for party, ones in groups.items():
        texts = tuple(dict.fromkeys(one.text for one in ones))
        languages = ", ".join(sorted({one.language for one in ones}))
        found.append(Told(party, ones[0].person.organisation, len({one.person.pk for one in ones}), languages, texts))
    return sorted(found, key=lambda one: (-one.people, one.party))


def drawing_of(change: Change, way: Way) -> dict[str, Any] | None:
    """
    Return the large drawing of a way's moves on the day most of them lie: rows for the sides touched, blocks for was and would be.

    Geometry only, in the units of an SVG of fixed width; more rows than fit are counted.
    """
    zone = ZoneInfo(change.week.timezone)
    day = _busiest_day(way.moves, zone)
    if day is None:
        return None
    moves = [move for move in way.moves if day in {_local_day(move.before, zone), _local_day(move.after, zone)}]
    hours = [minute for move in moves for minute in _span(move, day, zone)]
    first, last = min(hours) // 60 * 60, -(-max(hours) // 60) * 60
    first, last = min(first, last - 240), last
    scale = LARGE_WIDTH / (last - first)
    sides: dict[str, list[tuple[Move, Party | None]]] = defaultdict(list)
    names: dict[str, Party] = {}
    for move in moves:
        for mine, theirs in (move.sides, move.sides[::-1]):
            if mine:
                sides[mine.name].append((move, theirs))
                names[mine.name] = mine
    ordered = sorted(sides, key=lambda name: (-len(sides[name]), name))
    rows = [_row(order, names[name], sides[name], day, zone, first, scale) for order, name in enumerate(ordered[:ROWS_DRAWN])]
    return {
        "day": day,
        "width": LABEL + LARGE_WIDTH + 12,
        "height": 28 + len(rows) * ROW_HEIGHT,
        "label": LABEL,
        "hours": [(f"{minute // 60:02d}", LABEL + round((minute - first) * scale)) for minute in range(first, last + 1, 60)],
        "rows": rows,
        "more": max(0, len(ordered) - ROWS_DRAWN),
    }


def _moves(plan: Plan, meetings: dict[str, Meeting], levels: dict[UUID, Secrecy], places: dict[str, str]) -> Iterable[Move]:
    for row in plan.columns.get("moved", []):
        meeting = meetings.get(row["meeting"])
        if meeting is None or levels[meeting.pk] != Secrecy.ALL:
            continue
        seats = meeting.seats_taken  # type: ignore[attr-defined]
        sides = tuple(party_of([seat for seat in seats if seat.side == side]) for side in (1, 2))
        yield Move(
            number=meeting.number,
            kind=row["kind"],
            sides=sides,  # type: ignore[arg-type]
            before=_moment(row["before"]),
            after=_moment(row["after"]),
            before_place=places.get(row["before_place"] or "", ""),
            after_place=places.get(row["after_place"] or "", ""),
            minutes=meeting.minutes,
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _name(plan: Plan, *, is_first: bool) -> str:
    if is_first:
        return str(FIRST)
    return str(next((BEST[key] for key in BEST if key in plan.best_in), ""))


def _hour(moment: datetime, change: Change, ways: Sequence[Way]) -> str:
    days = {way.plan.columns.get(key, 0) // 1440 for way in ways for key in HOURS_OF_DAY if way.plan.columns.get(key) is not None}
    return f"{moment:%H:%M}" if len(days) < 2 else f"{moment:%d/%m %H:%M}"


def _dots(moves: Sequence[Move]) -> tuple[tuple[int, int, int, bool], ...]:
    """Return the small drawing: for each move a line's height, where it was, where it would be, and whether it is lost."""
    held = [move for move in moves if move.before]
    if not held:
        return ()
    moments = [moment for move in held for moment in (move.before, move.after) if moment]
    first, last = min(moments), max(moments)
    whole = max((last - first).total_seconds(), 3600.0)

    def place(moment: datetime) -> int:
        return 6 + round((moment - first).total_seconds() / whole * (SMALL_WIDTH - 12))

    lines = []
    for order, move in enumerate(held[:6]):
        was = place(move.before) if move.before else 0
        lines.append((8 + order * 8, was, place(move.after) if move.after else SMALL_WIDTH, move.after is None))
    return tuple(lines)


def _busiest_day(moves: Sequence[Move], zone: ZoneInfo) -> date | None:
    days = [day for move in moves for day in (_local_day(move.before, zone), _local_day(move.after, zone)) if day]
    return max(sorted(set(days)), key=days.count, default=None)


def _local_day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _span(move: Move, day: date, zone: ZoneInfo) -> list[int]:
    starts = [_minute(moment, zone) for moment in (move.before, move.after) if moment and _local_day(moment, zone) == day]
    return [minute for start in starts for minute in (start, start + move.minutes)]


def _minute(moment: datetime, zone: ZoneInfo) -> int:
    there = moment.astimezone(zone)
    return there.hour * 60 + there.minute


def _row(
    order: int, party: Party, moves: Sequence[tuple[Move, Party | None]], day: date, zone: ZoneInfo, first: int, scale: float
) -> dict[str, Any]:
    top = 28 + order * ROW_HEIGHT
    blocks = []
    for depth, (move, theirs) in enumerate(sorted(moves, key=lambda pair: pair[0].after or pair[0].before)):  # type: ignore[arg-type, return-value]
        spots = {}
        for name, moment in (("was", move.before), ("now", move.after)):
            if moment and _local_day(moment, zone) == day:
                spots[name] = LABEL + round((_minute(moment, zone) - first) * scale)
        width = max(round(move.minutes * scale), 14)
        path = ""
        if len(spots) == 2 and spots["was"] != spots["now"]:
            low = top + 42 + min(depth, 2) * 6
            was, now = spots["was"] + width // 2, spots["now"] + width // 2
            path = f"M{was} {top + 8 + BLOCK_HEIGHT}V{low}H{now}V{top + 12 + BLOCK_HEIGHT}"
        away = _local_day(move.after, zone) if move.after else None
        blocks.append(
            {
                "title": theirs.name if theirs else "",
                "code": _short(theirs),
                "was": spots.get("was"),
                "now": spots.get("now"),
                "width": width,
                "path": path,
                "arrow": f"M{spots['now'] + width // 2 - 4} {top + 17 + BLOCK_HEIGHT}l4 -5l4 5z" if path else "",
                "lost": move.after is None,
                "away": away if away and away != day else None,
                "number": move.number,
                "text": _move_text(move, zone),
            }
        )
    return {"name": party.name, "organisation": party.organisation, "top": top, "middle": top + 8, "blocks": blocks, "foot": top + 36}


def _short(party: Party | None) -> str:
    if party is None:
        return ""
    code = getattr(party.organisation, "code", "") or ""
    return code or party.name[:3].upper()


def _move_text(move: Move, zone: ZoneInfo) -> str:
    was = f"{move.before.astimezone(zone):%d/%m %H:%M}" if move.before else ""
    now = f"{move.after.astimezone(zone):%d/%m %H:%M}" if move.after else ""
    if not now:
        return gettext("%(pair)s: %(was)s, no longer held") % {"pair": move.label, "was": was}
    if not was:
        return gettext("%(pair)s: %(now)s, %(place)s, new") % {"pair": move.label, "now": now, "place": move.after_place}
    return gettext("%(pair)s: %(now)s, %(place)s instead of %(was)s, %(old_place)s") % {
        "pair": move.label,
        "now": now,
        "place": move.after_place,
        "was": was,
        "old_place": move.before_place,
    }


def move_texts(change: Change, way: Way) -> list[str]:
    """Return a way's moves as sentences: what the drawing shows, to be read."""
    zone = ZoneInfo(change.week.timezone)
    return [_move_text(move, zone) for move in way.moves]


def _side_of(person: Any) -> str:
    return str(person.organisation.name) if person.organisation else str(person.name)
