"""Addresses for the test of the htmx rules alone: one page and one answer of each kind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

PAGE = """{% extends "base_live.html" %}{% block main %}<h1>Rules</h1>
<form hx-post="/answer/" hx-target="#place" hx-swap="innerHTML"><label for="name">Name</label><input id="name" name="name">
<label for="status">Status</label><input id="status" name="status"><button id="send">Send</button></form>
<div id="place">as it was</div>
<button id="filtered" hx-get="/answer/?status=200"
hx-trigger="click[true]" hx-target="#place">Filtered</button>{% endblock %}"""


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def answer(request: HttpRequest) -> HttpResponse:
    status = int(request.POST.get("status") or request.GET.get("status") or 200)
    if status == 422:
        return HttpResponse('<div data-errors tabindex="-1" id="summary">Say your name</div>', status=422)
    return HttpResponse(f"answered {status}", status=status)


urlpatterns = [path("", page), path("answer/", answer)]
