from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "gongshi.notifications"
    label = "notifications"
