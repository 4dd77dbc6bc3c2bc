"""What people leave as their contact is read strictly: one address or one number, or an error with a code."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.notifications.addresses import AddressError, email_address, phone_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wang@example.org", "wang@example.org"),
        ("  wang.li+gongshi@Mail.Example.ORG ", "wang.li+gongshi@mail.example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("wang＠example.org", "wang@example.org"),
        ("wang@例子.测试", "wang@xn--fsqu00a.xn--0zwm56d"),
        ("王@example.org", "王@example.org"),
    ],
)
def test_addresses_that_are_taken(text: str, expected: str) -> None:
    assert email_address(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_one_address"),
        ("wang", "not_one_address"),
        ("a@b@c.example", "not_one_address"),
        ("a@b.example\r\nBcc: x@y.example", "not_one_address"),
        ("a@b.example, c@d.example", "not_one_address"),
        ("a@b.example\r\nBcc:x", "bad_host"),
        ("a\r\nBcc:x@y.example", "bad_local_part"),
        ("a\n@b.example", "bad_local_part"),
        ("a\u2028b@c.example", "bad_local_part"),
        ("a\u202eb@c.example", "bad_local_part"),
        ("a\x00b@c.example", "bad_local_part"),
        ('"a b"@c.example', "bad_local_part"),
        ("Wang <wang@c.example>", "bad_local_part"),
        (".a@b.example", "bad_local_part"),
        ("a..b@c.example", "bad_local_part"),
        ("@b.example", "bad_local_part"),
        ("a" * 65 + "@b.example", "too_long"),
        ("王" * 22 + "@b.example", "too_long"),
        ("a" * 3000 + "@b.example", "too_long"),
        ("a@", "bad_host"),
        ("a@b", "bad_host"),
        ("a@b..example", "bad_host"),
        ("a@-b.example", "bad_host"),
        ("a@b_c.example", "bad_host"),
        ("a@127.0.0.1", "bad_host"),
        ("a@[127.0.0.1]", "bad_host"),
        ("a@" + "b" * 64 + ".example", "bad_host"),
    ],
)
def test_addresses_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(AddressError) as caught:
        email_address(text)
    assert caught.value.code == code


def test_only_the_servers_own_address_may_lack_a_dot() -> None:
    assert email_address("gongshi@localhost", bare_host=True) == "gongshi@localhost"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_gives_a_second_line_or_a_second_address(text: str) -> None:
    for candidate in (text, f"{text}@b.example", f"a@{text}.example"):
        try:
            address = email_address(candidate)
        except AddressError:
            continue
        assert address.count("@") == 1
        assert address.isprintable()
        assert not set(address) & set(' ,;:<>()[]"\\')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13800000000", "13800000000"),
        ("138 0000-0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+1 (617) 555-0100", "+16175550100"),
        ("0571-8888 8888", "057188888888"),
    ],
)
def test_numbers_that_are_taken(text: str, expected: str) -> None:
    assert phone_number(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_number"),
        ("1380", "not_a_number"),
        ("1380000000012345", "not_a_number"),
        ("138+0000000", "not_a_number"),
        ("138\r\n00000000", "not_a_number"),
        ("13800000000, 13900000000", "not_a_number"),
        ("一三八零零零零零零零零", "not_a_number"),
        ("1" * 41, "too_long"),
    ],
)
def test_numbers_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(AddressError) as caught:
        phone_number(text)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["a" * 100_000 + "!", "@" * 100_000, "a." * 126, "1 " * 50_000])
def test_hostile_texts_are_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    for read in (email_address, phone_number):
        with pytest.raises(AddressError):
            read(text)
    assert time.perf_counter() - start < 0.2
