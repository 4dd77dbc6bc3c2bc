"""The recovery key in shares of words, after SLIP-39 (Shamir's secret sharing): any few of several people together.

The private half of the recovery pair is stored nowhere. It is split once, when it is made; each share is 33 words with
a checksum, made to be written down by hand. Fewer shares than are needed tell nothing.
"""

from collections.abc import Iterable

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from gongshi.safekeeping.key_queries import holder_of, pairs_of
from gongshi.safekeeping.models import Owner
from gongshi.safekeeping.pairs import RECOVERY_ID, PrivateHalf, public_of

MOST_SHARES = 16


class SharesRefused(ValueError):
    """The shares give no recovery key. ``code``: "unreadable", "too_few", or "other" for that of another instance."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def check_shares(needed: int, of: int) -> None:
    """Raises ValueError for numbers of shares that cannot be."""
    if not 2 <= needed <= of <= MOST_SHARES:
        raise ValueError(f"2 to {MOST_SHARES} shares, and at least 2 needed")


def shares_of(half: PrivateHalf, *, needed: int, of: int) -> list[str]:
    """``of`` shares of the recovery key, any ``needed`` of which give it again. Raises ValueError for other numbers."""
    check_shares(needed, of)
    shares: list[str] = generate_mnemonics(1, [(needed, of)], half.key)[0]
    return shares


def shares_needed(shares: Iterable[str]) -> int:
    """How many shares make the key, as the first one says; 2 before there is any. Raises SharesRefused."""
    for share in shares:
        try:
            return int(Share.from_mnemonic(share).member_threshold)
        except MnemonicError as error:
            raise SharesRefused("unreadable", str(error)) from None
    return 2


def recovery_half(shares: Iterable[str]) -> PrivateHalf:
    """The recovery key that the shares give, the present one or an earlier one. Raises SharesRefused."""
    words = list(dict.fromkeys(" ".join(share.lower().split()) for share in shares if share.strip()))
    if len(words) < shares_needed(words):
        raise SharesRefused("too_few")
    try:
        # Exactly as many as are needed: the library refuses more.
        private = combine_mnemonics(words[: shares_needed(words)])
    except MnemonicError as error:
        raise SharesRefused("unreadable", str(error)) from None
    public = public_of(private)
    for pair in pairs_of(Owner.RECOVERY, RECOVERY_ID):
        if bytes(pair.public) == public:
            return PrivateHalf(pair.id, holder_of(pair), private)
    raise SharesRefused("other")
