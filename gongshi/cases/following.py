"""Cases that follow a joint one, for the app that knows which they are: it is told here what becomes of both.

While a case follows, no member of staff knows of it (`sight`): the office works on the joint one alone.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from gongshi.accounts.actors import Actor
from gongshi.cases.models import Answer, Case
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import COLLECTIVE

OUTCOME = "joined"
Letters = Mapping[str, Mapping[str, str]]


class Following(Protocol):
    """What the app above does. Each is called inside the caller's transaction."""

    def languages(self, case: Case) -> Collection[str]:
        """The languages in which letters reach those who follow ``case``; none where nobody does."""

    def told_why(self, case: Case, seq: int, code: str, said: Mapping[str, Any], key: bytes) -> None:
        """An office told whoever filed ``case`` of the step at ``seq``.

        Its "reason", its "letter" if it has one, and "letters": the same in other languages, by these.
        """

    def told_answer(self, case: Case, seq: int, answer: Answer, key: bytes, letters: Letters) -> None:
        """An office sent an answer, at ``seq`` of its history. ``letters``: in other languages than its own."""

    def leave(self, case: Case, actor: Actor, at: datetime) -> None:
        """Whoever filed ``case``, which follows, takes it into their own hands."""

    def erased(self, case: Case) -> Collection[UUID]:
        """What was written on ``case`` is being erased; the cases that follow it, which are erased with it."""


_registered: list[Following] = []


def register(following: Following) -> None:
    """Tell ``following`` from now on."""
    _registered[:] = [following]


def follows(case: Case) -> bool:
    """Whether a joint case goes on in place of this one."""
    return case.merged_into == COLLECTIVE


def was_never_alone(case: Case, opened: Mapping[str, Any]) -> bool:
    """Whether a case that follows was filed by joining: its filer never had an office of their own.

    ``opened``: what its first entry says.
    """
    return follows(case) and "office" not in opened


def languages(case: Case) -> list[str]:
    """The languages in which letters reach those who follow a case, beside that of whoever filed it."""
    found = [one for each in _registered for one in each.languages(case)] if is_sealed(case.kind) else []
    return [one for one in found if one != case.filing.language]


def told_why(case: Case, seq: int, code: str, said: Mapping[str, Any], key: bytes) -> None:
    """An office gave its reason for a step, or sent its letter. Only sealed cases are ever joint ones."""
    if is_sealed(case.kind):
        for one in _registered:
            one.told_why(case, seq, code, said, key)


def told_answer(case: Case, seq: int, answer: Answer, key: bytes, letters: Letters) -> None:
    """An office sent an answer."""
    if is_sealed(case.kind):
        for one in _registered:
            one.told_answer(case, seq, answer, key, letters)


def leave(case: Case, actor: Actor, at: datetime) -> None:
    """Take a case that follows into one's own hands before something is done to it. Others stay as they are."""
    if follows(case):
        for one in _registered:
            one.leave(case, actor, at)


def erased(case: Case) -> list[UUID]:
    """A case's words are being erased; which others go with it."""
    return [each for one in _registered for each in one.erased(case)] if is_sealed(case.kind) else []
