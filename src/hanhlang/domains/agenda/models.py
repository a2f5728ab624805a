"""Who and what is taken when: the one place that knows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from hanhlang.domains.core.models import Record, Sourced
from hanhlang.domains.core.multitext import MultiTextField
from hanhlang.domains.events.models import Place, Site, Week
from hanhlang.domains.people.models import Person


class Travel(Record, Sourced):
    """Minutes from one site to another by local hour of departure (24 values)."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="travels")
    origin = models.ForeignKey(Site, models.CASCADE, related_name="+")
    destination = models.ForeignKey(Site, models.CASCADE, related_name="+")
    minutes = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "origin", "destination"], name="travel_once")]


class InterpreterTeam(Record, Sourced):
    """A team of interpreters for one language pair (``ko-vi``), at one site; ``size`` people who take turns."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="teams")
    key = models.SlugField(max_length=60)
    name = MultiTextField()
    pair = models.CharField(max_length=20)
    site = models.ForeignKey(Site, models.PROTECT, related_name="teams")
    size = models.PositiveSmallIntegerField(default=2)
    hours = models.JSONField(default=list, blank=True, help_text="when it works, [[iso, iso], …]; empty: always")
    daily_minutes = models.PositiveSmallIntegerField(default=420, help_text="the most it works in a day")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "key"], name="team_key")]


class Equipment(Record, Sourced):
    """One thing that a meeting may need besides a room: a set of its ``kind`` (``booth``, ``whisper-set``), kept at one site."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="equipment")
    key = models.SlugField(max_length=60)
    name = MultiTextField()
    kind = models.SlugField(max_length=40)
    site = models.ForeignKey(Site, models.PROTECT, related_name="equipment")
    hours = models.JSONField(default=list, blank=True, help_text="when it is there, [[iso, iso], …]; empty: always")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "key"], name="equipment_key")]
        ordering = ["kind", "key"]


class Vehicle(Record, Sourced):
    """A car, van or coach with its seats for passengers, and the site it stands at in the morning."""

    class Kind(models.TextChoices):
        CAR = "car", pgettext_lazy("vehicle", "car")
        VAN = "van", pgettext_lazy("vehicle", "van")
        COACH = "coach", pgettext_lazy("vehicle", "coach")

    week = models.ForeignKey(Week, models.CASCADE, related_name="vehicles")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    seats = models.PositiveSmallIntegerField()
    site = models.ForeignKey(Site, models.PROTECT, related_name="vehicles")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "key"], name="vehicle_key"),
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="vehicle_has_seats"),
        ]
        ordering = ["kind", "key"]


class WaitingArea(Record):
    """The shared place where guests of ``place`` wait until it is theirs."""

    place = models.OneToOneField(Place, models.CASCADE, related_name="waiting_area")
    area = models.ForeignKey(Place, models.CASCADE, related_name="waits_for")


class Resource(models.Model):
    """
    Something that can be taken: exactly one of person, place, team, equipment.

    Its id is a number, not a UUID: the database packs it into the range that may not overlap (see ``no_overlap``).
    """

    id = models.BigAutoField(primary_key=True)

    class Kind(models.TextChoices):
        PERSON = "person"
        PLACE = "place"
        TEAM = "team"
        EQUIPMENT = "equipment"

    week = models.ForeignKey(Week, models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="resources")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="resources")
    team = models.ForeignKey(InterpreterTeam, models.CASCADE, null=True, blank=True, related_name="resources")
    equipment = models.ForeignKey(Equipment, models.CASCADE, null=True, blank=True, related_name="resources")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="person", person__isnull=False, place__isnull=True, team__isnull=True, equipment__isnull=True)
                | models.Q(kind="place", person__isnull=True, place__isnull=False, team__isnull=True, equipment__isnull=True)
                | models.Q(kind="team", person__isnull=True, place__isnull=True, team__isnull=False, equipment__isnull=True)
                | models.Q(kind="equipment", person__isnull=True, place__isnull=True, team__isnull=True, equipment__isnull=False),
                name="resource_is_one_thing",
            ),
            models.UniqueConstraint(fields=["week", "person"], name="resource_person"),
            models.UniqueConstraint(fields=["week", "place"], name="resource_place"),
            models.UniqueConstraint(fields=["week", "team"], name="resource_team"),
            models.UniqueConstraint(fields=["week", "equipment"], name="resource_equipment"),
        ]


class Claim(Record):
    """
    One resource taken from ``start`` to ``end``: whole minutes since 1970-01-01 UTC, half-open.

    The database refuses two overlapping exclusive claims of one resource, and every update (see ``no_overlap``).
    Claims on a shared place are not exclusive; their number at once is kept below its capacity by the action.
    """

    class Kind(models.TextChoices):
        SESSION = "session", pgettext_lazy("what takes the time", "session")
        MEETING = "meeting", pgettext_lazy("what takes the time", "meeting")
        HOLD = "hold", pgettext_lazy("what takes the time", "kept free for a reason")
        CLOSED = "closed", pgettext_lazy("what takes the time", "closed")

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="claims")
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    is_exclusive = models.BooleanField(default=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    source = models.CharField(max_length=80, help_text="what it is for, as kind:id", db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(start__gte=0, start__lt=models.F("end"), end__lt=2**33), name="claim_in_range")
        ]
        indexes = [models.Index(fields=["resource", "start"], name="claim_resource_start")]


class Feed(Record):
    """A person's calendar address; only the token's SHA-256 is kept. It answers until the week is over."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="feeds")
    person = models.ForeignKey(Person, models.CASCADE, related_name="feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True, help_text="to the hour: not every reading is written down")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "person"], condition=models.Q(revoked_at=None), name="one_living_feed")]
