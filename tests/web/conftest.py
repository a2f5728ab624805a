"""Pages in tests take their static files from the source: there is no collected set to look them up in."""

from __future__ import annotations

from typing import Any

import pytest

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(autouse=True)
def static_from_source(settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
