"""Who works, and when what returns each day is due."""

from __future__ import annotations

from django.db import models


class Worker(models.Model):
    """A worker process, as long as it beats; the jobs of one that stopped beating are given back."""

    key = models.CharField(max_length=64, primary_key=True)
    beat_at = models.DateTimeField()


class Periodic(models.Model):
    """When a periodic job is due next."""

    name = models.CharField(max_length=200, primary_key=True)
    next_at = models.DateTimeField()
