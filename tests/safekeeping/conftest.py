"""Keys and a folder for sealed files, new for each test; a key file of a second instance; a clock's instant."""

import base64
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from gongshi.safekeeping.keys import make_key_file

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

UseKeys = Callable[[int, dict[int, bytes]], None]


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, settings: Settings) -> Path:
    """The key file that the settings point to."""
    path = tmp_path / "keys" / "instance.json"
    make_key_file(path)
    settings.KEY_FILE = path
    return path


@pytest.fixture(autouse=True)
def sealed_folder(tmp_path: Path, settings: Settings) -> Path:
    """The folder behind the storage alias ``sealed``."""
    folder = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "sealed": {**settings.STORAGES["sealed"], "OPTIONS": {"location": folder}},
    }
    return folder


@pytest.fixture
def use_keys(tmp_path: Path, settings: Settings) -> UseKeys:
    """``use_keys(current, {version: key})`` puts another key file in place, as after a rotation."""

    def use(current: int, versions: dict[int, bytes]) -> None:
        path = tmp_path / f"keys-{len(list(tmp_path.iterdir()))}.json"
        texts = {str(version): base64.b64encode(key).decode() for version, key in versions.items()}
        path.write_text(json.dumps({"current": current, "versions": texts}), encoding="ascii")
        os.chmod(path, 0o600)
        settings.KEY_FILE = path

    return use
