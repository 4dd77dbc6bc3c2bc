"""Every read of the samples of answers, and who meets which copy. Nothing here is opened: see `actions.samples`.

An office's own answers are never checked by anybody who works there, and a reader holds no other role anywhere. What
somebody may not see is `NotFound`, like what does not exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import acting_in, offices_held
from gongshi.accounts.rights import may, may_only, require
from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.cases.models import AnswerSample, SampledAnswer, SampleReading
from gongshi.cases.queries import NotFound
from gongshi.cases.sight import not_hidden_from
from gongshi.rules.ladder import SEALED_KINDS

SEATS = ("first", "second")


def open_sample() -> AnswerSample | None:
    """The sample that is being checked and read; the older one, should there be two."""
    return AnswerSample.objects.filter(closed_at=None).order_by("closes_on").first()


def samples_to_close(on: date) -> list[AnswerSample]:
    """Samples whose last day is over before the local day ``on``, and those that both readers are done with."""
    done = Q(first_done_at__isnull=False, second_done_at__isnull=False)
    return list(AnswerSample.objects.filter(done | Q(closes_on__lt=on), closed_at=None).order_by("closes_on"))


def sample_of(quarter: str) -> AnswerSample | None:
    """The sample of a quarter."""
    return AnswerSample.objects.filter(quarter=quarter).first()


def samples() -> QuerySet[AnswerSample]:
    """All that were ever drawn: of each what a replica has of it, too."""
    return AnswerSample.objects.only("quarter", "batch", "size", "closes_on", "result")


def is_outside(actor: StaffActor) -> bool:
    """Whether somebody reads and does nothing else, in whichever office."""
    held = (acting_in(office) for office in offices_held(actor.staff_id, actor.office_id))
    return all(
        may_only(one, "sample.read") for those in held for one in those if one.staff_id == actor.staff_id
    )


def seat_of(sample: AnswerSample, actor: StaffActor) -> str:
    """Which of the two readers somebody is: "first", "second" or ""."""
    return next((seat for seat in SEATS if getattr(sample, f"{seat}_id") == actor.staff_id), "")


def is_done(sample: AnswerSample, seat: str) -> bool:
    """Whether this reader has said that they are done."""
    return bool(seat and getattr(sample, f"{seat}_done_at"))


def complete(said: Mapping[str, str]) -> bool:
    """Whether every question has an answer."""
    return said.keys() >= SAMPLE_QUESTIONS.keys()


def copies_to_check(actor: StaffActor) -> QuerySet[SampledAnswer]:
    """Copies that nobody has checked yet and that this member of staff may check, in the order of the draw."""
    require(actor, "sample.check")
    held = offices_held(actor.staff_id, actor.office_id)
    still = AnswerSample.objects.filter(closed_at=None)
    waiting = _known(actor).filter(sample__in=still, checked_at=None)
    return waiting.exclude(office__in=held).exclude(case__office__in=held)


def copies_to_read(actor: StaffActor, sample: AnswerSample) -> QuerySet[SampledAnswer]:
    """Checked copies for one of the two readers, each with what they said of it (``own``), in the order of the draw."""
    require(actor, "sample.read")
    if not seat_of(sample, actor):
        return SampledAnswer.objects.none()
    own = SampleReading.objects.filter(reader=actor.staff_id, sampled=OuterRef("pk")).values("said")[:1]
    return _known(actor).filter(sample=sample, copy__isnull=False).annotate(own=Subquery(own))


def _known(actor: StaffActor) -> QuerySet[SampledAnswer]:
    rows = SampledAnswer.objects.filter(not_hidden_from(actor, "case__"), case__erased_at=None)
    rows = rows.exclude(case__outcome="withdrawn").exclude(case__kind__in=SEALED_KINDS)
    return rows.select_related("case__public").order_by("id")


@dataclass(frozen=True)
class Progress:
    """How far one reader has come: ``read`` of ``ready`` copies; ``unchecked`` are not ready yet."""

    read: int
    ready: int
    unchecked: int

    @property
    def can_finish(self) -> bool:
        """Whether nothing is left to do."""
        return bool(self.ready) and self.read == self.ready and not self.unchecked


def progress(sample: AnswerSample, listed: list[SampledAnswer]) -> Progress:
    """``listed``: what `copies_to_read` gave."""
    read = sum(complete(said_of(row)) for row in listed)
    unchecked = SampledAnswer.objects.filter(sample=sample, checked_at=None).count()
    return Progress(read, len(listed), unchecked)


def said_of(row: SampledAnswer) -> dict[str, str]:
    """What the reader who asked said of a copy that `copies_to_read` gave, as far as they have come."""
    return dict(getattr(row, "own", None) or {})


class ReadTwice(NamedTuple):
    """One answer that both readers have finished: the office that wrote it, and what each said."""

    office: UUID
    first: dict[str, str]
    second: dict[str, str]


def read_twice(sample: AnswerSample) -> Iterator[ReadTwice]:
    """Every answer of the sample on which both readers answered every question."""
    readers = [reader for reader in (sample.first_id, sample.second_id) if reader]
    if len(readers) < len(SEATS):
        return
    for row in SampledAnswer.objects.filter(sample=sample).prefetch_related("readings"):
        said = {reading.reader_id: dict(reading.said) for reading in row.readings.all()}
        first, second = (said.get(reader, {}) for reader in readers)
        if complete(first) and complete(second):
            yield ReadTwice(row.office_id, first, second)


def of_sample(actor: StaffActor) -> AnswerSample:
    """The open sample, for somebody who has to do with it. Raises NotFound."""
    sample = open_sample() if may(actor, "sample.check") or may(actor, "sample.read") else None
    if sample is None:
        raise NotFound
    return sample
