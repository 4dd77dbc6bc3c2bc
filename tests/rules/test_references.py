"""References: one written form, and a check symbol that finds every single error and every exchange."""

import base64
import re
import unicodedata
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules import crockford
from gongshi.rules.crockford import ALPHABET, VALUES
from gongshi.rules.references import (
    BadReferenceError,
    check_symbol,
    matter_reference,
    new_reference,
    normalise,
    split,
)

BODIES = st.text(ALPHABET, min_size=8, max_size=8)


def refusal(text: str, prefix: str | None = None) -> str:
    with pytest.raises(BadReferenceError) as caught:
        normalise(text, prefix=prefix)
    return caught.value.code


def valid(code: str) -> bool:
    return check_symbol(code[:-1]) == code[-1]


def added(one: str, other: str) -> str:
    return "".join(ALPHABET[VALUES[a] ^ VALUES[b]] for a, b in zip(one, other, strict=True))


def test_a_reference_has_prefix_eight_symbols_and_a_check() -> None:
    assert new_reference("QH", bytes(5)) == "QH-0000-0000-0"
    assert new_reference("QH", b"\xff" * 5)[:12] == "QH-ZZZZ-ZZZZ"
    assert new_reference("QH", bytes.fromhex("23cf32a2d6"))[:-2] == "QH-4F7K-58PP"


def test_check_symbols_worked_out_by_hand() -> None:
    # 1 in the last place counts a = 2; in the place before it a^2 = 4; five places on a^5 = a^2 + 1 = 5.
    assert check_symbol("00000001") == "2"
    assert check_symbol("00000010") == "4"
    assert check_symbol("00010000") == "5"
    assert check_symbol("00010011") == ALPHABET[5 ^ 4 ^ 2]


@pytest.mark.parametrize("prefix", ["", "qh", "Q1", "QINGHEX", "清河", "Q H"])
def test_a_prefix_is_one_to_six_capitals(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        new_reference(prefix, bytes(5))


def test_five_random_bytes_are_asked_for() -> None:
    with pytest.raises(ValueError, match="random bytes"):
        new_reference("QH", bytes(4))


# The proof. The code is linear (first test), so an error is found if and only if its pattern alone, on the all-zero
# word, is found. The two tests after it go through every pattern of their kind, on words of eight symbols and a check.


@given(BODIES, BODIES)
def test_the_code_is_linear(one: str, other: str) -> None:
    assert check_symbol(added(one, other)) == added(check_symbol(one), check_symbol(other))


def test_every_single_wrong_symbol_is_found() -> None:
    for place, wrong in product(range(9), ALPHABET[1:]):
        assert not valid("0" * place + wrong + "0" * (8 - place)), (place, wrong)


def test_every_exchange_of_two_symbols_is_found() -> None:
    for (first, second), (one, other) in product(combinations(range(9), 2), combinations(ALPHABET, 2)):
        # Exchanging a and b adds a+b at both places.
        error = list("0" * 9)
        error[first] = error[second] = added(one, other)
        assert not valid("".join(error)), (first, second, one, other)


@given(st.binary(min_size=5, max_size=5), st.data())
def test_a_mistyped_reference_is_refused(random_bytes: bytes, data: st.DataObject) -> None:
    reference = new_reference("QH", random_bytes)
    places = [at for at in range(3, len(reference)) if reference[at] != "-"]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from(ALPHABET.replace(reference[place], "")))
    assert refusal(reference[:place] + wrong + reference[place + 1 :]) == "wrong_check"
    first, second = sorted(data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True)))
    symbols = list(reference)
    symbols[first], symbols[second] = symbols[second], symbols[first]
    if symbols != list(reference):
        assert refusal("".join(symbols)) == "wrong_check"


REFERENCE = new_reference("QH", bytes.fromhex("0c0a100821"))


def test_the_example_has_the_symbols_that_are_mistaken() -> None:
    assert {"0", "1"} < set(REFERENCE)


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda text: text.replace("-", ""),
        lambda text: text.replace("-", " "),
        lambda text: text.replace("-", "——"),
        lambda text: text.replace("-", "−"),
        lambda text: text.replace("-", "\u00a0-\u3000"),
        lambda text: text.replace("0", "O").replace("1", "I"),
        lambda text: text.replace("0", "o").replace("1", "l"),
        lambda text: "".join(chr(ord(symbol) + 0xFEE0) for symbol in text),
        lambda text: f"  \u200b{text}\ufeff\r\n",
        "\u00ad".join,
    ],
)
def test_what_people_type_becomes_the_one_written_form(change: Callable[[str], str]) -> None:
    assert normalise(change(REFERENCE)) == REFERENCE
    assert normalise(change(REFERENCE + "/2")) == REFERENCE + "/2"
    assert normalise(change(REFERENCE[3:]), prefix="QH") == REFERENCE


