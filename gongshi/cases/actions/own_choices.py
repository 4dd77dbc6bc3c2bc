"""What a resident chooses about their own matter beside its procedure's moves, alike at every door."""

from collections.abc import Collection
from datetime import datetime

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.merging import keep_as_one
from gongshi.cases.actions.public_answers import agree_to_answers
from gongshi.cases.actions.publication import give_consent
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.actions.splitting import agree_to_split
from gongshi.cases.changing import Changed
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.intake.consenting import copy_of
from gongshi.cases.intake.draft import Matter
from gongshi.cases.intake.tip_offs import is_tip_off
from gongshi.cases.models import Case
from gongshi.cases.recusing import may_be_recused
from gongshi.cases.visiting import OwnCase, Visitor, own_case, resident


class NobodyNamed(LookupError):
    """None of those who may be kept away was chosen."""


def may_agree(own: OwnCase) -> bool:
    """Whether what was written may be shown at all: it does not read like a report about a person."""
    return not is_tip_off(Matter(text=own.file.text, wish=own.file.wish))


def agree_to_copy(
    visitor: Visitor,
    case: Case,
    left: Collection[str],
    *,
    at: datetime,
    seen: PublicCopy | None = None,
    answers: bool = False,
) -> None:
    """Agree to show the copy with these marked words left in; ``seen``: it has to be this one, title and text.

    ``answers``: and what the office answers. Where the very copy was agreed to before, that alone is added.

    Raises Changed where it may not be, or is another one; NotFound, TextRefused, Erased.
    """
    own = own_case(visitor, case.number)
    copy = copy_of(own.file.text, left, answers=answers)
    if not may_agree(own) or (seen and (seen.title, seen.text) != (copy.title, copy.text)):
        raise Changed
    if answers and own.copy and (own.copy.title, own.copy.text) == (copy.title, copy.text):
        agree_to_answers(case, actor=resident(visitor), at=at)
    else:
        give_consent(case, copy, actor=resident(visitor), at=at)


def keep_away(case: Case, code: str, reason: str, *, actor: Resident, at: datetime) -> None:
    """Keep an office or an officer from a matter, named as `recusing.Whom.code`.

    Raises NobodyNamed, and as `recusals.recuse`.
    """
    chosen = {one.code: one for one in may_be_recused(case, actor)}.get(code)
    if chosen is None:
        raise NobodyNamed
    recuse(case, chosen, reason, actor=actor, at=at)


def judge_split(case: Case, *, one: bool, seen: int, actor: Resident, at: datetime) -> None:
    """Of a matter that staff split off: that it shall be ``one`` with the first again, or that it was right.

    Raises Changed where anything happened since ``seen``; NotFound, RefusedError.
    """
    if seen != case.seq:
        raise Changed
    if one:
        keep_as_one(case, actor=actor, at=at)
    else:
        agree_to_split(case, actor=actor, at=at)
