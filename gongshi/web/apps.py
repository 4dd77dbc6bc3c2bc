from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "gongshi.web"
    label = "web"
