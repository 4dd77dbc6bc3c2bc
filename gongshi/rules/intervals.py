"""How sure a share is: the score interval for a proportion.

Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
Statistical Association 22 (1927), 209-212; recommended for small numbers by R. G. Newcombe, Statistics in Medicine
17 (1998), 857-872 (method 3), whose examples the tests use.
"""

from math import isfinite, sqrt
from typing import NamedTuple


class Interval(NamedTuple):
    """The shares that agree with what was counted, both between 0 and 1."""

    low: float
    high: float


def wilson(successes: int, n: int, z: float = 1.96) -> Interval:
    """The Wilson score interval for `successes` of `n`.

    z: the normal quantile of the confidence, 1.96 for 95 %. Nothing counted (n = 0) says nothing: 0 to 1.
    Raises ValueError unless 0 <= successes <= n and z is positive.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a share")
    if not (isfinite(z) and z > 0):
        raise ValueError(f"z must be positive, not {z}")
    if n == 0:
        return Interval(0.0, 1.0)
    share = successes / n
    middle = share + z * z / (2 * n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # The ends are exact where rounding would leave a hair beyond what can be: none gives 0, all gives 1.
    low = (middle - reach) / scale if successes else 0.0
    high = (middle + reach) / scale if successes < n else 1.0
    return Interval(low, high)
