from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "hanhlang.domains.people"
    label = "people"
