"""That the rules of every attack are held to: by every test of one, and by an answer that waits instead of working."""

import time
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from gongshi.places.models import Calendar
from tests.attacks import rules
from tests.attacks.rules import Watch

pytestmark = pytest.mark.django_db


def test_every_test_of_an_attack_is_watched_wherever_it_stands(request: pytest.FixtureRequest) -> None:
    named = [item for item in request.session.items if item.name.startswith("test_row_")]
    assert [item.nodeid for item in named if not item.get_closest_marker("attack")] == []


def asked(original: Any, allowed: frozenset[int] = frozenset()) -> Any:
    """One request whose answer comes from ``original``, under a watch of its own."""
    return Watch(allowed).asked(Client(), original, {"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz"})


def answer(status: int = 200, body: bytes = b"") -> HttpResponse:
    answer = HttpResponse(body, status=status)
    answer.wsgi_request = Client().get("/healthz").wsgi_request  # type: ignore[attr-defined]
    return answer


def test_an_answer_that_sleeps_is_found_though_it_works_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "WAITED_SECONDS", 0.05)

    def sleeping(client: Client, **request: Any) -> HttpResponse:
        time.sleep(0.1)
        return answer()

    with pytest.raises(AssertionError, match=r"/healthz took 0\.\d s"):
        asked(sleeping)


def works(seconds: float) -> None:
    began = time.thread_time()
    while time.thread_time() - began < seconds:
        pass


def test_an_answer_that_writes_and_then_works_on_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at all tables before the first word is written is the watch's own work, and is not counted."""

    def writes(client: Client, **request: Any) -> HttpResponse:
        Calendar.objects.filter(code="nowhere").update(version=1)
        return answer()

    def works_on(client: Client, **request: Any) -> HttpResponse:
        works(0.3)
        return writes(client, **request)

    with monkeypatch.context() as slow:
        slow.setattr(rules, "SECONDS", 0.2)
        slow.setattr(rules, "tables", lambda: works(0.3))
        assert asked(writes).status_code == 200
        with pytest.raises(AssertionError, match=r"worked for 0\.3"):
            asked(works_on)


@pytest.mark.parametrize("status", [500, 501, 503, 505, 507])
def test_no_failure_is_allowed_without_a_mark(status: int) -> None:
    with pytest.raises(AssertionError, match=str(status)):
        asked(lambda client, **request: answer(status))
    assert asked(lambda client, **request: answer(status), frozenset({status})).status_code == status
