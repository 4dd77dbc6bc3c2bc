"""What a dossier of one matter is made of: the matter in the clear, its clocks' runs, its files' hashes, its proof.

It opens with the receipt alone, so that no member of staff can make one, and nothing of its having been made is stored.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from gongshi.cases import engine
from gongshi.cases.copies import file_name, matter_as_data
from gongshi.cases.proofs import proof_file
from gongshi.cases.reading import ReadFile
from gongshi.cases.visiting import OwnCase, Visitor, own_case, own_files
from gongshi.formats.proof.file import ProofFile
from gongshi.places.queries import the_place
from gongshi.rules.procedure import ClockRun, ClockState, clock_runs
from gongshi.safekeeping.sealing import SealError

FORMAT = "dossier of a matter, 1"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HashedFile:
    """A file of the matter: its name in a bundle, and the SHA-256 of its bytes; "" for one that cannot be opened."""

    file: ReadFile
    name: str
    sha256: str


@dataclass(frozen=True)
class Dossier:
    """One matter as it is ``at``. ``proof`` is not signed yet: it is what the paper tells of, not the file."""

    own: OwnCase
    runs: list[ClockRun]
    files: list[HashedFile]
    proof: ProofFile
    at: datetime


def dossier_of(visitor: Visitor, number: int, *, at: datetime) -> Dossier:
    """Matter ``number`` of the visitor's filing. Raises NotFound, Erased, KeyMissing."""
    own = own_case(visitor, number)
    contents = Contents(visitor, own)
    return Dossier(
        own=own,
        runs=clock_runs(engine.procedure_of(own.case), own.file.events),
        files=[HashedFile(one, file_name(own, one), contents.sha256(one)) for one in own.file.files],
        proof=proof_file(visitor, at, [own.case]),
        at=at,
    )


class Contents:
    """The bytes of one matter's files. One that cannot be opened is left out, so that the rest is still had."""

    def __init__(self, visitor: Visitor, own: OwnCase) -> None:
        self._open = own_files(visitor, own.case)

    def of(self, file: ReadFile) -> Iterable[bytes] | None:
        """A file's bytes; None for one that is not there or does not open."""
        try:
            return self._open(file.id)
        except (FileNotFoundError, SealError) as missing:
            logger.error("a file is not in the copy that its owner takes: %s", type(missing).__name__)
            return None

    def sha256(self, file: ReadFile) -> str:
        """The hash of its bytes in hexadecimal; "" for one that does not open to its end."""
        digest, content = hashlib.sha256(), self.of(file)
        if content is None:
            return ""
        try:
            for piece in content:
                digest.update(piece)
        except SealError:
            return ""
        return digest.hexdigest()


def dossier_as_data(visitor: Visitor, dossier: Dossier) -> dict[str, Any]:
    """The dossier as values fit for JSON (docs/guides/dossier.md). Without what was left as contact."""
    filing, place = visitor.filing, the_place()
    hashes = {one.name: one.sha256 for one in dossier.files}
    matter = matter_as_data(visitor, dossier.own)
    for file in matter["files"]:
        file["sha256"] = hashes[file["file"]] or None
    return {
        "format": FORMAT,
        "made_on": engine.today(dossier.at).isoformat(),
        "place": {"code": place.code, "name": place.name, "time_zone": place.zone.key},
        "reference": filing.reference,
        "channel": filing.channel,
        "written_down_by_staff": filing.staff_logged,
        "language": filing.language,
        "filed_at": filing.filed_at.isoformat(),
        "filed_on": filing.filed_on.isoformat(),
        "case": matter,
        "clock_runs": [_run(dossier, run) for run in dossier.runs],
    }


def _run(dossier: Dossier, run: ClockRun) -> dict[str, Any]:
    rule = engine.procedure_of(dossier.own.case).clocks[run.clock]
    days = {one.name: _text(getattr(run.state, one.name)) for one in fields(ClockState)}
    return {
        "code": run.clock,
        "name": rule.name,
        "waits_for": rule.waits_for,
        "basis": rule.basis,
        **days,
        "first_due_on": run.first_due_on.isoformat(),
        "ended_on": _text(run.ended_on),
        "ended_by": run.ended_by or None,
        "kept": run.kept,
        "late_days": run.late_days(engine.today(dossier.at)),
        "events": [
            {"on": one.on.isoformat(), "kind": one.kind, "days": one.days, "due_on": one.due_on.isoformat()}
            for one in run.events
        ],
    }


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
