"""Figures for a monitoring system: requests as they pass, and what waits in the database when it asks. Nothing about anybody."""

from __future__ import annotations

import os
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Count, Max, Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from hanhlang.domains.core.models import AuditEntry, AuditSeal, Letter, OutboxMessage
from hanhlang.domains.meetings.models import Run

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
requests = Counter("hanhlang_requests", "Requests by route name and class of the answer's status", ["route", "status"])
seconds = Histogram("hanhlang_request_seconds", "Seconds until the answer, by route name", ["route"], buckets=BUCKETS)


def count(route: str, status: int, took: float) -> None:
    """Note one answered request; ``route`` is the name of the address, never the address itself."""
    requests.labels(route, f"{status // 100}xx").inc()
    seconds.labels(route).observe(took)


def text() -> bytes:
    """Return everything in the text format of Prometheus, over all processes if they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(_With(REGISTRY))
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(_With(registry))


class _With(CollectorRegistry):
    """A registry's figures and those of the database."""

    def __init__(self, requests: CollectorRegistry) -> None:
        super().__init__()
        self.register(requests)
        self.register(Waiting())


class Waiting(Collector):
    """What waits, failed or stands still, asked of the database."""

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        yield _by_state("hanhlang_jobs", "Jobs by state", _states(DBTaskResult, "status"))
        yield _by_state("hanhlang_runs", "Searches for a plan by state", _states(Run, "state"))
        outbox = OutboxMessage.objects.filter(done_at=None)
        yield _by_state("hanhlang_outbox", "News not delivered", _open(outbox))
        yield _by_state("hanhlang_letters", "Letters not sent", _open(Letter.objects.filter(sent_at=None)))
        yield GaugeMetricFamily("hanhlang_audit_unsealed", "Audit entries not sealed", AuditEntry.objects.filter(seal=None).count())
        moments = {
            "hanhlang_last_seal_age_seconds": ("Since the last seal of the audit", AuditSeal.objects.aggregate(at=Max("sealed_at"))),
            # By name: the pages and the jobs know nothing of each other.
            "hanhlang_worker_age_seconds": (
                "Since a worker was last alive",
                apps.get_model("jobs", "Worker")._base_manager.aggregate(at=Max("beat_at")),
            ),
        }
        for name, (meaning, found) in moments.items():
            family = GaugeMetricFamily(name, meaning)
            if found["at"] is not None:
                family.add_metric([], (now - found["at"]).total_seconds())
            yield family


def _states(model: type[DBTaskResult] | type[Run], field: str) -> dict[str, int]:
    return {row[field].lower(): row["n"] for row in model._base_manager.order_by().values(field).annotate(n=Count("pk"))}


def _open(rows: object) -> dict[str, int]:
    waiting, given_up = Q(given_up_at=None), Q(given_up_at__isnull=False)
    counted: dict[str, int] = rows.aggregate(waiting=Count("pk", filter=waiting), given_up=Count("pk", filter=given_up))  # type: ignore[attr-defined]
    return counted


def _by_state(name: str, meaning: str, states: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=["state"])
    for state, number in sorted(states.items()):
        family.add_metric([state], number)
    return family
