"""Under what conditions a benchmark runs, and on what machine."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Conditions:
    """``seconds`` per measurement, ``clients`` at once, web ``workers``, ``cases`` in the queue (desk only).

    ``pages`` to search among (search only); ``data``: the folder of texts with their labels (understanding only).
    ``shape``: a list of requests whose shape is taken, ``seed``, ``days`` that are filled, ``directory`` that is kept
    (populate only). ``filled``: the folder in which filled instances are kept (scale only).
    """

    postgres: bool
    seconds: float
    clients: int
    workers: int
    cases: int
    pages: int = 2_000
    data: Path | None = None
    shape: Path | None = None
    seed: int = 311
    days: int = 3 * 365
    directory: Path | None = None
    filled: Path | None = None


def machine() -> dict[str, object]:
    """Cores and Python; the load generator runs on the same machine."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
