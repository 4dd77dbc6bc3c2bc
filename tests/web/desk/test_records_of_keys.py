"""Whatever happens to a key is written down before it is done: a crash leaves at worst a record of what was not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connections

from gongshi.accounts import keys
from gongshi.accounts.recovery import NewShares, hand_over, make_shares
from gongshi.places.snapshots import forget
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.models import KeyEvent, KeyPair, KeyWrap, Leaf, LockedKey, Owner
from gongshi.safekeeping.passphrases import LOWEST
from tests.casework import add_staff
from tests.cast import NOW, PASSWORD, Town, build_town

pytestmark = pytest.mark.django_db(transaction=True)


def store() -> list[Any]:
    """Everything about keys."""
    return [sorted(model._default_manager.values_list()) for model in (KeyPair, KeyWrap, LockedKey)]


def recorded() -> tuple[int, int]:
    return KeyEvent.objects.count(), Leaf.objects.count()


def steps(town: Town, shares: NewShares) -> dict[str, Callable[[], object]]:
    """One of each kind, by the code of its record."""
    qin, tang, hall = town.actor("qin"), town.staff["tang"], town.offices["hall"].id
    return {
        "handed": lambda: keys.hand_key(town.actor("qin"), tang.pk, at=NOW),
        "renewed": lambda: keys.renew_office_key(town.actor("qin"), at=NOW),
        "own_made": lambda: keys.make_own(qin.staff_id, PASSWORD, "password", at=NOW, cost=LOWEST),
        "office_made": lambda: keys.ensure_office_key(town.actor("ma"), at=NOW),
        "left": lambda: keys.take_from_leavers(at=NOW),
        "recovered": lambda: hand_over(shares.half, hall, town.staff["qin"], at=NOW),
        "shares_made": lambda: make_shares(needed=2, of=3, at=NOW),
    }


def prepared() -> dict[str, Callable[[], object]]:
    """A town where each of them has something to do."""
    forget()
    shares = make_shares(needed=2, of=3, at=NOW)
    town = build_town()
    add_staff(town, "gone", roads=["handler"])
    town.staff["gone"].appointments.all().delete()
    own = KeyPair.objects.get(owner=Owner.STAFF, owner_id=town.staff["tang"].pk)
    KeyWrap.objects.filter(for_pair=own.pk).delete()
    KeyPair.objects.filter(owner=Owner.OFFICE, owner_id=town.offices["water"].id).delete()
    forget()
    return steps(town, shares)


def test_a_crash_leaves_at_worst_a_record_of_what_was_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the one commit nothing is there; between the two, the record."""

    def crash() -> None:
        raise DatabaseError

    for code, does in prepared().items():
        before, written = store(), recorded()
        for alias in ("default", STORE):
            with monkeypatch.context() as patch:
                patch.setattr(connections[alias], "commit", crash)
                with pytest.raises(DatabaseError):
                    does()
            assert store() == before, (code, alias)
            more = (0, 0) if alias == "default" else (1, 1)
            assert recorded() == (written[0] + more[0], written[1] + more[1]), (code, alias)
        does()
        assert store() != before, code
        assert KeyEvent.objects.filter(code=code).count() >= 2, code
