"""What happens at a table when one side does not come."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.meetings.models.agreed import Meeting
from hanhlang.domains.people.models import Person


class MissingReport(Record):
    """Somebody at a table says that the other side is not there; ``until`` is when the meeting would have ended."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="missing_reports")
    waiting = models.ForeignKey(Person, models.CASCADE, related_name="missing_reports")
    missing = models.ManyToManyField(Person, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "waiting"], name="missing_report_once")]


class NowAsk(Record):
    """Who was left alone at a table asks somebody to come there now."""

    class Answer(models.TextChoices):
        NONE = "", "–"
        COMES = "comes"
        CANNOT = "cannot"

    report = models.ForeignKey(MissingReport, models.CASCADE, related_name="asks")
    asked = models.ForeignKey(Person, models.CASCADE, related_name="now_asks")
    at = models.DateTimeField()
    answer = models.CharField(max_length=6, choices=Answer.choices, blank=True, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "asked"], name="now_ask_once")]
