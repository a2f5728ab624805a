"""What one side wishes of another's business people."""

from __future__ import annotations

from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Person


class Wish(Record):
    """One side's interest in a business meeting."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    week = models.ForeignKey(Week, models.CASCADE, related_name="wishes")
    asking = models.ForeignKey(Person, models.PROTECT, related_name="wishes_sent")
    asked = models.ForeignKey(Person, models.PROTECT, related_name="wishes_received")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "asking", "asked"], name="wish_once")]
