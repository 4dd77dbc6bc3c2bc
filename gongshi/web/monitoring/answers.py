"""What is counted and logged of every answer, and of which answers nothing is.

A case must move nothing here: whoever reads the figures of the program could else tell that one was filed, opened or
worked on. So only pages that are the same for everybody and tell nothing about whoever reads them are counted, in steps
of ten when shown (`metrics`). Of all others only faults are, in tens as well: an answer that failed, or was turned away
because a store was out of reach. A resident's own reading leaves no line in the log either (promise 3).
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gongshi.web.middleware import route_of
from gongshi.web.monitoring.counting import Board

# Pages for everybody on which no filing begins: a filer passes the front page, the form and its maps.
COUNTED_ROUTES = frozenset(
    f"public:{name}"
    for name in ("published", "published_case", "figures", "how_it_works", "what_we_keep", "what_it_cannot")
)
# A resident's way, and the files that its pages load ("-"): told when it fails or drags, never when it goes well.
UNTOLD = ("public:", "-")
PROBES = frozenset({"healthz", "metrics"})
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends of the histogram's buckets."""
SLOW = 2.5
"""An answer that takes longer counts as a fault, in seconds."""
STATUSES = ("2xx", "3xx", "4xx", "5xx")
OPEN_FAULTS = ("failed", "busy", "slow")
"""Of pages for everybody."""
FAULTS = ("failed", "busy", "unopened")
"""Of all others. ``unopened`` is counted by `gongshi.web.unopened`, the rest here."""

_log = logging.getLogger("gongshi.requests")
board = Board(
    [
        *(f"open/{status}" for status in STATUSES),
        *(f"open/seconds/{end}" for end in SECONDS),
        "open/milliseconds",
        *(f"open/{fault}" for fault in OPEN_FAULTS),
        *(f"fault/{fault}" for fault in FAULTS),
    ]
)


def watched(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost: counts the answer and, where the instance keeps a log of requests, tells it."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        note(route_of(request), response.status_code, time.perf_counter() - began)
        return response

    return answer


def note(route: str, status: int, seconds: float) -> None:
    """Count and tell one answer. ``route`` is a page's name, "-" where none has the address."""
    if route in PROBES:
        return
    fault = fault_of(status, seconds)
    if route in COUNTED_ROUTES:
        _count_open(status, seconds)
        if fault:
            board.add(f"open/{fault}")
    # How long a page of one case takes says something about that case.
    elif fault in FAULTS:
        board.add(f"fault/{fault}")
    if settings.LOG_REQUESTS and (fault or route in COUNTED_ROUTES or not route.startswith(UNTOLD)):
        said = {"route": route, "status": status, "ms": round(seconds * 1000)}
        _log.info("%s %s %s ms", status, route, said["ms"], extra={"facts": said})


def fault_of(status: int, seconds: float) -> str:
    """What was wrong with an answer: "failed", "busy", "slow", or "" for nothing."""
    if status == 503:
        return "busy"
    if status >= 500:
        return "failed"
    return "slow" if seconds > SLOW else ""


def _count_open(status: int, seconds: float) -> None:
    board.add(f"open/{status // 100}xx")
    board.add("open/milliseconds", round(seconds * 1000))
    end = next((end for end in SECONDS if seconds <= end), None)
    if end is not None:
        board.add(f"open/seconds/{end}")
