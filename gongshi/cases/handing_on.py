"""When a sealed case goes to other offices: who has it now can open it, who lost it cannot any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime

from gongshi.accounts.actors import Actor
from gongshi.cases.glass import with_waiting_words
from gongshi.cases.key_holders import hand_on
from gongshi.cases.models import Case
from gongshi.cases.reading import Erased, KeyClosed, KeyMissing, key_for
from gongshi.rules.ladder import is_sealed
from gongshi.safekeeping.actions import discard_wraps
from gongshi.safekeeping.models import Wrap

_together: ContextVar[list[Wrap] | None] = ContextVar("wraps of one change of many", default=None)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Around one transaction of several changes: when it fails, what any of them handed on is taken back.

    Each change takes back only what it did itself, and by then the earlier ones are over.
    """
    if _together.get() is not None:
        yield
        return
    added: list[Wrap] = []
    before = _together.set(added)
    try:
        yield
    except BaseException:
        discard_wraps(added)
        raise
    finally:
        _together.reset(before)


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

    def now() -> None:
        found = hand_on(case, keys, at=at)
        added.extend(found)
        if (whole := _together.get()) is not None:
            whole.extend(found)

    try:
        yield now
    except BaseException:
        discard_wraps(added)
        raise
