"""Nobody and nothing is taken twice: the database says so, whatever the program does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import make_participation, make_person, make_place, make_site, make_week
from hanhlang.domains.agenda import no_overlap
from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.errors import AlreadyTaken, ClaimIsEmpty, PlaceFull
from hanhlang.domains.agenda.minutes import minute_of, moment_of
from hanhlang.domains.agenda.models import Claim, Resource
from hanhlang.domains.agenda.queries import claims_of_person, resource_ids
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Week

NINE = datetime(2025, 10, 27, 2, 0, tzinfo=UTC)  # 09:00 in Ninh Bình
NOW = datetime(2025, 10, 1, tzinfo=UTC)


def claim(resource: int, start: int, minutes: int, source: str = "meeting:1") -> NewClaim:
    """Claim from ``start`` minutes after nine."""
    begins = NINE + timedelta(minutes=start)
    return NewClaim(resource=resource, start=begins, end=begins + timedelta(minutes=minutes), kind=Claim.Kind.MEETING, source=source)


def take(week: Week, *claims: NewClaim, drop: tuple[str, ...] = ()) -> int:
    return replace_claims(week=week, drop=drop, claims=claims, by=None, now=NOW)


@pytest.fixture
def week(db: None) -> Week:
    return make_week()


@pytest.fixture
def minister(week: Week) -> int:
    person = make_person()
    make_participation(week=week, person=person)
    return resource_ids(week).person(person.pk)


def test_a_person_may_be_taken_from_the_minute_the_last_claim_ends(week: Week, minister: int):
    assert take(week, claim(minister, 0, 30), claim(minister, 30, 30, "meeting:2")) == 2


def test_a_person_cannot_be_taken_twice_and_the_refusal_names_who_and_when(week: Week, minister: int):
    take(week, claim(minister, 0, 30))

    with pytest.raises(AlreadyTaken) as refusal:
        take(week, claim(minister, 29, 30, "meeting:2"))

    name = Resource.objects.get(pk=minister).person
    assert refusal.value.message("en").startswith(f"{name} is already taken from 27/10 09:29 to 09:30 (meeting).")
    assert "đã có lịch từ 27/10 09:29 đến 09:30 (cuộc gặp)." in refusal.value.message("vi")
    assert Claim.objects.count() == 1


def test_a_refused_set_leaves_what_was_there_before(week: Week, minister: int):
    take(week, claim(minister, 0, 30))

    with pytest.raises(AlreadyTaken):
        take(week, claim(minister, 60, 30, "meeting:2"), claim(minister, 70, 30, "meeting:3"), drop=("meeting:1",))

    assert [row.source for row in Claim.objects.all()] == ["meeting:1"]


def test_two_meetings_may_swap_hours_in_one_step(week: Week, minister: int):
    take(week, claim(minister, 0, 30, "meeting:1"), claim(minister, 30, 30, "meeting:2"))

    take(week, claim(minister, 30, 30, "meeting:1"), claim(minister, 0, 30, "meeting:2"), drop=("meeting:1", "meeting:2"))

    assert list(Claim.objects.order_by("start").values_list("source", flat=True)) == ["meeting:2", "meeting:1"]


def test_a_claim_that_ends_before_it_starts_is_refused(week: Week, minister: int):
    with pytest.raises(ClaimIsEmpty):
        take(week, claim(minister, 0, -5))


def test_a_claim_shorter_than_a_minute_is_refused_as_empty(week: Week, minister: int):
    with pytest.raises(ClaimIsEmpty):
        take(week, NewClaim(minister, NINE, NINE + timedelta(seconds=30), Claim.Kind.MEETING, "meeting:1"))


def test_a_refusal_names_who_is_taken_and_not_a_shared_place_used_at_the_same_time(week: Week):
    yard = make_place(make_site(week), sharing=Place.Sharing.SHARED, capacity=9)
    number = resource_ids(week).place(yard.pk)
    person = make_person()
    taken = resource_ids(week, [person.pk]).person(person.pk)

    with pytest.raises(AlreadyTaken) as refusal:
        take(week, *(claim(which, 0, 30, f"demo:{which}:{i}") for which in (number, taken) for i in (1, 2)))

    assert refusal.value.details["who"] == person.name


def test_a_refusal_names_a_place_in_the_language_of_its_reader(week: Week):
    room = make_place(make_site(week), name=MultiText({"vi": "Phòng Tràng An", "en": "Trang An Room"}))
    number = resource_ids(week).place(room.pk)
    take(week, claim(number, 0, 30))

    with pytest.raises(AlreadyTaken) as refusal:
        take(week, claim(number, 0, 30, "meeting:2"))

    assert refusal.value.message("en").startswith("Trang An Room is already taken")
    assert refusal.value.message("vi").startswith("Phòng Tràng An đã có lịch")


def test_what_is_shared_in_a_place_counts_as_exclusive_once_the_place_is(week: Week):
    place = make_place(make_site(week), sharing=Place.Sharing.SHARED, capacity=9)
    number = resource_ids(week).place(place.pk)
    take(week, claim(number, 0, 60, "demo:1"))
    Place.objects.update(sharing=Place.Sharing.EXCLUSIVE)

    with pytest.raises(AlreadyTaken):
        take(week, claim(number, 30, 60, "demo:2"))

    take(week, claim(number, 60, 60, "demo:2"))
    assert set(Claim.objects.values_list("is_exclusive", flat=True)) == {True}


def test_the_database_refuses_an_overlap_that_bypasses_the_action(week: Week, minister: int):
    Claim.objects.create(resource_id=minister, start=100, end=200, kind=Claim.Kind.MEETING, source="a")
    Claim.objects.create(resource_id=minister, start=200, end=300, kind=Claim.Kind.MEETING, source="b")

    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(resource_id=minister, start=199, end=201, kind=Claim.Kind.MEETING, source="c")


def test_the_database_refuses_every_update_of_a_claim(week: Week, minister: int):
    Claim.objects.create(resource_id=minister, start=100, end=200, kind=Claim.Kind.MEETING, source="a")

    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.update(start=150)


def test_a_database_without_its_guard_is_refused_until_it_is_put_back(db: None):
    no_overlap.require_installed(connection)
    table = "" if connection.vendor == "sqlite" else f" ON {no_overlap.TABLE}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER claim_no_update{table}")

    with pytest.raises(no_overlap.NotGuarded, match="claim_no_update"):
        no_overlap.require_installed(connection)

    no_overlap.install(connection)
    no_overlap.require_installed(connection)


def test_the_check_before_serving_reports_a_database_without_its_guard(db: None):
    assert no_overlap.check_installed(databases=["default"]) == []
    table = "" if connection.vendor == "sqlite" else f" ON {no_overlap.TABLE}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER claim_no_update{table}")

    assert [fault.id for fault in no_overlap.check_installed(databases=["default"])] == ["agenda.E001"]


def test_the_guard_is_not_put_over_claims_that_overlap_already(week: Week, minister: int):
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER claim_no_overlap"
            if connection.vendor == "sqlite"
            else f"ALTER TABLE {no_overlap.TABLE} DROP CONSTRAINT claim_no_overlap"
        )
    for source in ("a", "b"):
        Claim.objects.create(resource_id=minister, start=100, end=200, kind=Claim.Kind.MEETING, source=source)
    connection.check_constraints()  # PostgreSQL alters no table whose foreign keys still wait to be looked at

    with pytest.raises((no_overlap.NotGuarded, IntegrityError)):
        no_overlap.install(connection)


@pytest.mark.parametrize(("capacity", "fits"), [(2, True), (1, False)])
def test_a_shared_place_takes_as_many_as_its_capacity(week: Week, capacity: int, fits: bool):
    place = make_place(week=week, site=make_site(week=week), sharing=Place.Sharing.SHARED, capacity=capacity)
    number = resource_ids(week).place(place.pk)
    take(week, claim(number, 0, 60, "demo:1"))

    if fits:
        take(week, claim(number, 30, 60, "demo:2"))
    else:
        with pytest.raises(PlaceFull) as refusal:
            take(week, claim(number, 30, 60, "demo:2"))
        assert "has room for 1 at once, and 2 would be there from 27/10 09:30" in refusal.value.message("en")

    assert Claim.objects.count() == (2 if fits else 1)


SPANS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(1, 20)), max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=SPANS)
def test_the_database_accepts_exactly_what_brute_force_finds_free_of_overlap(week: Week, spans: list[tuple[int, int, int]]):
    with transaction.atomic():
        people = [make_person() for _ in range(3)]
        numbers = resource_ids(week, [person.pk for person in people])
        lanes = [numbers.person(person.pk) for person in people]
        claims = [claim(lanes[who], start, length, f"meeting:{i}") for i, (who, start, length) in enumerate(spans)]
        clash = any(
            one[0] == other[0] and one[1] < other[1] + other[2] and other[1] < one[1] + one[2]
            for i, one in enumerate(spans)
            for other in spans[:i]
        )

        if clash:
            with pytest.raises(AlreadyTaken):
                take(week, *claims)
        else:
            assert take(week, *claims) == len(spans)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_one_minister_at_once_exactly_one_wins():
    week = make_week()
    person = make_person()
    make_participation(week=week, person=person)
    minister = resource_ids(week).person(person.pk)
    start, endings = threading.Barrier(2), []

    def race(source: str) -> None:
        try:
            start.wait(10)
            take(week, claim(minister, 0, 30, source))
            endings.append("won")
        except AlreadyTaken:
            endings.append("refused")
        finally:
            connections.close_all()

    racers = [threading.Thread(target=race, args=(f"meeting:{number}",)) for number in (1, 2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(30)

    assert sorted(endings) == ["refused", "won"]
    assert len(claims_of_person(week, person)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_one_meeting_at_once_only_one_hour_stays_taken():
    week, person = make_week(), make_person()
    minister = resource_ids(week, [person.pk]).person(person.pk)
    take(week, claim(minister, 0, 30))
    start = threading.Barrier(2)

    def move(to: int) -> None:
        try:
            start.wait(10)
            take(week, claim(minister, to, 30), drop=("meeting:1",))
        finally:
            connections.close_all()

    movers = [threading.Thread(target=move, args=(to,)) for to in (60, 120)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join(30)

    assert len(claims_of_person(week, person)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bypass_the_action_at_once_the_database_lets_one_in():
    week, person = make_week(), make_person()
    minister = resource_ids(week, [person.pk]).person(person.pk)
    start, endings = threading.Barrier(2), []

    def insert(source: str) -> None:
        try:
            start.wait(10)
            Claim.objects.create(resource_id=minister, start=100, end=200, kind=Claim.Kind.MEETING, source=source)
            endings.append("won")
        except (IntegrityError, OperationalError):
            # Two inserts that meet in an exclusion constraint each wait for the other; PostgreSQL then refuses one as a deadlock.
            endings.append("refused")
        finally:
            connections.close_all()

    racers = [threading.Thread(target=insert, args=(source,)) for source in "ab"]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(30)

    assert sorted(endings) == ["refused", "won"]
    assert Claim.objects.filter(resource=minister).count() == 1


@given(st.integers(0, 2**31))
def test_minutes_and_moments_are_each_others_inverse(minute: int):
    assert minute_of(moment_of(minute)) == minute


def test_a_moment_without_a_time_zone_has_no_minute():
    with pytest.raises(ValueError, match="no time zone"):
        minute_of(datetime(2025, 10, 27, 9, 0))
