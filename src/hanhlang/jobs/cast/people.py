"""Who comes: delegations, firms, institutes, speakers, press, staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from hanhlang.domains.core.folding import fold
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.jobs.cast import names

SYNTHETIC = Person.Standing.SYNTHETIC
PRESENT = ("reported_present", "host")
PARTY_KINDS = ("country", "igo")
LANGUAGE_OF = {"KR": "ko-vi", "JP": "ja-vi", "CN": "zh-vi"}
FRENCH_EVERY = 7  # every seventh invented delegation speaks French


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each; as in the plan of the example week for 800 people, in proportion for any other number."""

    people: int

    def share(self, of_800: int, least: int = 1) -> int:
        return max(least, round(of_800 * self.people / 800))

    @property
    def delegates(self) -> int:
        return self.share(260, 48)

    @property
    def delegations(self) -> int:
        return self.share(60, 24)

    @property
    def business(self) -> int:
        return self.share(380, 20)

    @property
    def firms(self) -> int:
        return self.share(120, 6)

    @property
    def institutes(self) -> int:
        return self.share(40, 2)

    @property
    def meetings(self) -> int:
        return self.share(3000)

    @property
    def bilaterals(self) -> int:
        return self.share(80)


@dataclass
class Cast:
    """What was made, in the order it was made."""

    delegations: list[Delegation] = field(default_factory=list)
    parties: dict[str, list[Person]] = field(default_factory=dict)  # by the delegation's key, the head first
    business: list[Person] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    categories: dict[str, str] = field(default_factory=dict)  # by the person's key

    @property
    def invented(self) -> list[Delegation]:
        return [delegation for delegation in self.delegations if delegation.organisation.is_invented]


def make_people(week: Week, sizes: Sizes, random: Random) -> Cast:
    """Make everybody who comes, in a handful of statements; all rows are marked synthetic."""
    cast = Cast()
    taken = set(Person.objects.values_list("name", flat=True))
    foreign, local = names.foreigners(random, taken), names.vietnamese(random, taken)
    _delegations(week, cast, sizes, random, foreign)
    _business(cast, sizes, random, foreign, local)
    _others(cast, sizes, local)
    for row in (*cast.people, *cast.delegations):
        row.refold()
    Person.objects.bulk_create(cast.people)
    Participation.objects.bulk_create(
        Participation(week=week, person=person, category=cast.categories[person.key], standing=SYNTHETIC) for person in cast.people
    )
    Delegation.objects.bulk_create(cast.delegations)
    Member.objects.bulk_create(
        Member(delegation=delegation, person=person, is_head=order == 0, order=order)
        for delegation in cast.delegations
        for order, person in enumerate(cast.parties[delegation.key])
    )
    return cast


def language_pairs(cast: Cast) -> dict[str, str]:
    """Return the language pair a delegation needs, by its key; most speak English without help."""
    pairs = {
        delegation.key: LANGUAGE_OF[delegation.organisation.country]
        for delegation in cast.delegations
        if delegation.organisation.country in LANGUAGE_OF and not delegation.organisation.is_invented
    }
    return pairs | {delegation.key: "fr-vi" for number, delegation in enumerate(cast.invented) if number % FRENCH_EVERY == 3}


def _organisations(made: list[tuple[str, str, str, str]]) -> list[Organisation]:
    rows = [
        Organisation(
            key=f"cast-{kind}-{number:03d}",
            kind=kind,
            name=MultiText({"vi": vi, "en": en}),
            sort_name=en.rpartition(" of ")[2],
            code=code,
            is_invented=True,
            standing=SYNTHETIC,
        )
        for number, (kind, vi, en, code) in enumerate(made, start=1)
    ]
    for row in rows:
        row.refold()
    return Organisation.objects.bulk_create(rows)


