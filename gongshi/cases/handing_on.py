"""When a sealed case goes to other offices: who has it now can open it, who lost it cannot any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from gongshi.accounts.actors import Actor
from gongshi.cases.glass import with_waiting_words
from gongshi.cases.key_holders import hand_on
from gongshi.cases.models import Case
from gongshi.cases.reading import Erased, KeyClosed, KeyMissing, key_for
from gongshi.rules.ladder import is_sealed
from gongshi.safekeeping.actions import discard_wraps
from gongshi.safekeeping.models import Wrap


@contextmanager
def handing_on(case: Case, actor: Actor, key: bytes | None, *, at: datetime) -> Iterator[Callable[[], None]]:
    """Around a change of who has a case; gives what to call last in its transaction.

    ``key``: the case's, as the actor opened it; None for what the program does by itself. The wraps are in another
    database: they are taken back when the transaction fails. Ordinary cases need nothing.
    """
    keys = {case.id: key} if key is not None else {}
    if keys and is_sealed(case.kind) and case.filing.contact is not None:
        # Whoever opens the case without the contact's key hands on what they have.
        with suppress(KeyClosed, Erased, KeyMissing):
            keys[case.filing_id] = key_for(case.filing_id, actor)
    if keys and is_sealed(case.kind):
        for asked in with_waiting_words(case):
            # Why somebody asks to break glass: for whoever is to decide that now.
            with suppress(KeyClosed, Erased, KeyMissing):
                keys[asked] = key_for(asked, actor)
    added: list[Wrap] = []
    try:
        yield lambda: added.extend(hand_on(case, keys, at=at))
    except BaseException:
        discard_wraps(added)
        raise
