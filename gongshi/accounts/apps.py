from datetime import timedelta

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "gongshi.accounts"
    label = "accounts"

    def ready(self) -> None:
        from gongshi.accounts import actions, covering, keys
        from gongshi.notifications import schedule

        schedule.register("accounts.sessions", every=timedelta(hours=1), run=actions.sweep_sessions)
        schedule.register("accounts.cover", every=timedelta(days=1), run=covering.sweep_cover)
        schedule.register(
            "accounts.keys", every=timedelta(minutes=30), run=lambda at: keys.take_from_leavers(at=at)
        )
