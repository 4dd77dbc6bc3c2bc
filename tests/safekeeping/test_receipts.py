"""Receipts: 120 random bits, typed as people type, stored as a keyed hash only."""

import hashlib
import hmac
import secrets
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.rules.crockford import ALPHABET
from gongshi.safekeeping import receipts
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.receipts import (
    ReceiptError,
    dummy_hash,
    new_receipt,
    normalise_receipt,
    receipt_hash,
    receipt_hashes,
    receipt_key,
    receipt_matches,
)
from tests.safekeeping.conftest import UseKeys

RECEIPT = "01AB-10CD-EF01-GH10-JK01-MN10"


def refusal(text: str) -> str:
    with pytest.raises(ReceiptError) as caught:
        normalise_receipt(text)
    return caught.value.code


def test_receipts_are_six_groups_of_four_and_never_equal() -> None:
    made = [new_receipt() for _ in range(20_000)]
    assert len(set(made)) == 20_000
    assert all(normalise_receipt(receipt) == receipt for receipt in made)
    counts = Counter("".join(made).replace("-", ""))
    # 15,000 expected of each symbol, standard deviation 121.
    assert set(counts) == set(ALPHABET)
    assert all(14_200 < count < 15_800 for count in counts.values())


def test_all_120_bits_are_random_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda count: b"\xff" * count)
    assert new_receipt() == "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda text: text.replace("-", ""),
        lambda text: text.replace("-", " "),
        lambda text: text.replace("-", "–"),
        lambda text: text.replace("-", "　—　"),
        lambda text: text.replace("0", "O").replace("1", "L"),
        lambda text: text.replace("0", "o").replace("1", "i"),
        lambda text: unicodedata.normalize("NFKC", text).translate({c: c + 0xFEE0 for c in range(33, 127)}),
        lambda text: f"\ufeff {text}\n",
        lambda text: text.replace("-", "\u200b\u00ad_"),
    ],
)
def test_what_people_type_is_accepted(change: Callable[[str], str]) -> None:
    assert normalise_receipt(change(RECEIPT)) == RECEIPT
    assert receipt_hash(change(RECEIPT)) == receipt_hash(RECEIPT)


def test_refusals_say_why_and_never_what_was_typed() -> None:
    assert refusal("") == refusal(" - ") == "empty"
    assert refusal(RECEIPT[:-1]) == refusal(RECEIPT + "0") == "wrong_length"
    assert (
        refusal(RECEIPT[:-1] + "U")
        == refusal(RECEIPT[:-1] + "А")
        == refusal(RECEIPT + "\0")
        == "wrong_characters"
    )
    assert refusal("\u202e" + RECEIPT) == "wrong_characters"
    with pytest.raises(ReceiptError) as caught:
        normalise_receipt(RECEIPT + "0")
    assert RECEIPT not in repr(caught.value)


def test_long_texts_are_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    padded = RECEIPT + " " * (128 - len(RECEIPT))
    assert normalise_receipt(padded) == RECEIPT
    monkeypatch.setattr(receipts, "crockford", None)
    assert refusal(padded + " ") == refusal("0" * 1_000_000) == "too_long"


CODES = {"empty", "too_long", "wrong_characters", "wrong_length"}


@given(st.text(max_size=140) | st.text(ALPHABET + "- ", min_size=20, max_size=30))
def test_any_text_is_a_receipt_or_refused_with_a_code(text: str) -> None:
    try:
        found = normalise_receipt(text)
    except ReceiptError as error:
        found, code = "", error.code
    assert normalise_receipt(found) == found if found else code in CODES


def test_the_hash_is_keyed_with_the_instance(key_file: Path, use_keys: UseKeys) -> None:
    subkey = instance_keys().subkey("receipts")
    stored = receipt_hash(RECEIPT)
    assert stored == hmac.new(subkey, RECEIPT.encode(), hashlib.sha256).digest()
    use_keys(1, {1: b"x" * 32})
    assert receipt_hash(RECEIPT) != stored
    assert not receipt_matches(RECEIPT, stored)


def test_a_stored_hash_is_found_after_the_key_has_changed(use_keys: UseKeys) -> None:
    use_keys(1, {1: b"x" * 32})
    old = receipt_hash(RECEIPT)
    use_keys(2, {1: b"x" * 32, 2: b"y" * 32})
    assert receipt_hash(RECEIPT) != old
    assert receipt_hashes(RECEIPT) == [receipt_hash(RECEIPT), old]
    assert receipt_matches(RECEIPT, old)
    assert receipt_matches(RECEIPT, receipt_hash(RECEIPT))
    assert not receipt_matches(new_receipt(), old)


def test_a_receipt_matches_its_own_hash_alone() -> None:
    assert receipt_matches(RECEIPT.lower(), memoryview(receipt_hash(RECEIPT)))
    assert not receipt_matches(new_receipt(), receipt_hash(RECEIPT))
    assert not receipt_matches(RECEIPT, receipt_hash(RECEIPT)[:-1])
    assert not receipt_matches(RECEIPT, dummy_hash())


def test_an_unknown_reference_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: the same hashes are made and compared whether there is a row or not."""
    calls: list[str] = []
    real_digest, real_compare = hmac.digest, hmac.compare_digest

    def digest(key: bytes, message: bytes, name: str) -> bytes:
        calls.append("hash")
        return real_digest(key, message, name)

    def compare(one: bytes, other: bytes) -> bool:
        calls.append(f"compare {len(one)} {len(other)}")
        return real_compare(one, other)

    stored = receipt_hash(new_receipt())
    monkeypatch.setattr(hmac, "digest", digest)
    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert not receipt_matches(RECEIPT, stored)
    known, calls[:] = list(calls), []
    assert not receipt_matches(RECEIPT, None)
    assert calls == known == ["hash", "compare 32 32"]


def test_the_key_comes_from_the_receipt_and_the_subject_alone(use_keys: UseKeys) -> None:
    resident, neighbour = new_id(), new_id()
    key = receipt_key(RECEIPT, resident)
    extracted = hmac.digest(resident.bytes, RECEIPT.encode(), "sha256")
    assert key == hmac.digest(extracted, b"gongshi receipt key 1\x01", "sha256")
    assert key != receipt_key(RECEIPT, neighbour)
    assert key != receipt_key(new_receipt(), resident)
    assert key != receipt_hash(RECEIPT)
    use_keys(9, {9: b"z" * 32})
    assert receipt_key(RECEIPT.lower(), resident) == key


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=15, max_size=15), st.binary(min_size=15, max_size=15))
def test_different_receipts_have_different_hashes(one: bytes, other: bytes) -> None:
    first, second = (receipts.crockford.encode(data) for data in (one, other))
    assert (receipt_hash(first) == receipt_hash(second)) == (one == other)
