"""The count of what is left notices what is missing and what is there twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gongshi.cases.actions.uploads import keep_upload
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Attachment, Case, Filing, History
from gongshi.notifications.models import OutboxRow
from gongshi.safekeeping import sequencing
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Leaf
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import picture
from tests.cast import NOW, Town, build_town, lin_files, matter
from tests.faults.check import NO_FAULTS, counted
from tests.faults.journal import Journal

pytestmark = pytest.mark.django_db
LATER = NOW + 2 * sequencing.interval()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """What three clients noted down: a filing with a photo, one with two matters, a sealed one."""
    town, path = build_town(), tmp_path / "journal"
    receipt = new_receipt()
    photo = keep_upload(picture(), "a.png", receipt=receipt, at=NOW)
    notes = Journal(path)
    _files(town, notes, receipt, (matter(town, uploads=(photo.id,)),), files=1)
    _files(town, notes, new_receipt(), (matter(town), matter(town, "leak")))
    _files(town, notes, new_receipt(), (matter(town, "conduct", subject=town.offices["roads"].id),))
    return path


def _files(town: Town, notes: Journal, receipt: str, matters: tuple[object, ...], files: int = 0) -> None:
    notes.sent(receipt, len(matters), files)
    contact = Contact(name="林月", email="lin@example.org", notify="email")
    filed, _ = lin_files(town, *matters, receipt=receipt, at=NOW, contact=contact)
    notes.acknowledged(receipt)
    notes.shown(receipt, filed.filing.reference)


def found(journal: Path) -> dict[str, int]:
    return {name: number for name, number in counted(journal).items() if name not in NO_FAULTS}


def two_notices() -> None:
    row = OutboxRow.objects.first()
    assert row
    row.pk = new_id()
    row.save(force_insert=True)


def a_notice_of_a_sealed_one() -> None:
    row, case = OutboxRow.objects.first(), Case.objects.get(kind="conduct")
    assert row
    row.pk, row.case = new_id(), case.pk
    row.save(force_insert=True)


def no_notice() -> None:
    OutboxRow.objects.all()[:1].get().delete()


def a_leaf_that_is_signed_and_waits() -> None:
    leaf = Leaf.objects.filter(commitment__in=_commitments()).first()
    assert leaf
    assert sequencing.sequence(LATER)
    leaf.save(force_insert=True)


def no_leaf() -> None:
    Leaf.objects.filter(commitment__in=_commitments()).first().delete()  # type: ignore[union-attr]


def _commitments() -> list[bytes]:
    from tests.faults.check import _commitment

    return [_commitment(entry) for entry in History.objects.all()]


def no_photo() -> None:
    Attachment.objects.all().delete()


def another_reference() -> None:
    row = Filing.objects.first()
    assert row
    Filing.objects.filter(pk=row.pk).update(reference="TT-0000-0000-0")


def test_what_is_whole_is_whole_signed_or_not(journal: Path) -> None:
    assert found(journal) == {}
    assert sequencing.sequence(LATER)
    assert not Leaf.objects.exists()
    assert found(journal) == {}


@pytest.mark.parametrize(
    ("happens", "fault"),
    [
        (two_notices, "more notices"),
        (a_notice_of_a_sealed_one, "more notices"),
        (no_notice, "without notice"),
        (a_leaf_that_is_signed_and_waits, "more leaves"),
        (no_leaf, "without leaf"),
        (no_photo, "other matters or files"),
        (another_reference, "other reference"),
    ],
)
def test_what_lacks_or_is_there_twice_is_noticed(
    journal: Path, happens: Callable[[], None], fault: str
) -> None:
    happens()
    assert found(journal) == {fault: 1}
