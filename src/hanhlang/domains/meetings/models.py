"""Requests and wishes, the meetings they become, and the plans that place them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hanhlang.domains.agenda.models import InterpreterTeam
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.core.models import Record
from hanhlang.domains.core.multitext import MultiTextField
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.people.models import Person


class Kind(models.TextChoices):
    BILATERAL = "bilateral"
    BUSINESS = "business"


class Grid(Record):
    """When meetings of a kind may start: local days, hours and step; one block per (day, half-day)."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="grids")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    minutes = models.PositiveSmallIntegerField()
    # [{"day": "2025-10-27", "from": "09:00", "to": "12:00"}, …]: starts every ``minutes`` such that the slot ends by "to"
    blocks = models.JSONField(default=list)
    pools = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "key"], name="grid_key")]


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


class Meeting(Record):
    """Agreed by both sides, placed or not yet."""

    class State(models.TextChoices):
        AGREED = "agreed"
        CANCELLED = "cancelled"

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
    needs = models.JSONField(default=list, blank=True)
    windows = models.JSONField(default=list, blank=True)
    preferred = models.JSONField(default=list, blank=True)
    seats = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "number"], name="meeting_number")]


class Participant(Record):
    """A person who must be at a meeting, and on which side (1 asked for it, 2 was asked)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="meeting_seats")
    side = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="participant_once")]


class Lock(Record):
    """A placement that may not move; a hold when it expires by itself."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="lock")
    starts_at = models.DateTimeField()
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300)
    expires_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class Run(Record):
    """One search for a plan."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    week = models.ForeignKey(Week, models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    tool_run = models.OneToOneField(ToolRun, models.PROTECT, null=True, related_name="meeting_run")
    seed = models.PositiveBigIntegerField(default=0)
    limit_seconds = models.PositiveIntegerField(default=60)
    workers = models.PositiveSmallIntegerField(default=2)
    until_first = models.BooleanField(default=False, help_text="stop at the first lawful plan that places nearly all")
    tries = models.PositiveSmallIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # {"elapsed", "iterations", "unplaced", "objective", "bound", "history": [[seconds, objective], …]}
    progress = models.JSONField(default=dict)
    fault = models.TextField(blank=True)


class Plan(Record):
    """A whole set of placements. ``terms``: [{"name", "amount", "cost"}]."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        PAST = "past"

    week = models.ForeignKey(Week, models.CASCADE, related_name="plans")
    number = models.PositiveIntegerField()
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="plans")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    objective = models.BigIntegerField()
    bound = models.BigIntegerField(null=True)
    terms = models.JSONField(default=list)
    found_after_seconds = models.FloatField(default=0)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "number"], name="plan_number"),
            models.UniqueConstraint(fields=["week"], condition=models.Q(state="published"), name="one_published_plan"),
        ]


class Placement(Record):
    """Time and place of a meeting in a plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="placements")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="placements")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    teams = models.ManyToManyField(InterpreterTeam, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "meeting"], name="placement_once")]


class Unplaced(Record):
    """A meeting the plan could not place, why (``engine.plan.Reason``), and in words."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="unplaced")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="unplaced")
    reason = models.CharField(max_length=30)
    people = models.ManyToManyField(Person, blank=True, related_name="+")
    resource = models.CharField(max_length=60, blank=True)
    text = MultiTextField()


class Promise(Record):
    """The last placement of a meeting a person was told; ``sequence`` as in the calendar file."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="promises")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="promises")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField(default=0)
    is_cancelled = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "meeting"], name="promise_once")]


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
