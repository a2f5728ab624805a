"""The kinds of things that requests and meetings say of themselves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Format(models.TextChoices):
    FORMAL = "formal", _("formal bilateral")
    COURTESY = "courtesy", _("courtesy call")
    PULL_ASIDE = "pull_aside", _("pull-aside")
    TETE_A_TETE = "tete_a_tete", _("tête-à-tête")
    ONE_PLUS_N = "one_plus_n", _("1+N: head and companions")


class Interpreting(models.TextChoices):
    NONE = "none", pgettext_lazy("interpreting", "none")
    CONSECUTIVE = "consecutive", _("consecutive")
    WHISPERED = "whispered", _("whispered")
    SIMULTANEOUS = "simultaneous", _("simultaneous")


class Press(models.TextChoices):
    NONE = "none", pgettext_lazy("press", "none")
    PHOTO = "photo", _("photographs at the start")
    STATEMENT = "statement", _("statements afterwards")


class Secrecy(models.TextChoices):
    """What staff who need not know see of a meeting, least first."""

    NOTHING = "nothing", _("nothing at all")
    BUSY = "busy", _("only that the hour is taken")
    PLACE = "place", _("hour and place")
    ALL = "all", _("everything")

    @property
    def at_least(self) -> tuple[str, ...]:
        """Return this level and those that show more."""
        levels = list(Secrecy)
        return tuple(level.value for level in levels[levels.index(self) :])
