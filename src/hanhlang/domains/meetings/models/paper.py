"""Everybody's paper in one file, made in the background."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.events.models import Week


class PackSet(Record):
    """One order of all delegations' packs, and the bytes of the archive once it is made."""

    class State(models.TextChoices):
        QUEUED = "queued"
        DONE = "done"
        FAILED = "failed"

    week = models.ForeignKey(Week, models.CASCADE, related_name="pack_sets")
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    packs = models.PositiveIntegerField(default=0)
    archive = models.BinaryField(default=b"")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
