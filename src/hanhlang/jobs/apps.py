from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "hanhlang.jobs"
    label = "jobs"

    def ready(self) -> None:
        # Registers every periodic job: who queues one and who carries it out must know the same names.
        from hanhlang.jobs import schedule  # noqa: F401
