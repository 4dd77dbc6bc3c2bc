"""Taking note of an import that is under way, and of its end. Whoever may run commands may do so; no actor is asked."""

from datetime import datetime

from gongshi.cases.models import ImportRun

FINISHED, OVER = "finished", "over"


def begin_import(system: str, *, at: datetime) -> ImportRun:
    """The import of this older system is under way; one that was stopped half-way goes on as the same."""
    return ImportRun.objects.get_or_create(system=system, ended_at=None, defaults={"started_at": at})[0]


def end_import(system: str, how: str, *, at: datetime) -> bool:
    """It is over: read to the end (`FINISHED`), or the operator says so (`OVER`); whether there was one."""
    running = ImportRun.objects.filter(system=system, ended_at=None)
    return running.update(ended_at=at, ended=how) > 0
