"""Words for what collective grievances tell of themselves."""

from gongshi.rules.bands import Band
from gongshi.words import Words, pair


def band_words(band: Band) -> Words:
    """About how many, in words. The edges of a band are never told exactly (`rules.bands`)."""
    if not band.low:
        return pair(f"大约不到{band.high}人", f"fewer than about {band.high}")
    if band.high is None:
        return pair(f"大约{band.low}人以上", f"about {band.low} or more")
    return pair(f"大约{band.low}人到{band.high}人", f"about {band.low} to {band.high}")
