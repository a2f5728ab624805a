"""What business people and their firms say of themselves, whom they wish to meet, and whom not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.core.folding import fold
from hanhlang.domains.core.models import Record
from hanhlang.domains.core.multitext import MultiText, MultiTextField
from hanhlang.domains.events.models import Topic, Week
from hanhlang.domains.people.models import Organisation, Person


class Profile(Record):
    """
    What a firm offers and needs in a week; ``offers`` and ``needs`` hold one entry a line.

    A firm has up to two: the one it works on, and the one others see (``is_shown``), a copy of what the organiser validated last.
    So a correction never takes a firm out of the search, and nothing unread gets into it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of a profile", "draft")
        SUBMITTED = "submitted", _("waiting for the organiser")
        VALIDATED = "validated", _("validated")
        RETURNED = "returned", _("returned with a note")

    class Stage(models.TextChoices):
        IDEA = "idea", _("idea or prototype")
        EARLY = "early", _("first customers")
        GROWING = "growing", _("growing")
        ESTABLISHED = "established", _("established company")
        PUBLIC = "public", _("research or public body")

    week = models.ForeignKey(Week, models.CASCADE, related_name="profiles")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="profiles")
    is_shown = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    about = MultiTextField()
    offers = MultiTextField()
    needs = MultiTextField()
    topics = models.ManyToManyField(Topic, blank=True, related_name="profiles")
    languages = models.JSONField(default=list, blank=True, help_text="spoken at the table, as codes")
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True)
    country = models.CharField(max_length=2, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="what the organiser asks to be put right")
    folded = models.TextField(blank=True, editable=False)
    folded_offers = models.TextField(blank=True, editable=False)
    folded_needs = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "organisation", "is_shown"], name="profile_once")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refold()
        super().save(*args, **kwargs)

    def refold(self) -> None:
        """Fill the columns of search; ``bulk_create`` and ``update`` do not."""
        self.folded_offers, self.folded_needs = _folded(self.offers), _folded(self.needs)
        names = fold(" ".join([*self.organisation.name.texts.values(), self.organisation.short]))
        self.folded = "\n".join([names, _folded(self.about), self.folded_offers, self.folded_needs])


def _folded(text: MultiText) -> str:
    return "\n".join(fold(line) for one in text.texts.values() for line in one.splitlines())


class BusinessSettings(Record):
    """How a person takes part in business meetings; nothing is switched on until they do it themselves."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="business_settings")
    person = models.ForeignKey(Person, models.CASCADE, related_name="business_settings")
    takes_part = models.BooleanField(default=False, help_text="may be found and asked")
    wants_suggestions = models.BooleanField(default=False)
    may_stand_in = models.BooleanField(default=False, help_text="takes a colleague's seat when asked to")
    hours = models.JSONField(default=list, blank=True, help_text="the only hours possible, [[iso, iso], …]; empty: any")
    mail = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "person"], name="business_settings_once")]


class Block(Record):
    """A person or a firm somebody does not want to hear from; those blocked never learn of it."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="blocks")
    by_person = models.ForeignKey(Person, models.CASCADE, related_name="blocks")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, organisation__isnull=True)
                | models.Q(person__isnull=True, organisation__isnull=False),
                name="block_is_of_one",
            ),
            models.UniqueConstraint(fields=["week", "by_person", "person"], name="block_person_once"),
            models.UniqueConstraint(fields=["week", "by_person", "organisation"], name="block_firm_once"),
        ]


class Wish(Record):
    """One side's interest in a business meeting."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    week = models.ForeignKey(Week, models.CASCADE, related_name="wishes")
    asking = models.ForeignKey(Person, models.PROTECT, related_name="wishes_sent")
    asked = models.ForeignKey(Person, models.PROTECT, related_name="wishes_received")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    message = models.CharField(max_length=500, blank=True, help_text="what the asking side writes to the other")
    why = models.CharField(max_length=300, blank=True, help_text="what the other answers")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="unanswered by then, it ends by itself")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "asking", "asked"], condition=models.Q(state="open"), name="one_open_wish")]
        indexes = [models.Index(fields=["week", "asking", "asked"], name="wish_pair")]


class Suggestion(Record):
    """Somebody a person might meet, in which order, and the plain reasons for it; made by a tool of the register when asked for."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="suggestions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="suggestions")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list, help_text='[{"code", "theirs", "yours"}, …], the weightiest first')
    tool_run = models.ForeignKey(ToolRun, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "person", "other"], name="suggestion_once")]
        ordering = ["order"]
