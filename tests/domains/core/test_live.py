import pytest
from django.db import transaction

from hanhlang.domains.core import live

pytestmark = pytest.mark.django_db


def test_a_version_grows_for_its_audience_only():
    live.bump("plan:a", "agenda:a")
    live.bump("plan:a")

    assert live.versions(["plan:a", "agenda:a", "plan:b"]) == {"plan:a": 2, "agenda:a": 1, "plan:b": 0}


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_has_not_changed():
    with pytest.raises(LookupError), transaction.atomic():
        live.bump("plan:a")
        raise LookupError

    assert live.versions(["plan:a"]) == {"plan:a": 0}


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_said():
    with pytest.raises(RuntimeError):
        live.bump("plan:a")
