from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "hanhlang.web"
    label = "web"
