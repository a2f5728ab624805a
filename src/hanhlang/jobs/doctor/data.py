"""Checks that ask the database: its state, its guards, and what waits in it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.agenda import readiness
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.core import audit, letters, outbox
from hanhlang.domains.core.models import AuditEntry, Letter, OutboxMessage
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Meeting, Placement, Plan, Run
from hanhlang.domains.people.models import Account, Person
from hanhlang.domains.programme.models import Session
from hanhlang.jobs import queue
from hanhlang.jobs.doctor.findings import Check, Finding, bad, ok
from hanhlang.jobs.meetings import LEASE
from hanhlang.jobs.models import Worker

SEAL_WITHIN = timedelta(minutes=2)
SEND_WITHIN = timedelta(minutes=20)  # three tries of a slow mail server
SKEW = timedelta(seconds=5)
START_WORKER = _("Start it: `hanhlang serve` or `hanhlang worker`.")
LOOK = _("Look at the desk's page of jobs, mend the cause and try again there.")


def database() -> Finding:
    """Whether it answers, is at this version's state and guards itself; nothing else is asked when it does not."""
    try:
        readiness.require_ready()
    except readiness.NotReady as fault:
        return bad("database", fault.text, "", **fault.details)
    return ok("database", _("%(vendor)s answers, at this version's state, and refuses double booking."), vendor=connection.vendor)


def whole() -> Finding:
    """Whether SQLite's file is whole, and PostgreSQL new enough."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            said = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                return bad("whole", _("The database's file is damaged: %(said)s."), _("Stop everything and restore a backup."), said=said)
            return ok("whole", _("The database's file is whole."))
        version = connection.pg_version  # type: ignore[attr-defined]
    if version < 150000:
        return bad("whole", _("PostgreSQL %(version)d is too old."), _("Move to version 15 or newer."), version=version // 10000)
    return ok("whole", _("PostgreSQL %(version)d is new enough."), version=version // 10000)


def clock() -> Finding:
    """Whether the database's server and this machine agree on the hour."""
    now = timezone.now()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return ok("clock", _("The database has no clock of its own."))
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(cursor.fetchone()[0] - now)
    return judged_clock(apart)


def judged_clock(apart: timedelta) -> Finding:
    seconds = apart.total_seconds()
    if apart > SKEW:
        return bad(
            "clock",
            _("This machine's clock and the database's are %(seconds).0f seconds apart."),
            _("Let both keep time by NTP."),
            seconds=seconds,
        )
    return ok("clock", _("This machine's clock and the database's agree."))


def chain() -> Finding:
    """Whether the audit is as it was sealed."""
    found = audit.verify()
    if not found.holds:
        return bad(
            "audit",
            _("The audit does not hold at %(broken)s: %(fault)s."),
            _("Keep this database as it is, and compare it with the last backup."),
            broken=found.broken,
            fault=found.fault,
        )
    return ok("audit", _("The audit holds: %(entries)d entries in %(seals)d seals."), entries=found.entries, seals=found.seals)


def sealed() -> Finding:
    """Whether the worker keeps up with sealing."""
    oldest = AuditEntry.objects.filter(seal=None).aggregate(at=Min("written_at"))["at"]
    if oldest is not None and timezone.now() - oldest > SEAL_WITHIN:
        return bad("sealed", _("The audit has entries that nobody sealed since %(at)s."), START_WORKER, at=f"{oldest:%Y-%m-%d %H:%M} UTC")
    return ok("sealed", _("The audit is sealed up to now."))


def worker() -> Finding:
    """Whether a worker is alive."""
    last = Worker.objects.aggregate(at=Max("beat_at"))["at"]
    if last is None:
        return bad("worker", _("No worker is running: letters stay, searches wait, the audit is not sealed."), START_WORKER)
    if timezone.now() - last > queue.LEASE:
        return bad("worker", _("The worker was last alive at %(at)s."), START_WORKER, at=f"{last:%Y-%m-%d %H:%M} UTC")
    return ok("worker", _("A worker is alive."))


def jobs() -> Finding:
    """Whether jobs failed for good."""
    if number := queue.failed().count():
        return bad("jobs", _("%(number)d jobs failed three times."), LOOK, number=number)
    return ok("jobs", _("No job has failed for good."))


def news() -> Finding:
    """Whether news between the parts was given up."""
    given_up = OutboxMessage.objects.filter(given_up_at__isnull=False, done_at=None).count()
    if given_up:
        return bad("outbox", _("%(number)d messages between the parts were given up."), LOOK, number=given_up)
    return ok("outbox", _("Messages between the parts arrive: %(number)d fail at present."), number=outbox.failures().count())


def post() -> Finding:
    """Whether letters leave."""
    if number := letters.unsent(before=timezone.now() - SEND_WITHIN).count():
        return bad("letters", _("%(number)d letters were not sent."), LOOK, number=number)
    if not settings.DEMO and not settings.EMAIL_HOST:
        return bad(
            "letters", _("No mail server is named: nobody can be sent a code to sign in."), _("Set HANHLANG_SMTP_HOST and its companions.")
        )
    return ok("letters", _("Letters leave; %(number)d are kept."), number=Letter.objects.count())


def searches() -> Finding:
    """Whether a search lost its worker."""
    lost = Run.objects.filter(state=Run.State.RUNNING, heartbeat_at__lt=timezone.now() - LEASE).count()
    if lost:
        return bad("searches", _("%(number)d searches for a plan have lost their worker."), START_WORKER, number=lost)
    return ok("searches", _("No search for a plan hangs."))


def figures() -> dict[str, int]:
    """Return how much there is; a restored backup has the same."""
    models = {
        "weeks": Week,
        "people": Person,
        "accounts": Account,
        "sessions": Session,
        "meetings": Meeting,
        "plans": Plan,
        "placements": Placement,
        "claims": Claim,
        "audit": AuditEntry,
    }
    return {name: model._base_manager.count() for name, model in models.items()}


CHECKS: tuple[Check, ...] = (whole, clock, chain, sealed, worker, jobs, news, post, searches)
