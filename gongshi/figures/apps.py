from datetime import timedelta

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "gongshi.figures"
    label = "figures"

    def ready(self) -> None:
        from gongshi.figures import jobs
        from gongshi.notifications import schedule

        schedule.register("figures.samples", every=timedelta(minutes=10), run=jobs.tick_samples)
