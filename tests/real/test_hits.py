"""The right answer page is found as often as docs/rules/retrieval.md says, where the real messages are."""

from pathlib import Path

import pytest

from tests.real.hits import ASKED, Measure, read

# The page tells of a hundred seeds: 95.4 % of 891 questions. The first thirty have 94.8 % of 268, each time.
SEEDS, LEAST = 30, 0.93


@pytest.mark.real
def test_the_right_page_is_among_the_first_three(real_data: Path) -> None:
    tally = Measure(read(real_data)).run(ASKED["both"], range(SEEDS))[0.5]
    assert tally.found / tally.asked >= LEAST, tally
