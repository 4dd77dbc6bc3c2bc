"""The real program in a process of its own, for what the test server cannot show."""

import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def gongshi(*arguments: str) -> list[str]:
    """The program's command line in a process of its own."""
    return [sys.executable, "-m", "gongshi.config.cli", *arguments]
