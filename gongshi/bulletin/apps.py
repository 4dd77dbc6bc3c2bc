from django.apps import AppConfig


class BulletinConfig(AppConfig):
    name = "gongshi.bulletin"
    label = "bulletin"
