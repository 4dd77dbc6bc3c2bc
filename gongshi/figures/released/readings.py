"""What two outside readers said of a quarter's sample, as plain values: what is kept of it, and what its files say.

Who is drawn, who reads, and what is told: docs/rules/agreement.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from gongshi.figures.periods import Quarter
from gongshi.rules.disclosure import ALL, OFFICE, Column, disclosed

READING, FEW, READ = "reading", "few", "read"
YES, NO, CANNOT_TELL = "yes", "no", "cannot_tell"
PAIRS = tuple((one, other) for one in (YES, NO, CANNOT_TELL) for other in (YES, NO, CANNOT_TELL))
"""What the first reader said, and what the second said, in the order of the columns. What is kept relies on it."""
READ_FOR = timedelta(days=80)
"""From the quarter's end: shorter than a quarter, so that no two samples are open at once."""
_READ = Column("read")


class ReadLine(NamedTuple):
    """One question, over all answers that both read, or over one office's (`OFFICE`, by its code).

    read: how many answers. told: of how many of these neither reader found that they cannot tell. yes: both said yes.
    said: how many answers for each of `PAIRS`, of all together alone; of an office nothing but ``yes`` is told.
    """

    table: str
    code: str
    question: str
    read: int
    told: int
    yes: int
    said: tuple[int, ...] = ()

    @property
    def by_pair(self) -> dict[tuple[str, str], int]:
        """``said`` by what both said; {} of an office."""
        return dict(zip(PAIRS, self.said, strict=True)) if self.said else {}


@dataclass(frozen=True)
class SampleTold:
    """A quarter's sample. ``state``: `READING`, `FEW` (fewer than ``threshold`` were read by both) or `READ`.

    size answers were to be drawn, by the ledger's ``batch``; they are read until ``closes_on``. From the day ``as_of``
    on the rest is there, and never changes. withheld: whether an office with answers among them is not told alone.
    """

    quarter: Quarter
    state: str
    size: int
    batch: int
    closes_on: date
    as_of: date | None = None
    threshold: int = 0
    withheld: bool = False
    lines: tuple[ReadLine, ...] = ()

    @property
    def read(self) -> int:
        """How many answers both read; 0 unless that is told."""
        return self.lines[0].read if self.lines else 0

    def of_offices(self) -> tuple[ReadLine, ...]:
        """The rows of offices, in the order of codes."""
        return tuple(line for line in self.lines if line.table == OFFICE)

    def of_all(self) -> tuple[ReadLine, ...]:
        """One row for each question."""
        return tuple(line for line in self.lines if line.table == ALL)


def offices_told(read: Mapping[str, int], threshold: int) -> set[str]:
    """Offices that are told by themselves, by how many of their answers were read.

    The sum over all is told, too: one small office would be what is left of it.
    """
    shown = disclosed({(code, "", ""): {"read": n} for code, n in read.items()}, (_READ,), threshold)
    return {code for code in read if shown[OFFICE, (code,)]["read"] is not None}


def line_of(question: str, said: Iterable[tuple[str, str]], office: str = "") -> ReadLine:
    """From what both readers said of each answer; of one office's answers with its code."""
    counts = Counter(said)
    told = sum(n for pair, n in counts.items() if CANNOT_TELL not in pair)
    head = (question, counts.total(), told, counts[YES, YES])
    if office:
        return ReadLine(OFFICE, office, *head)
    return ReadLine(ALL, "", *head, tuple(counts[pair] for pair in PAIRS))


def kept(
    as_of: date, threshold: int, lines: Iterable[ReadLine] = (), *, withheld: bool = False
) -> dict[str, Any]:
    """As it is written down once, for good; without lines too few were read."""
    return {
        "as_of": as_of.isoformat(),
        "threshold": threshold,
        "withheld": withheld,
        "lines": [[*one[:6], [*one.said]] for one in lines],
    }


def sample_told(
    quarter: Quarter, size: int, batch: int, closes_on: date, result: Mapping[str, Any] | None
) -> SampleTold:
    """From what was drawn and what is `kept` of it: None while it is being read."""
    if result is None:
        return SampleTold(quarter, READING, size, batch, closes_on)
    lines = tuple(ReadLine._make([*one[:6], tuple(one[6])]) for one in result["lines"])
    return SampleTold(
        quarter,
        READ if lines else FEW,
        size,
        batch,
        closes_on,
        date.fromisoformat(result["as_of"]),
        result["threshold"],
        result["withheld"],
        lines,
    )
