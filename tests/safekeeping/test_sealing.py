"""Sealed fields: they open for their own row and field with their own key, and for nothing else."""

import logging
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.sealing import SealError, key_version_of, new_data_key, seal, unseal

KEY = bytes(range(32))
RESIDENT = UUID("019cac10-0000-7000-8000-000000000001")
NEIGHBOUR = UUID("019cac10-0000-7000-8000-000000000002")
TEXT = "楼道灯坏了三个月".encode()

keys = st.binary(min_size=32, max_size=32)


@given(keys, st.binary(max_size=3000), st.uuids(), st.text(max_size=20), st.integers(0, 2**32 - 1))
def test_what_is_sealed_opens(key: bytes, text: bytes, row: UUID, field: str, version: int) -> None:
    sealed = seal(key, text, row=row, field=field, key_version=version)
    assert unseal(key, sealed, row=row, field=field) == text
    assert unseal(key, memoryview(sealed), row=row, field=field) == text
    assert key_version_of(sealed) == version
    assert len(sealed) == len(text) + 33


def test_the_text_does_not_show_and_no_two_sealings_are_alike() -> None:
    sealed = [seal(KEY, TEXT, row=RESIDENT, field="content") for _ in range(500)]
    assert len({value[5:17] for value in sealed}) == 500
    assert not any(TEXT[:6] in value for value in sealed)


def refused(key: bytes, sealed: bytes, *, row: UUID = RESIDENT, field: str = "content") -> bool:
    try:
        unseal(key, sealed, row=row, field=field)
    except SealError:
        return True
    return False


def test_a_value_swapped_into_another_row_or_field_does_not_open() -> None:
    sealed = seal(KEY, TEXT, row=RESIDENT, field="content")
    assert not refused(KEY, sealed)
    assert refused(KEY, sealed, row=NEIGHBOUR)
    assert refused(KEY, sealed, field="contact")
    assert refused(KEY, sealed, field="conten")
    assert refused(KEY, sealed, field="")
    assert refused(new_data_key(), sealed)


@given(st.uuids(), st.uuids(), st.text(max_size=8), st.text(max_size=8))
def test_no_row_and_field_pass_for_another(row: UUID, other: UUID, field: str, name: str) -> None:
    sealed = seal(KEY, TEXT, row=row, field=field)
    assert refused(KEY, sealed, row=other, field=name) == ((row, field) != (other, name))


def test_a_changed_bit_anywhere_is_found() -> None:
    sealed = seal(KEY, TEXT, row=RESIDENT, field="content", key_version=3)
    for place in range(len(sealed)):
        for bit in (1, 128):
            changed = bytearray(sealed)
            changed[place] ^= bit
            assert refused(KEY, bytes(changed)), f"byte {place}"


def test_another_key_version_written_on_it_is_found() -> None:
    sealed = seal(KEY, TEXT, row=RESIDENT, field="content", key_version=1)
    relabelled = sealed[:1] + (2).to_bytes(4, "big") + sealed[5:]
    assert key_version_of(relabelled) == 2
    assert refused(KEY, relabelled)


def test_cut_off_or_longer_values_do_not_open() -> None:
    sealed = seal(KEY, TEXT, row=RESIDENT, field="content")
    for length in range(len(sealed)):
        assert refused(KEY, sealed[:length]), length
    assert refused(KEY, sealed + b"\0")
    assert refused(KEY, sealed + sealed)


def test_a_value_too_short_to_name_its_key_version() -> None:
    with pytest.raises(SealError):
        key_version_of(b"\x01\x00")


@pytest.mark.parametrize("key", [b"", b"k" * 16, b"k" * 24, b"k" * 33])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(key, TEXT, row=RESIDENT, field="content")
    with pytest.raises(ValueError, match="32 bytes"):
        unseal(key, seal(KEY, TEXT, row=RESIDENT, field="content"), row=RESIDENT, field="content")


@pytest.mark.parametrize("version", [-1, 2**32])
def test_a_key_version_that_does_not_fit(version: int) -> None:
    with pytest.raises(ValueError, match="key version"):
        seal(KEY, TEXT, row=RESIDENT, field="content", key_version=version)


def test_a_refusal_raises_an_alarm_that_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    sealed = seal(KEY, TEXT, row=RESIDENT, field="content")
    with caplog.at_level(logging.ERROR, "gongshi.security"), pytest.raises(SealError) as caught:
        unseal(KEY, sealed, row=NEIGHBOUR, field="content")
    assert [record.getMessage() for record in caplog.records] == [
        f"seal refused: row {NEIGHBOUR}, field content"
    ]
    assert caught.value.__suppress_context__


def test_data_keys_and_row_keys_are_new_each_time() -> None:
    assert len({new_data_key() for _ in range(100)}) == 100
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)
    assert {key.version for key in ids} == {7}
