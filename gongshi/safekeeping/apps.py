from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SafekeepingConfig(AppConfig):
    name = "gongshi.safekeeping"
    label = "safekeeping"

    def ready(self) -> None:
        from gongshi.safekeeping.scrubbing import keep_unsampled

        # About tables, not about rows: however a database came by its tables, this is asked at the end of it.
        post_migrate.connect(keep_unsampled, dispatch_uid="safekeeping.keep_unsampled")
