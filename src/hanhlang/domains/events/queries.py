"""What others ask about weeks."""

from __future__ import annotations

from django.db.models import QuerySet

from hanhlang.domains.events.models import Week


def weeks() -> QuerySet[Week]:
    """Return every week, the latest first."""
    return Week.objects.order_by("-starts_on", "key")
