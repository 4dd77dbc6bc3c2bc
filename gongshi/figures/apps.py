from datetime import timedelta

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "gongshi.figures"
    label = "figures"

    def ready(self) -> None:
        from gongshi.cases import beside_figures
        from gongshi.figures import jobs
        from gongshi.figures.released.admitting import are_out
        from gongshi.notifications import schedule

        beside_figures.register(are_out)
        schedule.register(
            "figures.held", every=timedelta(minutes=1), run=jobs.tick_held, lease=timedelta(hours=1)
        )
        schedule.register("figures.samples", every=timedelta(minutes=10), run=jobs.tick_samples)
        schedule.register(
            "figures.released",
            every=timedelta(minutes=10),
            run=jobs.tick_released,
            lease=timedelta(hours=1),
        )
        schedule.register(
            "figures.open_data",
            every=timedelta(minutes=10),
            run=jobs.tick_open_data,
            lease=timedelta(hours=1),
        )
