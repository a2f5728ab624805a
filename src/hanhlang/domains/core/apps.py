from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "hanhlang.domains.core"
    label = "core"

    def ready(self) -> None:
        from hanhlang.domains.core import audit_guard

        # A rebuilt SQLite table loses its triggers, so they are put back after every migration.
        post_migrate.connect(audit_guard.install_after_migrate, sender=self, dispatch_uid="core.audit_guard")
        autodiscover_modules("receivers")
