"""Filing: one transaction, one receipt, the right office, nothing in the clear."""

import pytest
from django.db import connection

from gongshi.cases.actions.filing import AlreadyFiled
from gongshi.cases.models import Case, Filing, History
from gongshi.cases.queries import NotFound, filing_by_receipt
from gongshi.cases.reading import key_of, read_case, read_contact
from gongshi.notifications.models import OutboxRow
from gongshi.safekeeping.models import Leaf
from tests.cast import Town, case_of, lin_files, matter
from tests.statements import captured

pytestmark = pytest.mark.django_db


def test_a_report_reaches_the_office_that_owes_the_answer(town: Town) -> None:
    filed, _ = lin_files(town)
    case = case_of(filed)
    assert case.office == town.offices["roads"]
    assert case.lead == town.staff["he"]
    assert case.stage == "received"
    assert case.route["reason"]["zh"] == "这类事由roads负责。"
    # Filed Monday 2 March; Friday is a holiday, worked on Saturday instead: accepted by Wednesday, answered by Monday.
    assert str(case.due_on) == "2026-03-04"
    assert str(case.clocks.get(code="answer").due_on) == "2026-03-09"


def test_two_matters_go_to_two_offices_under_one_receipt(town: Town) -> None:
    filed, receipt = lin_files(town, matter(town), matter(town, "leak", text="水管漏了。"))
    filing, _ = filing_by_receipt(filed.filing.reference, receipt)
    assert [case.office.code for case in filing.cases.order_by("number")] == ["roads", "water"]


def test_a_matter_about_an_office_goes_to_the_level_above(town: Town) -> None:
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    case = case_of(filed)
    assert case.office == town.offices["hall"]
    assert case.subject == town.offices["roads"]


def test_words_and_contact_open_again_and_lie_nowhere_in_the_clear(town: Town) -> None:
    filed, _ = lin_files(town)
    case = case_of(filed)
    read = read_case(case, key_of(case.id), internal=False)
    assert read.text.startswith("老桥东头")
    assert read_contact(filed.filing, key_of(filed.filing.id)) == {"email": "lin@example.org"}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                assert "lin@example.org" not in repr(row), table
                assert "老桥东头" not in repr(row), table


def test_the_same_receipt_again_is_the_same_filing(town: Town) -> None:
    first, receipt = lin_files(town)
    again, _ = lin_files(town, receipt=receipt)
    assert not again.created
    assert again.filing.reference == first.filing.reference
    assert Filing.objects.count() == Case.objects.count() == 1


def test_the_same_receipt_with_other_words_is_refused_and_nothing_is_lost(town: Town) -> None:
    first, receipt = lin_files(town)
    with pytest.raises(AlreadyFiled) as refusal:
        lin_files(town, matter(town, text="别的事。"), receipt=receipt)
    assert refusal.value.filing.reference == first.filing.reference
    assert Case.objects.count() == 1


def test_wrong_receipt_and_unknown_reference_are_the_same_refusal(town: Town) -> None:
    filed, receipt = lin_files(town)
    other, others_receipt = lin_files(town, matter(town, "leak"))
    for reference, secret in (
        (filed.filing.reference, others_receipt),
        ("TT-0000-0000-0", receipt),
        (other.filing.reference, "not a receipt"),
    ):
        with pytest.raises(NotFound):
            filing_by_receipt(reference, secret)


def test_every_entry_has_its_leaf_and_the_filing_its_notice(town: Town) -> None:
    lin_files(town)
    assert Leaf.objects.count() == History.objects.count() == 1
    assert OutboxRow.objects.get().template == "filed"


def test_one_matter_takes_at_most_ten_statements(town: Town) -> None:
    lin_files(town)
    with captured() as statements:
        lin_files(town)
    assert len([one for one in statements if "SAVEPOINT" not in one]) <= 10
