"""Looking for what is past its time, and erasing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from hanhlang.domains.core import audit, clock
from hanhlang.domains.people.models import Account
from hanhlang.jobs.retention.rule import Rule
from hanhlang.jobs.retention.rules import RULES


@dataclass(frozen=True)
class Outcome:
    """How much a rule found, or erased; nothing where the rule rests in a demonstration."""

    rule: Rule
    number: int
    rests: bool = False


def look(*, now: datetime) -> list[Outcome]:
    """Return how much each rule would erase at ``now``, a moment of the machine's clock; nothing is changed."""
    return [_resting(rule) or Outcome(rule, rule.due(now - rule.kept).count()) for rule in RULES]


def erase(*, by: Account | None, now: datetime) -> list[Outcome]:
    """
    Erase what is past its time at ``now``, a moment of the machine's clock, rule by rule, each with its entry in the audit.

    :raises OSError: if a file cannot be deleted; the rules before are done, and doing all again is safe.
    """
    return [_resting(rule) or _erase(rule, by, now) for rule in RULES]


@transaction.atomic
def _erase(rule: Rule, by: Account | None, now: datetime) -> Outcome:
    before = now - rule.kept
    number = rule.due(before).erase()
    if number:
        details = {"rule": rule.name, "number": number, "before": before}
        audit.record("retention.erased", about=None, by=by, at=clock.now(), details=details)
    return Outcome(rule, number)


def _resting(rule: Rule) -> Outcome | None:
    # A demonstration's clock is moved to and fro: what it calls long past may be yet to come.
    return Outcome(rule, 0, rests=True) if rule.by_product_clock and settings.DEMO else None
