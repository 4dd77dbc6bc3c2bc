"""Dossiers of matters with a long history and ten attachments: with a warm compiler, and what others wait meanwhile.

Asked for in turns from more matters than Typst remembers the work of, so that each is set anew.
"""

import os
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from gongshi.config.bench import clients, world
from gongshi.config.bench.conditions import Conditions

EVENTS, FILES, MATTERS, DAYS = 30, 10, 12, 10
FILE_BYTES = 300_000
DOSSIER, HOME = "/filing/1/dossier/", "/"
WORDS = "老桥东头路面塌了一个坑，电动车摔了两次，晚上没有灯。" * 8


def measure(conditions: Conditions) -> dict[str, Any]:
    """Live the matters, take their dossiers again and again; the figures as plain data."""
    with world.instance(postgres=conditions.postgres) as directory:
        cookies = _lived()
        with world.served(directory, workers=1) as served:
            asked = [clients.get(DOSSIER, host=served.host, cookies=cookie) for cookie in cookies]
            home = clients.get(HOME, host=served.host)
            clients.Connection(served.port).send(home)
            unmade = served.worker_memory()
            first, size = _first(served, asked[0])
            quiet = _asked(served, [home], conditions)
            before = served.worker_seconds()
            alone = _asked(served, asked, conditions)
            spent = (served.worker_seconds() - before) / max(len(alone.latencies), 1)
            meanwhile = _beside(served, asked, home, conditions)
            return {
                "database": served.engine,
                "events": EVENTS,
                "attachments": FILES,
                "attachment_kb": FILE_BYTES // 1_000,
                "dossier_kb": size,
                "first_ms": first,
                "dossier": {**alone.as_data(), "processor_ms": round(spent * 1_000)},
                "home_page": quiet.as_data(),
                "home_page_meanwhile": meanwhile.as_data(),
                "worker_memory_before_mb": unmade,
                "worker_memory_mb": served.worker_memory(),
                "compiler_memory_mb": served.compiler_memory(),
            }


def _first(served: world.World, asked: bytes) -> tuple[float, int]:
    """Milliseconds of the first dossier, which reads the type, and a dossier's size in kB."""
    begun = time.perf_counter()
    status, _, body = clients.Connection(served.port).send(asked)
    if status != 200 or not body.startswith(b"%PDF"):
        raise RuntimeError(f"the dossier answered {status}")
    return round((time.perf_counter() - begun) * 1_000, 1), len(body) // 1_000


def _asked(served: world.World, requests: list[bytes], conditions: Conditions) -> clients.Measured:
    def in_turns(_number: int) -> Iterator[bytes]:
        while True:
            yield from requests

    return clients.run(served.port, in_turns, clients=1, seconds=conditions.seconds, expect=200)


def _beside(served: world.World, asked: list[bytes], home: bytes, conditions: Conditions) -> clients.Measured:
    """The home page, read while one dossier after the other is made by the same worker."""
    thread = threading.Thread(target=_asked, args=(served, asked, conditions))
    thread.start()
    measured = _asked(served, [home], conditions)
    thread.join()
    return measured


def _lived() -> list[str]:
    """The matters, with `EVENTS` entries of history and `FILES` attachments each; their residents' cookies.

    Spread over days, each with its batch of the ledger, as in life.
    """
    from django.utils import timezone

    from gongshi.safekeeping.sequencing import sequence

    begun = timezone.now() - timedelta(days=DAYS + 1)
    matters = [_Matter(number, begun) for number in range(MATTERS)]
    for day in range(DAYS):
        at = begun + timedelta(days=day, hours=1)
        for matter in matters:
            matter.live(at)
        sequence(at + timedelta(hours=4))
    return [matter.cookie for matter in matters]


class _Matter:
    """One matter and its resident."""

    def __init__(self, number: int, at: datetime) -> None:
        from gongshi.accounts.actors import Resident, System
        from gongshi.cases.actions.filing import file_filing
        from gongshi.cases.drafts import NewFiling, NewMatter
        from gongshi.routing.queries import leaves
        from gongshi.safekeeping.receipts import new_receipt
        from gongshi.safekeeping.tokens import visit_token
        from gongshi.web.public.visits import COOKIE

        receipt = new_receipt()
        category = next(leaf for leaf in leaves() if leaf.kind == "request")
        new = NewFiling((NewMatter(category.id, f"第{number}件：{WORDS}", wish="请修好。"),), "zh", "web")
        filed = file_filing(new, receipt=receipt, actor=System("bench"), at=at)
        self._number, self._filing = number, filed.filing.id
        self._resident = Resident(filed.filing.id, filed.receipt_id, receipt)
        self.cookie = f"{COOKIE}={visit_token(filed.filing.id, filed.receipt_id, receipt)}"

    def _case(self) -> Any:
        from gongshi.cases.models import Case

        return Case.objects.select_related("filing", "promise").get(filing=self._filing)

    def live(self, at: datetime) -> None:
        """One day: a file is added, and there is a look, a question and a reply until there are entries enough."""
        from gongshi.accounts.queries import acting_in
        from gongshi.accounts.rights import may
        from gongshi.cases import engine
        from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply
        from gongshi.cases.actions.looks import open_content
        from gongshi.cases.actions.moves import make_move

        case = self._case()
        clerk = next(actor for actor in acting_in(case.office_id) if may(actor, "case.work"))
        if case.stage == engine.procedure_of(case).start:
            make_move(case, "accept", actor=clerk, at=at)
        add_to_case(case, WORDS, [("坑.jpg", _photo())], actor=self._resident, at=at + timedelta(hours=1))
        if case.seq + 2 <= EVENTS - FILES:
            then = at + timedelta(hours=2)
            open_content(self._case(), clerk, why="assignment", at=then)
            ask_resident(self._case(), "ask", f"第{self._number}件：{WORDS}", actor=clerk, at=then)
            reply(self._case(), "reply", WORDS, actor=self._resident, at=then + timedelta(hours=1))


def _photo() -> Any:
    """A file as large as a photo is shown, of chance, without a picture being decoded."""
    from gongshi.safekeeping.photos import Content, Prepared

    return Prepared(Content(os.urandom(FILE_BYTES), "image/jpeg"), None)
