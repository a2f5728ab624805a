import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from hanhlang.domains.core import audit, audit_guard
from hanhlang.domains.core.models import AuditEntry, AuditSeal
from hanhlang.domains.people.models import Account, Person

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 10, 27, 2, 10, tzinfo=UTC)


def write(count=3):
    for number in range(count):
        audit.record("meeting.agreed", about=None, by=None, at=NOW, details={"number": number})
    return list(AuditEntry.objects.order_by("-id")[:count])[::-1]


def tamper(sql, *values):
    audit_guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(sql, *values):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def run_verify(*arguments):
    out, err = StringIO(), StringIO()
    try:
        call_command("audit", "verify", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, json.loads(out.getvalue()), err.getvalue()
    return 0, json.loads(out.getvalue()), err.getvalue()


def test_people_appear_by_pseudonym_only():
    person = Person.objects.create(key="lan", name="Nguyễn Thị Lan")
    account = Account.objects.create_account(email="lan@example.vn", person=person)

    audit.record("person.changed", about=person, by=account, at=NOW)

    entry = AuditEntry.objects.get()
    assert (entry.about_id, entry.actor, entry.people) == (person.pseudonym, person.pseudonym, str(person.pseudonym))


def test_the_chain_goes_on_over_several_seals():
    write(3)
    assert audit.seal(NOW) == 3
    write(2)
    assert audit.seal(NOW) == 2
    write(1)

    found = audit.verify()
    assert (found.holds, found.entries, found.seals, found.unsealed) == (True, 5, 2, 1)


def test_sealing_with_nothing_new_adds_no_seal():
    write(1)
    audit.seal(NOW)

    assert audit.seal(NOW) == 0
    assert AuditSeal.objects.count() == 1


def test_a_lower_id_committed_late_joins_the_next_seal():
    early, late = write(2)
    tamper("DELETE FROM core_auditentry WHERE id = %s", early.pk)
    audit.seal(NOW)
    early.save(force_insert=True)

    assert audit.seal(NOW) == 1
    assert audit.verify().holds
    assert AuditEntry.objects.get(pk=late.pk).seal_id < AuditEntry.objects.get(pk=early.pk).seal_id


@pytest.mark.parametrize(
    ("column", "value"),
    [("facts", '{"number":7}'), ("event", "meeting.agreeD"), ("people", "x"), ("at", "2025-10-27 02:10:01"), ("link", "0" * 64)],
)
def test_one_changed_entry_is_named(column, value):
    _, second, _ = write(3)
    audit.seal(NOW)
    assert run_verify()[0] == 0

    tamper(f"UPDATE core_auditentry SET {column} = %s WHERE id = %s", value, second.pk)
    audit_guard.install(connection)

    code, figures, said = run_verify()
    assert (code, figures["broken"]) == (1, f"entry {second.pk}")
    assert f"entry {second.pk}" in said


def test_bytes_that_no_longer_make_a_row_are_named():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's types refuse such bytes")
    _, second, _ = write(3)
    audit.seal(NOW)

    tamper("UPDATE core_auditentry SET facts = CAST(x'ff' AS TEXT) WHERE id = %s", second.pk)

    assert audit.verify().broken == f"entry {second.pk}"


def test_a_missing_entry_is_noticed():
    _, second, third = write(3)
    audit.seal(NOW)
    assert audit.verify().holds

    tamper("DELETE FROM core_auditentry WHERE id = %s", second.pk)

    assert audit.verify().broken == f"entry {third.pk}"


def test_a_cut_off_end_is_noticed_only_with_a_head_noted_before():
    write(1)
    audit.seal(NOW)
    write(1)
    audit.seal(NOW)
    noted = audit.verify().head
    assert run_verify("--anchor", noted)[0] == 0

    tamper("DELETE FROM core_auditentry WHERE seal_id = 2")
    tamper("DELETE FROM core_auditseal WHERE number = 2")

    assert audit.verify().holds
    assert not audit.verify(anchor=noted).holds


def test_the_database_refuses_to_change_or_delete_what_is_sealed():
    entry = write(1)[0]
    audit.seal(NOW)

    refused("UPDATE core_auditentry SET event = 'x' WHERE id = %s", entry.pk)
    refused("UPDATE core_auditentry SET seal_id = NULL WHERE id = %s", entry.pk)
    refused("DELETE FROM core_auditentry WHERE id = %s", entry.pk)
    refused("UPDATE core_auditseal SET count = 2")
    refused("DELETE FROM core_auditseal")


def test_an_entry_not_yet_sealed_may_be_sealed_but_not_changed():
    entry = write(1)[0]

    refused("UPDATE core_auditentry SET event = 'x' WHERE id = %s", entry.pk)

    assert audit.seal(NOW) == 1


def test_verify_fails_while_the_database_would_let_changes_through():
    assert audit.guard_present()
    assert run_verify()[0] == 0

    audit_guard.remove(connection)

    assert not audit.guard_present()
    assert run_verify()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_an_entry_needs_the_transaction_of_its_action():
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record("meeting.agreed", about=None, by=None, at=NOW)
