from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "hanhlang.domains.automation"
    label = "automation"
