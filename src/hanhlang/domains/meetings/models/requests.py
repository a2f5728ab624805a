"""What one delegation asks of another."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Site, Week
from hanhlang.domains.meetings.bilaterals import ASKED, side_to_answer
from hanhlang.domains.meetings.enums import Format, Interpreting, Press, Secrecy
from hanhlang.domains.people.models import Person


class Request(Record):
    """One delegation's ask for a bilateral."""

    class State(models.TextChoices):
        OPEN = "open"
        COUNTERED = "countered"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

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
    counter = models.JSONField(default=dict, blank=True, help_text="minutes, windows and level offered instead")
    format = models.CharField(max_length=12, choices=Format.choices, default=Format.FORMAL)
    level = models.CharField(max_length=40, blank=True, help_text="rank of the counterpart asked for; empty: the head")
    impossible = models.JSONField(default=list, blank=True, help_text="hours that cannot be, [[iso, iso], …]")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=300, blank=True, help_text="off-site: where, instead of one of the week's rooms")
    languages = models.JSONField(default=list, blank=True, help_text="spoken in the room, as codes")
    interpreting = models.CharField(max_length=12, choices=Interpreting.choices, default=Interpreting.NONE)
    press = models.CharField(max_length=10, choices=Press.choices, default=Press.NONE)
    secrecy = models.CharField(max_length=8, choices=Secrecy.choices, default=Secrecy.ALL)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="unanswered by then, it ends by itself")
    held_until = models.DateTimeField(null=True, blank=True, help_text="the asked side thinks about it until then")
    rank_gap = models.PositiveSmallIntegerField(default=0, help_text="ranks between the two sides once both have said who comes")
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_off_at = models.DateTimeField(null=True, blank=True, help_text="the host's protocol accepts the gap in rank")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "number"], name="request_number")]

    @property
    def turn(self) -> Delegation | None:
        """Who answers next: the side that did not make the last offer; nobody once it is over."""
        if self.state not in (self.State.OPEN, self.State.COUNTERED):
            return None
        return self.asked if side_to_answer(self.counter) == ASKED else self.asking


class RequestStep(Record):
    """One thing done to a request: what, by which side, by whom, when and why."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="steps")
    event = models.CharField(max_length=20)
    # Empty when the clock did it; with ``by`` of the secretariat it was done on that side's behalf.
    side = models.ForeignKey(Delegation, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_behalf = models.BooleanField(default=False)
    at = models.DateTimeField()
    why = models.CharField(max_length=500, blank=True)
    offer = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "created_at"]


class RequestReader(Record):
    """Somebody of the staff who may see a request, and the meeting it becomes, whatever its secrecy."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="readers")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "account"], name="request_reader_once")]


class Brief(Record):
    """What one delegation writes down for a meeting; seen by its own side only."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="briefs")
    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "delegation"], name="brief_once")]
