from django.apps import AppConfig


class RevisionsConfig(AppConfig):
    name = "gongshi.revisions"
    label = "revisions"
