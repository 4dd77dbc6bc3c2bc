from django.apps import AppConfig


class SafekeepingConfig(AppConfig):
    name = "gongshi.safekeeping"
    label = "safekeeping"
