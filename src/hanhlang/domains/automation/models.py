"""The register of automatic functions and every use of one."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hanhlang.domains.core.models import Record
from hanhlang.domains.core.multitext import MultiTextField


class Tool(Record):
    """An automatic function: what it does, on what, who answers for it, how to refuse it."""

    key = models.SlugField(max_length=60, unique=True)
    name = MultiTextField()
    purpose = MultiTextField()
    data_used = MultiTextField()
    how_to_refuse = MultiTextField()
    owner = models.CharField(max_length=200)
    is_local = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    version = models.CharField(max_length=40)


class ToolRun(Record):
    """One use of a tool: by whom, on which data (digest), with which answer, and how it ended."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    tool = models.ForeignKey(Tool, models.PROTECT, related_name="runs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    input_digest = models.CharField(max_length=64)
    settings_used = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
