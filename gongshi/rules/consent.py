"""Who speaks for many when nobody does: whoever more than half of them consent to. docs/rules/collective.md.

Source: 信访工作条例 (2022) Art. 20, which lets those who bring a matter together name their representatives themselves.
Whoever could count consents one by one until they are enough would learn how many there are; so a little more than half
is asked, by a share that nobody outside knows and that has nothing to do with the edges of bands.
"""

WIDTH = 0.2
"""By how much more than half of them is asked at most, as a part of half."""

OPEN_DAYS = 14
"""How long an offer to speak stands: time to hear of it, to ask somebody, and to come back."""


def needed(number: int, share: float) -> int:
    """How many of ``number`` members have to consent, the one who offers among them: always more than half.

    ``share``: between 0 and 1, the same each time for one matter.
    """
    return min(number, int(number * (1 + WIDTH * share) / 2) + 1)
