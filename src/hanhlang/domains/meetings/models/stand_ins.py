"""Somebody comes in another's place."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from hanhlang.domains.core.models import Record
from hanhlang.domains.meetings.models.agreed import Meeting
from hanhlang.domains.people.models import Person


class StandIn(Record):
    """One member of a delegation in another's place at one meeting; of lower rank it is put to the other side."""

    class State(models.TextChoices):
        NOTIFIED = "notified", pgettext_lazy("stand-in", "the other side was told")
        PUT = "put", pgettext_lazy("stand-in", "put to the other side")
        ACCEPTED = "accepted", pgettext_lazy("stand-in", "accepted")
        SHORTENED = "shortened", pgettext_lazy("stand-in", "accepted, shorter")
        DECLINED = "declined", pgettext_lazy("stand-in", "declined")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="stand_ins")
    absent = models.ForeignKey(Person, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="the shorter length the other side agreed to")
    note = models.CharField(max_length=300, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    named_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "absent"], condition=models.Q(state="put"), name="one_open_stand_in"),
        ]
        ordering = ["named_at"]
