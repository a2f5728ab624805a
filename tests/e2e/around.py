"""A day as the pages around the meetings show it: two cities, two delegations that met, one table at which somebody waits."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from e2e.keyboard import account_of, picture
from factories.agenda import make_team, make_travel
from factories.business import make_founder
from factories.events import local, make_participation, make_place, make_role, make_site, make_week
from factories.meetings import DAY, NOW, make_grid, make_meeting, make_party, make_plan, make_room, make_table
from factories.people import make_account, make_person
from hanhlang.domains.agenda import supplies
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.actions import accept_request, file_request, name_stand_in, outcomes, publish_plan, report_partner_missing
from hanhlang.domains.meetings.actions.request_steps import Who, write_step
from hanhlang.domains.meetings.actions.resources import keep_apart
from hanhlang.domains.meetings.models import Kind, Meeting
from hanhlang.domains.meetings.outcome_rights import Standing

WEEK = "vidw-2025"
NAME = {"vi": "Tuần lễ số quốc tế Việt Nam 2025", "en": "Vietnam International Digital Week 2025"}
PARTIES = [
    {"vi": "Cộng hòa Liên bang Lamduan và các Quần đảo phía Nam", "en": "Federal Republic of Lamduan and the Southern Islands"},
    {"vi": "Vương quốc Khemarin", "en": "Kingdom of Khemarin"},
    {"vi": "Liên bang Vesperia", "en": "Federation of Vesperia"},
]
NOBODY = {"by": None, "now": NOW}


class Scene:
    """
    At 10:12 of the first day: a bilateral is over, another waits in the other city, a founder sits alone at a table.

    ``empty`` leaves everything out but the week, its cities, its delegations and who looks at it.
    """

    def __init__(self, *, empty: bool = False) -> None:
        self.week = week = make_week(key=WEEK, name=MultiText(NAME))
        self.near = make_site(week, key="ninh-binh", name=MultiText({"vi": "Ninh Bình", "en": "Ninh Bình"}), order=1)
        self.far = make_site(week, key="ha-noi", name=MultiText({"vi": "Hà Nội", "en": "Hà Nội"}), order=2)
        self.parties = [self._party(names) for names in PARTIES]
        self.desk = self._account(Role.Kind.SECRETARIAT)
        self.focal = account_of(self.parties[0], name="Nguyễn Thị Ánh Nguyệt")
        clock.move_demo(local(week, DAY, "10:12"))
        if not empty:
            self._fill()

    def heads(self, *which: int) -> list[Any]:
        return [self.parties[index].members.get(is_head=True).person for index in which]

    def _fill(self) -> None:
        week = self.week
        for origin, destination in ((self.near, self.far), (self.far, self.near)):
            make_travel(origin, destination)
        make_grid(week, Kind.BILATERAL, blocks=[{"day": DAY, "from": "08:00", "to": "18:00"}])
        make_grid(week, Kind.BUSINESS)
        self.room = make_room(self.near, key="a1", name=MultiText({"vi": "Phòng A1", "en": "Room A1"}))
        room = make_room(self.far, key="b1", name=MultiText({"vi": "Phòng họp Bạch Đằng", "en": "Bach Dang room"}))
        self.lounge = make_place(self.near, key="lounge", sharing="shared", name=MultiText({"vi": "Phòng chờ", "en": "Lounge"}))
        table = make_table(self.near, key="t07", name=MultiText({"vi": "Bàn 7", "en": "Table 7"}))
        self.over, self.ahead = (self._bilateral(0, 1), self._bilateral(0, 2))
        self.founders = [make_founder(week, name=name) for name in ("Đặng Thị Ước", "Trần Văn Khuyết")]
        business = make_meeting(week, *self.founders)
        plan = make_plan(week, (self.over, "09:00", self.room), (self.ahead, "15:00", room), (business, "10:05", table), number=1)
        publish_plan(plan=plan, **NOBODY)
        self._propose()
        self._lend()
        report_partner_missing(meeting=business, waiting=self.founders[0], by=None, now=clock.now())
        self._after()

    @transaction.atomic
    def _propose(self) -> None:
        """Agree on one more bilateral, which has no hour; the desk proposes a shorter one in the evening."""
        later = {"by": None, "now": clock.now()}
        self.proposed = file_request(asking=self.parties[0], asked=self.parties[2], subjects="Trung tâm dữ liệu", **later)
        accept_request(request=self.proposed, **later)
        hours = [[local(self.week, DAY, hour).isoformat() for hour in ("17:00", "17:20")]]
        write_step("proposed", self.proposed, Who(None, clock.now()), offer={"minutes": 20, "windows": hours})

    def _lend(self) -> None:
        week = self.week
        self.team = make_team(
            self.near, key="ko-1", name=MultiText({"vi": "Tổ phiên dịch tiếng Hàn 1", "en": "Korean interpreters 1"}), size=2
        )
        set_name = MultiText({"vi": "Bộ phiên dịch thì thầm", "en": "Whisper set"})
        supplies.add_equipment(week=week, name=set_name, kind="whisper-set", site=self.near, **NOBODY)
        supplies.add_vehicle(week=week, name="29A-123.45", kind="car", seats=3, site=self.near, **NOBODY)
        supplies.set_waiting_area(place=self.room, area=self.lounge, **NOBODY)
        keep_apart(one=self.parties[1], other=self.parties[2], reason="A dispute about a strait.", **NOBODY)

    def _after(self) -> None:
        (head,) = self.heads(0)
        standing = Standing(sees=True, may_record=True, sides=frozenset({1}))
        day = clock.now().date()
        outcomes.add_follow_up(
            meeting=self.over,
            standing=standing,
            text="Gửi dự thảo bản ghi nhớ về dữ liệu",
            owner=head,
            due_on=day,
            by=None,
            now=clock.now(),
        )
        director = make_person(name="Lê Quốc Việt", organisation=self.parties[2].organisation, rank="director")
        Member.objects.create(delegation=self.parties[2], person=director, order=9)
        make_participation(self.week, director)
        (theirs,) = self.heads(2)
        name_stand_in(meeting=self.ahead, absent=theirs, person=director, note="Bộ trưởng về nước sớm", by=None, now=clock.now())

    def _bilateral(self, one: int, other: int) -> Meeting:
        return make_meeting(self.week, *self.heads(one, other), kind=Kind.BILATERAL, minutes=30)

    def _party(self, names: dict[str, str]) -> Delegation:
        party = make_party(self.week, members=3)
        party.name = MultiText(names)
        party.save()
        for person in (member.person for member in party.members.filter(is_head=True)):
            person.rank = "minister"
            person.save()
        return party

    def _account(self, kind: str) -> Any:
        account = make_account(person=make_person(name="Phạm Thu Hà"))
        make_role(self.week, account, kind)
        return account


LOOKS = ((390, "light"), (1440, "dark"))


def faults_of(window: Any, axe: Any, address: str, name: str = "", looks: Any = LOOKS) -> list[str]:
    """Return what is wrong with the page in each of ``looks``: on a phone in light and on a desk's screen in dark."""
    page, found = window.page, []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 844 if width == 390 else 900})
        page.emulate_media(color_scheme=scheme)
        found += [f"{address} at {width}: {fault}" for fault in axe(page)]
        found += [f"{address} at {width}: scrolls sideways by {window.sideways()}"] if window.sideways() > 0 else []
        picture(page, f"{name}-{width}")
    return found
