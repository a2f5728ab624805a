"""Changes on the day: reported, taken in, answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings.actions import take_in_change
from hanhlang.domains.meetings.models import Change
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK


@access(*DESK)
@require_POST
def take_in(request: HttpRequest, number: int) -> HttpResponse:
    """Make a reported change true."""
    change = Change.objects.filter(week=request.week, number=number).first()  # type: ignore[attr-defined]
    if change is None:
        raise Http404
    try:
        take_in_change(change=change, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        messages.success(request, gettext("Taken in: it is true from now on. Nobody was told yet."))
    return HttpResponseRedirect(reverse("desk", args=[request.week.key]))  # type: ignore[attr-defined]
