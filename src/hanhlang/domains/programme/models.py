"""Sessions: programme items, meals and cultural events included."""

from __future__ import annotations

from typing import Any

from django.db import models

from hanhlang.domains.core.folding import fold
from hanhlang.domains.core.models import Record, Sourced
from hanhlang.domains.core.multitext import MultiTextField
from hanhlang.domains.events.models import Place, Site, Topic, Week
from hanhlang.domains.people.models import Organisation, Person


class Session(Record, Sourced):
    """A programme item. ``day`` without hours: not timed yet; no ``day``: not announced yet."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="sessions")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=30)
    title = MultiTextField()
    theme = MultiTextField()
    description = MultiTextField()
    day = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="sessions")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="sessions")
    topics = models.ManyToManyField(Topic, blank=True, related_name="sessions")
    organisers = models.ManyToManyField(Organisation, blank=True, related_name="organised_sessions")
    supporters = models.ManyToManyField(Organisation, blank=True, related_name="supported_sessions")
    is_public = models.BooleanField(default=True)
    folded = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "key"], name="session_key"),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True) | models.Q(starts_at__lt=models.F("ends_at")),
                name="session_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refold()
        super().save(*args, **kwargs)

    def refold(self) -> None:
        """Fill the search column; ``bulk_create`` and ``update`` do not."""
        self.folded = fold(" ".join([*self.title.texts.values(), *self.theme.texts.values()]))


class SessionPart(Record, Sourced):
    """A part of a session: a panel, a handover. Its moderator is taken from ``starts_at`` to ``ends_at`` (else the whole session)."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="parts")
    key = models.SlugField(max_length=60)
    title = MultiTextField()
    moderator = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    participants = models.ManyToManyField(Organisation, blank=True, related_name="+")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "key"], name="part_key")]
        ordering = ["order"]


class Speaking(Record):
    """A named role in a session. The role takes the person's time from ``starts_at`` to ``ends_at`` (else the whole session)."""

    class Seen(models.TextChoices):
        PRESENT = "present"
        ANNOUNCED = "announced"

    session = models.ForeignKey(Session, models.CASCADE, related_name="speakings")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="speakings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=40)
    seen = models.CharField(max_length=10, choices=Seen.choices, default=Seen.ANNOUNCED)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person", "role"], name="speaking_once")]
        ordering = ["order"]
