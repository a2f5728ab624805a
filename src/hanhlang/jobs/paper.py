"""All delegations' packs in one archive, made in the background."""

from __future__ import annotations

import io
import zipfile

from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings.actions.paper import give_up_packs, keep_packs
from hanhlang.domains.meetings.models import PackSet
from hanhlang.domains.meetings.paper import pack_of
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.jobs.queue import TRIES, TaskContext, job


@job(takes_context=True)
def print_packs(context: TaskContext, packs: str) -> None:
    """Make the archive of an order, unless that was done before."""
    order = PackSet.objects.select_related("week", "asked_by").filter(pk=packs, state=PackSet.State.QUEUED).first()
    if order is None:
        return
    try:
        archive, count = _archive(order)
    except Exception:
        if context.attempt >= TRIES:
            give_up_packs(order=order, now=clock.now())
        raise
    keep_packs(order=order, archive=archive, packs=count, now=clock.now())


def _archive(order: PackSet) -> tuple[bytes, int]:
    viewer = viewer_of(order.week, order.asked_by)
    target = io.BytesIO()
    delegations = list(Delegation.objects.filter(week=order.week).select_related("week", "organisation"))
    # PDF is compressed in itself.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for delegation in delegations:
            pages = pack_of(delegation=delegation, viewer=viewer, language=order.language, now=clock.now())
            archive.writestr(f"{delegation.precedence:03d}-{delegation.code}-{order.language}.pdf", pages)
    return target.getvalue(), len(delegations)
