"""A ledger of three batches, and a client that says where it asks."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongshi.places.snapshots import forget
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Leaf
from gongshi.safekeeping.sequencing import sequence
from tests.api.programs import Program
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.safekeeping.conftest import AT

STEP = timedelta(minutes=10)


@dataclass
class Api:
    """Asks the API."""

    client: Client

    def __call__(self, address: str, status: int = 200, **query: Any) -> Any:
        response = self.client.get(f"/api/v1/ledger/{address}", query)
        assert response.status_code == status, response.content
        return response.json()


@pytest.fixture
def api(client: Client) -> Api:
    """``api("head")`` is the answer to /api/v1/ledger/head."""
    return Api(client)


@pytest.fixture
def made(db: None) -> list[bytes]:
    """Three batches, of 16, 64 and 16 entries; the 20 commitments of the second, made at `AT`."""
    sequence(AT)
    commitments = [secrets.token_bytes(32) for _ in range(20)]
    Leaf.objects.bulk_create([Leaf(id=new_id(), commitment=one, created_at=AT) for one in commitments])
    sequence(AT + STEP)
    sequence(AT + 2 * STEP)
    return commitments


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town, at the beginning of the day on which things are filed."""
    clock.set("2026-03-02 09:00")
    forget()
    return build_town()


@pytest.fixture
def program(town: Town) -> Program:
    """Somebody's program in the town."""
    return Program()
