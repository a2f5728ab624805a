from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.core.management import call_command
from django.db.models.signals import post_migrate


class WebConfig(AppConfig):
    name = "hanhlang.web"
    label = "web"

    def ready(self) -> None:
        # By the core's turn: the signal is not sent for apps without tables, such as this one.
        post_migrate.connect(make_cache_table, sender=apps.get_app_config("core"), dispatch_uid="web.cache_table")


def make_cache_table(using: str, verbosity: int, **_: Any) -> None:
    """Make the table that counts attempts to sign in, if it is not there yet."""
    call_command("createcachetable", database=using, verbosity=max(0, verbosity - 1))
