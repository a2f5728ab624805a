"""The demonstration's outbox: its letters are not sent, they land here."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.core.models import Letter
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.signin.demo import demo_only

A_PAGE = 50


@access(PUBLIC)
@demo_only
@require_safe
@never_cache
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters, newest first."""
    rows = Letter.objects.order_by("-created_at", "id")
    return render(request, "signin/outbox.html", {"page": Paginator(rows, A_PAGE).get_page(request.GET.get("page"))})


@access(PUBLIC)
@demo_only
@require_safe
@never_cache
def letter(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one letter as its reader would see it."""
    return render(request, "signin/letter.html", {"letter": get_object_or_404(Letter, pk=pk)})
