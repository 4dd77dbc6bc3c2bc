"""Row 10: somebody with every right on the database, and the keys too, rewrites the past. What notices, each time.

The operator's audit notices whatever does not fit together any more. Against whoever makes everything fit again, with
the real key, only what others keep helps: an older proof, and a witness.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from gongshi.cases.actions.erasure import erase_due, withdraw
from gongshi.cases.actions.looks import open_content
from gongshi.cases.auditing import audit
from gongshi.cases.models import History, Look
from gongshi.cases.proofs import proof_of
from gongshi.cases.record import commitments_of
from gongshi.cases.visiting import Visitor
from gongshi.config.witness.asking import NotThere, Site
from gongshi.config.witness.folder import Folder
from gongshi.config.witness.looking import Rewritten, Seen, look
from gongshi.formats.proof.commitments import instant
from gongshi.formats.proof.file import ProofFile, read_proof
from gongshi.formats.proof.kept import read_kept
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Head, LastHead, Leaf, Tile, Unlinked
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.sequencing import BehindOneself, sequence
from gongshi.safekeeping.verifying import check
from tests.casework import ANSWERED, answered
from tests.cast import NOW, Town, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
STEP = timedelta(minutes=10)
FIRST, SECOND, THIRD = local("2026-03-02 12:00"), local("2026-03-04 18:00"), local("2026-03-05 12:00")


@dataclass
class Here(Site):
    """The site under test, asked without a wire."""

    client: Client
    url: str = "http://testserver"

    def ask(self, name: str, query: Any = None) -> Any:
        response = self.client.get(f"/api/v1/ledger/{name}", query)
        if response.status_code == 404:
            raise NotThere(name)
        assert response.status_code == 200
        return response.json()


@dataclass
class Past:
    """A filing with a life of its own, its receipt, and what others kept of it."""

    visitor: Visitor
    proof: ProofFile
    witness: Folder
    site: Here

    def look(self, at: datetime) -> Seen:
        """The witness looks again."""
        return look(self.site, self.witness, instant(at))

    def against(self, document: Any) -> list[str]:
        """What is wrong with the older proof beside something that somebody kept."""
        return [found.code for found in check(self.proof, read_kept(document)) if found.right is False]


@pytest.fixture
def past(town: Town, client: Client, tmp_path: Path) -> Past:
    """Filed, looked at and answered, in three batches. A witness saw the second and the resident kept a proof of it."""
    receipt = new_receipt()
    filed, case = answered(town, receipt=receipt)
    open_content(case, town.actor("zhou"), why="assignment", at=NOW + timedelta(hours=1))
    open_content(case, town.actor("he"), why="assignment", at=ANSWERED)
    sequence(FIRST)
    sequence(SECOND)
    visitor = Visitor(filed.filing, filed.receipt_id, receipt)
    witness, site = Folder(tmp_path / "witness"), Here(client)
    look(site, witness, instant(SECOND))
    proof = read_proof(proof_of(visitor, SECOND)[1])
    lin_files(town, matter(town, "leak"), at=THIRD - STEP)
    sequence(THIRD)
    assert all(found.right for found in check(proof))
    found = audit()
    assert (found.faults, found.rows, found.unlinked) == (
        [],
        History.objects.count() + Look.objects.count(),
        0,
    )
    return Past(visitor, proof, witness, site)


def sql(statement: str, *values: Any) -> None:
    """What a superuser of the database types."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, "nothing was tampered with"


def faults() -> list[str]:
    return [fault.code for fault in audit().faults]


def look_at_once() -> Look:
    row = Look.objects.order_by("at").first()
    assert row is not None
    return row


def test_row_10_nothing_was_tampered_with(past: Past) -> None:
    assert faults() == []
    assert past.look(THIRD).file is not None
    assert past.against(past.site.ask("consistency", {"first": 2, "second": 3})) == []
    assert past.against(past.site.ask("heads/2")) == []


