from __future__ import annotations

from typing import Any

from django.db import migrations

STATES = {"waiting": "reported", "taken_in": "answered"}


def copy(apps: Any, schema_editor: Any) -> None:
    """Let every late arrival be a change, and every promise know whom it was about; running it twice changes nothing."""
    Change = apps.get_model("meetings", "Change")
    numbers: dict[Any, int] = {}
    for row in apps.get_model("meetings", "LateArrival").objects.order_by("reported_at", "id"):
        numbers[row.week_id] = numbers.get(row.week_id, 0) + 1
        change, _ = Change.objects.get_or_create(
            id=row.id,
            defaults={
                "week_id": row.week_id,
                "number": numbers[row.week_id],
                "kind": "late",
                "state": STATES[row.state],
                "starts_at": row.arrives_at,
                "note": row.note,
                "reported_at": row.reported_at,
                "taken_in_at": row.changed_at if row.state == "taken_in" else None,
                "answered_at": row.changed_at if row.state == "taken_in" else None,
            },
        )
        change.people.add(row.person_id)


def name_others(apps: Any, schema_editor: Any) -> None:
    """Say of every promise whom the person was told to meet, so that nobody is told again what they know."""
    sides: dict[Any, dict[Any, int]] = {}
    seats = apps.get_model("meetings", "Participant").objects.values_list("meeting_id", "person_id", "side")
    for meeting, person, side in seats.iterator():
        sides.setdefault(meeting, {})[person] = side
    Promise = apps.get_model("meetings", "Promise")
    batch = []
    for row in Promise.objects.filter(others=None).iterator(chunk_size=500):
        there = sides.get(row.meeting_id, {})
        row.others = sorted(str(person) for person, side in there.items() if side != there.get(row.person_id))
        batch.append(row)
    Promise.objects.bulk_update(batch, ["others"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0004_changes_and_notices")]
    operations = [
        migrations.RunPython(copy, migrations.RunPython.noop),
        migrations.RunPython(name_others, migrations.RunPython.noop),
    ]
