"""What got stuck behind the pages: jobs that failed, letters nobody could send, news somebody could not take. Try it again from here."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock, letters, outbox
from hanhlang.domains.events.models import Role
from hanhlang.web.access import access

SHOWN = 200
# A letter is late when it should long be gone: the third try is six minutes after the second.
LATE = timedelta(minutes=10)
DESK = (Role.Kind.SECRETARIAT, Role.Kind.MEETINGS)


@access(*DESK)
@require_safe
@never_cache
def stuck(request: HttpRequest) -> HttpResponse:
    """
    List what needs a hand, of the whole installation: a job has no week.

    Nobody's name or address is shown: a letter may belong to another week.
    """
    jobs = list(_queue().failed()[:SHOWN])
    late = list(letters.unsent(before=timezone.now() - LATE)[:SHOWN])
    news = list(outbox.failures()[:SHOWN])
    return render(request, "desk/stuck.html", {"jobs": jobs, "letters": late, "news": news, "is_demo": settings.DEMO})


@access(*DESK)
@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """Queue what was ticked anew; what is no longer stuck is left alone."""
    who: dict[str, Any] = {"by": request.user, "now": clock.now()}
    done = _queue().try_again(jobs=_ids(request, "job"), **who)
    done += letters.try_again(letters=_ids(request, "letter"), **who)
    done += outbox.try_again(messages=[int(pk) for pk in request.POST.getlist("news") if pk.isdecimal()][:SHOWN], **who)
    if done:
        said = ngettext("%(n)d is tried again now.", "%(n)d are tried again now.", done) % {"n": done}
        messages.success(request, said)
    else:
        messages.warning(request, gettext("Nothing was chosen that is still stuck."))
    return HttpResponseRedirect(reverse("desk-stuck", args=[request.week.key]))  # type: ignore[attr-defined]


def how_many() -> int:
    """Return how much needs a hand; three SQL."""
    late = letters.unsent(before=timezone.now() - LATE).count()
    return int(_queue().failed().count()) + late + outbox.failures().filter(message__given_up_at__isnull=False).count()


def _queue() -> Any:
    # Pages know no jobs; the project, which stands above both, says where the queue is.
    return import_module(settings.QUEUE)


def _ids(request: HttpRequest, name: str) -> list[UUID]:
    found = []
    for text in request.POST.getlist(name)[:SHOWN]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
