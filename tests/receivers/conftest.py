"""Every test of receivers has the town, its administrator, a real server on the loopback, and a receiver there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook

from gongshi.notifications.posting import post_events
from gongshi.places.snapshots import forget
from gongshi.receivers.actions import add_receiver
from gongshi.receivers.events import EVENTS
from gongshi.receivers.gathering import gather
from gongshi.receivers.models import Receiver
from tests.casework import add_staff
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.notifications.servers import GatewayServer

START = "2026-03-02 09:00"


@pytest.fixture
def town(db: None, clock: Clock, settings: Settings, tmp_path: Path) -> Town:
    """The small town with Ada, who administers it."""
    clock.set(START)
    settings.INSTANCE = tmp_path
    settings.BASE_URL = "https://gongshi.example"
    forget()
    found = build_town()
    add_staff(found, "ada", hall=["administrator"])
    return found


@pytest.fixture
def server(settings: Settings) -> Iterator[GatewayServer]:
    """Where the receiver's program runs."""
    settings.WEBHOOK_TO_THIS_MACHINE = True
    found = GatewayServer()
    yield found
    found.close()


class Listening:
    """A receiver with its server and its secret, on a clock."""

    def __init__(self, town: Town, server: GatewayServer, clock: Clock) -> None:
        self.town, self.server, self.clock = town, server, clock
        self.row, self.secret = set_up(town, server, clock)
        gather(clock())  # writes down what is public already

    def told(self) -> list[dict[str, Any]]:
        """A round of gathering and posting: what arrived, each verified by the library of Standard Webhooks."""
        gather(self.clock())
        return self.posted()

    def posted(self) -> list[dict[str, Any]]:
        """What arrives without anything new being looked for."""
        self.server.requests.clear()
        self.server.bodies.clear()
        post_events("w1", self.clock())
        return [json.loads(body) for body in self.server.bodies]

    def verify(self, n: int = 0, secret: str = "") -> Any:
        """The n-th message, if the library finds it good. It goes by the real clock, so the test's stands there."""
        _, headers, _ = self.server.requests[n]
        return Webhook(secret or self.secret).verify(self.server.bodies[n], headers)

    def only(self, *events: str) -> None:
        """From now on it is told of these alone."""
        Receiver.objects.filter(pk=self.row.pk).update(events=list(events))

    def fresh(self) -> Receiver:
        """The row as it is now."""
        return Receiver.objects.get(pk=self.row.pk)


def set_up(town: Town, server: GatewayServer, clock: Clock, **changed: Any) -> tuple[Receiver, str]:
    """A receiver of everything."""
    given = {
        "name": "河边广播",
        "purpose": "社区大屏",
        "url": f"http://127.0.0.1:{server.port}/hook?token=t0k3n",
        "events": list(EVENTS),
        **changed,
    }
    return add_receiver(**given, actor=town.actor("ada", keys=False), at=clock())


@pytest.fixture
def listening(town: Town, server: GatewayServer, clock: Clock) -> Listening:
    """A receiver of everything that has been told nothing yet."""
    return Listening(town, server, clock)
