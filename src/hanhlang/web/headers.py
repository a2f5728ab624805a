"""Headers that every answer bears, beside those of Django's own middleware and of the content security policy."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# What no page of ours uses stays shut, also for code that would be smuggled in. Passkeys are for our own pages alone.
SHUT = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in SHUT), "publickey-credentials-create=(self)", "publickey-credentials-get=(self)"])


class HeadersMiddleware:
    """Add the headers, without touching what a view has set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
