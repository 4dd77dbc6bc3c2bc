"""No definition changes silently: each change has a day and words; a released month names what it was counted by."""

from dataclasses import replace
from datetime import date

import pytest

from gongshi.figures import definitions as module
from gongshi.figures.definitions import Definition, WrongDefinitions, changes, definitions, newest, parsed
from gongshi.figures.periods import Month
from gongshi.figures.released.columns import COLUMNS
from tests.figures.fingerprint import fingerprint, plain

ENTRY = """
[[definitions]]
code = "first"
changed_on = 2026-11-28
zh = "算法"
en = "As defined"
fingerprint = "0123456789abcdef"
"""
WHAT_TO_DO = """What is counted, or how, is not what gongshi/figures/definitions.toml says last.
Changed what is counted: add an entry with its day and what changed, in both languages, with this fingerprint: {0}
Changed only how the program is written: put {0} in the place of the last fingerprint."""


def test_what_is_counted_is_what_the_list_says_last() -> None:
    assert newest().fingerprint == fingerprint(), WHAT_TO_DO.format(fingerprint())


def test_any_change_of_a_column_changes_the_fingerprint() -> None:
    last = COLUMNS[-1]
    for changed in (
        COLUMNS[:-1],
        (*COLUMNS[:-1], replace(last, in_pairs=True)),
        (*COLUMNS, replace(last, name="x")),
    ):
        assert fingerprint(changed) != newest().fingerprint


def test_words_and_layout_are_no_change() -> None:
    before = 'import a\ndef f(x):\n    """Said."""\n    return x + 1\n'
    assert plain("import b\ndef f(x):\n    # why\n    return (x +\n        1)\n") == plain(before)
    assert plain(before.replace("1", "2")) != plain(before)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "definitions = []",
        "definitions = [1]",
        "not toml",
        ENTRY + ENTRY,
        ENTRY.replace('en = "As defined"\n', ""),
        ENTRY.replace("As defined", " "),
        ENTRY.replace('"first"', '"First one"'),
        ENTRY.replace("0123456789abcdef", "0123"),
        ENTRY.replace("2026-11-28", '"2026-11-28"'),
        ENTRY.replace("2026-11-28", "2026-11-28 10:00:00"),
        ENTRY + ENTRY.replace("first", "second").replace("2026", "2025"),
        ENTRY + 'why = "more"',
    ],
)
def test_lists_that_cannot_be(wrong: str) -> None:
    assert parsed(ENTRY)[0].words == {"zh": "算法", "en": "As defined"}
    with pytest.raises(WrongDefinitions):
        parsed(wrong)


def test_from_which_month_on(monkeypatch: pytest.MonkeyPatch) -> None:
    first = definitions()[0]
    second = Definition("second", date(2027, 3, 1), {"zh": "变了", "en": "Changed"}, "0" * 16)
    monkeypatch.setattr(module, "definitions", lambda: (first, second))
    january, february, march = (Month(2027, n) for n in (1, 2, 3))
    assert changes([(march, "second"), (january, "first"), (february, "second")]) == [(february, second)]
    assert changes([(january, "second")]) == []
