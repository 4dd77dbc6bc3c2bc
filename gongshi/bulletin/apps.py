from datetime import timedelta

from django.apps import AppConfig


class BulletinConfig(AppConfig):
    name = "gongshi.bulletin"
    label = "bulletin"

    def ready(self) -> None:
        from gongshi.bulletin import effects, jobs
        from gongshi.bulletin.actions.telling import EFFECT, was_told
        from gongshi.notifications import effects as named
        from gongshi.notifications import schedule
        from gongshi.safekeeping import subjects

        named.register(EFFECT, effects.subscriber, sent=was_told)
        schedule.register("bulletin.tell", every=timedelta(minutes=1), run=jobs.tell)
        schedule.register("bulletin.receptions", every=timedelta(minutes=20), run=jobs.forget_receptions)
        schedule.register("bulletin.index", every=timedelta(minutes=1), run=jobs.index_pages)
        subjects.register("bulletin", jobs.subjects_that_exist)
