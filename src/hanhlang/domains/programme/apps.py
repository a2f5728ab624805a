from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "hanhlang.domains.programme"
    label = "programme"
