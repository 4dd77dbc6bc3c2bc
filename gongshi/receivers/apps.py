from datetime import timedelta

from django.apps import AppConfig


class ReceiversConfig(AppConfig):
    name = "gongshi.receivers"
    label = "receivers"

    def ready(self) -> None:
        from gongshi.notifications import effects as named
        from gongshi.notifications import schedule
        from gongshi.receivers import actions, effects, gathering, jobs

        named.register_events(gathering.EFFECT, named.EventOwner(effects.event_of, actions.ended))
        named.register(actions.OFF_EFFECT, effects.administrator)
        schedule.register(
            "receivers.gather",
            every=timedelta(minutes=5),
            run=gathering.gather,
            lease=timedelta(hours=1),
        )
        schedule.register("receivers.sweep", every=timedelta(days=1), run=jobs.sweep)
