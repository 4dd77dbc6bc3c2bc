"""How often something may be tried before it has to wait: one number per source, no timer.

Source: the generic cell rate algorithm as a virtual schedule (ITU-T I.371, Annex A), a leaky bucket in one number.
docs/rules/limiting.md says what holds.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """``burst`` tries at once, then one more every ``every`` milliseconds. Both are whole numbers from 1."""

    burst: int
    every: int

    def __post_init__(self) -> None:
        if self.burst < 1 or self.every < 1:
            raise ValueError("burst and every count from 1")


@dataclass(frozen=True)
class Outcome:
    """``free_at``: when all is forgotten (ms). ``wait``: ms until the same try would be let in; 0: it was."""

    free_at: int
    wait: int

    @property
    def let_in(self) -> bool:
        """Whether it was counted and may go on."""
        return self.wait == 0


def tried(rate: Rate, free_at: int, now: int, weight: int = 1) -> Outcome:
    """One try at ``now`` (ms of a clock that only goes forward) of a source that is free at ``free_at``; 0: never seen.

    What is not let in is not counted. A weight beyond the burst counts as the burst. Raises ValueError for a weight
    below 1.
    """
    if weight < 1:
        raise ValueError("a try weighs at least 1")
    later = max(free_at, now) + min(weight, rate.burst) * rate.every
    wait = later - rate.burst * rate.every - now
    return Outcome(free_at, wait) if wait > 0 else Outcome(later, 0)


def taken_back(rate: Rate, free_at: int, weight: int = 1) -> int:
    """``free_at`` without a try of this weight that was let in."""
    return max(0, free_at - min(weight, rate.burst) * rate.every)
