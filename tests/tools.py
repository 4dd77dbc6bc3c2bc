"""Programs of the system that tests need: in CI a missing one is a failure, never a test left out."""

import os
import shutil
from typing import NoReturn

import pytest

from tests.chromium import is_required

# Debian keeps some of them from the path of ordinary users.
PATH = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


def left_out(why: str) -> NoReturn:
    """End this test in plain words; with CI=true it fails."""
    (pytest.fail if is_required() else pytest.skip)(why)
    raise AssertionError


def tool(name: str, package: str = "") -> str:
    """The path of a program; ``package``: what Debian calls what it comes in, if not the same."""
    found = shutil.which(name, path=PATH)
    if not found:
        left_out(f"{name} is not on this machine (Debian: apt-get install {package or name})")
    return found
