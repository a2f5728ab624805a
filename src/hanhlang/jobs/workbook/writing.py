"""Write what a sound workbook says, in the transaction of the whole load."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.models import Claim, InterpreterTeam
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.delegations.actions import Seat, change_delegation, create_delegation, seat_members
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.actions import add_participations, change_participation, give_role
from hanhlang.domains.events.models import Participation, Place, Role, Site, Week
from hanhlang.domains.meetings.actions import (
    accept_request,
    accept_wishes,
    cancel_meeting,
    counter_request,
    decline_request,
    decline_wish,
    file_request,
    make_wishes,
    withdraw_request,
)
from hanhlang.domains.meetings.models import Kind, Meeting, Request, Wish
from hanhlang.domains.people.actions import open_account
from hanhlang.domains.people.models import Account, Organisation, Person
from hanhlang.jobs.load.apply import text_of
from hanhlang.jobs.load.faults import LoadRefused
from hanhlang.jobs.load.folder import Folder
from hanhlang.jobs.workbook.checks import companions_of
from hanhlang.jobs.workbook.merging import Merged, Whole
from hanhlang.jobs.workbook.rows import CLOSED


class PartiesWriter:
    """Everything beyond a week's folder: delegations, who takes part, accounts, closed hours, requests, wishes, meetings."""

    def __init__(self, whole: Whole, folder: Folder, *, week: Week, by: Account | None, now: datetime) -> None:
        self.whole, self.folder, self.week = whole, folder, week
        self.who: dict[str, Any] = {"by": by, "now": now}
        self.zone = ZoneInfo(week.timezone)
        self.people = {row.key: row for row in Person.objects.filter(key__in=[key for (key,) in whole.rows["people"]])}

    def write(self) -> None:
        """Write what is new or changed, lowest first."""
        self._delegations()
        self._participations()
        self._members()
        self._focal_points()
        self._accounts()
        self._availability()
        self._requests()
        self._wishes()
        self._business()
        self._bilaterals()

    def _delegations(self) -> None:
        organisations = {row.key: row for row in Organisation.objects.all()}
        there = {row.key: row for row in Delegation.objects.filter(week=self.week)}
        shapes = {item.shape.id: item for item in self.folder.items("workbook:delegations")}
        for row in self.whole.written("delegations"):
            item = shapes[row.key[0]]
            shape = item.shape
            values = {
                "organisation": organisations[shape.organisation],
                "name": text_of(shape, "name"),
                "code": shape.code,
                "precedence": shape.precedence,
                "rank": shape.rank or "",
                "is_host": shape.is_host,
                **self._facts(row, item.standing),
            }
            with _told(row):
                if delegation := there.get(shape.id):
                    change_delegation(delegation=delegation, **values, **self.who)
                else:
                    create_delegation(week=self.week, key=shape.id, **values, **self.who)
        self.delegations = {row.key: row for row in Delegation.objects.filter(week=self.week)}

    def _participations(self) -> None:
        there = {row.person.key: row for row in Participation.objects.filter(week=self.week).select_related("person")}
        new = []
        for row in self.whole.written("people"):
            values = row.values
            hours = {"arrives_at": self._moment(values["arrives"]), "leaves_at": self._moment(values["leaves"])}
            if part := there.get(row.key[0]):
                change_participation(participation=part, category=values["category"], **hours, **self.who)
            elif values["category"]:
                facts = {"standing": values["status"] or Participation.Standing.REPORTED}
                new.append(Participation(week=self.week, person=self.people[row.key[0]], category=values["category"], **hours, **facts))
        if new:
            add_participations(participations=new, **self.who)

    def _members(self) -> None:
        seats = []
        for row in self.whole.written("people"):
            before = row.before or {"delegation": None, "head": False}
            if any(row.values[key] != before[key] for key in ("delegation", "head")):
                delegation = self.delegations.get(row.values["delegation"] or "")
                seats.append(Seat(self.people[row.key[0]], delegation, row.values["head"]))
        if seats:
            seat_members(week=self.week, seats=seats, **self.who)

    def _focal_points(self) -> None:
        for row in self.whole.written("delegations"):
            point = self.people.get(row.values["focal_point"] or "")
            delegation = self.delegations[row.key[0]]
            if point and delegation.focal_point_id != point.pk:
                change_delegation(delegation=delegation, focal_point=point, **self.who)

    def _accounts(self) -> None:
        accounts: dict[Any, Account] = {}
        for account in Account.objects.filter(person__in=self.people.values()).order_by("-email"):
            accounts[account.person_id] = account
        for row in self.whole.written("people"):
            person, email = self.people[row.key[0]], row.values["email"]
            with _told(row, "email"):
                if email and person.pk not in accounts:
                    accounts[person.pk] = open_account(email=email, person=person, **self.who)
                for kind in sorted(set(row.values["roles"]) - set((row.before or {}).get("roles", ()))):
                    delegation = self.delegations.get(row.values["delegation"] or "") if kind == Role.Kind.FOCAL_POINT else None
                    scope = {"delegation_id": delegation.pk} if delegation else {}
                    give_role(week=self.week, account=accounts[person.pk], kind=kind, **scope, **self.who)

    def _availability(self) -> None:
        rows = list(self.whole.written("availability"))
        if not rows:
            return
        resources = resource_ids(self.week, [self.people[row.values["what"]].pk for row in rows if row.values["kind"] == "person"])
        places = dict(Place.objects.filter(week=self.week).values_list("key", "pk"))
        teams = dict(InterpreterTeam.objects.filter(week=self.week).values_list("key", "pk"))
        for row in rows:
            kind, what = row.values["kind"], row.values["what"]
            number = {
                "person": lambda key: resources.person(self.people[key].pk),
                "place": lambda key: resources.place(places[key]),
                "team": lambda key: resources.team(teams[key]),
            }[kind](what)
            start, end = (self._moment(row.values[key]) for key in ("from", "until"))
            source = f"{CLOSED}{row.key[0]}"
            claims = [NewClaim(resource=number, start=start, end=end, kind=Claim.Kind.CLOSED, source=source)] if start and end else []
            with _told(row, "what"):
                replace_claims(week=self.week, drop=[source], claims=claims, **self.who)

    def _requests(self) -> None:
        self.meetings = {row.values["request"]: row for row in self.whole.sheet("meetings") if row.values["request"] and row.is_new}
        there = {row.number: row for row in Request.objects.filter(week=self.week)}
        for row in sorted(self.whole.written("requests"), key=lambda row: (row.is_new, row.values["number"])):
            with _told(row):
                request = there.get(row.values["number"]) or self._file(row)
                self._answer(row, request)

    def _file(self, row: Merged) -> Request:
        values = row.values
        meeting = self.meetings.get(values["number"])
        asking = self.delegations[values["asking"]]
        named = meeting.values["asking"] if meeting else values["people"]
        members = set(asking.members.values_list("person_id", flat=True))
        plain = ("minutes", "subjects", "seats", "format", "level", "address", "interpreting", "press", "secrecy")
        given = {key: values[key] for key in plain if values[key] is not None}
        site = Site.objects.get(week=self.week, key=values["site"]) if values["site"] else None
        return file_request(
            asking=asking,
            asked=self.delegations[values["asked"]],
            needs=values["needs"],
            windows=self._windows(values["windows"]),
            preferred=self._windows(values["preferred"]),
            impossible=self._windows(values["impossible"]),
            companions=companions_of(values),
            site=site,
            languages=values["languages"],
            pools=values["pools"],
            people=[self.people[key] for key in named if self.people[key].pk in members],
            number=values["number"],
            **given,
            **self.who,
        )

    def _answer(self, row: Merged, request: Request) -> None:
        wanted = row.values["state"] or Request.State.OPEN
        if wanted == request.state:
            return
        if wanted == Request.State.COUNTERED:
            windows = self._windows(row.values["counter_windows"])
            counter_request(request=request, minutes=row.values["counter_minutes"], windows=windows, **self.who)
        elif wanted == Request.State.ACCEPTED:
            meeting = self.meetings.get(request.number)
            named = meeting.values["asked"] if meeting else row.values["people"]
            members = set(request.asked.members.values_list("person_id", flat=True))
            people = [self.people[key] for key in named if self.people[key].pk in members]
            accept_request(request=request, people=people, number=meeting.values["number"] if meeting else None, **self.who)
        else:
            (decline_request if wanted == Request.State.DECLINED else withdraw_request)(request=request, **self.who)

    def _wishes(self) -> None:
        rows = list(self.whole.written("wishes"))
        said = Wish.objects.filter(week=self.week, state__in=(Wish.State.OPEN, Wish.State.DECLINED)).select_related("asking", "asked")
        there = {(row.asking.key, row.asked.key): row for row in said}
        new = [row for row in rows if row.is_new]
        if new:
            made = make_wishes(week=self.week, pairs=[self._pair(*row.key) for row in new], **self.who)
            there |= {row.key: wish for row, wish in zip(new, made, strict=True)}  # type: ignore[misc]
        for row in rows:
            if row.values["state"] == Wish.State.DECLINED:
                with _told(row):
                    decline_wish(wish=there[row.key], **self.who)  # type: ignore[index]

    def _business(self) -> None:
        rows = [row for row in self.whole.written("meetings") if row.is_new and row.values["kind"] == Kind.BUSINESS]
        rows.sort(key=lambda row: row.values["number"])
        if not rows:
            return
        # Cancelled ones are agreed first and given up again: they must not count beside the others while all are made.
        for group in (
            [row for row in rows if row.values["state"] == "cancelled"],
            [row for row in rows if row.values["state"] != "cancelled"],
        ):
            self._agree(group)

    def _agree(self, rows: list[Merged]) -> None:
        waiting = Wish.objects.filter(week=self.week, state=Wish.State.OPEN).select_related("asking", "asked")
        open_wishes = {frozenset((wish.asking.key, wish.asked.key)): wish for wish in waiting}
        pairs = [(row.values["asking"][0], row.values["asked"][0]) for row in rows]
        missing = [pair for pair in pairs if frozenset(pair) not in open_wishes]
        made = make_wishes(week=self.week, pairs=[self._pair(*pair) for pair in missing], **self.who)
        open_wishes |= {frozenset(pair): wish for pair, wish in zip(missing, made, strict=True)}
        wishes = [open_wishes[frozenset(pair)] for pair in pairs]
        accept_wishes(week=self.week, wishes=wishes, numbers=[row.values["number"] for row in rows], **self.who)
        self._cancel(rows)

    def _bilaterals(self) -> None:
        rows = [row for row in self.whole.written("meetings") if not row.is_new or row.values["kind"] == Kind.BILATERAL]
        there = set(Meeting.objects.filter(week=self.week).values_list("number", flat=True))
        for row in rows:
            if row.is_new and row.values["number"] not in there:
                # Its request had been accepted before, so it has a meeting of another number.
                raise LoadRefused([row.fault("pair_twice", "request", other=f"requests: {row.values['request']}")])
        self._cancel(rows)

    def _cancel(self, rows: Iterable[Merged]) -> None:
        numbers = {row.values["number"]: row for row in rows if row.values["state"] == Meeting.State.CANCELLED}
        for meeting in Meeting.objects.filter(week=self.week, number__in=numbers, state=Meeting.State.AGREED).order_by("number"):
            with _told(numbers[meeting.number]):
                cancel_meeting(meeting=meeting, **self.who)

    def _pair(self, asking: str, asked: str) -> tuple[Person, Person]:
        return self.people[asking], self.people[asked]

    def _windows(self, windows: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
        return [(start.replace(tzinfo=self.zone), end.replace(tzinfo=self.zone)) for start, end in windows]

    def _moment(self, moment: datetime | None) -> datetime | None:
        return moment.replace(tzinfo=self.zone) if moment else None

    def _facts(self, row: Merged, standing: str) -> dict[str, Any]:
        values = row.values
        lists = {"also": list(values["also"]), "assumed_fields": sorted(values["assumed_fields"])}
        return {"standing": standing, "source": values["source"] or "", "note": values["note"] or "", **lists}


class _told:
    """Tell a refusal of an action as a fault of the row it was for."""

    def __init__(self, row: Merged, key: str = "") -> None:
        self.row, self.key = row, key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, fault: BaseException | None, trace: Any) -> None:
        if isinstance(fault, CodedError) and not isinstance(fault, LoadRefused):
            raise LoadRefused([self.row.fault("refused", self.key, reason=fault)]) from fault
