from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "hanhlang.jobs"
    label = "jobs"
