"""What became of a meeting: whether it was held, what was noted, how people found it, and what is to follow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hanhlang.domains.core.models import Record
from hanhlang.domains.meetings.models.agreed import Meeting
from hanhlang.domains.people.models import Person


class Outcome(Record):
    """Whether a meeting was held; ``absent_side`` is who did not come (0: nobody came), ``is_desk`` that the desk's word stands."""

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("what became of a meeting", "held")
        NO_SHOW = "no_show", _("somebody did not come")
        MOVED = "moved", _("held at another hour or place")
        NOT_HELD = "not_held", _("not held")

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="outcome")
    state = models.CharField(max_length=10, choices=State.choices)
    absent_side = models.PositiveSmallIntegerField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)
    is_desk = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="no_show", absent_side__in=[0, 1, 2]) | (~models.Q(state="no_show") & models.Q(absent_side=None)),
                name="outcome_names_who_was_absent",
            )
        ]


class OutcomeNote(Record):
    """What one side writes down after a meeting; seen by its own people only."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="notes")
    side = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "side"], name="outcome_note_once")]


class Satisfaction(Record):
    """How one participant found a meeting; the organiser sees sums only."""

    class Mark(models.IntegerChoices):
        POOR = 1, pgettext_lazy("how a meeting was", "not useful")
        FAIR = 2, pgettext_lazy("how a meeting was", "somewhat useful")
        GOOD = 3, pgettext_lazy("how a meeting was", "useful")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="marks")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    mark = models.PositiveSmallIntegerField(choices=Mark.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="one_mark_each")]


class FollowUp(Record):
    """Something to be done after a meeting, by whom and until when; seen by both sides and the desk."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="follow_ups")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["due_on", "created_at"]
