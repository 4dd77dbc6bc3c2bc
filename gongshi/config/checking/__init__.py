"""`gongshi check`: what somebody who runs an instance should know is in order, or is not."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from gongshi.config.checking import machine, stores, work
from gongshi.config.checking.findings import FAULT, NOTE, WELL, Finding

__all__ = ["FAULT", "NOTE", "WELL", "Finding", "findings"]


def findings(directory: Path, at: datetime, *, mail: bool = False) -> Iterator[Finding]:
    """Everything that is checked, one after the other. ``mail``: also speak to the mail server.

    What needs the database is left out when that cannot be used; its absence is a finding then.
    """
    yield from machine.findings(directory)
    usable = True
    for finding in stores.findings():
        usable = usable and finding.level != FAULT
        yield finding
    if usable:
        yield from work.findings(at)
    if mail:
        yield from work.mail()
