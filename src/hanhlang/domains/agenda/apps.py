from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AgendaConfig(AppConfig):
    name = "hanhlang.domains.agenda"
    label = "agenda"

    def ready(self) -> None:
        from hanhlang.domains.agenda import no_overlap

        # A rebuilt SQLite table loses its triggers, so they are put back after every migration.
        post_migrate.connect(no_overlap.install_after_migrate, sender=self, dispatch_uid="agenda.no_overlap")
