"""How far a role reaches: the whole week, one site, one session or one delegation."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from rules.predicates import predicate

from hanhlang.domains.events.models import Role, Site

# Those who take part: their pages show what is theirs, whatever else the role says.
TAKING_PART = frozenset({Role.Kind.FOCAL_POINT, Role.Kind.DELEGATE, Role.Kind.LIAISON})


@predicate
def reaches_week(role: Role) -> bool:
    """Tell whether a role is for the whole week."""
    return role.site_id is None and role.session_id is None and role.delegation_id is None


@predicate
def takes_part(role: Role) -> bool:
    """Tell whether a role is that of someone who takes part, not of someone who runs things."""
    return role.kind in TAKING_PART


@predicate
def reaches_a_site(role: Role) -> bool:
    """Tell whether a role is for one site of the week."""
    return role.site_id is not None and role.session_id is None and role.delegation_id is None


# Who may open a page that is about the week, and one that keeps to the sites of whoever looks at it.
opens_week_pages = reaches_week | takes_part
opens_site_pages = opens_week_pages | reaches_a_site


def sites_reached(roles: Iterable[Role]) -> frozenset[UUID] | None:
    """Return the sites to which ``roles`` keep their holder, or ``None`` if one of them reaches the whole week."""
    held = list(roles)
    if any(reaches_week.test(role) for role in held):
        return None
    return frozenset(role.site_id for role in held if role.site_id and reaches_a_site.test(role))


def may_work_at(roles: Iterable[Role], site: Site | None) -> bool:
    """Tell whether ``roles`` reach a site; what has no site is for those who have the whole week."""
    sites = sites_reached(roles)
    return sites is None or (site is not None and site.pk in sites)
