"""Passwords are hashed slowly on purpose: two at a time in each worker leave the processor to everybody else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.web.limits import later

AT_ONCE, WAITING, WAIT_SECONDS, AGAIN_SECONDS = 2, 1, 3, 30
# Whoever waits holds one of the server's few threads (four in each worker, unless told otherwise), so one waits and all
# others come back later.
_hashing = threading.BoundedSemaphore(AT_ONCE)
_at_the_door = threading.BoundedSemaphore(AT_ONCE + WAITING)


@contextmanager
def place_to_hash(request: HttpRequest) -> Iterator[None]:
    """One of the few places for slow hashing. Raises ImmediateHttpResponse (`busy`) where none comes free in time.

    Not to be taken twice by the same request: it would wait for itself.
    """
    if not _at_the_door.acquire(blocking=False):
        raise ImmediateHttpResponse(busy(request))
    try:
        if not _hashing.acquire(timeout=WAIT_SECONDS):
            raise ImmediateHttpResponse(busy(request))
        try:
            yield
        finally:
            _hashing.release()
    finally:
        _at_the_door.release()


def busy(request: HttpRequest) -> HttpResponse:
    """Many sign in at this moment: try again, with how long to wait."""
    return later(render(request, "account/busy.html"), AGAIN_SECONDS)
