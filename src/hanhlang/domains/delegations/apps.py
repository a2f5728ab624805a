from django.apps import AppConfig


class DelegationsConfig(AppConfig):
    name = "hanhlang.domains.delegations"
    label = "delegations"
