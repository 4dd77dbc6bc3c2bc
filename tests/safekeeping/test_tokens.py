"""Tokens that the resident's browser keeps: they show nothing, expire, and only this server can make them."""

import base64
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.receipts import ReceiptError
from gongshi.safekeeping.tokens import (
    DRAFT_AGE,
    VISIT_AGE,
    TokenError,
    Visit,
    draft_token,
    open_visit,
    receipt_from_draft,
    visit_token,
)
from tests.clock import Clock
from tests.safekeeping.conftest import AT, UseKeys

RECEIPT = "7G2K-M4QX-0V9T-3NRB-8WZE-5HCD"


def refusal(token: str) -> str:
    with pytest.raises(TokenError) as caught:
        receipt_from_draft(token, at=AT)
    return caught.value.code


def test_a_drafts_token_brings_back_its_receipt() -> None:
    token = draft_token(RECEIPT.lower(), at=AT)
    assert receipt_from_draft(token, at=AT) == RECEIPT
    assert draft_token(RECEIPT, at=AT) != token
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_visit_brings_back_filing_and_receipt() -> None:
    visit = Visit(new_id(), new_id(), RECEIPT)
    token = visit_token(visit.filing_id, visit.receipt_id, visit.receipt, at=AT)
    assert open_visit(token, at=AT) == visit
    assert RECEIPT[:4] not in repr(visit)


def test_a_token_shows_nothing() -> None:
    filing, receipt_id = new_id(), new_id()
    for token in (draft_token(RECEIPT, at=AT), visit_token(filing, receipt_id, RECEIPT, at=AT)):
        data = base64.urlsafe_b64decode(token + "==")
        for secret in (RECEIPT.encode(), RECEIPT[:4].encode(), filing.bytes, receipt_id.bytes):
            assert secret not in data


def test_only_receipts_go_in() -> None:
    with pytest.raises(ReceiptError):
        draft_token("no receipt")
    with pytest.raises(ReceiptError):
        visit_token(new_id(), new_id(), "")


def test_tokens_expire(clock: Clock) -> None:
    token, visit = draft_token(RECEIPT), visit_token(new_id(), new_id(), RECEIPT)
    clock.advance(seconds=VISIT_AGE.total_seconds())
    assert open_visit(visit).receipt == RECEIPT
    clock.advance(seconds=1)
    with pytest.raises(TokenError, match="expired"):
        open_visit(visit)
    assert receipt_from_draft(token) == RECEIPT
    with pytest.raises(TokenError, match="expired"):
        receipt_from_draft(token, timedelta(hours=1))
    clock.advance(seconds=DRAFT_AGE.total_seconds() - VISIT_AGE.total_seconds())
    with pytest.raises(TokenError, match="expired"):
        receipt_from_draft(token)


def test_a_clock_that_was_set_back_loses_nobodys_draft(clock: Clock) -> None:
    token = draft_token(RECEIPT)
    clock.advance(hours=-1)
    assert receipt_from_draft(token) == RECEIPT


def test_a_token_changed_anywhere_is_forged() -> None:
    token = draft_token(RECEIPT, at=AT)
    data = bytearray(base64.urlsafe_b64decode(token + "=="))
    for place in range(len(data)):
        changed = bytes(data[:place]) + bytes([data[place] ^ 1]) + bytes(data[place + 1 :])
        assert refusal(base64.urlsafe_b64encode(changed).rstrip(b"=").decode()) == "forged", place
    for length in range(0, len(token), 3):
        assert refusal(token[:length]) == "forged"
    assert refusal(token + "AAAA") == "forged"


def test_one_kind_of_token_does_not_pass_for_another() -> None:
    visit = visit_token(new_id(), new_id(), RECEIPT, at=AT)
    assert refusal(visit) == "forged"
    with pytest.raises(TokenError, match="forged"):
        open_visit(draft_token(RECEIPT, at=AT), at=AT)


def test_another_instances_token_is_forged(use_keys: UseKeys) -> None:
    token = draft_token(RECEIPT, at=AT)
    use_keys(1, {1: b"x" * 32})
    assert refusal(token) == "forged"
    use_keys(2, {2: b"x" * 32})
    assert refusal(token) == "forged"


def test_tokens_of_an_older_key_version_open(use_keys: UseKeys) -> None:
    use_keys(1, {1: b"x" * 32})
    token = draft_token(RECEIPT, at=AT)
    use_keys(2, {1: b"x" * 32, 2: b"y" * 32})
    assert receipt_from_draft(token, at=AT) == RECEIPT


@pytest.mark.parametrize(
    "token", ["", "=", "A", "====", "é", "\0", "A" * 100, "A" * 400, "A" * 10_000_000, RECEIPT]
)
def test_rubbish_is_forged(token: str) -> None:
    assert refusal(token) == "forged"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=150))
def test_any_text_is_forged(text: str) -> None:
    assert refusal(text) == "forged"
