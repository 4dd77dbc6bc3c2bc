"""`gongshi` in a process of its own, without any setting of this one."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACK = ROOT / "packs" / "qinghe"


def environ(**more: str) -> dict[str, str]:
    """This process's environment without the instance's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")} | more


def gongshi(*arguments: object, typed: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "gongshi.config.cli", *map(str, arguments)],
        cwd=ROOT, env=environ(**more), input=typed, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip


def django(directory: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """One of Django's own commands in an instance, warnings being errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "django", *arguments],
        cwd=ROOT,
        env=environ(GONGSHI_DIR=str(directory), DJANGO_SETTINGS_MODULE="gongshi.config.settings"),
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
