"""One try at something that is limited: may it go on, and if not, when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from gongshi.rules.limiting import Rate
from gongshi.safekeeping.limits.policies import POLICIES
from gongshi.safekeeping.limits.sources import is_within, source_of
from gongshi.safekeeping.limits.store import Store, Taken, shared_store

_LONGEST_ABOUT = 200


@dataclass(frozen=True)
class Attempt:
    """``wait``: seconds until the same may be tried again, rounded up; 0: it may go on."""

    wait: int
    _store: Store | None = None
    _taken: tuple[Taken, ...] = ()

    def take_back(self) -> None:
        """It was no guess after all: nothing stays counted."""
        if self._store:
            with self._store.locked():
                for taken in self._taken:
                    self._store.take_back(taken)


def attempt_at(name: str, meta: Mapping[str, Any], *, about: str = "") -> Attempt:
    """Count one try at ``name`` (a key of `POLICIES`) for where the request comes from (``request.META``).

    ``about``: what the budget of all sources together is kept for, where it is not one for all: a user name, say.
    Raises KeyError for a name that is not in the table.
    """
    policy = POLICIES[name]
    if not policy.guessing and is_within(meta, settings.BUSY_NETWORKS):
        return Attempt(0)
    store, source = shared_store(), source_of(meta)
    shared = about.casefold().encode("utf-8", "replace")[:_LONGEST_ABOUT]
    with store.locked():
        spent = policy.everywhere and store.is_spent(f"{name} everywhere", shared, policy.everywhere)
        outcome, taken = store.count(name, source, policy.source, policy.heavy if spent else 1)
        if taken is None:
            return Attempt(-(-outcome.wait // 1_000))
        counted = [taken]
        if policy.everywhere:
            _, overall = store.count(f"{name} everywhere", shared, policy.everywhere)
            counted += [overall] if overall else []
    return Attempt(0, store, tuple(counted))


def attempt_of(name: str, who: bytes, *, rate: Rate | None = None) -> Attempt:
    """Count one try at ``name`` for ``who``, wherever it comes from: for tries that nobody else can use up for them.

    The policy's ``source`` is the limit of each ``who``, unless they have a ``rate`` of their own. Raises KeyError for
    a name that is not in the table.
    """
    policy, store = POLICIES[name], shared_store()
    with store.locked():
        outcome, taken = store.count(name, who, rate or policy.source)
    return Attempt(0, store, (taken,)) if taken else Attempt(-(-outcome.wait // 1_000))
