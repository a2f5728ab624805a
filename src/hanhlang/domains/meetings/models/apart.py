"""Delegations that must not meet by chance."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Week


class KeepApart(Record):
    """Two delegations whose people are never in neighbouring rooms at once; only the desk knows of it. ``first`` has the lower id."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="kept_apart")
    first = models.ForeignKey(Delegation, models.CASCADE, related_name="+")
    second = models.ForeignKey(Delegation, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="apart_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="apart_in_order"),
        ]
