"""The base of every row, and the rows of the clock, the audit, the outbox, the letters and what open pages follow."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class Record(models.Model):
    """A row with an id that tells nothing and the moments it was made and last changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Sourced(models.Model):
    """A fact with where it was reported, or the mark that it is only assumed for illustration."""

    class Standing(models.TextChoices):
        REPORTED = "reported"
        ASSUMED = "assumed"
        SYNTHETIC = "synthetic"

    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.REPORTED)
    source = models.URLField(max_length=500, blank=True)
    also = models.JSONField(default=list, blank=True)
    assumed_fields = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True

    def is_illustrative(self, field: str) -> bool:
        """Tell whether ``field`` was assumed rather than reported."""
        return self.standing != self.Standing.REPORTED or field in self.assumed_fields


class DemoClock(models.Model):
    """How far a demonstration's clock is from the real one; a single row."""

    ONLY = 1

    offset = models.DurationField()


class AuditSeal(models.Model):
    """A closed stretch of the audit: how many entries, and the last link of the chain up to here."""

    number = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    head = models.CharField(max_length=64)


class AuditEntry(models.Model):
    """
    One thing that was done: what, to which row, by whom, concerning whom, when.

    People appear by pseudonym only, never by name. ``seal`` and ``link`` are empty until the sealer has passed.
    """

    event = models.CharField(max_length=80)
    about_kind = models.CharField(max_length=80, blank=True)
    about_id = models.UUIDField(null=True)
    actor = models.UUIDField(null=True, help_text="pseudonym of the person, else id of the account, none for the machine")
    # Text, not JSON: what is hashed must come back byte for byte from every database.
    people = models.TextField(blank=True, help_text="pseudonyms, sorted, one space between")
    facts = models.TextField(default="{}", help_text="canonical JSON")
    at = models.DateTimeField(help_text="the product's clock")
    written_at = models.DateTimeField(help_text="the machine's clock")
    seal = models.ForeignKey(AuditSeal, models.PROTECT, null=True, related_name="entries")
    link = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(seal=None), name="audit_unsealed"),
            models.Index(fields=["about_kind", "about_id"], name="audit_about"),
            models.Index(fields=["actor"], name="audit_actor"),
        ]

    @property
    def details(self) -> dict[str, Any]:
        """What else is known about the event."""
        details: dict[str, Any] = json.loads(self.facts)
        return details


class OutboxMessage(models.Model):
    """Something other apps may want to know, posted in the transaction that made it true."""

    topic = models.CharField(max_length=80)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    posted_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(done_at=None, given_up_at=None), name="outbox_waiting")]


class OutboxDelivery(models.Model):
    """How one receiver fared with one message."""

    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="deliveries")
    receiver = models.CharField(max_length=200)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "receiver"], name="outbox_delivery_once")]


class Letter(Record):
    """One e-mail, with its words as they were when it was written."""

    to = models.EmailField()
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    calendar = models.TextField(blank=True, help_text="an iCalendar file that goes along; its METHOD says what a calendar does with it")
    is_secret = models.BooleanField(default=False, help_text="the body holds a code and is erased once it is of no more use")
    written_at = models.DateTimeField(help_text="the product's clock")
    sent_at = models.DateTimeField(null=True, help_text="the machine's clock; in a demonstration it was kept, not sent")
    given_up_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], condition=models.Q(sent_at=None), name="letter_unsent")]


class LiveVersion(models.Model):
    """How often what one audience looks at has changed."""

    audience = models.CharField(max_length=80, primary_key=True)
    version = models.PositiveBigIntegerField()
