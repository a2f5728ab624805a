"""What people were told of their meetings, through which channel, by whom, and whether they know."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from hanhlang.domains.core.models import Record
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models.agreed import Meeting
from hanhlang.domains.meetings.models.plans import Plan
from hanhlang.domains.people.models import Person


class Notice(Record):
    """One thing one person is told about one meeting, in the words and language it was told in."""

    class Kind(models.TextChoices):
        NEW = "new", pgettext_lazy("notice", "new")
        MOVED = "moved", pgettext_lazy("notice", "another hour")
        OTHER_ROOM = "other_room", pgettext_lazy("notice", "another room")
        CANCELLED = "cancelled", pgettext_lazy("notice", "cancelled")
        STAND_IN = "stand_in", pgettext_lazy("notice", "somebody else comes")

    class Channel(models.TextChoices):
        """How it is sent beside the portal; who has no account must be spoken to."""

        MAIL = "mail", pgettext_lazy("channel", "mail")
        CALENDAR = "calendar", pgettext_lazy("channel", "mail with calendar entry")
        SPOKEN = "spoken", pgettext_lazy("channel", "by word of mouth")

    class How(models.TextChoices):
        PORTAL = "portal", pgettext_lazy("how", "in the portal")
        PHONE = "phone", pgettext_lazy("how", "by phone")
        PERSON = "person", pgettext_lazy("how", "in person")
        MESSAGE = "message", pgettext_lazy("how", "by message")

    week = models.ForeignKey(Week, models.CASCADE, related_name="notices")
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="notices")
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # {"starts_at": iso, "ends_at": iso, "place": id}; empty: there was none, or there is none any more
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    sequence = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=8)
    text = models.CharField(max_length=500)
    short = models.CharField(max_length=160)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    written_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=8, choices=How.choices, blank=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_how = models.CharField(max_length=8, choices=How.choices, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "meeting", "sequence"], name="notice_once")]
        indexes = [models.Index(fields=["week", "person"], name="notice_person")]
        ordering = ["written_at", "id"]


class Invitee(Record):
    """Somebody who has calendar entries sent by mail, instead of an address the calendar asks: never both."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="invitees")
    person = models.ForeignKey(Person, models.CASCADE, related_name="invited_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "person"], name="invitee_once")]
