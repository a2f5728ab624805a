"""What others ask about weeks."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from hanhlang.domains.core.folding import fold
from hanhlang.domains.events.models import Role, Week


def weeks() -> QuerySet[Week]:
    """Return every week, the latest first."""
    return Week.objects.order_by("-starts_on", "key")


def roles_of(week: Week, search: str = "", kind: str = "") -> QuerySet[Role]:
    """Return the week's roles with their holders, by kind and address; ``search`` finds parts of a name or an address."""
    found = Role.objects.filter(week=week).select_related("account__person__organisation", "site")
    if kind:
        found = found.filter(kind=kind)
    if search:
        found = found.filter(Q(account__email__icontains=search) | Q(account__person__folded__contains=fold(search)))
    return found.order_by("kind", "account__email", "id")
