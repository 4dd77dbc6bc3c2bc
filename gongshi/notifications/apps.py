from datetime import timedelta

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "gongshi.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Have old notices swept away once a day, and the ledger's batches made: the layer below has no schedule."""
        from gongshi.notifications import jobs, schedule
        from gongshi.safekeeping import jobs as safekeeping_jobs

        schedule.register("notifications.sweep", every=timedelta(days=1), run=jobs.sweep)
        schedule.register("safekeeping.ledger", every=timedelta(minutes=1), run=safekeeping_jobs.make_batch)