def _delegations(week: Week, cast: Cast, sizes: Sizes, random: Random, foreign: Iterator[str]) -> None:
    real = list(Organisation.objects.filter(is_invented=False, kind__in=PARTY_KINDS, attendance__in=PRESENT).order_by("key"))
    real = real[: sizes.delegations // 3]
    made = list(names.states(sizes.delegations - len(real)))
    invented = _organisations([("country" if index < len(names.STATES) else "igo", *row) for index, row in enumerate(made)])
    codes = {organisation.code for organisation in invented}
    ordered = sorted([*real, *invented], key=lambda row: (row.attendance != "host", row.sort_name or row.name.shown("en")))
    parts = _parts(sizes.delegates, len(ordered), random)
    for number, (organisation, size) in enumerate(zip(ordered, parts, strict=True), start=1):
        short = organisation.short if len(organisation.short) == 3 and organisation.short not in codes else ""
        code = organisation.code or short or _code(organisation.name.shown("en"), codes)
        codes.add(code)
        delegation = Delegation(
            week=week,
            key=organisation.key,
            organisation=organisation,
            name=organisation.name,
            code=code,
            precedence=number,
            rank="minister",
            is_host=organisation.attendance == "host",
            standing=SYNTHETIC,
        )
        cast.delegations.append(delegation)
        cast.parties[delegation.key] = [_delegate(delegation, order, foreign) for order in range(size)]
        for person in cast.parties[delegation.key]:
            _admit(cast, person, Participation.Category.DELEGATION)


def _delegate(delegation: Delegation, order: int, foreign: Iterator[str]) -> Person:
    name = delegation.name
    role = ("Trưởng đoàn", "Head of delegation") if order == 0 else ("Thành viên đoàn", "Member of the delegation")
    organisation = delegation.organisation
    # Of a real state nobody is named: a role is enough to show an agenda.
    of = organisation.sort_name or name.shown("en")
    real_name = f"Head of delegation, {of}" if order == 0 else f"Delegate {order + 1}, {of}"
    return Person(
        key=f"cast-{delegation.key}-{order:02d}"[:60],
        name=next(foreign) if organisation.is_invented else real_name,
        title=MultiText({"vi": f"{role[0]}, {name.shown('vi')}", "en": f"{role[1]}, {name.shown('en')}"}),
        organisation=organisation,
        rank="minister" if order == 0 else "",
        languages=["en"],
        standing=SYNTHETIC,
    )


def _business(cast: Cast, sizes: Sizes, random: Random, foreign: Iterator[str], local: Iterator[str]) -> None:
    brands = names.brands(random)
    made = []
    for number in range(sizes.firms + sizes.institutes):
        kind = "institute" if number >= sizes.firms else "company"
        vi, en = names.INSTITUTE if kind == "institute" else names.START_UP if number % 4 == 0 else names.FIRM
        brand = next(brands).capitalize()
        made.append((kind, vi.format(brand), en.format(brand), ""))
    firms = _organisations(made)
    for number, size in enumerate(_parts(sizes.business, len(firms), random)):
        firm = firms[number]
        is_institute = firm.kind == "institute"
        for order in range(size):
            head = (
                ("Viện trưởng", "Director")
                if is_institute
                else ("Nhà sáng lập", "Founder")
                if number % 4 == 0
                else ("Giám đốc", "Director")
            )
            role = head if order == 0 else ("Phụ trách hợp tác", "Partnership lead")
            person = Person(
                key=f"{firm.key}-{order:02d}",
                # Two thirds come from the host country.
                name=next(foreign) if number % 3 == 2 else next(local),
                title=MultiText({"vi": role[0], "en": role[1]}),
                organisation=firm,
                languages=["vi", "en"],
                standing=SYNTHETIC,
            )
            cast.business.append(person)
            _admit(cast, person, Participation.Category.INSTITUTE if is_institute else Participation.Category.BUSINESS)


def _others(cast: Cast, sizes: Sizes, local: Iterator[str]) -> None:
    for category, of_800, vi, en in (
        (Participation.Category.SPEAKER, 60, "Diễn giả", "Speaker"),
        (Participation.Category.PRESS, 60, "Phóng viên", "Journalist"),
        (Participation.Category.STAFF, 40, "Cán bộ ban thư ký", "Secretariat officer"),
    ):
        for number in range(sizes.share(of_800, 4)):
            person = Person(
                key=f"cast-{category}-{number:03d}",
                name=next(local),
                title=MultiText({"vi": vi, "en": en}),
                languages=["vi"],
                standing=SYNTHETIC,
            )
            _admit(cast, person, category)
            if category == Participation.Category.STAFF:
                cast.staff.append(person)


def _admit(cast: Cast, person: Person, category: str) -> None:
    cast.people.append(person)
    cast.categories[person.key] = category


def _parts(whole: int, parts: int, random: Random) -> list[int]:
    """Cut ``whole`` into ``parts`` of at least two (one, if there are too few), unevenly."""
    least = 2 if whole >= 2 * parts else 1
    sizes = [least] * parts
    for _ in range(whole - least * parts):
        sizes[random.randrange(parts)] += 1
    return sizes


def _code(name: str, taken: set[str]) -> str:
    letters = [letter for letter in fold(name).upper() if letter.isalpha()]
    wanted = ["".join((letters[0], one, two)) for one in letters[1:] for two in letters[2:]]
    return next(code for code in wanted if code not in taken)