@pytest.mark.parametrize(
    "column", ["code = 'case.declined'", "seq = 99", "by = 'system'", "params = '{}'", "reason = NULL"]
)
def test_row_10_a_changed_row_is_named_by_the_audit(past: Past, column: str) -> None:
    """The row that stands there is not in the ledger, and what was in it stands for nothing."""
    row = History.objects.get(code="case.answered")
    quoted = column.replace("by =", f"{connection.ops.quote_name('by')} =")
    sql(f"UPDATE cases_history SET {quoted} WHERE code = 'case.answered'")
    found = audit().faults
    assert [fault.code for fault in found] == ["leaf", "row"]
    assert (found[0].facts["batch"], found[1].facts["row"]) == (2, f"{past.visitor.filing.reference}/1")
    assert row.seq
    assert all(one.right for one in check(past.proof)), "the resident's proof says what it was"


def test_row_10_a_deleted_look_is_named_by_the_audit_and_still_shown_by_the_older_proof(past: Past) -> None:
    gone = look_at_once()
    (commitment,) = commitments_of([gone])
    Look.objects.filter(pk=gone.pk)._raw_delete("default")
    (fault,) = audit().faults
    assert (fault.code, fault.facts["batch"]) == ("leaf", 1)
    shown = [one for one in past.proof.entries if one.promise.commitment == commitment.hex()]
    assert [one.entry["what"] for one in shown] == ["content"]
    assert all(found.right for found in check(past.proof))


def test_row_10_a_row_slipped_in_later_is_named_by_the_audit(past: Past) -> None:
    row = look_at_once()
    row.pk, row.at = new_id(), row.at + timedelta(hours=2)
    row.save(force_insert=True)
    assert faults() == ["row"]


def test_row_10_a_row_deleted_before_its_batch_is_named_by_the_audit(past: Past, town: Town) -> None:
    filed, _ = lin_files(town, at=THIRD + STEP)
    History.objects.filter(case__filing=filed.filing).delete()
    assert faults() == ["waiting"]


def test_row_10_an_entry_passed_off_as_erased_is_named_by_the_audit(past: Past) -> None:
    gone = look_at_once()
    (commitment,) = commitments_of([gone])
    Look.objects.filter(pk=gone.pk).update(salt=b"")
    assert faults() == ["leaf"]
    Unlinked.objects.create(commitment=commitment)
    (fault,) = audit().faults
    assert (fault.code, fault.facts) == ("unlinked_number", {"stored": 1, "committed": 0})


def test_row_10_a_real_erasure_is_no_fault(past: Past, town: Town) -> None:
    filed, _ = lin_files(town, at=THIRD + STEP)
    (case,) = filed.filing.cases.select_related("filing", "promise", "supervision")
    sequence(THIRD + 2 * STEP)
    withdraw(case, erase=True, actor=resident(filed), at=THIRD + 2 * STEP)
    sequence(THIRD + 4 * STEP)
    assert erase_due(local("2026-03-25 09:00"), 10) == 1
    found = audit()
    assert (found.faults, found.unlinked) == ([], 2)
    sequence(local("2026-03-25 09:20"))
    assert audit().faults == []


def tile(place: int) -> Tile:
    return Tile.objects.get(id=place)


def change_entry() -> None:
    one = tile(0)
    Tile.objects.filter(id=0).update(content=bytes(one.content)[:64] + b"\0" * 32 + bytes(one.content)[96:])


def swap_entries() -> None:
    content = bytes(tile(0).content)
    Tile.objects.filter(id=0).update(content=content[32:64] + content[:32] + content[64:])


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (change_entry, "order"),
        (swap_entries, "order"),
        (lambda: Tile.objects.filter(id=0).update(content=bytes(tile(0).content)[:-32]), "entries_missing"),
        (lambda: Tile.objects.filter(id=0).update(content=bytes(tile(0).content) + b"\xff" * 32), "beyond"),
        (lambda: Tile.objects.create(id=Tile.LEVEL * 3, content=b""), "beyond"),
        (lambda: Tile.objects.all().delete(), "entries_missing"),
        (lambda: Head.objects.filter(batch=2).delete(), "batch_missing"),
        (lambda: Head.objects.filter(batch=1).delete(), "batch_missing"),
        (lambda: Head.objects.filter(batch=2).update(root=b"\0" * 32), "signature"),
        (lambda: Head.objects.filter(batch=2).update(at=SECOND + timedelta(seconds=1)), "signature"),
        (lambda: Head.objects.filter(batch=2).update(signature=b"\0" * 64), "signature"),
        (lambda: Head.objects.filter(batch=3).update(size=47), "signature"),
    ],
)
def test_row_10_a_changed_ledger_is_named_by_the_audit(
    past: Past, tamper: Callable[[], object], code: str
) -> None:
    tamper()
    assert code in faults()


