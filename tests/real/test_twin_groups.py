"""What is named as a twin is one as often as docs/rules/similarity.md says, where the real messages are."""

from pathlib import Path

import pytest

from gongshi.config.bench.twin_groups import Messages, figures, groups, messages, named

LEAST = 0.90


@pytest.mark.real
def test_nine_in_ten_named_twins_are_twins(real_data: Path) -> None:
    found = figures(named(Messages(messages(real_data)), groups()))
    assert found["precision_at_5"] >= LEAST, found
    assert found["something_named"] >= LEAST, found


def test_no_message_is_in_two_groups_and_none_is_both() -> None:
    same = [key for group, _ in groups() for key in group]
    assert len(groups()) >= 60
    assert len(same) == len(set(same))
    assert not any(set(group) & set(unsure) for group, unsure in groups())
