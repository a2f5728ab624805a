"""What happened on the day: reported by anybody, taken in by the desk, answered by a plan or left as it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hanhlang.domains.agenda.models import InterpreterTeam
from hanhlang.domains.core.models import Record
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.models.agreed import Meeting
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Session


class Change(Record):
    """
    Something that happened. Nothing is true of it until the desk takes it in; then ways to answer it are looked for.

    What the columns mean hangs on ``kind``: a late flight has ``people`` and ``starts_at``, the hour they arrive; a lost place has
    ``place`` and the hours it is lost; a slow road has ``data["origin"]``, ``data["destination"]`` and ``minutes`` (none: closed).
    """

    class Kind(models.TextChoices):
        LATE = "late", pgettext_lazy("change", "arrives late")
        LEFT = "left", pgettext_lazy("change", "leaves early")
        ABSENT = "absent", pgettext_lazy("change", "ill or absent")
        PLACE = "place", pgettext_lazy("change", "place lost")
        TEAM = "team", pgettext_lazy("change", "interpreters away")
        ROAD = "road", pgettext_lazy("change", "road slow or closed")
        SESSION = "session", pgettext_lazy("change", "session overruns")
        URGENT = "urgent", pgettext_lazy("change", "urgent meeting")
        PULL_ASIDE = "pull_aside", pgettext_lazy("change", "pull-aside to log")

    class State(models.TextChoices):
        REPORTED = "reported", pgettext_lazy("change", "reported")
        TAKEN_IN = "taken_in", pgettext_lazy("change", "taken in, to be answered")
        ANSWERED = "answered", pgettext_lazy("change", "answered")
        DISMISSED = "dismissed", pgettext_lazy("change", "dismissed")

    class Search(models.TextChoices):
        """How far the search for ways to answer is."""

        NONE = "none", _("not looked for")
        QUEUED = "queued", _("waits for the worker")
        RUNNING = "running", _("being looked for")
        DONE = "done", _("found")
        FAILED = "failed", _("failed")

    week = models.ForeignKey(Week, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REPORTED)
    people = models.ManyToManyField(Person, blank=True, related_name="changes")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(InterpreterTeam, models.CASCADE, null=True, blank=True, related_name="+")
    session = models.ForeignKey(Session, models.CASCADE, null=True, blank=True, related_name="+")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True, help_text="what only this kind has, and what was true before")
    note = models.CharField(max_length=300, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reported_at = models.DateTimeField()
    taken_in_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    search = models.CharField(max_length=8, choices=Search.choices, default=Search.NONE)
    tries = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    # {"seconds", "first_seconds", "least_moves", "is_proven", "fallen": [meeting numbers], "cost_before"}
    found = models.JSONField(default=dict)
    fault = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "number"], name="change_number")]
        ordering = ["reported_at", "number"]
