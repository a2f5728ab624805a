"""What the rows of people, delegations, requests and meetings must hold together, told row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings import bilaterals, rules
from hanhlang.domains.meetings.enums import Format, Interpreting
from hanhlang.domains.meetings.errors import (
    NoGrid,
    NoInterpretersForPair,
    NotTakingPart,
    OwnDelegation,
    SameFirm,
    TooManyMeetings,
    UnknownRooms,
)
from hanhlang.domains.meetings.models import Kind, Request
from hanhlang.domains.people.models import Account
from hanhlang.jobs.load.checks import known_ids, references, zone_of
from hanhlang.jobs.load.faults import Fault, Hint
from hanhlang.jobs.load.folder import Folder
from hanhlang.jobs.workbook.merging import Merged, Whole

UNANSWERED = frozenset({"open", "countered"})
REFERENCES = {
    "workbook:delegations": [("organisation", "organisation"), ("focal_point", "person")],
    "workbook:attendees": [("delegation", "delegation")],
    "workbook:requests": [("asking", "delegation"), ("asked", "delegation"), ("people", "person"), ("site", "site")],
    "workbook:wishes": [("asking", "person"), ("asked", "person")],
    "workbook:meetings": [("asking", "person"), ("asked", "person")],
}
CLOSABLE = {"person": "people", "place": "places", "team": "teams"}


def faults_of_parties(whole: Whole, folder: Folder) -> Iterator[Fault]:
    """Yield every fault of rows that a week's folder has not."""
    known = known_ids(folder) | {"delegation": folder.ids("workbook:delegations")}
    for section, fields in REFERENCES.items():
        for item in folder.items(section):
            yield from references(item, fields, known)
    for row in whole.sheet("week"):
        if row.before and row.values["timezone"] != row.before["timezone"]:
            yield row.fault("timezone_fixed", "timezone", value=row.before["timezone"])
    yield from _delegations(whole)
    yield from _people(whole)
    yield from _accounts(whole)
    yield from _availability(whole)
    yield from _requests(whole, zone_of(folder.timezone))
    yield from _wishes(whole)
    yield from _meetings(whole)


