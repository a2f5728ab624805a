"""Meetings agreed by both sides, who must be at them, and placements that may not move."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.events.models import Place, Site, Week
from hanhlang.domains.meetings.enums import Format, Interpreting, Press, Secrecy
from hanhlang.domains.meetings.models.business import Wish
from hanhlang.domains.meetings.models.grids import Grid, Kind
from hanhlang.domains.meetings.models.requests import Request
from hanhlang.domains.people.models import Person


class Meeting(Record):
    """Agreed by both sides, placed or not yet."""

    class State(models.TextChoices):
        AGREED = "agreed"
        CANCELLED = "cancelled"
        # A pull-aside, written down after it happened: nothing of it is ever planned.
        LOGGED = "logged"

    week = models.ForeignKey(Week, models.CASCADE, related_name="meetings")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.AGREED)
    request = models.OneToOneField(Request, models.PROTECT, null=True, blank=True, related_name="meeting")
    wish = models.OneToOneField(Wish, models.PROTECT, null=True, blank=True, related_name="meeting")
    minutes = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField(default=100)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="meetings")
    pools = models.JSONField(default=list)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="only rooms there; empty: any")
    needs = models.JSONField(default=list, blank=True)
    equipment = models.JSONField(default=list, blank=True, help_text="kinds of equipment it needs, one of each")
    windows = models.JSONField(default=list, blank=True)
    preferred = models.JSONField(default=list, blank=True)
    seats = models.PositiveSmallIntegerField(default=0)
    format = models.CharField(max_length=12, choices=Format.choices, default=Format.FORMAL)
    talk_minutes = models.PositiveSmallIntegerField(default=0, help_text="what was asked for, where interpreting books more; 0: the same")
    languages = models.JSONField(default=list, blank=True)
    interpreting = models.CharField(max_length=12, choices=Interpreting.choices, default=Interpreting.NONE)
    press = models.CharField(max_length=10, choices=Press.choices, default=Press.NONE)
    secrecy = models.CharField(max_length=8, choices=Secrecy.choices, default=Secrecy.ALL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "number"], name="meeting_number")]


def to_be_placed() -> models.Q:
    """Return the condition for meetings that a plan is to place: agreed, and any gap in rank accepted by the host's protocol."""
    level = models.Q(request=None) | models.Q(request__rank_gap=0) | models.Q(request__signed_off_at__isnull=False)
    return models.Q(state=Meeting.State.AGREED) & level


class Participant(Record):
    """A person who must be at a meeting, and on which side (1 asked for it, 2 was asked)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="meeting_seats")
    side = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="participant_once")]


class Reader(Record):
    """Somebody outside a meeting who may see more of it than its secrecy shows."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="readers")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    level = models.CharField(max_length=8, choices=Secrecy.choices, default=Secrecy.ALL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "account"], name="reader_once")]


class Lock(Record):
    """A placement that may not move; a hold when it expires by itself."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="lock")
    starts_at = models.DateTimeField()
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300)
    expires_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
