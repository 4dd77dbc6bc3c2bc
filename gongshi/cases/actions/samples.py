"""The sample of answers: laid out, masked and checked, read by two, closed.

Whoever checks a copy, and whoever reads it, is shown an answer that went to somebody: each opening is a look. What the
resident wrote is opened to neither. Rule and reasons: docs/rules/agreement.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import require, role_shown
from gongshi.cases.actions.looks import write_look
from gongshi.cases.actions.publication import CopyRefused
from gongshi.cases.labels import SAMPLE_ANSWERS, SAMPLE_QUESTIONS
from gongshi.cases.masking import masked
from gongshi.cases.models import Answer, AnswerSample, SampledAnswer, SampleReading
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_for, read_letter, read_sampled
from gongshi.cases.samples import (
    SEATS,
    complete,
    copies_to_check,
    copies_to_read,
    is_done,
    is_outside,
    of_sample,
    progress,
    said_of,
    seat_of,
)
from gongshi.cases.sealed import clean, seal_json
from gongshi.cases.texts import plain_lines
from gongshi.rules.redaction import is_reduction
from gongshi.safekeeping.ids import new_id

# What an officer wrote in an answer; the rest of a letter are codes, days and words of the place.
WRITTEN = ("found", "decided", "by_whom", "call")
KEPT = ("decision", "found_on", "by_on", "language")


class NoSeat(Exception):
    """Two others read this sample already."""


def lay_out(
    quarter: str,
    answers: Iterable[tuple[UUID, UUID]],
    *,
    size: int,
    batch: int,
    closes_on: date,
    at: datetime,
) -> int:
    """Begin a quarter's sample, or fill the places of what was withdrawn since; how many answers were added.

    answers: (case, office that answered) in the order of the draw.
    """
    with transaction.atomic():
        drawn = {"size": size, "batch": batch, "drawn_at": at, "closes_on": closes_on}
        AnswerSample.objects.get_or_create(quarter=quarter, defaults=drawn)
        # The row is the lock: two workers that fill the same places wait for each other.
        sample = AnswerSample.objects.select_for_update().get(quarter=quarter)
        if sample.closed_at is not None:
            return 0
        there = set(SampledAnswer.objects.filter(sample=sample).values_list("case_id", flat=True))
        free = [one for one in answers if one[0] not in there][: sample.size - len(there)]
        SampledAnswer.objects.bulk_create(
            SampledAnswer(id=new_id(), sample=sample, case_id=case, office_id=office) for case, office in free
        )
    return len(free)


def open_to_check(
    sampled_id: UUID, actor: StaffActor, *, at: datetime
) -> tuple[SampledAnswer, dict[str, Any]]:
    """An answer as the program masks it, together with the committed look. Raises NotFound, NotAllowed."""
    row = _one(copies_to_check(actor), sampled_id)
    key = key_for(row.case_id, actor)
    with transaction.atomic():
        write_look(
            row.case, actor, why="sample_check", what="answer", role=role_shown(actor, "sample.check"), at=at
        )
        return row, _masked(row, key)


def keep_copy(sampled_id: UUID, reviewed: Mapping[str, str], *, actor: StaffActor, at: datetime) -> None:
    """Give a checked copy to the readers. ``reviewed``: each of its `WRITTEN` parts, with more taken out or not.

    Raises CopyRefused when something was added or changed, NotFound (also when somebody else was faster).
    """
    row = _one(copies_to_check(actor), sampled_id)
    key = key_for(row.case_id, actor)
    copy = _masked(row, key)
    for part in WRITTEN:
        if part in copy:
            left = plain_lines(reviewed.get(part, ""))
            if not is_reduction(copy[part], left):
                raise CopyRefused(part)
            copy[part] = left
    sealed = seal_json(key, copy, row=row.id, field="copy")
    # Not on a case that was withdrawn meanwhile: its row is gone.
    if not SampledAnswer.objects.filter(pk=row.pk, checked_at=None).update(copy=sealed, checked_at=at):
        raise NotFound


def take_seat(*, actor: StaffActor) -> None:
    """Become one of the sample's two readers; again does no harm. Raises NotAllowed, NotFound, NoSeat."""
    require(actor, "sample.read")
    sample = of_sample(actor)
    if not is_outside(actor):
        raise NotFound
    for seat in SEATS:
        if seat_of(sample, actor):
            return
        free = AnswerSample.objects.filter(pk=sample.pk, closed_at=None, **{seat: None})
        try:
            with transaction.atomic():
                free.update(**{seat: actor.staff_id})
        except IntegrityError:
            return  # the same reader, in another window, took the other one
        sample.refresh_from_db()
    if not seat_of(sample, actor):
        raise NoSeat


