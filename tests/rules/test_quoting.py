"""A mail's own words: by table, after docs/rules/quoting.md, and by property."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.quoting import own_words

LINES = st.lists(
    st.sampled_from(
        ["", "> old", "new", "-- ", "On 1 March 2026 Town wrote:", "发件人: a", "主题: b", "日期: c"]
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("mail", "own"),
    [
        ("谢谢\n\n------------------ 原始邮件 ------------------\n发件人: x\n老的", "谢谢"),
        ("好的\r\n\r\n-----Original Message-----\r\nold", "好的"),
        ("新的\n\n在 2026年3月2日 09:00，公示 写道：\n> 老\n> 老", "新的"),
        ("ok\n\nOn Mon, 2 Mar 2026 at 9:00, Town <a@b.org>\nwrote:\n\n> q\n", "ok"),
        (
            "On 1 March 2026 Town wrote:\n> Where?\nAt the bridge.\n> When?\nYesterday.",
            "At the bridge.\nYesterday.",
        ),
        ("新\n\n发件人：a@b\n发送时间：2026\n收件人：c\n主题：d\n\n老", "新"),
        ("From: the bridge to the school it is dark.", "From: the bridge to the school it is dark."),
        ("坏了\n-- \n李四\n电话", "坏了"),
        ("坏了\n\n发自我的iPhone", "坏了"),
        ("> only quoted", "> only quoted"),
        ("", ""),
    ],
)
def test_what_somebody_wrote_is_kept_and_what_they_answer_to_is_not(mail: str, own: str) -> None:
    assert own_words(mail) == own


@given(LINES)
def test_something_is_left_of_every_mail_and_cut_again_it_stays(lines: list[str]) -> None:
    mail = "\n".join(lines)
    once = own_words(mail)
    assert bool(once) == bool(mail.strip())
    assert len(once) <= len(mail)


def test_a_long_mail_costs_no_more_than_its_length() -> None:
    started = time.process_time()
    for evil in (
        "在 2026" * 30_000,
        "on a\n" * 40_000,
        "> a\nb\n在 2026-1-1 a 写道:\n" * 4_000,
        "发件人: \n" * 20_000,
    ):
        own_words(evil)
    assert time.process_time() - started < 3
