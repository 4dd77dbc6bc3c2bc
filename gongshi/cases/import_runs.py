"""Which imports are under way. Until they are over no figures are released: those of a month are told once."""

from gongshi.cases.models import ImportRun


def imports_under_way() -> list[ImportRun]:
    """The oldest first. One statement."""
    return list(ImportRun.objects.filter(ended_at=None).order_by("started_at"))


def is_import_under_way() -> bool:
    """Whether there is one. One statement."""
    return ImportRun.objects.filter(ended_at=None).exists()
