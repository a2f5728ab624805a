from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "hanhlang.domains.meetings"
    label = "meetings"

    def ready(self) -> None:
        from hanhlang.domains.meetings import receivers  # noqa: F401