def test_row_10_upper_tiles_are_looked_at_too(past: Past) -> None:
    for number in range(1, 20):
        sequence(THIRD + number * STEP)
    assert faults() == []
    Tile.objects.filter(id=Tile.LEVEL).update(content=b"\0" * 32)
    assert faults() == ["tile"]


def drop_the_tail() -> None:
    """The last batch, its head and its rows, as if nothing had been filed."""
    size = Head.objects.get(batch=2).size
    Tile.objects.filter(id=0).update(content=bytes(tile(0).content)[: size * 32])
    Head.objects.filter(batch=3).delete()


def test_row_10_a_dropped_tail_is_named_by_the_audit(past: Past) -> None:
    drop_the_tail()
    assert faults() == ["row"]


def test_row_10_a_tail_dropped_with_its_rows_is_noticed_by_the_witness(past: Past) -> None:
    """Everything fits together again: the audit has nothing to say."""
    assert past.look(THIRD).file is not None
    drop_the_tail()
    History.objects.filter(at=THIRD - STEP).delete()
    assert faults() == []
    with pytest.raises(Rewritten) as noticed:
        past.look(THIRD + STEP)
    assert noticed.value.code == "shorter"
    with pytest.raises(BehindOneself):
        sequence(THIRD + STEP)
    LastHead.objects.all().delete()  # in the store apart, too
    sequence(THIRD + STEP)
    with pytest.raises(Rewritten) as noticed:
        past.look(THIRD + STEP)
    assert noticed.value.code == "other_head"
    assert noticed.value.evidence.is_file()


def chain_again() -> None:
    """Make the whole ledger anew from the rows as they are now, with the real key and the old times.

    What was noted in the store apart goes, too: without that nothing more would be signed.
    """
    times = list(Head.objects.order_by("batch").values_list("at", flat=True))
    for table in (Head, Tile, Leaf, LastHead):
        table.objects.all().delete()
    rows = [*History.objects.all(), *Look.objects.all()]
    Leaf.objects.bulk_create(
        Leaf(id=new_id(), commitment=commitment, created_at=row.at)
        for row, commitment in zip(rows, commitments_of(rows), strict=True)
    )
    for at in times:
        assert sequence(at)


def test_row_10_a_whole_new_chain_with_the_real_key_is_noticed_outside(past: Past) -> None:
    """A look was deleted and everything made to fit again: the audit is content, what others kept is not."""
    look_at_once().delete()
    chain_again()
    assert faults() == []
    with pytest.raises(Rewritten) as noticed:
        past.look(THIRD)
    assert noticed.value.code == "other_past"
    assert past.against(past.site.ask("heads/2")) == ["rewritten"]
    assert past.against(past.site.ask("consistency", {"first": 2, "second": 3})) == ["rewritten"]


def test_row_10_a_path_made_up_between_the_kept_head_and_a_new_chain_is_noticed(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The house shows the head that the witness kept, and the best path it has."""
    kept = past.site.ask("heads/2")
    look_at_once().delete()
    chain_again()
    ask = Here.ask

    def lying(site: Here, name: str, query: Any = None) -> Any:
        answer = ask(site, name, query)
        return {**answer, "first": kept} if name == "consistency" else answer

    monkeypatch.setattr(Here, "ask", lying)
    with pytest.raises(Rewritten) as noticed:
        past.look(THIRD)
    assert noticed.value.code == "other_past"


def test_row_10_an_unchanged_chain_made_anew_is_the_same_chain(past: Past) -> None:
    """Nothing in it is left to chance: what was noticed above is the look, not the making."""
    chain_again()
    assert faults() == []
    assert past.look(THIRD).file is not None
