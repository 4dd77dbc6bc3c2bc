"""Attempts spread over a good day, each a little off, so that workers do not come back together."""

from datetime import timedelta

import pytest

from gongshi.notifications.backoff import ATTEMPTS, next_attempt_at
from tests.notifications.conftest import NOW

MINUTES = [1, 4, 16, 64, 256, 720, 720]


def wait(attempts: int, jitter: float) -> timedelta:
    return next_attempt_at(NOW, attempts, lambda _low, _high: jitter) - NOW


@pytest.mark.parametrize(("attempts", "minutes"), list(enumerate(MINUTES, start=1)))
def test_waits_grow_fourfold_up_to_half_a_day(attempts: int, minutes: int) -> None:
    assert wait(attempts, 1.0) == timedelta(minutes=minutes)


def test_there_is_a_wait_after_every_attempt_but_the_last() -> None:
    assert len(MINUTES) == ATTEMPTS - 1
    assert timedelta(hours=24) < timedelta(minutes=sum(MINUTES)) < timedelta(hours=36)


def test_jitter_is_a_fifth_either_way_and_differs() -> None:
    waits = {next_attempt_at(NOW, 3) - NOW for _ in range(200)}
    assert len(waits) > 100
    assert timedelta(minutes=16) * 0.8 <= min(waits)
    assert max(waits) <= timedelta(minutes=16) * 1.2
