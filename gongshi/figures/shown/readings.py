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


def shares_by_name(question: Question) -> dict[str, Share]:
    """Its shares under the names of docs/rules/agreement.md, as files hold them."""
    told = {name: getattr(question, name) for name in ("yes", "cannot_tell", "alike")}
    return {name: share for name, share in told.items() if share}