@given(st.from_regex(r"[A-Z]{1,6}", fullmatch=True), st.binary(min_size=5, max_size=5), st.integers(1, 99))
def test_every_reference_comes_back(prefix: str, random_bytes: bytes, number: int) -> None:
    reference = matter_reference(new_reference(prefix, random_bytes), number)
    assert normalise(reference) == normalise(normalise(reference.lower())) == reference
    assert matter_reference(*split(reference)) == reference
    assert split(reference)[1] == number


def test_matters_are_numbered_and_the_first_has_the_filings_reference() -> None:
    assert normalise(REFERENCE + "/1") == matter_reference(REFERENCE, 1) == REFERENCE
    assert normalise(REFERENCE + " ／ 012") == REFERENCE + "/12"
    assert split(REFERENCE) == (REFERENCE, 1)
    for number in (0, 100, -1):
        with pytest.raises(ValueError, match="1 to 99"):
            matter_reference(REFERENCE, number)


@pytest.mark.parametrize("matter", ["/", "/0", "/100", "/x", "/2/3", "/-"])
def test_a_matter_that_cannot_be(matter: str) -> None:
    assert refusal(REFERENCE + matter) == "wrong_matter"


def test_refusals_say_why() -> None:
    assert refusal("") == refusal(" - ") == refusal("/2") == "empty"
    assert refusal("x" * 65) == "too_long"
    assert refusal(REFERENCE[3:]) == refusal("QH-4F7K") == refusal("12" + REFERENCE[3:]) == "wrong_length"
    assert refusal("ABCDEFG" + REFERENCE[2:]) == "wrong_length"
    assert (
        refusal("QH-UUUU-UUUU-U")
        == refusal("QH-4F7K-2M9P-?")
        == refusal("QH-4F7K\0-2M9P")
        == "wrong_characters"
    )
    assert refusal(REFERENCE, prefix="BJ") == "other_place"


@pytest.mark.parametrize(
    ("ours", "alien"),
    [
        ("B", "В"),
        ("H", "Н"),
        ("H", "Η"),
        ("K", "\u212a"),
        ("S", "ſ"),
        ("1", "ı"),
        ("1", "١"),
        ("8", "８̇"),
        ("Q", "𝐐"),
    ],
)
def test_look_alikes_of_other_alphabets_are_refused(ours: str, alien: str) -> None:
    references = (new_reference("QH", bytes([0, 0, 0, 0, number])) for number in range(256))
    reference = next(found for found in references if ours in found)
    assert refusal(reference.replace(ours, alien)) == "wrong_characters"


def test_text_that_turns_round_is_refused() -> None:
    assert refusal("\u202e" + REFERENCE) == "wrong_characters"


CODES = {"empty", "too_long", "wrong_characters", "wrong_length", "wrong_check", "wrong_matter"}


@given(st.text(max_size=80) | st.text(ALPHABET + "/- ", min_size=9, max_size=16))
def test_any_text_is_a_reference_or_refused_with_a_code(text: str) -> None:
    try:
        reference = normalise(text)
    except BadReferenceError as error:
        refused = error.code
        reference = None
    assert normalise(reference) == reference if reference else refused in CODES


def test_every_dash_that_unicode_has_is_left_out() -> None:
    dashes = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Pd"]
    assert len(dashes) > 20
    assert crockford.typed("4" + "".join(dashes) + "f") == "4F"


@given(st.integers(0, 6).flatmap(lambda fives: st.binary(min_size=5 * fives, max_size=5 * fives)))
def test_symbols_are_base_32_with_another_alphabet(data: bytes) -> None:
    other = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
    assert crockford.encode(data) == base64.b32encode(data).decode("ascii").translate(other)


def test_bytes_that_do_not_make_whole_symbols() -> None:
    with pytest.raises(ValueError, match="whole symbols"):
        crockford.encode(b"\0")


def test_the_examples_in_the_documentation_are_true() -> None:
    page = Path(__file__).parents[2] / "docs" / "rules" / "references.md"
    rows = re.findall(
        r"^\| `(.+?)` \| (?:`(.+)`|refused, `(\w+)`) \|", page.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(rows) == 11
    for typed, reference, code in rows:
        if code:
            assert refusal(typed, prefix="QH") == code, typed
        else:
            assert normalise(typed, prefix="QH") == reference
