"""Contacts left with a disruption: sealed with its own key, and opened in two places alone.

Those are the queueing of notices and the sending of one (tests/structure/test_unsealing.py). No page shows one.
"""

from uuid import UUID

from gongshi.bulletin.models import Subscription
from gongshi.cases.sealed import seal_json, unseal_json
from gongshi.safekeeping.queries import open_with_instance

FIELD = "contact"


def key_of_contacts(disruption: UUID) -> bytes | None:
    """The key of everything that was left with a disruption; None once it was destroyed."""
    return open_with_instance([disruption]).get(disruption)


def seal_contact(row: Subscription, value: str, key: bytes) -> None:
    """Put an address or a number into an unsaved row."""
    row.contact = seal_json(key, value, row=row.id, field=FIELD)


def unseal_contact(row: Subscription, key: bytes) -> str:
    """The address or number in a row. Raises SealError."""
    return str(unseal_json(key, row.contact, row=row.id, field=FIELD))