def members_of(whole: Whole) -> dict[str, list[str]]:
    """Return the ids of each delegation's members, its head first."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in sorted(whole.sheet("people"), key=lambda row: not row.values["head"]):
        if row.values["delegation"]:
            found[row.values["delegation"]].append(row.key[0])
    return found


def _delegations(whole: Whole) -> Iterator[Fault]:
    members = members_of(whole)
    for row, first in _doubles(whole.sheet("delegations"), lambda row: row.values["code"]):
        yield row.fault("code_twice", "code", value=row.values["code"], other=first.where("code"))
    for row in whole.sheet("delegations"):
        if not (row.values["name_vi"] or row.values["name_en"]):
            yield row.fault("no_name", "name_vi", fields="name_vi, name_en")
        point = row.values["focal_point"]
        if point and point not in members[row.key[0]] and whole.get("people", point):
            yield row.fault("focal_stranger", "focal_point", value=point)


def _people(whole: Whole) -> Iterator[Fault]:
    heads = (row for row in whole.sheet("people") if row.values["head"] and row.values["delegation"])
    for row, first in _doubles(heads, lambda row: row.values["delegation"]):
        yield row.fault("heads_twice", "head", other=first.where("head"))
    for row in whole.sheet("people"):
        arrives, leaves = row.values["arrives"], row.values["leaves"]
        if (arrives or leaves) and not row.values["category"]:
            yield row.fault("no_category", "category")
        if arrives and leaves and leaves <= arrives:
            yield row.fault("leaves_before", "leaves", start=f"{arrives:%Y-%m-%d %H:%M}", end=f"{leaves:%Y-%m-%d %H:%M}")
        if row.values["head"] and not row.values["delegation"]:
            yield row.fault("head_of_nothing", "delegation")


def _accounts(whole: Whole) -> Iterator[Fault]:
    owners = {email.casefold(): key for email, key in Account.objects.values_list("email", "person__key")}
    rows = [row for row in whole.sheet("people") if row.values["email"]]
    for row, first in _doubles(rows, lambda row: row.values["email"].casefold()):
        yield row.fault("email_taken", "email", value=f"{row.values['email']} ({first.where('email')})")
    for row in whole.sheet("people"):
        if not row.is_written:
            continue
        before, email, roles = row.before or {}, row.values["email"], row.values["roles"]
        if before.get("email") and email and email.casefold() != before["email"].casefold():
            yield row.fault("email_differs", "email")
        elif email and owners.get(email.casefold(), row.key[0]) != row.key[0]:
            yield row.fault("email_taken", "email", value=email)
        if roles and not email:
            yield row.fault("email_missing", "email")
        if gone := set(before.get("roles", ())) - set(roles):
            yield row.fault("roles_fewer", "roles", value=", ".join(sorted(gone)))
        if "focal_point" in roles and "focal_point" not in before.get("roles", ()) and not row.values["delegation"]:
            yield row.fault("focal_nowhere", "delegation")


def _availability(whole: Whole) -> Iterator[Fault]:
    for row in whole.sheet("availability"):
        known = {other.key[0] for other in whole.rows[CLOSABLE[row.values["kind"]]].values()}
        if row.values["what"] not in known:
            yield row.fault("unknown_id", "what", key=row.values["what"], hint=Hint(row.values["what"], known))
        if (row.values["from"] is None) != (row.values["until"] is None):
            yield row.fault("half_hours", "until")
        elif row.values["from"] and row.values["until"] <= row.values["from"]:
            hours = {"start": f"{row.values['from']:%Y-%m-%d %H:%M}", "end": f"{row.values['until']:%Y-%m-%d %H:%M}"}
            yield row.fault("ends_before_start", "until", **hours)


def _requests(whole: Whole, zone: ZoneInfo | None) -> Iterator[Fault]:
    members = members_of(whole)
    waiting = (row for row in whole.sheet("requests") if row.values["state"] in (None, *UNANSWERED))
    for row, first in _doubles(waiting, lambda row: frozenset((row.values["asking"], row.values["asked"]))):
        yield row.fault("pair_twice", "asked", other=first.where("number"))
    for row in whole.written("requests"):
        if row.before is not None:
            yield from _request_changed(row, row.before)
            continue
        yield from _refusals(_request_new(whole, row, members))
        if row.values["state"] == "countered" and not (row.values["counter_minutes"] or row.values["counter_windows"]):
            yield row.fault("counter_empty", "counter_minutes")
        parties = [row.values["asking"], row.values["asked"]]
        for person in row.values["people"]:
            if not any(person in members[party] for party in parties) and whole.get("people", person):
                yield row.fault("side_stranger", "people", value=person, party=" / ".join(parties))
        yield from _hours(whole, row, zone)


def _request_new(whole: Whole, row: Merged, members: dict[str, list[str]]) -> Iterator[tuple[Merged, str, CodedError]]:
    values = row.values
    if values["asking"] == values["asked"]:
        yield row, "asked", OwnDelegation(delegation=values["asking"])
    form = values["format"] or Format.FORMAL
    try:
        bilaterals.check_length(values["minutes"] or 30, form)
    except CodedError as refusal:
        yield row, "minutes", refusal
    try:
        bilaterals.check_companions(form, companions_of(values))
    except CodedError as refusal:
        yield row, "seats", refusal
    pairs = sorted({team.values["pair"] for team in whole.sheet("teams")})
    for pair in values["needs"]:
        if pair not in pairs:
            yield row, "needs", NoInterpretersForPair(pair=pair, pairs=", ".join(pairs) or "–")
    pools = _pools(whole, Kind.BILATERAL)
    if pools is None:
        yield row, "number", NoGrid()
    else:
        for pool in values["pools"]:
            if pool not in pools:
                yield row, "pools", UnknownRooms(pool=pool, pools=", ".join(pools))


def companions_of(values: dict[str, Any]) -> int:
    """Return the N of a 1+N: its seats are those of two heads and of N with each."""
    return (values["seats"] or 0) // 2 - 1 if values["format"] == Format.ONE_PLUS_N else 0


def _hours(whole: Whole, row: Merged, zone: ZoneInfo | None) -> Iterator[Fault]:
    week = next(whole.sheet("week"), None)
    if week is None or zone is None or week.values["start_date"] is None or week.values["end_date"] is None:
        return
    booked = bilaterals.booked_minutes(row.values["minutes"] or 30, row.values["interpreting"] or Interpreting.NONE)
    for key, minutes in (("windows", booked), ("preferred", booked), ("counter_windows", booked), ("impossible", 1)):
        windows = [(start.replace(tzinfo=zone), end.replace(tzinfo=zone)) for start, end in row.values[key]]
        try:
            rules.check_windows(
                windows,
                minutes=minutes,
                starts_on=week.values["start_date"],
                ends_on=week.values["end_date"],
                timezone=week.values["timezone"],
            )
        except CodedError as refusal:
            yield row.fault("refused", key, reason=refusal)


def _request_changed(row: Merged, before: dict[str, Any]) -> Iterator[Fault]:
    fixed = [column.key for column in row.changed if column.key not in ("state", "counter_minutes", "counter_windows")]
    if fixed:
        yield row.fault("request_fixed", fixed[0], number=row.values["number"])
    old, new = before["state"], row.values["state"]
    stands_still = old == new and len(row.changed) > len(fixed)
    if old not in UNANSWERED or stands_still or (old, new) == ("countered", "open"):
        if not fixed:
            yield row.fault("state_impossible", "state", before=old, after=new)
    elif old == "open" and new == "countered" and not (row.values["counter_minutes"] or row.values["counter_windows"]):
        yield row.fault("counter_empty", "counter_minutes")


def _wishes(whole: Whole) -> Iterator[Fault]:
    yield from _refusals(refusal for row in whole.written("wishes") if row.is_new for refusal in _pair(whole, row, *row.key))
    met = {frozenset(row.values["asking"] + row.values["asked"]): row for row in _business(whole)}
    for row, first in _doubles(whole.sheet("wishes"), lambda row: frozenset(row.key)):
        yield row.fault("pair_twice", "asked", other=first.where("asking"))
    for row in whole.written("wishes"):
        if row.before is None and (meeting := met.get(frozenset(row.key))):
            yield row.fault("pair_twice", "asked", other=meeting.where("number"))
        elif row.before is not None and (row.before["state"], row.values["state"]) != ("open", "declined"):
            yield row.fault("state_impossible", "state", before=row.before["state"], after=row.values["state"])


def _meetings(whole: Whole) -> Iterator[Fault]:
    members = members_of(whole)
    yield from _crowded(whole)
    one_to_one = (row for row in _business(whole) if len(row.values["asking"]) == len(row.values["asked"]) == 1)
    for row, first in _doubles(one_to_one, lambda row: frozenset((*row.values["asking"], *row.values["asked"]))):
        yield row.fault("pair_twice", "asked", other=first.where("number"))
    bilateral = (row for row in whole.sheet("meetings") if row.values["request"])
    for row, first in _doubles(bilateral, lambda row: row.values["request"]):
        yield row.fault("pair_twice", "request", other=first.where("number"))
    for row in whole.written("meetings"):
        if row.before is not None:
            if {column.key for column in row.changed} != {"state"} or row.before["state"] != "agreed":
                yield row.fault("meeting_fixed", row.changed[0].key, number=row.values["number"])
        elif row.values["kind"] == Kind.BUSINESS:
            yield from _new_business(whole, row)
        else:
            yield from _new_bilateral(whole, row, members)


def _new_business(whole: Whole, row: Merged) -> Iterator[Fault]:
    asking, asked = row.values["asking"], row.values["asked"]
    if row.values["request"]:
        yield row.fault("request_of_business", "request")
    if len(asking) != 1 or len(asked) != 1:
        yield row.fault("one_each", "asking" if len(asking) != 1 else "asked")
    else:
        yield from _refusals(_pair(whole, row, asking[0], asked[0]))
    if _pools(whole, Kind.BUSINESS) is None:
        yield row.fault("refused", "kind", reason=NoGrid())


def _new_bilateral(whole: Whole, row: Merged, members: dict[str, list[str]]) -> Iterator[Fault]:
    number = row.values["request"]
    if not number:
        yield row.fault("request_missing", "request")
        return
    request = whole.get("requests", number)
    if request is None:
        if (str(number),) not in whole.rows["requests"]:
            yield row.fault("request_unknown", "request", number=number)
        return
    if request.values["state"] != Request.State.ACCEPTED:
        yield row.fault("request_not_accepted", "request", number=number)
    for side in ("asking", "asked"):
        party = request.values[side]
        for person in row.values[side]:
            if person not in members[party] and whole.get("people", person):
                yield row.fault("side_stranger", side, value=person, party=party)


def _pair(whole: Whole, row: Merged, asking: str, asked: str) -> Iterator[tuple[Merged, str, CodedError]]:
    people = [whole.get("people", key) for key in (asking, asked)]
    if people[0] is None or people[1] is None:
        return
    first, second = people[0].values, people[1].values
    if asking == asked or (first["organisation"] and first["organisation"] == second["organisation"]):
        yield row, "asked", SameFirm(first=first["name"], second=second["name"])
    for side, person in (("asking", first), ("asked", second)):
        if not person["category"]:
            yield row, side, NotTakingPart(person=person["name"])


def _crowded(whole: Whole) -> Iterator[Fault]:
    counts: Counter[str] = Counter()
    for row in sorted(_business(whole), key=lambda row: not row.before):
        if row.values["state"] == "cancelled":
            continue
        for side in ("asking", "asked"):
            for person in row.values[side]:
                counts[person] += 1
                if counts[person] > rules.MOST_BUSINESS_MEETINGS and row.is_new and (named := whole.get("people", person)):
                    reason = TooManyMeetings(person=named.values["name"], most=rules.MOST_BUSINESS_MEETINGS)
                    yield row.fault("refused", side, reason=reason)


def _business(whole: Whole) -> Iterator[Merged]:
    return (row for row in whole.sheet("meetings") if row.values["kind"] == Kind.BUSINESS)


def _pools(whole: Whole, kind: str) -> list[str] | None:
    """Return the pools of the set of hours that meetings of a kind get."""
    grids = sorted((row for row in whole.sheet("grids") if row.values["kind"] == kind), key=lambda row: row.key[0])
    return list(grids[0].values["pools"]) if grids else None


def _refusals(found: Iterable[tuple[Merged, str, CodedError]]) -> Iterator[Fault]:
    for row, key, refusal in found:
        yield row.fault("refused", key, reason=refusal)


def _doubles(rows: Iterable[Merged], same: Any) -> Iterator[tuple[Merged, Merged]]:
    """Yield each row that is the same as an earlier one, with that one; rows of the workbook come after those that are there."""
    seen: dict[Any, Merged] = {}
    for row in sorted(rows, key=lambda row: row.is_new):
        first = seen.setdefault(same(row), row)
        if first is not row and (row.is_written or first.is_written):
            yield (row, first) if row.line else (first, row)
