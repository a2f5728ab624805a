from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "hanhlang.domains.events"
    label = "events"
