"""Wrapped data keys: the instance and the receipt open them, one statement for many, and nothing moved opens."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from gongshi.safekeeping.actions import (
    destroy_wraps,
    destroy_wraps_of_receipt,
    save_leaves,
    save_wraps,
    wrap_for_instance,
    wrap_for_receipt,
    wraps_for,
)
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.ledger import leaf, new_salt
from gongshi.safekeeping.models import Leaf, Wrap
from gongshi.safekeeping.queries import open_with_instance, open_with_receipt
from gongshi.safekeeping.receipts import ReceiptError, new_receipt
from gongshi.safekeeping.sealing import SealError, new_data_key, seal
from tests.safekeeping.conftest import AT, UseKeys
from tests.statements import captured

pytestmark = pytest.mark.django_db


class Person:
    """A resident or a neighbour: one filing with one case, opened by one receipt."""

    def __init__(self) -> None:
        self.filing, self.case, self.receipt_id = new_id(), new_id(), new_id()
        self.receipt = new_receipt()
        self.keys = {self.filing: new_data_key(), self.case: new_data_key()}
        save_wraps(
            [
                wrap
                for subject, key in self.keys.items()
                for wrap in wraps_for(subject, key, receipt=self.receipt, receipt_id=self.receipt_id, at=AT)
            ]
        )

    def opens(self, *subjects: UUID) -> dict[UUID, bytes]:
        return open_with_receipt(subjects, self.receipt_id, self.receipt)


@pytest.fixture
def resident() -> Person:
    return Person()


@pytest.fixture
def neighbour() -> Person:
    return Person()


def test_instance_and_receipt_open_the_same_keys(resident: Person) -> None:
    assert open_with_instance(resident.keys) == resident.keys
    assert resident.opens(*resident.keys) == resident.keys
    assert open_with_receipt([resident.case], resident.receipt_id, resident.receipt.lower()) == {
        resident.case: resident.keys[resident.case]
    }


def test_no_key_and_no_receipt_lies_in_the_table(resident: Person) -> None:
    rows = b"".join(bytes(wrap.sealed) for wrap in Wrap.objects.all())
    assert Wrap.objects.count() == 4
    assert not any(key in rows for key in resident.keys.values())
    assert resident.receipt.encode() not in rows


def test_a_filing_without_a_receipt_has_the_instances_wrap_alone() -> None:
    subject, key = new_id(), new_data_key()
    wraps = wraps_for(subject, key, receipt=None, receipt_id=None, at=AT)
    assert [(wrap.recipient, wrap.recipient_id, wrap.created_at) for wrap in wraps] == [
        ("instance", None, AT)
    ]
    with pytest.raises(ValueError, match="go together"):
        wraps_for(subject, key, receipt=new_receipt(), receipt_id=None, at=AT)
    with pytest.raises(ValueError, match="go together"):
        wraps_for(subject, key, receipt=None, receipt_id=new_id(), at=AT)
    with pytest.raises(ReceiptError):
        wraps_for(subject, key, receipt="no receipt", receipt_id=new_id(), at=AT)


def test_a_strangers_receipt_opens_nothing(resident: Person, neighbour: Person) -> None:
    assert neighbour.opens(*resident.keys) == {}
    with pytest.raises(SealError):
        open_with_receipt([resident.case], resident.receipt_id, neighbour.receipt)


def test_what_has_no_wrap_is_left_out(resident: Person) -> None:
    stranger = new_id()
    assert open_with_instance([resident.case, stranger]).keys() == {resident.case}
    assert resident.opens(stranger) == {}


def test_many_subjects_cost_one_statement_and_none_costs_none(resident: Person, neighbour: Person) -> None:
    everything = [*resident.keys, *neighbour.keys, *resident.keys]
    with captured() as statements:
        assert len(open_with_instance(iter(everything))) == 4
    assert len(statements) == 1
    with captured() as statements:
        assert len(resident.opens(*everything)) == 2
    assert len(statements) == 1
    with captured() as statements:
        assert open_with_instance([]) == resident.opens() == {}
    assert len(statements) == 0


def test_all_rows_of_an_action_are_inserted_in_one_statement() -> None:
    wraps = [wrap_for_instance(new_id(), new_data_key(), at=AT) for _ in range(5)]
    leaves = [leaf(new_salt(), {"code": "case.opened"}, AT) for _ in range(5)]
    with captured() as statements:
        save_wraps(wraps)
        save_leaves(leaves)
    inserts = [row for row in statements if "INSERT INTO" in row]
    assert len(inserts) == 2
    assert (Wrap.objects.count(), Leaf.objects.count()) == (5, 5)


@pytest.mark.parametrize("column", ["sealed", "subject", "recipient_id"])
def test_a_wrap_copied_between_rows_does_not_open(resident: Person, neighbour: Person, column: str) -> None:
    """Attack 43, by a neighbour who can write to the database: the resident's wrapped key in the neighbour's row."""
    ours = Wrap.objects.get(subject=resident.case, recipient="receipt")
    theirs = Wrap.objects.get(subject=neighbour.case, recipient="receipt")
    ours.delete()
    Wrap.objects.filter(id=theirs.id).update(**{column: getattr(ours, column)})
    opened = 0
    for receipt_id in (resident.receipt_id, neighbour.receipt_id):
        for receipt in (resident.receipt, neighbour.receipt):
            try:
                opened += len(open_with_receipt([resident.case, neighbour.case], receipt_id, receipt))
            except SealError:
                continue
    assert opened == 0


def test_a_wrap_given_to_another_receipt_does_not_open(resident: Person) -> None:
    other = new_id()
    Wrap.objects.filter(subject=resident.case, recipient="receipt").update(recipient_id=other)
    with pytest.raises(SealError):
        open_with_receipt([resident.case], other, resident.receipt)


def test_the_instances_wrap_of_another_case_does_not_open(resident: Person, neighbour: Person) -> None:
    ours = Wrap.objects.get(subject=resident.case, recipient="instance")
    Wrap.objects.filter(subject=neighbour.case, recipient="instance").update(sealed=ours.sealed)
    assert open_with_instance([resident.case]) == {resident.case: resident.keys[resident.case]}
    with pytest.raises(SealError):
        open_with_instance([resident.case, neighbour.case])


def test_a_receipts_wrap_does_not_pass_for_the_instances(resident: Person) -> None:
    receipts = Wrap.objects.get(subject=resident.case, recipient="receipt")
    Wrap.objects.filter(subject=resident.case, recipient="instance").update(sealed=receipts.sealed)
    with pytest.raises(SealError):
        open_with_instance([resident.case])


def test_a_wrap_relabelled_with_another_key_version_does_not_open(
    resident: Person, use_keys: UseKeys
) -> None:
    use_keys(1, {1: b"x" * 32, 2: b"x" * 32})
    subject, key = new_id(), new_data_key()
    save_wraps([wrap_for_instance(subject, key, at=AT)])
    assert open_with_instance([subject]) == {subject: key}
    Wrap.objects.filter(subject=subject).update(key_version=2)
    with pytest.raises(SealError):
        open_with_instance([subject])


def test_wraps_of_an_older_key_version_open_as_long_as_the_file_has_it(use_keys: UseKeys) -> None:
    old, new = new_id(), new_id()
    key = new_data_key()
    use_keys(1, {1: b"x" * 32})
    save_wraps([wrap_for_instance(old, key, at=AT)])
    use_keys(2, {1: b"x" * 32, 2: b"y" * 32})
    save_wraps([wrap_for_instance(new, key, at=AT)])
    assert [wrap.key_version for wrap in Wrap.objects.order_by("id")] == [1, 2]
    assert open_with_instance([old, new]) == {old: key, new: key}
    use_keys(2, {2: b"y" * 32})
    assert open_with_instance([new]) == {new: key}
    with pytest.raises(SealError, match="key version 1 is not in the key file"):
        open_with_instance([old])


def test_another_instances_key_file_opens_nothing(resident: Person, use_keys: UseKeys) -> None:
    use_keys(1, {1: b"x" * 32})
    with pytest.raises(SealError):
        open_with_instance(resident.keys)
    assert resident.opens(*resident.keys) == resident.keys


def test_a_cut_off_wrap_does_not_open(resident: Person) -> None:
    sealed = bytes(Wrap.objects.get(subject=resident.case, recipient="instance").sealed)
    for length in (0, 4, 32, len(sealed) - 1):
        Wrap.objects.filter(subject=resident.case, recipient="instance").update(sealed=sealed[:length])
        with pytest.raises(SealError):
            open_with_instance([resident.case])


def test_destroyed_wraps_are_gone_for_everyone_and_nobody_elses(resident: Person, neighbour: Person) -> None:
    assert destroy_wraps(iter(resident.keys), at=AT) == 4
    assert open_with_instance([*resident.keys, *neighbour.keys]) == neighbour.keys
    assert resident.opens(*resident.keys) == {}
    assert destroy_wraps(resident.keys, at=AT) == destroy_wraps([], at=AT) == 0


def test_a_receipt_is_replaced_by_another(resident: Person, neighbour: Person) -> None:
    receipt, receipt_id = new_receipt(), new_id()
    keys = open_with_instance(resident.keys)
    save_wraps(
        [
            wrap_for_receipt(subject, key, receipt=receipt, receipt_id=receipt_id, at=AT + timedelta(days=1))
            for subject, key in keys.items()
        ]
    )
    assert destroy_wraps_of_receipt(resident.keys, resident.receipt_id) == 2
    assert resident.opens(*resident.keys) == {}
    assert open_with_receipt(resident.keys, receipt_id, receipt) == resident.keys
    assert open_with_instance(resident.keys) == resident.keys
    assert neighbour.opens(*neighbour.keys) == neighbour.keys


def test_one_wrap_for_each_recipient(resident: Person) -> None:
    again = wraps_for(
        resident.case, new_data_key(), receipt=resident.receipt, receipt_id=resident.receipt_id, at=AT
    )
    for wrap in again:
        with pytest.raises(IntegrityError), transaction.atomic(using=STORE):
            save_wraps([wrap])


@pytest.mark.parametrize(
    ("recipient", "recipient_id"), [("instance", new_id()), ("receipt", None), ("office", None)]
)
def test_a_wrap_names_its_recipient(recipient: str, recipient_id: UUID | None) -> None:
    subject = new_id()
    wrap = wrap_for_instance(subject, new_data_key(), at=AT)
    wrap.recipient, wrap.recipient_id = recipient, recipient_id
    with pytest.raises(IntegrityError), transaction.atomic(using=STORE):
        save_wraps([wrap])


def test_wraps_stand_alone_so_that_they_can_move() -> None:
    relations = [
        field.name for model in (Wrap, Leaf) for field in model._meta.get_fields() if field.is_relation
    ]
    assert relations == []


def test_an_office_can_be_a_recipient_without_another_column(resident: Person) -> None:
    office, key = new_id(), new_data_key()
    sealed = seal(key, b"x" * 32, row=resident.case, field=f"wrap/office/{office}", key_version=4)
    save_wraps(
        [
            Wrap(
                subject=resident.case,
                recipient="office",
                recipient_id=office,
                key_version=4,
                sealed=sealed,
                created_at=AT,
            )
        ]
    )
    assert open_with_instance([resident.case]) == {resident.case: resident.keys[resident.case]}
