"""Two real PostgreSQL servers: what is published on one stands on the other within seconds, and nothing else does."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import ROOT
from tests.postgres import postgres

PATIENCE = 20.0
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")}
WORDS = "老桥东头有个大坑"

OTHERS = (
    "/programs/",
    "/open-data/",
    "/open-data/catalogue.jsonld",
    "/published/base.json",
    "/figures/office/roads/",
    "/figures/category/pothole/",
    "/api/v1/figures",
    "/feeds/published.atom",
    "/feeds/areas/river-street.atom",
    "/open311/v2/services.xml",
    "/open311/v2/services/pothole.xml",
    f"/api/v1/search?q={quote('老桥')}",
    "/api/v1/categories",
    "/api/v1/areas",
    "/api/v1/offices",
    "/api/v1/openapi.json",
    "/healthz",
)
"""Doors that must do without the private tables."""


@dataclass
class Side:
    """One of the two: its folder, its database, and the process that does what it is told."""

    folder: Path
    url: str
    process: "subprocess.Popen[str]"

    def do(self, *what: str) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def gongshi(self, *arguments: str, code: int = 0) -> str:
        done = self.do("gongshi", "replica", *arguments)
        assert done["code"] == code, done["said"]
        return str(done["said"])

    def get(self, path: str, method: str = "GET") -> Any:
        return self.do("get", path, method)


@contextmanager
def side(folder: Path, url: str, *database: str) -> Iterator[Side]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.config.replica.side", str(folder), *database],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=PLAIN,
    )
    try:
        assert process.stdout
        assert json.loads(process.stdout.readline()) == "ready"
        yield Side(folder, url, process)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=30)
        assert process.stdout
        process.stdout.close()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Side, Side]]:
    folder = tmp_path_factory.mktemp("two")
    logical = ("wal_level = logical", "max_slot_wal_keep_size = '1GB'")
    with ExitStack() as stack:
        first, second = stack.enter_context(postgres(*logical)), stack.enter_context(postgres())
        for url in (first.url, second.url):
            _make(url)
        main = stack.enter_context(side(folder / "main", first.url, first.url))
        replica = stack.enter_context(side(folder / "replica", second.url))
        yield main, replica


def _make(url: str) -> None:
    import psycopg

    with psycopg.connect(url.replace("/gongshi?", "/postgres?"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE gongshi")


def eventually(asked: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not asked():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.05)


def test_what_is_public_arrives_and_nothing_else(both: tuple[Side, Side]) -> None:
    main, replica = both
    at, there = f"--dir={main.folder}", f"--dir={replica.folder}"
    first = main.do("publish", "先公开的一件")

    # The main server.
    assert "gongshi_replica" in main.gongshi("publish", at, code=1)
    main.do("run", "CREATE ROLE gongshi_replica LOGIN REPLICATION")
    assert '"title"' in main.gongshi("publish", at, "--print")
    assert "WRONG" in main.gongshi("publish", at, "--check", code=1)
    main.gongshi("publish", at)
    main.gongshi("publish", at)
    assert "WRONG" not in main.gongshi("publish", at, "--check")

    # What else the role could be told: by a right on a column that is withheld, and by another publication.
    for done, undone in {
        "GRANT SELECT (case_id) ON cases_publiccase TO gongshi_replica": "REVOKE SELECT (case_id) ON cases_publiccase "
        "FROM gongshi_replica",
        "CREATE PUBLICATION others FOR TABLE figures_countedmonth": "DROP PUBLICATION others",
    }.items():
        main.do("run", done)
        assert "WRONG" in main.gongshi("publish", at, "--check", code=1), done
        main.do("run", undone)
    assert "WRONG" not in main.gongshi("publish", at, "--check")

    # The replica, which asks as the role that may read public columns alone.
    address = main.url.replace("//postgres", "//gongshi_replica")
    made = ("--of=http://main.test", "--base-url=http://public.test", f"--database={replica.url}")
    replica.gongshi("make", there, *made)
    assert sorted(path.name for path in replica.folder.iterdir()) == ["gongshi.toml", "static"]
    replica.gongshi("subscribe", there, f"--from={address}", "--seconds=30")
    replica.gongshi("subscribe", there, "--seconds=30")
    replica.gongshi("subscribe", there, "--anew", f"--from={address}", "--seconds=30")
    assert "WRONG" not in replica.gongshi("check", there)
    assert "bytes behind" in main.gongshi("publish", at, "--check")

    # What was there is there, and what comes arrives; what is taken back goes.
    assert "先公开的一件" in replica.get("/published/")["text"]
    second = main.do("publish", WORDS)
    eventually(lambda: WORDS in replica.get("/published/")["text"])
    assert second in replica.get("/open311/v2/requests.json?start_date=2026-03-01T00:00:00Z")["text"]
    assert second in replica.get("/api/v1/cases")["text"]
    assert second in replica.get("/en/search/?q=老桥+大坑")["text"]
    assert replica.get(f"/published/{second}/")["status"] == 200
    main.do("take_back")
    eventually(lambda: replica.get(f"/published/{second}/")["status"] == 404)
    assert WORDS not in replica.get("/published/")["text"]
    assert first in replica.get("/api/v1/cases")["text"]
    assert "2026年3月登记" not in replica.get("/figures/")["text"]
    main.do("figures")
    eventually(lambda: "2026年3月登记" in replica.get("/figures/")["text"])

    replica.gongshi("tend", there)
    (made_of,) = (replica.folder / "open-data" / "cases").iterdir()
    assert first in replica.get(f"/open-data/{made_of.name}/cases.csv")["text"]
    for path in OTHERS:
        assert replica.get(path)["status"] == 200, path

    # Nothing else is there: no row of a private table, no column that is withheld.
    for table in ("cases_case", "cases_filing", "cases_history", "cases_receipt", "accounts_staff"):
        assert main.do("rows", f"SELECT count(*) FROM {table}") != [["0"]]
        assert replica.do("rows", f"SELECT count(*) FROM {table}") == [["0"]]
    assert replica.do("rows", "SELECT count(*), count(case_id) FROM cases_publiccase") == [["1", "0"]]
    replica.do(
        "run",
        "INSERT INTO notifications_jobrun VALUES (gen_random_uuid(), 'x', now(), NULL, '', NULL, 0, '')",
    )
    assert "notifications_jobrun" in replica.gongshi("check", there, code=1)
    replica.do("run", "DELETE FROM notifications_jobrun")

    # Whoever wants more is sent to the main server; nothing is taken in, and nothing could be written.
    for path in ("/", "/open/", "/en/file/?door=ask", "/desk/", "/api/v1/filing", "/nowhere"):
        answer = replica.get(path)
        assert (answer["status"], answer["to"]) == (307, f"http://main.test{path}")
    for path in ("/open/", "/en/open/", "/api/v1/drafts", "/open311/v2/requests.json"):
        answer = replica.get(path, "POST")
        assert (answer["status"], "http://main.test" in answer["text"]) == (403, True), path
        assert "SECRET" not in answer["text"]
    assert replica.do("writes") == "ReadOnlySqlTransaction"

    # A replica is served without keys, and never where there are any; and its own commands are its own.
    assert replica.do("gongshi", "serve", there, "--check")["code"] == 0
    assert replica.do("gongshi", "backup", str(replica.folder / "x.tar"), there)["code"] == 1
    (replica.folder / "keys").mkdir()
    (replica.folder / "keys" / "instance.json").write_text("{}")
    assert replica.do("gongshi", "serve", there, "--check")["code"] == 1
    replica.gongshi("check", there, code=1)
