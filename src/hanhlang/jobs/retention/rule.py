"""What a rule of retention is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.functional import Promise

from hanhlang.jobs.retention.due import Due

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """
    One kind of thing, how long it is kept, and why it is erased then.

    ``due`` returns what was over before a moment. ``by_product_clock`` says that this moment is of the product's clock: where that
    one plays, in a demonstration, the rule rests.
    """

    name: str
    kept: timedelta
    what: str | Promise
    why: str | Promise
    due: Callable[[datetime], Due]
    by_product_clock: bool = False

    def words(self, language: str) -> str:
        """Return what is erased and why."""
        values = {"days": self.kept.days, "minutes": self.kept // timedelta(minutes=1)}
        with translation.override(language):
            return f"{str(self.what) % values}. {self.why}"
