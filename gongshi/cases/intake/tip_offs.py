"""Tip-offs about persons in what somebody types. Only a reminder: nothing is refused for them."""

from gongshi.cases.intake.draft import Matter
from gongshi.places.tip_offs import reads_as_tip_off


def is_tip_off(matter: Matter) -> bool:
    """Whether a matter reads as a tip-off about a person. One about an office goes above that office and is none."""
    return not matter.subject and reads_as_tip_off(f"{matter.text}\n{matter.wish}")
