from datetime import timedelta

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "gongshi.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Have old notices swept away once a day."""
        from gongshi.notifications import jobs, schedule

        schedule.register("notifications.sweep", every=timedelta(days=1), run=jobs.sweep)
