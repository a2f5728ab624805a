from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "hanhlang.domains.meetings"
    label = "meetings"
