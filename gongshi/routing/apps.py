from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "gongshi.routing"
    label = "routing"
