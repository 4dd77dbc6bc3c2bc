"""What is planted into real texts is marked: telephones, identity numbers, e-mails, plates and the rest."""

from pathlib import Path

import pytest

from gongshi.config.bench import guard


@pytest.mark.real
def test_what_is_planted_is_marked(real_data: Path) -> None:
    texts = guard.texts_of(real_data)
    absent = [name for name, found in texts.items() if not found]
    if absent:
        pytest.skip(f"{', '.join(absent)} not among the real data sets on this machine")
    found = guard.recall([text for of_file in texts.values() for text in of_file], planted=100)
    assert set(found) == set(guard.PLANTS)
    assert min(found.values()) >= 0.99, found
