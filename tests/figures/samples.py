"""A quarter with answers to draw from, two readers from outside, and a ledger whose heads came out."""

from datetime import datetime

from gongshi.accounts.models import Staff
from gongshi.cases.actions.samples import keep_copy, open_to_check, say_of_copy, take_seat
from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.cases.models import SampledAnswer
from gongshi.safekeeping.models import Head
from tests.casework import add_staff, answered
from tests.cast import Town, matter
from tests.clock import local

FIRST_HEAD = local("2026-04-01 00:00")
ENDED = local("2026-04-01 00:05")
READERS = ("wen", "tan")


def give_head(at: datetime = FIRST_HEAD, root: bytes = b"\x01" * 32, batch: int = 1) -> Head:
    """A head of the ledger as it would lie there; nothing here checks its signature."""
    return Head.objects.create(
        batch=batch, size=16 * batch, root=root, at=at, origin="x", key_version=1, signature=b"\x00" * 64
    )


def add_readers(town: Town, *names: str) -> list[Staff]:
    """Readers from outside, engaged by the hall."""
    return [add_staff(town, name, hall=["reader"]) for name in names or READERS]


def answers(town: Town, n: int, *, category: str = "pothole", by: str = "zhou") -> None:
    """Answered in time, in March."""
    for _ in range(n):
        answered(town, matter(town, category), by=by)


def all_checked(town: Town, by: str = "su", at: datetime = ENDED) -> None:
    """Every copy as the program masked it."""
    for row in SampledAnswer.objects.filter(checked_at=None):
        _, copy = open_to_check(row.id, town.actor(by), at=at)
        keep_copy(row.id, copy, actor=town.actor(by), at=at)


def all_read(town: Town, name: str, said: str = "yes", at: datetime = ENDED, **different: str) -> None:
    """Somebody takes a seat and says the same of every copy, but for some questions."""
    actor = town.actor(name)
    take_seat(actor=actor)
    told = {**dict.fromkeys(SAMPLE_QUESTIONS, said), **different}
    for row in SampledAnswer.objects.exclude(checked_at=None):
        say_of_copy(row.id, told, actor=actor, at=at)
