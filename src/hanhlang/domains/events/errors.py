"""Refusals about a week."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.errors import CodedError


class WeekNameNotPossible(CodedError):
    code = "events.week_name_not_possible"
    text = _(
        "A week cannot be called “%(key)s”. Use 3 to 40 small letters a-z, digits and hyphens; "
        "language codes and first parts of our own addresses are taken."
    )
    fields = ("key",)
