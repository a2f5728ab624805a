"""The example week, loaded as it stands in the repository."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.db import transaction

from hanhlang.domains.agenda.models import Claim, Equipment, Travel, Vehicle
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Participation, Place, Site, Week
from hanhlang.domains.meetings.models import Grid
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.domains.programme.models import Session, SessionPart, Speaking
from hanhlang.jobs.load.apply import load_week

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "vidw-2025"
NOW = datetime(2025, 10, 27, 2, 10, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Load once for all tests here: each of them runs in a savepoint of this transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_week(EXAMPLE, by=None, now=NOW)
        transaction.set_rollback(True)


def rows() -> dict[str, list]:
    """Everything the load writes but the audit and the outbox."""
    models = (Week, Place, Session, SessionPart, Speaking, Organisation, Person, Travel, Grid, Equipment, Vehicle)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_the_week_is_there(loaded):
    week = Week.objects.get(key="vidw-2025")

    assert (loaded.sites, loaded.topics, loaded.people, loaded.organisations) == (2, 6, 17, 55)
    assert (week.name.shown("vi"), week.host.key) == ("Tuần lễ Số Quốc tế Việt Nam 2025", "most")
    assert week.places.filter(pool="tables-nb").count() == 110
    assert week.places.get(key="nb-table-007").name.shown("vi") == "Bàn 7"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_cities_keep_their_marks_in_both_languages_and_the_report_its_spelling(loaded, language):
    cities = yaml.safe_load((EXAMPLE / "programme.yaml").read_text(encoding="utf-8"))["cities"]
    sites = list(Site.objects.filter(week__key="vidw-2025"))

    assert [site.name.shown(language) for site in sites] == ["Ninh Bình", "Hà Nội"]
    assert not any(site.is_illustrative("name") for site in sites)
    assert [city["name_en"] for city in cities] == ["Ninh Binh", "Ha Noi"]


def test_loading_again_changes_nothing(loaded):
    before, lines = rows(), AuditEntry.objects.exclude(event="week.loaded").count()

    again = load_week(EXAMPLE, by=None, now=NOW)

    assert rows() == before
    assert AuditEntry.objects.exclude(event="week.loaded").count() == lines
    assert again == loaded


def test_reported_days_stay_reported_and_hours_are_illustrative(loaded):
    opening = Session.objects.get(key="s-opening-mrt")

    assert not opening.is_illustrative("day")
    assert opening.is_illustrative("starts_at")
    assert opening.is_illustrative("place")
    assert opening.place.is_illustrative("name")
    assert opening.starts_at.astimezone(UTC) == datetime(2025, 10, 27, 1, 30, tzinfo=UTC)


def test_a_day_nobody_announced_is_marked(loaded):
    forum = Session.objects.get(key="s-dco")

    assert forum.standing == Session.Standing.REPORTED
    assert {"day", "starts_at", "ends_at", "place", "site"} <= set(forum.assumed_fields)


def test_invented_items_name_nobody(loaded):
    invented = Session.objects.exclude(standing=Session.Standing.REPORTED)

    assert {session.kind for session in invented} == {"registration", "press", "meal"}
    assert not Speaking.objects.filter(session__in=invented).exists()
    assert not invented.filter(organisers__isnull=False).exists()


def test_only_what_the_reported_files_say_is_said_about_a_real_person(loaded):
    programme = yaml.safe_load((EXAMPLE / "programme.yaml").read_text(encoding="utf-8"))
    reported = {(row["id"], who["person"], who["role"], who["seen"]) for row in programme["sessions"] for who in row["speakers"]}
    moderators = {(row["id"], part["moderator"]) for row in programme["sessions"] for part in row["items"] if part.get("moderator")}

    said = Speaking.objects.filter(person__isnull=False).values_list("session__key", "person__key", "role", "seen")
    led = SessionPart.objects.filter(moderator__isnull=False).values_list("session__key", "moderator__key")

    assert set(said) == reported
    assert set(led) == moderators
    assert set(Person.objects.values_list("key", flat=True)) == {person["id"] for person in programme["people"]}
    assert not Participation.objects.exists()


def test_a_bilateral_of_another_event_never_enters(loaded):
    elsewhere = yaml.safe_load((EXAMPLE / "bilaterals.yaml").read_text(encoding="utf-8"))
    named = {side["person"] for row in elsewhere["meetings"] for side in (row["host_side"], row["guest_side"]) if side["person"]}

    both = set(Person.objects.values_list("name", flat=True)) & named

    assert both == {"Nguyễn Mạnh Hùng", "Amandeep Singh Gill"}


def test_the_deputy_minister_can_do_both(loaded):
    claims = Claim.objects.filter(resource__person__key="p-duy").order_by("start")

    assert [claim.end - claim.start for claim in claims] == [10, 10]
    assert claims[0].end <= claims[1].start


def test_an_exclusive_place_is_taken_with_its_turn_round_and_a_shared_one_is_not(loaded):
    hall = Claim.objects.filter(resource__place__key="nb-main").order_by("start")

    assert [claim.end - claim.start for claim in hall] == [195, 225, 210, 225]
    assert not Claim.objects.filter(resource__place__sharing=Place.Sharing.SHARED).exists()


def test_equipment_and_vehicles_are_there_and_illustrative(loaded):
    assert (loaded.equipment, loaded.vehicles) == (Equipment.objects.count(), Vehicle.objects.count()) == (11, 18)
    for thing in (*Equipment.objects.all(), *Vehicle.objects.all()):
        assert thing.standing == "assumed"
        assert "No report" in thing.note
    assert Equipment.objects.get(key="hn-whisper-set-2").name.shown("vi") == "Bộ phiên dịch thì thầm 2, Hà Nội"


def test_the_road_is_longer_at_rush_hours(loaded):
    road = Travel.objects.get(origin__key="ha-noi")

    assert (road.minutes[6], road.minutes[7], road.minutes[8], road.minutes[9], road.minutes[17]) == (120, 150, 150, 120, 150)
    assert Travel.objects.count() == 2


def test_business_meetings_have_36_slots(loaded):
    grid = Grid.objects.get(key="business-nb")

    assert (grid.minutes, len(grid.blocks)) == (20, 4)
    assert grid.blocks[0] == {"day": "2025-10-27", "from": "09:00", "to": "12:00"}
