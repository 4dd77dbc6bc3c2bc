"""The key file: made once, readable by its owner alone, and refused with a plain message when something is wrong."""

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pytest_django.fixtures import Settings

from gongshi.safekeeping import keys
from gongshi.safekeeping.keys import (
    InstanceKeys,
    KeyFileError,
    holding_instance_keys,
    instance_keys,
    load,
    make_key_file,
)
from gongshi.safekeeping.rotation import add_version
from tests.safekeeping.conftest import AT

GOOD = "A" * 43 + "="


def written(path: Path, content: object, mode: int = 0o600) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    os.chmod(path, mode)
    return path


def test_a_new_key_file_is_private_random_and_loads(tmp_path: Path) -> None:
    paths = [tmp_path / name / "keys" / "instance.json" for name in ("one", "two")]
    old = os.umask(0)
    try:
        for path in paths:
            make_key_file(path)
    finally:
        os.umask(old)
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]
    assert [stat.S_IMODE(path.parent.stat().st_mode) for path in paths] == [0o700, 0o700]
    one, two = map(load, paths)
    assert (one.current_version, one.versions) == (1, (1,))
    assert one.subkey("wraps") != two.subkey("wraps")


def test_a_key_file_is_never_overwritten(key_file: Path) -> None:
    before = key_file.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        make_key_file(key_file)
    assert key_file.read_bytes() == before


def test_file_and_folders_are_forced_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    real = os.fsync

    def spy(descriptor: int) -> None:
        synced.append(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    path = tmp_path / "new" / "instance.json"
    make_key_file(path)
    assert synced == [str(path), str(path.parent), str(tmp_path)]
    assert len(path.read_bytes()) > 44


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="gongshi init"):
        load(tmp_path / "instance.json")


def test_a_folder_in_its_place_is_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="cannot be read") as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o601, 0o666])
def test_a_file_that_others_may_read_or_write_is_refused(key_file: Path, mode: int) -> None:
    os.chmod(key_file, mode)
    with pytest.raises(KeyFileError, match=f"mode {mode:04o}"):
        load(key_file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "damaged"),
        ("{", "damaged"),
        ("[" * 100_000, "damaged"),
        ("[]", "expected an object"),
        ({"current": 1}, "expected an object"),
        ({"current": 1, "versions": {"1": GOOD}, "note": ""}, "nothing else"),
        ({"current": 1, "versions": {"1": GOOD}, "since": []}, "must be an object"),
        ({"current": 1, "versions": {"1": GOOD}, "since": {"1": "soon"}}, "instants"),
        ({"current": 1, "versions": {"1": GOOD}, "since": {"1": "2026-03-02T09:00:00"}}, "offset"),
        ({"current": 1, "versions": {"1": GOOD}, "since": {"2": "2026-03-02T09:00:00Z"}}, "are there"),
        ({"current": "1", "versions": {"1": GOOD}}, "whole number"),
        ({"current": True, "versions": {"1": GOOD}}, "whole number"),
        ({"current": 1, "versions": [GOOD]}, "an object"),
        ({"current": 2, "versions": {"1": GOOD}}, "version 2 is not among"),
        ({"current": 1, "versions": {}}, "version 1 is not among"),
        ({"current": 1, "versions": {"01": GOOD}}, "digits"),
        ({"current": 1, "versions": {"one": GOOD}}, "digits"),
        ({"current": 0, "versions": {"0": GOOD}}, "digits"),
        ({"current": 1, "versions": {"１": GOOD}}, "digits"),
        ({"current": 1, "versions": {"1": "A" * 42 + "!="}}, "not base64"),
        ({"current": 1, "versions": {"1": 5}}, "not base64"),
        ({"current": 1, "versions": {"1": "AAAA"}}, "32 bytes, not 3"),
    ],
)
def test_a_damaged_file_says_where_and_shows_no_key(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(KeyFileError, match=message) as caught:
        load(written(tmp_path / "instance.json", content))
    assert str(caught.value).startswith(str(tmp_path))
    assert GOOD[:20] not in str(caught.value)


def test_a_subkey_is_hkdf_of_purpose_and_version() -> None:
    held = InstanceKeys(1, {1: b"k" * 32, 7: b"o" * 32})
    info = b"gongshi instance key 1 wraps"
    expected = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(b"o" * 32)
    assert held.subkey("wraps", 7) == expected
    assert held.versions == (7, 1)
    assert len({held.subkey(purpose, v) for purpose in ("wraps", "receipts") for v in (1, 7)}) == 4
    assert held.subkey("wraps") == held.subkey("wraps", 1)


def test_a_version_that_is_not_there(key_file: Path) -> None:
    with pytest.raises(KeyFileError, match="version 2 is not in the key file"):
        load(key_file).subkey("wraps", 2)


def test_a_file_that_was_replaced_is_read_again_and_a_broken_one_changes_nothing(
    key_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = instance_keys()
    assert instance_keys() is first
    better = {"current": 2, "versions": {"1": GOOD, "2": GOOD}, "since": {"2": "2026-03-02T09:00:00+08:00"}}
    written(key_file.with_name("new"), better).replace(key_file)
    second = instance_keys()
    assert (second.current_version, second.versions) == (2, (2, 1))
    assert second.since[2].isoformat() == "2026-03-02T09:00:00+08:00"
    written(key_file.with_name("new"), "{").replace(key_file)
    assert instance_keys() is second
    assert instance_keys() is second
    assert len([one for one in caplog.records if "cannot be used" in one.message]) == 1


def test_keys_are_read_once_and_follow_the_settings(
    tmp_path: Path, settings: Settings, key_file: Path
) -> None:
    first = instance_keys()
    key_file.unlink()
    assert instance_keys() is first
    settings.KEY_FILE = written(tmp_path / "other.json", {"current": 1, "versions": {"1": GOOD}})
    assert instance_keys().subkey("wraps") != first.subkey("wraps")


def test_one_action_keeps_to_one_version(key_file: Path) -> None:
    with holding_instance_keys():
        add_version(key_file, at=AT)
        assert instance_keys().current_version == 1
    assert instance_keys().current_version == 2


def test_a_file_that_failed_is_read_again(tmp_path: Path, settings: Settings) -> None:
    settings.KEY_FILE = tmp_path / "late.json"
    with pytest.raises(KeyFileError):
        instance_keys()
    make_key_file(settings.KEY_FILE)
    assert instance_keys().current_version == 1


def test_a_subkey_is_derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held = InstanceKeys(1, {1: b"k" * 32})
    first = held.subkey("wraps")
    monkeypatch.setattr(keys, "HKDF", None)
    assert held.subkey("wraps") is first


def test_no_key_shows_in_a_repr() -> None:
    held = InstanceKeys(1, {1: b"secret-secret-secret-secret-seca"})
    held.subkey("wraps")
    assert repr(held) == "<InstanceKeys versions=(1,) current=1>"
