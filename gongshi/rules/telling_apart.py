"""Who may be put before whom: only those whose intervals do not touch, directly or through others between them.

Source: H. Goldstein and D. J. Spiegelhalter, "League Tables and Their Limitations", Journal of the Royal Statistical
Society A 159 (1996), 385-443: ranks of institutions are so unsure that most orders mean nothing. See
docs/rules/telling-apart.md.
"""

from collections.abc import Mapping

from gongshi.rules.intervals import Interval


def groups(intervals: Mapping[str, Interval]) -> list[list[str]]:
    """Names in groups, the lowest first. All of a group lie wholly below all of the next; within one there is no order.

    Within a group names are in the order of the alphabet. Two that overlap are in one group, and so are two that both
    overlap a third. Raises ValueError for an interval that ends before it begins.
    """
    found: list[list[str]] = []
    reach = float("-inf")
    for name, (low, high) in sorted(intervals.items(), key=lambda one: (one[1], one[0])):
        if not low <= high:
            raise ValueError(f"{name}: {low} to {high}")
        if low > reach:
            found.append([])
        found[-1].append(name)
        reach = max(reach, high)
    return [sorted(group) for group in found]
