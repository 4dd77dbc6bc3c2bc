"""What becomes of members when something happens to a case below: answers reach them, leaving and erasing take effect.

Registered with `cases.following`; everything here runs inside the transaction of what happened.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import Actor, Resident
from gongshi.accounts.rights import NotAllowed
from gongshi.cases.following import Letters
from gongshi.cases.models import Answer, Case
from gongshi.cases.sealed import seal_json
from gongshi.grievances.actions.leaving import go_alone
from gongshi.grievances.models import Collective, JointWord, Member
from gongshi.grievances.queries import collective_of
from gongshi.grievances.reading import WORDS, read_sent
from gongshi.safekeeping.group_codes import group_key
from gongshi.safekeeping.ids import new_id

LANGUAGES = ("zh", "en")


class Members:
    """Joint cases, as `cases.following` tells of them."""

    def languages(self, case: Case) -> Collection[str]:
        """Each reads letters in the language of their own filing."""
        return LANGUAGES if collective_of(case) is not None else ()

    def told_why(self, case: Case, seq: int, code: str, said: Mapping[str, Any], key: bytes) -> None:
        """Everybody reads why, and the letter, not those who speak alone."""
        collective = collective_of(case)
        if collective is not None:
            _keep(collective, seq, code, said, key=key)

    def told_answer(self, case: Case, seq: int, answer: Answer, key: bytes, letters: Letters) -> None:
        """The answer reaches all."""
        collective = collective_of(case)
        if collective is not None:
            sent = read_sent(answer, key)
            sent["letters"] = {name: {**sent["letter"], **one} for name, one in letters.items()}
            _keep(collective, seq, "case.answered", sent, key=key, answer=answer)

    def leave(self, case: Case, actor: Actor, at: datetime) -> None:
        """What a member withdraws is first their own again. Where the joint case is gone, there is nothing to leave."""
        if not isinstance(actor, Resident):
            raise NotAllowed("case.erase")
        if Member.objects.filter(case=case).exists():
            go_alone(case, actor=actor, at=at, to_withdraw=True)

    def erased(self, case: Case) -> list[UUID]:
        """No trace of a member stays; and with a joint case goes what its members shared, and their own."""
        following = list(Member.objects.filter(collective__case=case).values_list("case", flat=True))
        Member.objects.filter(case=case).delete()
        Collective.objects.filter(case=case).delete()
        return following


def _keep(
    collective: Collective,
    seq: int,
    code: str,
    words: Mapping[str, Any],
    *,
    key: bytes,
    answer: Answer | None = None,
) -> None:
    row = JointWord(id=new_id(), collective=collective, seq=seq, code=code)
    row.answer_id = answer.id if answer else None
    row.words = seal_json(group_key(key, collective.id), words, row=row.id, field=WORDS)
    row.save(force_insert=True)
