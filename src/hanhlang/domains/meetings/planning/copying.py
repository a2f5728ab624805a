"""A plan's placements copied inside the database: an answer to a change leaves all but a few of thousands where they were."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from hanhlang.domains.meetings.models import Placement, Plan
from hanhlang.domains.meetings.reading import BATCH, of_many

LENT: tuple[tuple[Any, str], ...] = ((Placement.teams.through, "interpreterteam_id"), (Placement.equipment.through, "equipment_id"))
_NEW_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def copy_placements(base: Plan, row: Plan, *, but: Collection[UUID]) -> None:
    """Give ``row``, which has none yet, the placements of ``base`` and what is lent in them, all but those of the meetings ``but``."""
    placements = Placement._meta.db_table
    same = "meeting_id, starts_at, ends_at, place_id"
    now = Placement._meta.get_field("created_at").get_db_prep_value(timezone.now(), connection)
    old, new = (Plan._meta.pk.get_db_prep_value(plan.pk, connection) for plan in (base, row))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {placements} (id, created_at, changed_at, plan_id, {same})"  # noqa: S608 (names of our own tables)
            f" SELECT {_NEW_ID[connection.vendor]}, %s, %s, %s, {same} FROM {placements} WHERE plan_id = %s",
            [now, now, new, old],
        )
    ordered = sorted(but)
    for first in range(0, len(ordered), BATCH):
        # Nothing is lent in them yet.
        gone = Placement.objects.filter(plan=row, meeting__in=ordered[first : first + BATCH])
        gone._raw_delete(gone.db)
    for through, thing in LENT:
        lent = list(through.objects.filter(placement__plan=base).values_list("placement__meeting_id", thing))
        copies = {copy.meeting_id: copy.pk for copy in of_many(row.placements.only("meeting_id"), {key for key, _ in lent}, "meeting__in")}
        links = [through(**{"placement_id": copies[key], thing: unit}) for key, unit in lent if key in copies]
        through.objects.bulk_create(links, batch_size=BATCH)
