"""Searches, the plans they find, and what people were told of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hanhlang.domains.agenda.models import Equipment, InterpreterTeam
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.core.models import Record
from hanhlang.domains.core.multitext import MultiTextField
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.models.agreed import Meeting
from hanhlang.domains.meetings.models.changes import Change
from hanhlang.domains.people.models import Person


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
    # Empty: everything. {"kind", "day", "site", "unplaced", "plan"}: what may move, and the number of the plan the rest stays as in.
    scope = models.JSONField(default=dict, blank=True)
    weights = models.JSONField(default=dict, blank=True, help_text="those that differ from the defaults")
    tries = models.PositiveSmallIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # {"elapsed", "iterations", "unplaced", "objective", "bound", "history": [[seconds, objective], …]}
    progress = models.JSONField(default=dict)
    fault = models.TextField(blank=True)


class Plan(Record):
    """
    A whole set of placements. ``terms``: [{"name", "amount", "cost"}].

    An *alternative* is one way to answer a change: it waits beside the drafts until the change is answered.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        PAST = "past"
        ALTERNATIVE = "alternative"

    class Origin(models.TextChoices):
        """How it came about; all but a search begin from another plan."""

        SEARCH = "search"
        MOVED = "moved"
        MADE_ROOM = "made_room"
        HELPED = "helped"
        RESTORED = "restored"
        CHANGED = "changed"

    # What a desk works on: what counts, and what could come next.
    CURRENT = (State.DRAFT, State.PUBLISHED)

    week = models.ForeignKey(Week, models.CASCADE, related_name="plans")
    number = models.PositiveIntegerField()
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="plans")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.SEARCH)
    base = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    objective = models.BigIntegerField()
    bound = models.BigIntegerField(null=True)
    terms = models.JSONField(default=list)
    found_after_seconds = models.FloatField(default=0)
    change = models.ForeignKey(Change, models.SET_NULL, null=True, blank=True, related_name="alternatives")
    # {"moves", "rooms", "told", "disturbance", "cost", "shift", "first_minute", "last_minute"}, as the engine's ``Columns``, of what
    # all staff may count; "moved": [{"meeting", "kind", "before", "before_place", "after", "after_place"}], of all meetings
    columns = models.JSONField(default=dict, blank=True)
    best_in = models.JSONField(default=list, blank=True)
    is_proven = models.BooleanField(default=False, help_text="no lawful answer moves fewer meetings")
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
    equipment = models.ManyToManyField(Equipment, blank=True, related_name="+")

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


class WhatIf(Record):
    """
    What would place a meeting that a plan could not: asked by the desk, worked out by the worker.

    ``answer``: {"causes": […], "helps": […], "free": …} as ``planning.helping`` writes it.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="what_ifs")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="what_ifs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    answer = models.JSONField(default=dict)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "meeting"], name="what_if_once")]


class Promise(Record):
    """The last placement of a meeting a person was told; ``sequence`` as in the calendar file."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="promises")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="promises")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    others = models.JSONField(null=True, help_text="ids of whom the person was told to meet, sorted; none: it was not kept")
    sequence = models.PositiveIntegerField(default=0)
    is_cancelled = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "meeting"], name="promise_once")]
