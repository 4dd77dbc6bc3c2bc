"""Keyed hashes: found again with the key file, worthless without it."""

from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes, lasting_hash, source_hash, source_hashes
from tests.safekeeping.conftest import UseKeys


def test_a_hash_depends_on_purpose_value_and_instance(use_keys: UseKeys) -> None:
    use_keys(1, {1: b"x" * 32})
    hashes = [keyed_hash("sources", b"a"), keyed_hash("receipts", b"a"), keyed_hash("sources", b"b")]
    assert keyed_hash("sources", b"a") == hashes[0] == source_hash("a")
    use_keys(1, {1: b"y" * 32})
    hashes.append(keyed_hash("sources", b"a"))
    assert len(set(hashes)) == 4
    assert {len(value) for value in hashes} == {32}


def test_older_key_versions_still_find_what_was_hashed_under_them(use_keys: UseKeys) -> None:
    use_keys(1, {1: b"x" * 32})
    old = source_hash("101003")
    use_keys(3, {1: b"x" * 32, 3: b"y" * 32})
    assert source_hashes("101003") == [source_hash("101003"), old] == keyed_hashes("sources", b"101003")


def test_what_is_drawn_by_a_key_outlasts_a_rotation(use_keys: UseKeys) -> None:
    use_keys(1, {1: b"x" * 32})
    drawn = lasting_hash("bands", b"a")
    use_keys(3, {1: b"x" * 32, 3: b"y" * 32})
    assert lasting_hash("bands", b"a") == drawn != keyed_hash("bands", b"a")
