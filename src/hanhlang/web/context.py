"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    return {"language": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE), "demo": settings.DEMO, "live_port": settings.LIVE_PORT}
