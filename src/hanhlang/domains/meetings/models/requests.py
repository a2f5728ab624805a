"""What one delegation asks of another."""

from __future__ import annotations

from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Person


class Request(Record):
    """One delegation's ask for a bilateral."""

    class State(models.TextChoices):
        OPEN = "open"
        COUNTERED = "countered"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    week = models.ForeignKey(Week, models.CASCADE, related_name="requests")
    number = models.PositiveIntegerField()
    asking = models.ForeignKey(Delegation, models.PROTECT, related_name="requests_sent")
    asked = models.ForeignKey(Delegation, models.PROTECT, related_name="requests_received")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    minutes = models.PositiveSmallIntegerField(default=30)
    subjects = models.CharField(max_length=300, blank=True)
    needs = models.JSONField(default=list, blank=True, help_text="language pairs")
    windows = models.JSONField(default=list, blank=True, help_text="permitted hours, [[iso, iso], …]")
    preferred = models.JSONField(default=list, blank=True)
    pools = models.JSONField(default=list, blank=True, help_text="permitted pools of places; empty: all of the grid")
    seats = models.PositiveSmallIntegerField(default=0, help_text="people in the room, advisers included")
    people = models.ManyToManyField(Person, blank=True, related_name="+", help_text="who must be there, of both sides")
    counter = models.JSONField(default=dict, blank=True, help_text="minutes and windows offered instead")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "number"], name="request_number")]
