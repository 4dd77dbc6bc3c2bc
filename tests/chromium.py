"""Where this machine has a Chromium, and what to say when it has none."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "Browser tests were left out: no Chromium on this machine. To have them: apt-get install chromium "
    "fonts-noto-cjk, or name the program in GONGSHI_CHROMIUM."
)

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    # Whatever the pages do, nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def find_chromium() -> str | None:
    """The program's path, or None. GONGSHI_CHROMIUM wins over what is on PATH."""
    named = os.environ.get("GONGSHI_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def is_required() -> bool:
    """In CI a missing Chromium is a failure, never a skip."""
    return os.environ.get("CI", "").lower() in ("1", "true")
