"""What two outside readers said: the numbers of one question, computed from its released row alone."""

from typing import NamedTuple

from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.figures.metrics import Share, share_of
from gongshi.figures.released.readings import ReadLine
from gongshi.rules.agreement import Kappa, agreement
from gongshi.words import Words


class Question(NamedTuple):
    """What may be shown of one question, over answers that both readers read.

    yes: both said yes, of those on which neither found that they cannot tell. cannot_tell: one of them did, of all.
    alike: both said the same, of all. kappa: None where it is undefined. Of an office ``yes`` alone.
    """

    code: str
    yes: Share | None
    cannot_tell: Share | None = None
    alike: Share | None = None
    kappa: Kappa | None = None

    @property
    def words(self) -> Words:
        """The question in both languages."""
        return SAMPLE_QUESTIONS[self.code]


def question_of(line: ReadLine) -> Question:
    """The numbers of a row."""
    yes = share_of(line.yes, line.told)
    if not line.said:
        return Question(line.question, yes)
    found = agreement(line.by_pair)
    return Question(
        line.question,
        yes,
        share_of(line.read - line.told, line.read),
        share_of(found.alike, found.n),
        found.kappa,
    )


def numbers_of(line: ReadLine) -> dict[str, float]:
    """The same under the names that files have: ``yes.share``, ``kappa.low``; nothing where there is none."""
    one, told = question_of(line), dict[str, float]()
    for name in ("yes", "cannot_tell", "alike"):
        share: Share | None = getattr(one, name)
        if share:
            told |= {f"{name}.share": share.share, f"{name}.low": share.low, f"{name}.high": share.high}
    if one.kappa:
        told |= {f"kappa.{name}": value for name, value in one.kappa._asdict().items()}
    return told
