"""The words for kinds of organisations, ranks and roles in a week, the same on public pages and at the desk."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

ORGANISATIONS: dict[str, Promise] = {
    "country": pgettext_lazy("kind of organisation", "State"),
    "government": _("Government"),
    "ministry": _("Ministry"),
    "agency": _("Agency"),
    "province": _("Province"),
    "igo": _("International organisation"),
    "igo_body": _("Body of an international organisation"),
    "group": _("Group of organisations"),
    "diplomatic_mission": _("Diplomatic mission"),
    "fund": _("Fund"),
    "programme": _("Cooperation programme"),
    "company": _("Company"),
    "university": _("University"),
    "academy": _("Academy"),
    "institute": _("Institute"),
    "think_tank": _("Think tank"),
    "association": _("Association"),
}
RANKS: dict[str, Promise] = {
    "head_of_state": _("Head of State"),
    "head_of_government": _("Head of Government"),
    "former_head_of_government": _("Former Head of Government"),
    "minister": _("Minister"),
    "deputy_minister": _("Deputy Minister"),
    "under_secretary_general": _("Under-Secretary-General"),
    "ambassador": _("Ambassador"),
    "head_of_mission": _("Head of Mission"),
    "permanent_secretary": _("Permanent Secretary"),
    "director_general": _("Director General"),
    "deputy_director_general": _("Deputy Director General"),
    "director": _("Director"),
    "official": _("Official"),
}


def organisation_kind(key: str) -> str:
    """Return the word for a kind of organisation."""
    return str(ORGANISATIONS[key]) if key in ORGANISATIONS else gettext("Organisation")


def rank(key: str) -> str:
    """Return the word for a rank, nothing for none; a word of the week's own is shown as it is."""
    return str(RANKS[key]) if key in RANKS else key.replace("_", " ").capitalize()
