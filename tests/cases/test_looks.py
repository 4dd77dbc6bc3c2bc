"""Every look leaves a trace: no row, no content. And the resident's own key opens their own filing."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from gongshi.accounts.actors import Resident
from gongshi.accounts.rights import NotAllowed
from gongshi.cases.actions.conversation import add_to_case, reply
from gongshi.cases.actions.looks import open_contact, open_content, open_file, usual_reason
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Attachment, Case, Look
from gongshi.cases.queries import NotFound, looks_of, subjects_without_key
from gongshi.cases.reading import Erased, KeyClosed, KeyMissing, key_for, key_of, read_case, resident_key
from gongshi.cases.visiting import Visitor, own_case, own_contact
from gongshi.safekeeping.actions import destroy_wraps
from gongshi.safekeeping.models import Leaf, Recipient, Tombstone, Wrap
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.sealing import SealError
from tests.casework import accepted, picture, replayed
from tests.cast import NOW, Town, case_of, lin_files, matter, resident

pytestmark = pytest.mark.django_db


def with_file(town: Town) -> tuple[Case, Attachment]:
    filed, case = accepted(town)
    add_to_case(case, "", [("a.png", picture())], actor=resident(filed), at=NOW)
    return case, Attachment.objects.get(case=case)


def looked(case: Case, attachment: Attachment, town: Town, what: str, name: str = "zhou") -> object:
    """What somebody gets who opens the content, the contact or a file."""
    actor = town.actor(name)
    if what == "content":
        return open_content(case, actor, why="assignment", at=NOW).text
    if what == "contact":
        return open_contact(case, actor, why="assignment", at=NOW)["email"]
    _, chunks = open_file(case, attachment.id, actor, why="assignment", at=NOW)
    return b"".join(chunks)[:2]


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("content", "老桥东头路面塌了一个坑，电动车摔了两次。"),
        ("contact", "lin@example.org"),
        ("file", b"\xff\xd8"),
    ],
)
def test_each_disclosure_is_one_row_and_one_leaf(town: Town, what: str, found: object) -> None:
    case, attachment = with_file(town)
    leaves = Leaf.objects.count()
    assert looked(case, attachment, town, what) == found
    (row,) = looks_of(case)
    assert (row.what, row.why, row.role, row.staff_id) == (
        what,
        "assignment",
        "handler",
        town.staff["zhou"].id,
    )
    assert Leaf.objects.count() == leaves + 1


@pytest.mark.parametrize("what", ["content", "contact", "file"])
@pytest.mark.parametrize("failing", ["the look", "its leaf"])
def test_no_row_no_content(town: Town, monkeypatch: pytest.MonkeyPatch, what: str, failing: str) -> None:
    case, attachment = with_file(town)
    given: list[object] = []

    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("the disk is full")

    if failing == "the look":
        monkeypatch.setattr(Look.objects, "bulk_create", fail)
    else:
        monkeypatch.setattr("gongshi.cases.record.save_leaves", fail)
    leaves = Leaf.objects.count()
    with pytest.raises(DatabaseError):
        given.append(looked(case, attachment, town, what))
    assert given == []
    assert (Look.objects.count(), Leaf.objects.count()) == (0, leaves)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["content", "contact", "file"])
def test_nothing_is_given_out_when_the_commit_fails(
    town: Town, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    case, attachment = with_file(town)
    connection = transaction.get_connection()
    given: list[object] = []

    def fail() -> None:
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as failing:
        failing.setattr(connection, "_commit", fail)
        with pytest.raises(DatabaseError):
            given.append(looked(case, attachment, town, what))
    assert given == []
    assert not Look.objects.exists()


@pytest.mark.parametrize("what", ["content", "contact", "file"])
def test_strangers_get_neither_content_nor_row(town: Town, what: str) -> None:
    case, attachment = with_file(town)
    with pytest.raises(NotFound):
        looked(case, attachment, town, what, "ma")
    with pytest.raises(NotAllowed):
        looked(case, attachment, town, what, "su")
    assert not Look.objects.exists()


def test_a_file_of_another_case_is_not_there(town: Town) -> None:
    _, attachment = with_file(town)
    _, other = accepted(town)
    with pytest.raises(NotFound):
        open_file(other, attachment.id, town.actor("zhou"), why="assignment", at=NOW)
    assert not Look.objects.exists()


def test_a_reason_is_one_of_the_list(town: Town) -> None:
    _, case = accepted(town)
    with pytest.raises(ValueError, match="no such reason"):
        open_content(case, town.actor("zhou"), why="curious", at=NOW)
    assert usual_reason(case, town.actor("zhou")) == "assignment"
    assert usual_reason(case, town.actor("qin")) == ""


def test_a_residents_own_reading_is_never_stored(town: Town) -> None:
    filed, receipt = lin_files(town)
    visitor = Visitor(filed.filing, filed.receipt_id, receipt)
    before = Leaf.objects.count()
    assert own_case(visitor, 1).file.text.startswith("老桥东头")
    assert own_contact(visitor) == {"email": "lin@example.org"}
    assert (Look.objects.count(), Leaf.objects.count()) == (0, before)


# The receipt is a key


def test_the_receipt_opens_what_it_filed_and_nothing_else(town: Town) -> None:
    filed, receipt = lin_files(town)
    other, others = lin_files(town, matter(town, "leak"))
    case = case_of(filed)
    assert resident_key(case.id, filed.receipt_id, receipt) == key_of(case.id)
    assert resident_key(filed.filing.id, filed.receipt_id, receipt) == key_of(filed.filing.id)
    with pytest.raises(SealError):
        resident_key(case.id, filed.receipt_id, others)
    for subject in (case.id, filed.filing.id):
        with pytest.raises(KeyMissing):
            resident_key(subject, other.receipt_id, others)


def test_with_the_receipt_at_hand_the_instance_need_not_open_the_case(town: Town) -> None:
    """As sealed kinds will have it: what the resident does is sealed with the key that their receipt opens."""
    filed, receipt = lin_files(town)
    case = make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=NOW)
    make_move(case, "ask", actor=town.actor("zhou"), at=NOW, params={"question": "哪一头？"})
    Wrap.objects.filter(recipient=Recipient.INSTANCE).delete()
    lin = Resident(filed.filing.id, filed.receipt_id, receipt)
    with pytest.raises(KeyClosed):
        reply(case, "reply", "东头。", actor=Resident(filed.filing.id, filed.receipt_id), at=NOW)
    reply(case, "reply", "东头。", actor=lin, at=NOW)
    add_to_case(case, "又摔了一个。", actor=lin, at=NOW)
    read = read_case(case, resident_key(case.id, filed.receipt_id, receipt), internal=False)
    assert [message.text for message in read.messages] == ["东头。", "又摔了一个。"]
    replayed(case)


def test_the_receipt_shows_in_no_trace_of_an_actor() -> None:
    receipt = new_receipt()
    key = uuid4()
    lin = Resident(key, key, receipt)
    assert receipt not in repr(lin)
    assert lin == Resident(key, key)


def test_without_keys_nothing_is_read(town: Town) -> None:
    filed, receipt = lin_files(town)
    case = case_of(filed)
    destroy_wraps([case.id, filed.filing.id], at=NOW)
    with pytest.raises(Erased):
        own_case(Visitor(filed.filing, filed.receipt_id, receipt), 1)
    with pytest.raises(Erased):
        open_content(case, town.actor("zhou"), why="assignment", at=NOW)
    assert not Look.objects.exists()


@pytest.mark.parametrize("told_by", ["tombstone", "row", "nothing"])
def test_only_what_was_erased_is_called_erased(town: Town, told_by: str) -> None:
    """A lost wraps store is no erasure."""
    filed, receipt = lin_files(town)
    case = case_of(filed)
    destroy_wraps([case.id], at=NOW)
    if told_by != "tombstone":
        Tombstone.objects.all().delete()
    if told_by == "row":
        Case.objects.filter(pk=case.pk).update(erased_at=NOW)
    told = KeyMissing if told_by == "nothing" else Erased
    for read in (
        lambda: key_of(case.id),
        lambda: resident_key(case.id, filed.receipt_id, receipt),
        lambda: key_for(case.id, town.actor("zhou")),
    ):
        with pytest.raises(told):
            read()
    assert subjects_without_key() == (1 if told_by == "nothing" else 0)
