"""`/healthz`: 200 while everything can be used, 503 as soon as a part cannot, and never a word about which."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.web.monitoring import health

pytestmark = pytest.mark.django_db
PRIVATE = ("database", "keys", "sqlite", "postgres", "instance", "gongshi")


def test_all_is_well() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies
    assert Client().head("/healthz").status_code == 200
    assert Client().post("/healthz").status_code == 405


def test_asking_reads_once_from_each_store_writes_nothing_and_is_fast() -> None:
    Client().get("/healthz")
    with ExitStack() as watched:
        asked = [watched.enter_context(CaptureQueriesContext(one)) for one in connections.all()]
        began = time.perf_counter()
        Client().get("/healthz")
        took = time.perf_counter() - began
    assert [[query["sql"].split()[0] for query in one] for one in asked] == [["SELECT"], ["SELECT"]]
    assert took < 0.05


def test_without_its_key_file_it_is_not_well(
    settings: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.KEY_FILE = tmp_path / "instance.json"  # type: ignore[attr-defined]
    answer = Client(raise_request_exception=False).get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unavailable\n")
    assert health.parts()["keys"] is False
    assert not [record for record in caplog.records if record.name == "gongshi.security"]
    assert not any(word in answer.content.decode() for word in PRIVATE)


def test_a_key_file_that_others_may_read_is_not_well(settings: object, tmp_path: Path) -> None:
    copy = tmp_path / "instance.json"
    copy.write_bytes(Path(settings.KEY_FILE).read_bytes())  # type: ignore[attr-defined]
    copy.chmod(0o644)
    settings.KEY_FILE = copy  # type: ignore[attr-defined]
    assert Client(raise_request_exception=False).get("/healthz").status_code == 503


def test_without_its_database_it_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_alias: str) -> None:
        raise OperationalError("could not connect to server db.internal")

    monkeypatch.setattr("gongshi.web.monitoring.health._answers", away)
    answer = Client(raise_request_exception=False).get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unavailable\n")


def test_a_database_without_tables_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite would open a file that is gone as an empty one."""
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction
    from django.db import transaction

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE django_migrations RENAME TO gone")
        assert health.parts()["database"] is False
        transaction.set_rollback(True)


def test_a_connection_that_died_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def ask(alias: str) -> None:
        asked.append(alias)
        if len(asked) == 1:
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("gongshi.web.monitoring.health._ask", ask)
    monkeypatch.setattr(connection, "close", lambda: asked.append("closed"))
    health._answers("default")
    assert asked == ["default", "closed", "default"]


def test_it_answers_over_plain_http_on_this_machine(settings: object) -> None:
    """The proxy speaks https; whoever watches from this machine does not."""
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/").status_code == 301
