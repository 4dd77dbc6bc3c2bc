from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "gongshi.figures"
    label = "figures"
