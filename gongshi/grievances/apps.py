from django.apps import AppConfig


class GrievancesConfig(AppConfig):
    name = "gongshi.grievances"
    label = "grievances"

    def ready(self) -> None:
        from gongshi.cases import following
        from gongshi.grievances.effects import Members

        following.register(Members())
