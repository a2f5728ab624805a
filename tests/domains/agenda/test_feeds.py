from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from factories import make_person, make_week
from hanhlang.domains.agenda.actions import make_feed, note_reading, revoke_feed
from hanhlang.domains.agenda.models import Feed
from hanhlang.domains.agenda.queries import feed_owner

NOW = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_a_token_opens_its_feed_and_is_not_kept():
    week, person = make_week(), make_person()

    token = make_feed(week=week, person=person, by=None, now=NOW)

    found = feed_owner(token, NOW)
    assert found is not None
    assert (found.week, found.person) == (week, person)
    assert len(token) >= 43
    assert token not in str(Feed.objects.values())


@pytest.mark.django_db
def test_a_new_token_ends_the_old_one():
    week, person = make_week(), make_person()
    old = make_feed(week=week, person=person, by=None, now=NOW)

    new = make_feed(week=week, person=person, by=None, now=NOW)

    assert feed_owner(old, NOW) is None
    assert feed_owner(new, NOW) is not None


@pytest.mark.django_db
def test_the_database_refuses_a_second_living_feed_and_allows_ended_ones():
    week, person = make_week(), make_person()
    for _ in range(2):
        make_feed(week=week, person=person, by=None, now=NOW)
    Feed.objects.create(week=week, person=person, token_hash="ended", revoked_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.create(week=week, person=person, token_hash="second")


@pytest.mark.django_db
def test_a_revoked_token_opens_nothing_and_there_is_nothing_left_to_revoke():
    week, person = make_week(), make_person()
    token = make_feed(week=week, person=person, by=None, now=NOW)

    assert revoke_feed(week=week, person=person, by=None, now=NOW) is True
    assert feed_owner(token, NOW) is None
    assert revoke_feed(week=week, person=person, by=None, now=NOW) is False


@pytest.mark.django_db
def test_a_calendar_address_answers_until_midnight_after_the_weeks_last_day_and_no_longer():
    week = make_week(ends_on=date(2025, 10, 29), timezone="Asia/Ho_Chi_Minh")
    token = make_feed(week=week, person=make_person(), by=None, now=NOW)

    assert feed_owner(token, datetime(2025, 10, 29, 16, 59, tzinfo=UTC)) is not None
    assert feed_owner(token, datetime(2025, 10, 29, 17, 0, tzinfo=UTC)) is None


@pytest.mark.django_db
def test_a_reading_is_written_down_once_an_hour():
    week = make_week()
    token = make_feed(week=week, person=make_person(), by=None, now=NOW)

    def read(at):
        return note_reading(feed=feed_owner(token, at), now=at)

    assert read(NOW) is True
    assert read(NOW + timedelta(minutes=59)) is False
    assert read(NOW + timedelta(minutes=60)) is True
    assert Feed.objects.get().last_read_at == NOW + timedelta(hours=1)
