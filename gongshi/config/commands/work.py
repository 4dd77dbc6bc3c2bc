"""`gongshi work`: sends what waits in the outbox and runs the periodic jobs. Start as many as are needed."""

import logging
import os
import select
import signal
import socket
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.notify import tell
from gongshi.config.terminal import both, failure

logger = logging.getLogger("gongshi.work")
BATCH = 50
IDLE_SECONDS = 1.0
AFTER_FAULT_SECONDS = 5.0
LONGEST_NAME = 80


class Stop:
    """Whether to stop, set by SIGTERM or Ctrl-C: what is in hand is finished, nothing new is begun.

    A signal also writes a byte into a socket, so that one that arrives just before ``wait`` ends it all the same.
    """

    def __init__(self) -> None:
        self.asked = False
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)

    def listen(self) -> None:
        """Take the signals over. Only in a process's main thread."""
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def wait(self, seconds: float) -> None:
        """Sleep, or less when a signal comes."""
        select.select([self._reader], [], [], seconds)

    def __call__(self) -> bool:
        return self.asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        tell("STOPPING=1")


class Worker:
    """One worker's rounds: jobs first, since they queue notices; then a batch of notices, then of events."""

    def __init__(self, name: str, stop: Stop) -> None:
        self.name = name
        self.stop = stop

    def round(self) -> int:
        """One round, told in one line of counts if there was anything. Returns how many notices are done with."""
        from django.utils import timezone

        from gongshi.notifications import jobs, posting, schedule
        from gongshi.notifications.models import State

        touched = schedule.run_due(self.name, timezone.now(), stop=self.stop)
        delivered = jobs.deliver(self.name, timezone.now(), BATCH, stop=self.stop)
        # Strangers' servers come last, and not before everybody here has been told.
        posted = Counter[State]()
        if not self.stop() and delivered.total() < BATCH:
            posted = posting.post_events(self.name, timezone.now(), stop=self.stop)
        told = {
            **_words(delivered),
            **_words(posted, "events "),
            **{name: rows for name, rows in touched.items() if rows},
        }
        if told:
            self._tell(told)
        both_ways = delivered + posted
        return both_ways.total() - both_ways[State.WAITING]

    def _tell(self, told: dict[str, int]) -> None:
        from django.conf import settings
        from django.utils import timezone

        if settings.LOG_FORMAT == "json":
            logger.info("worked", extra={"facts": {"worker": self.name, "counts": told}})
            return
        counts = ", ".join(f"{name} {count}" for name, count in told.items())
        click.echo(f"{timezone.localtime():%Y-%m-%d %H:%M:%S} {self.name}: {counts}")

    def run(self) -> None:
        """Rounds until asked to stop. A database that is away for a while ends nothing."""
        from django.db import DatabaseError, InterfaceError

        while not self.stop():
            try:
                pause = 0.0 if self.round() else IDLE_SECONDS
            except (DatabaseError, InterfaceError) as error:
                click.echo(both(f"数据库不可用：{_kind(error)}", "the database is not available"), err=True)
                pause = AFTER_FAULT_SECONDS
            if pause and not self.stop():
                self._release()
                self.stop.wait(pause)

    def run_once(self) -> None:
        """Rounds until nothing is left that is due and can be sent."""
        while not self.stop() and self.round():
            pass

    @staticmethod
    def _release() -> None:
        """Close the connection if it broke, so that the next round opens a fresh one."""
        from django.db import close_old_connections

        close_old_connections()


def _words(delivered: Counter[Any], of: str = "") -> dict[str, int]:
    words = {"sent": "sent", "waiting": "to be tried again", "dropped": "dropped", "failed": "failed"}
    return {of + words[state]: count for state, count in delivered.items()}


def _kind(error: Exception) -> str:
    return type(error.__cause__ or error).__name__


def _check() -> None:
    """Refuse to start with settings or rows that nothing could be sent with."""
    from django.db import DatabaseError, InterfaceError

    from gongshi.notifications import effects, queries, transports
    from gongshi.notifications.servers import ServerSettingError

    try:
        transports.check_settings()
        effects.require(queries.effects_waiting())
    except ServerSettingError as error:
        raise failure("发送设置有误", str(error)) from error
    except effects.UnknownEffectError as error:
        raise _unknown(error) from error
    except (DatabaseError, InterfaceError) as error:
        raise failure(
            f"数据库打不开，或表还没有建：{_kind(error)}",
            "the database cannot be opened, or has no tables yet",
        ) from error


def _unknown(error: Exception) -> click.ClickException:
    return failure(
        f"待发通知要用的收件方式 {error} 没有登记。请用写入它们的同一版程序运行 gongshi work",
        f"notices wait for the effect {error}, which no app has registered. "
        "Run gongshi work from the version of the program that wrote them",
    )


@click.command(
    "work",
    help=both(
        "发出待发通知，运行定时任务。可同时开多个。", "Send notices and run periodic jobs. Start several."
    ),
)
@instance_option
@click.option("--once", is_flag=True, help=both("做完眼下的就停。", "Stop when nothing is due any more."))
@click.option("--worker", default="", help=both("这个进程的名字。", "This process's name."))
def command(directory: Path, once: bool, worker: str) -> None:
    """Check, then work until SIGTERM, or until nothing is left."""
    enter(directory)
    from gongshi.config import stores
    from gongshi.config.logs import tell_all
    from gongshi.notifications.effects import UnknownEffectError

    stores.require_all()
    tell_all()
    _check()
    stop = Stop()
    stop.listen()
    started = time.monotonic()
    tell("READY=1")
    name = (worker or f"{socket.gethostname()}-{os.getpid()}")[:LONGEST_NAME]
    try:
        if once:
            Worker(name, stop).run_once()
        else:
            Worker(name, stop).run()
    except UnknownEffectError as error:
        raise _unknown(error) from error
    click.echo(both(f"{name} 停止", f"stopped after {time.monotonic() - started:.0f} s"))