@dataclass(frozen=True)
class OpenCopy:
    """A copy before its reader: the ``number``-th of ``of``, what it says, and what they said of it so far."""

    row: SampledAnswer
    number: int
    of: int
    copy: dict[str, Any]
    said: dict[str, str]


def open_to_read(sampled_id: UUID, actor: StaffActor, *, at: datetime) -> OpenCopy:
    """A checked copy, together with the committed look. Raises NotFound, NotAllowed."""
    rows = list(_own_copies(actor, of_sample(actor)))
    number = next((n for n, row in enumerate(rows, start=1) if row.id == sampled_id), 0)
    if not number:
        raise NotFound
    row = rows[number - 1]
    key = key_for(row.case_id, actor)
    with transaction.atomic():
        write_look(
            row.case, actor, why="sample_read", what="answer", role=role_shown(actor, "sample.read"), at=at
        )
        return OpenCopy(row, number, len(rows), read_sampled(row, key), said_of(row))


def say_of_copy(sampled_id: UUID, said: Mapping[str, str], *, actor: StaffActor, at: datetime) -> UUID | None:
    """Keep what a reader says of a copy, of some questions or of all; the next copy that is not complete, if any.

    Raises NotFound, NotAllowed, ValueError.
    """
    rows = {row.id: row for row in _own_copies(actor, of_sample(actor))}
    row = rows.get(sampled_id)
    if row is None:
        raise NotFound
    if said.keys() - SAMPLE_QUESTIONS.keys() or set(said.values()) - SAMPLE_ANSWERS.keys():
        raise ValueError("no such question or answer")
    kept = {"said": dict(said), "saved_at": at}
    try:
        with transaction.atomic():
            SampleReading.objects.update_or_create(sampled=row, reader_id=actor.staff_id, defaults=kept)
    except IntegrityError as gone:
        raise NotFound from gone  # withdrawn while it was being read
    left = [one.id for one in rows.values() if one is not row and not complete(said_of(one))]
    return next((one for one in left if one > row.id), next(iter(left), None))


def finish_reading(*, actor: StaffActor, at: datetime) -> None:
    """Be done: nothing can be changed after. Raises NotFound while something is left to read or to be checked."""
    sample = of_sample(actor)
    listed = list(_own_copies(actor, sample))
    if not progress(sample, listed).can_finish:
        raise NotFound
    AnswerSample.objects.filter(pk=sample.pk, closed_at=None).update(
        **{f"{seat_of(sample, actor)}_done_at": at}
    )


def close_sample(sample: AnswerSample, result: Mapping[str, Any], *, at: datetime) -> bool:
    """Keep the result; every copy and everything that was said of one is deleted. Whether it was still open."""
    with transaction.atomic():
        still = AnswerSample.objects.filter(pk=sample.pk, closed_at=None)
        if not still.update(closed_at=at, result=dict(result)):
            return False
        SampledAnswer.objects.filter(sample=sample).delete()
    return True


def _own_copies(actor: StaffActor, sample: AnswerSample) -> QuerySet[SampledAnswer]:
    """What a reader still reads: nothing once they are done, or once they hold another role."""
    found = copies_to_read(actor, sample)
    return found if is_outside(actor) and not is_done(sample, seat_of(sample, actor)) else found.none()


def _one(rows: QuerySet[SampledAnswer], wanted: UUID) -> SampledAnswer:
    found = rows.filter(pk=wanted).first()
    if found is None:
        raise NotFound
    return found


def _masked(row: SampledAnswer, key: bytes) -> dict[str, Any]:
    """The answer without what a pattern finds in it, and without the names of any staff; offices' telephones stay."""
    letter = read_letter(_first_answer(row), key)
    copy = {name: letter[name] for name in KEPT if letter.get(name)}
    copy["routes"] = [
        {"name": route.get("name"), "until_on": route.get("until_on")} for route in letter.get("routes", ())
    ]
    for part in WRITTEN:
        if text := masked(str(letter.get(part) or "")):
            copy[part] = text
    return clean(copy)


def _first_answer(row: SampledAnswer) -> Answer:
    found = Answer.objects.filter(case=row.case_id, number=1, undone_at=None).first()
    if found is None:
        raise NotFound
    return found
