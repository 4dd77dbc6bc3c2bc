from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "gongshi.cases"
    label = "cases"
