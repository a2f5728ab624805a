"""Plans go without their thousands of placements being read first."""

from __future__ import annotations

from django.db.models import QuerySet

from hanhlang.domains.meetings.models import Placement, Plan


def drop_plans(plans: QuerySet[Plan]) -> None:
    """Remove plans and all that is theirs; call it in a transaction."""
    keys = list(plans.values_list("pk", flat=True))
    placements = Placement.objects.filter(plan__in=keys)
    for rows in (
        Placement.teams.through.objects.filter(placement__in=placements),
        Placement.equipment.through.objects.filter(placement__in=placements),
        placements,
    ):
        rows._raw_delete(rows.db)
    Plan.objects.filter(pk__in=keys).delete()
