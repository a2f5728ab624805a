"""The week, its sites and places, its topics, who takes part and in which role."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from hanhlang.domains.core.models import Record, Sourced
from hanhlang.domains.core.multitext import MultiTextField
from hanhlang.domains.people.models import Organisation, Person


class Week(Record, Sourced):
    """The event."""

    key = models.CharField(max_length=40, unique=True, validators=[RegexValidator(r"^[a-z0-9-]{3,40}$")])
    name = MultiTextField()
    short = models.CharField(max_length=40, blank=True)
    theme = MultiTextField()
    timezone = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    languages = models.JSONField(default=list)
    host = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    co_host = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    delegates_reported = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.name)


class Site(Record, Sourced):
    """A city with its places."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="sites")
    key = models.SlugField(max_length=60)
    name = MultiTextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "key"], name="site_key")]
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return str(self.name)


class Place(Record, Sourced):
    """A room, table, hall, yard or off-site address."""

    class Kind(models.TextChoices):
        HALL = "hall"
        ROOM = "room"
        TABLE = "table"
        YARD = "yard"
        OFF_SITE = "off_site"

    class Sharing(models.TextChoices):
        EXCLUSIVE = "exclusive"
        SHARED = "shared"

    week = models.ForeignKey(Week, models.CASCADE, related_name="places")
    site = models.ForeignKey(Site, models.PROTECT, related_name="places")
    key = models.SlugField(max_length=60)
    name = MultiTextField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sharing = models.CharField(max_length=10, choices=Sharing.choices, default=Sharing.EXCLUSIVE)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    turnround_minutes = models.PositiveSmallIntegerField(default=0)
    pool = models.SlugField(max_length=60, blank=True)
    address = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    # An address given for one meeting is shown with that meeting only: a list of places would tell of it.
    is_listed = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "key"], name="place_key")]
        ordering = ["site__order", "order", "key"]

    def __str__(self) -> str:
        return str(self.name)


class Topic(Record):
    """One of the week's topics; ``hatch`` names its drawing."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="topics")
    key = models.SlugField(max_length=60)
    name = MultiTextField()
    hatch = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "key"], name="topic_key")]
        ordering = ["order"]


class Participation(Record, Sourced):
    """That a person takes part in a week, as what, and when they are there (outside: not available)."""

    class Category(models.TextChoices):
        DELEGATION = "delegation"
        BUSINESS = "business"
        INSTITUTE = "institute"
        SPEAKER = "speaker"
        PRESS = "press"
        STAFF = "staff"

    week = models.ForeignKey(Week, models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="participations")
    category = models.CharField(max_length=12, choices=Category.choices)
    arrives_at = models.DateTimeField(null=True, blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "person"], name="participation_once")]


class Role(Record):
    """What an account may do, in a week, at one site of it, in one session or for one delegation."""

    class Kind(models.TextChoices):
        SECRETARIAT = "secretariat"
        PROTOCOL = "protocol"
        MEETINGS = "meetings"
        FOCAL_POINT = "focal_point"
        DELEGATE = "delegate"
        LIAISON = "liaison"
        AUDITOR = "auditor"

    week = models.ForeignKey(Week, models.CASCADE, related_name="roles")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True)
    # Sessions and delegations live above this app: scopes on them are ids, not foreign keys.
    session_id = models.UUIDField(null=True, blank=True)
    delegation_id = models.UUIDField(null=True, blank=True)


class ApiToken(Record):
    """What a program signs in with, on behalf of an account, in one week; only the token's SHA-256 is kept."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="api_tokens")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]


class ApiAnswer(Record):
    """The answer a token's write got under its ``Idempotency-Key``, to be given again when the program repeats itself."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64, help_text="SHA-256 of method, address and body")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answer_once")]
        indexes = [models.Index(fields=["created_at"], name="answer_age")]
