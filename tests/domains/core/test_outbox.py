import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from hanhlang.domains.core import outbox
from hanhlang.domains.core.models import DemoClock, OutboxDelivery, OutboxMessage

pytestmark = pytest.mark.django_db
PLACE = UUID("6f1b6f0e-3b6e-4b86-9f1e-5a3f6f1b6f0e")


@pytest.fixture
def topic():
    """Give a topic of this test's own, with nobody listening when it ends."""
    yield "test.happened"
    outbox._receivers.pop("test.happened", None)


def retry_now():
    OutboxMessage.objects.update(next_try_at=datetime(2020, 1, 1, tzinfo=UTC))


def test_every_receiver_hears_once_with_ids_as_text(topic):
    heard = []

    @outbox.receiver(topic)
    def first(place):
        heard.append(("first", place))

    @outbox.receiver(topic)
    def second(place):
        heard.append(("second", place))

    outbox.post(topic, place=PLACE)

    assert heard == []
    assert outbox.deliver() == 1
    assert outbox.deliver() == 0
    assert heard == [("first", str(PLACE)), ("second", str(PLACE))]


def test_one_receivers_fault_is_seen_and_holds_up_nobody(topic):
    heard, closed = [], {1}

    @outbox.receiver(topic)
    def breaks(number):
        if number in closed:
            raise LookupError("no such room")

    @outbox.receiver(topic)
    def listens(number):
        heard.append(number)

    outbox.post(topic, number=1)
    outbox.post(topic, number=2)

    assert outbox.deliver() == 1
    assert heard == [1, 2]
    assert [(failed.tries, failed.fault) for failed in outbox.failures()] == [(1, "LookupError: no such room")]

    closed.clear()
    retry_now()
    assert outbox.deliver() == 1
    assert heard == [1, 2]
    assert not outbox.failures().exists()


def test_what_a_failing_receiver_wrote_is_undone(topic):
    @outbox.receiver(topic)
    def writes_then_breaks():
        DemoClock.objects.create(pk=9, offset=timedelta(1))
        raise LookupError("too late")

    outbox.post(topic)
    outbox.deliver()

    assert not DemoClock.objects.exists()


def test_after_enough_tries_it_gives_up_visibly(topic):
    tries = []

    @outbox.receiver(topic)
    def breaks():
        tries.append(1)
        raise LookupError("never")

    outbox.post(topic)
    for _ in range(outbox.TRIES + 3):
        retry_now()
        outbox.deliver()

    assert len(tries) == outbox.TRIES
    assert OutboxMessage.objects.get().given_up_at is not None
    assert outbox.failures().get().tries == outbox.TRIES


def test_no_more_than_the_limit_is_taken(topic):
    for _ in range(3):
        outbox.post(topic)

    assert [outbox.deliver(limit=2), outbox.deliver(limit=2)] == [2, 1]


def test_one_function_cannot_be_registered_under_anothers_name(topic):
    def made():
        def same_name():
            return None

        return same_name

    outbox.receiver(topic)(made())
    with pytest.raises(ValueError, match="twice"):
        outbox.receiver(topic)(made())


@pytest.mark.django_db(transaction=True)
def test_news_of_an_undone_action_is_never_delivered(topic):
    with pytest.raises(LookupError), transaction.atomic():
        outbox.post(topic)
        raise LookupError

    assert not OutboxMessage.objects.exists()
    with pytest.raises(RuntimeError, match="transaction"):
        outbox.post(topic)


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_lose_and_double_nothing(topic):
    heard = []

    @outbox.receiver(topic)
    def listens(number):
        heard.append(number)

    with transaction.atomic():
        for number in range(30):
            outbox.post(topic, number=number)
    together = threading.Barrier(2)

    def run():
        together.wait()
        outbox.deliver()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.deliver()

    assert sorted(heard) == list(range(30))
    assert OutboxDelivery.objects.filter(done_at=None).count() == 0
