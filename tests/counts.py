"""Writes how many tests of a run passed, failed and were skipped, for the closing line of ``tests/run.py``.

Loaded by ``-p tests.counts``; writes one JSON object to the file that GONGSHI_TEST_COUNTS names.
"""

import json
import os
from pathlib import Path

import pytest

OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Only the process that talks to the terminal knows the whole: the workers' reports come together here."""
    target = os.environ.get("GONGSHI_TEST_COUNTS")
    if target:
        counts = {name: len(terminalreporter.stats.get(name, [])) for name in OUTCOMES}
        Path(target).write_text(json.dumps(counts), encoding="utf-8")
