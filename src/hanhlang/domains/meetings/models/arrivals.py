"""Reports of people who arrive late."""

from __future__ import annotations

from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Person


class LateArrival(Record):
    """A reported late arrival: waiting until the desk takes it in; then the person is not available before it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        TAKEN_IN = "taken_in"

    week = models.ForeignKey(Week, models.CASCADE, related_name="late_arrivals")
    person = models.ForeignKey(Person, models.CASCADE, related_name="late_arrivals")
    arrives_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["reported_at"]
