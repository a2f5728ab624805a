from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import NotADemonstration
from hanhlang.domains.core.models import DemoClock

pytestmark = pytest.mark.django_db
MOMENT = datetime(2025, 10, 28, 14, 0, tzinfo=UTC)


def test_without_demonstration_the_clock_is_the_real_one(settings):
    settings.DEMO = False

    before, now, after = timezone.now(), clock.now(), timezone.now()

    assert before <= now <= after


def test_a_demonstration_begins_in_the_week_and_runs(settings):
    settings.DEMO = True

    first, second = clock.now(), clock.now()

    assert clock.DEMO_START <= first < second < clock.DEMO_START + timedelta(minutes=1)


def test_a_demonstration_can_be_moved_and_runs_on(settings):
    settings.DEMO = True

    clock.move_demo(MOMENT)

    assert MOMENT <= clock.now() < MOMENT + timedelta(minutes=1)


def test_real_time_cannot_be_moved(settings):
    settings.DEMO = False

    with pytest.raises(NotADemonstration):
        clock.move_demo(MOMENT)

    assert not DemoClock.objects.exists()


def test_a_moment_without_time_zone_is_refused(settings):
    settings.DEMO = True

    with pytest.raises(ValueError, match="time zone"):
        clock.move_demo(datetime(2025, 10, 28, 14, 0))
