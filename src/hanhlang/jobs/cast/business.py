"""What the firms of the cast say of themselves, how their people take part, and what waits for the founder. All of it is synthetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from random import Random

from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Participation, Topic, Week
from hanhlang.domains.meetings.actions import make_wish
from hanhlang.domains.meetings.actions.suggestions import suggest_partners_within
from hanhlang.domains.meetings.models import BusinessSettings, Kind, Participant, Profile, Wish
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.jobs.cast.people import SYNTHETIC, Cast
from hanhlang.jobs.cast.trades import ABOUT, MESSAGES, NOTE, RESEARCH, SHARED_NEEDS, TRADES, Entry

WAITING, RETURNED, UNFINISHED = 4, 1, 2
ASK_THE_FOUNDER, ASKED_BY_THE_FOUNDER = 3, 2
LATE_FIRMS = (("Công ty Công nghệ Quenda", "Quenda Technologies"), ("Công ty khởi nghiệp Lirosa", "Lirosa (start-up)"))
DOMAIN = "firm.example"


def make_business(week: Week, cast: Cast, founder: Person, *, seed: int, now: datetime) -> None:
    """Give every firm a profile, most of them validated, and every person terms; leave the founder something to answer."""
    random = Random(f"business {seed}")  # noqa: S311 (a draw that must repeat, not a secret)
    firms = {person.organisation_id: person.organisation for person in cast.business if person.organisation}
    late = [_late(week, *names) for names in LATE_FIRMS]
    everybody = [*cast.business, *late]
    rows = [*firms.values(), *(person.organisation for person in late if person.organisation)]
    _profiles(week, rows, founder, random, now)
    _terms(week, everybody, founder, random)
    _wishes(week, cast, founder, now)
    suggest_partners_within(week=week, person=founder, now=now)


def _late(week: Week, vi: str, en: str) -> Person:
    """Make a firm that registered after the meetings were agreed, with one person; nobody has asked it yet."""
    stem = en.split()[0].lower()
    name = MultiText({"vi": vi, "en": en})
    firm = Organisation.objects.create(
        key=f"cast-late-{stem}", kind="company", name=name, sort_name=en, is_invented=True, standing=SYNTHETIC
    )
    person = Person.objects.create(
        key=f"cast-late-{stem}-00",
        name={"quenda": "Hoàng Thị Nhã Uyên", "lirosa": "Đỗ Quang Trường Giang"}[stem],
        title=MultiText({"vi": "Giám đốc", "en": "Director"}),
        organisation=firm,
        languages=["vi", "en"],
        standing=SYNTHETIC,
    )
    Participation.objects.create(week=week, person=person, category=Participation.Category.BUSINESS, standing=SYNTHETIC)
    return person


def _profiles(week: Week, firms: Sequence[Organisation], founder: Person, random: Random, now: datetime) -> None:
    topics = {topic.key: topic for topic in Topic.objects.filter(week=week)}
    working, shown, links = [], [], []
    waits = [number for number, firm in enumerate(firms) if firm.pk != founder.organisation_id][-WAITING - RETURNED - UNFINISHED :]
    for number, firm in enumerate(firms):
        words, keys = _words(firm, number, random)
        place = waits.index(number) if number in waits else None
        state = _state(place)
        row = Profile(week=week, organisation=firm, state=state, **words)
        if state != Profile.State.DRAFT:
            row.submitted_at = now
        if state == Profile.State.RETURNED:
            row.note, row.decided_at = NOTE, now
        both = [row]
        # The first that waits corrects a profile that others see already.
        if state == Profile.State.VALIDATED or place == 0:
            both.append(Profile(week=week, organisation=firm, is_shown=True, state=Profile.State.VALIDATED, decided_at=now, **words))
        if place == 0:
            row.offers = MultiText({language: f"{text}\n{_NEW[language]}" for language, text in row.offers.texts.items()})
        for one in both:
            one.refold()
            (shown if one.is_shown else working).append(one)
            links += [Profile.topics.through(profile_id=one.pk, topic_id=topics[key].pk) for key in keys if key in topics]
    Profile.objects.bulk_create([*working, *shown])
    Profile.topics.through.objects.bulk_create(links)


_NEW = {"vi": "Bảo trì từ xa", "en": "Remote maintenance"}


def _state(place: int | None) -> Profile.State:
    if place is None:
        return Profile.State.VALIDATED
    if place < WAITING:
        return Profile.State.SUBMITTED
    return Profile.State.RETURNED if place < WAITING + RETURNED else Profile.State.DRAFT


def _words(firm: Organisation, number: int, random: Random) -> tuple[dict[str, object], list[str]]:
    topic, offers, needs = TRADES[number % len(TRADES)]
    other = random.choice([trade for trade in TRADES if trade[0] != topic])
    is_institute = firm.kind == "institute"
    if is_institute:
        offers, needs = RESEARCH
    stages = ("early", "growing", "established")
    words = {
        "about": _text([random.choice(ABOUT)]),
        "offers": _text(random.sample(offers, 2)),
        "needs": _text(list(dict.fromkeys([random.choice(needs), random.choice(SHARED_NEEDS)]))),
        "languages": ["vi", "en"] if number % 3 != 2 else ["en"],
        "stage": "public" if is_institute else "idea" if number % 9 == 4 else random.choice(stages),
        "country": "VN" if number % 3 != 2 else "",
    }
    return words, [topic, other[0]] if number % 2 else [topic]


def _text(chosen: Sequence[Entry]) -> MultiText:
    return MultiText({"vi": "\n".join(vi for vi, _ in chosen), "en": "\n".join(en for _, en in chosen)})


def _terms(week: Week, people: Sequence[Person], founder: Person, random: Random) -> None:
    BusinessSettings.objects.bulk_create(
        BusinessSettings(
            week=week,
            person=person,
            takes_part=True,
            wants_suggestions=person.pk == founder.pk or random.random() < 0.5,
            may_stand_in=random.random() < 0.8,
            mail=f"{person.key}@{DOMAIN}",
            phone=f"+84 00 000 {number:04d}",  # no such number can be called
        )
        for number, person in enumerate(people)
    )
    # A founder's colleagues agree to stand in, so that the page has somebody to offer.
    BusinessSettings.objects.filter(week=week, person__organisation=founder.organisation_id).update(may_stand_in=True)


def _wishes(week: Week, cast: Cast, founder: Person, now: datetime) -> None:
    known = {frozenset(pair) for pair in Wish.objects.filter(week=week).values_list("asking_id", "asked_id")}
    counts = Counter(Participant.objects.filter(meeting__week=week, meeting__kind=Kind.BUSINESS).values_list("person_id", flat=True))
    shown = set(Profile.objects.filter(week=week, is_shown=True).values_list("organisation_id", flat=True))
    others = [
        person
        for person in sorted(cast.business, key=lambda one: (counts[one.pk], one.key))
        if person.organisation_id in shown - {founder.organisation_id} and frozenset((person.pk, founder.pk)) not in known
    ]
    several = list({person.organisation_id: person for person in reversed(others)}.values())[::-1]
    for number, person in enumerate(several[: ASK_THE_FOUNDER + ASKED_BY_THE_FOUNDER]):
        pair = (person, founder) if number < ASK_THE_FOUNDER else (founder, person)
        make_wish(week=week, asking=pair[0], asked=pair[1], by=None, now=now, message=MESSAGES[number % len(MESSAGES)])
