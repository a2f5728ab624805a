from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from factories import make_person, make_week
from hanhlang.domains.agenda.actions import make_feed, revoke_feed
from hanhlang.domains.agenda.models import Feed
from hanhlang.domains.agenda.queries import feed_owner

NOW = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_a_token_opens_its_feed_and_is_not_kept():
    week, person = make_week(), make_person()

    token = make_feed(week=week, person=person, by=None, now=NOW)

    found = feed_owner(token)
    assert found is not None
    assert (found.week, found.person) == (week, person)
    assert len(token) >= 43
    assert token not in str(Feed.objects.values())


@pytest.mark.django_db
def test_a_new_token_ends_the_old_one():
    week, person = make_week(), make_person()
    old = make_feed(week=week, person=person, by=None, now=NOW)

    new = make_feed(week=week, person=person, by=None, now=NOW)

    assert feed_owner(old) is None
    assert feed_owner(new) is not None


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
    assert feed_owner(token) is None
    assert revoke_feed(week=week, person=person, by=None, now=NOW) is False
