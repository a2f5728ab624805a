"""What kinds of meeting there are, and when those of a kind may start."""

from __future__ import annotations

from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.events.models import Week


class Kind(models.TextChoices):
    BILATERAL = "bilateral"
    BUSINESS = "business"


class Grid(Record):
    """When meetings of a kind may start: local days, hours and step; one block per (day, half-day)."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="grids")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    minutes = models.PositiveSmallIntegerField()
    # [{"day": "2025-10-27", "from": "09:00", "to": "12:00"}, …]: starts every ``minutes`` such that the slot ends by "to"
    blocks = models.JSONField(default=list)
    pools = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "key"], name="grid_key")]
