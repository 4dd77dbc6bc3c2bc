"""Whoever is punished or pressed because of a matter says so in one step; nobody who dealt with it learns of that."""

from typing import Any

import pytest
from django.forms.models import model_to_dict

from gongshi.accounts.models import Appointment, Office
from gongshi.cases.actions.filing import Filed
from gongshi.cases.actions.handlers import name_handler, name_lead
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.actions.reprisals import NO_WORDS, report_reprisal
from gongshi.cases.drafts import Contact, KeepOff
from gongshi.cases.models import Case, Filing, History, Look
from gongshi.cases.reading import read_case, resident_key
from gongshi.cases.recusing import Whom
from gongshi.cases.routes import NobodyAbove
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import accepted, add_office, add_staff, replayed, sees
from tests.cast import NOW, Town, case_of, lin_files, matter, resident

pytestmark = pytest.mark.django_db


def reported(case: Case, text: str = "所长叫人到家里来。", receipt: str | None = None) -> Filed:
    return report_reprisal(case, text, Contact(), receipt=receipt or new_receipt(), language="zh", at=NOW)


def county_over(town: Town) -> Office:
    """One more level, with Cao in it."""
    county, hall = add_office(town, "county", "hall"), town.offices["hall"]
    county.above, hall.above = None, county
    county.save()
    hall.save()
    add_staff(town, "cao", county=["supervisor", "handler"])
    return county


@pytest.fixture
def pothole(town: Town) -> Case:
    """At Roads, taken on by Zhou, looked into by Supervisor Qin."""
    _, case = accepted(town)
    open_content(case, town.actor("qin"), why="supervision", at=NOW)
    return case


def state(case: Case) -> list[Any]:
    """Everything that is written down of a case and beside it."""
    row = model_to_dict(Case.objects.get(pk=case.pk))
    rows = [list(table.objects.filter(case=case).values()) for table in (History, Look)]
    return [row, *rows, OutboxRow.objects.filter(case=case.id).count()]


def test_it_goes_above_to_whoever_never_had_to_do_with_it(town: Town, pothole: Case) -> None:
    filed = reported(pothole)
    case = case_of(filed)
    replayed(case)
    assert (case.office, case.subject) == (town.offices["hall"], town.offices["roads"])
    assert {name: sees(town, name, case) for name in ("zhou", "he", "qin", "ma", "tang")} == {
        **dict.fromkeys(("zhou", "he", "qin", "ma"), False),
        "tang": True,
    }
    assert case.lead is None
    assert filed.filing.reference != pothole.filing.reference


def test_nothing_is_added_to_the_first(town: Town, pothole: Case) -> None:
    before = state(pothole)
    reported(pothole)
    assert state(pothole) == before


def test_the_link_is_in_the_sealed_words(town: Town, pothole: Case) -> None:
    receipt = new_receipt()
    filed = reported(pothole, "", receipt)
    case = case_of(filed)
    file = read_case(case, resident_key(case.id, filed.receipt_id, receipt), internal=False)
    assert (file.because_of, file.text) == (pothole.filing.reference, NO_WORDS["zh"])
    assert pothole.filing.reference.encode() not in bytes(case.content)


def test_a_second_matter_is_named_by_its_number(town: Town) -> None:
    filed, _ = lin_files(town, matter(town), matter(town, "leak"))
    receipt = new_receipt()
    other = reported(case_of(filed, 2), receipt=receipt)
    case = case_of(other)
    file = read_case(case, resident_key(case.id, other.receipt_id, receipt), internal=False)
    assert file.because_of == f"{filed.filing.reference}/2"


def test_a_retry_is_the_same_report_whoever_looked_in_between(town: Town, pothole: Case) -> None:
    receipt = new_receipt()
    first = reported(pothole, receipt=receipt)
    open_content(pothole, town.actor("he"), why="assignment", at=NOW)
    again = reported(pothole, receipt=receipt)
    assert (again.created, again.filing) == (False, first.filing)


def test_an_office_that_helps_with_it_is_kept_from_it_too(town: Town, pothole: Case) -> None:
    add_staff(town, "both", hall=["handler"], water=["handler"])
    params = {"office": town.offices["water"].id, "reason": "看管子"}
    make_move(pothole, "invite_office", actor=town.actor("zhou"), at=NOW, params=params)
    case = case_of(reported(pothole))
    assert not sees(town, "both", case)
    assert sees(town, "tang", case)


def test_where_the_topmost_level_has_it_whoever_is_left_there_deals_with_it(town: Town) -> None:
    about = matter(town, "conduct", subject=town.offices["roads"].id)
    first = make_move(case_of(lin_files(town, about)[0]), "accept", actor=town.actor("qin"), at=NOW)
    case = case_of(reported(first))
    assert (case.office, case.subject) == (town.offices["hall"], town.offices["roads"])
    assert not sees(town, "qin", case)
    assert sees(town, "tang", case)


def test_where_there_is_a_level_above_that_one_has_it(town: Town) -> None:
    county = county_over(town)
    about = matter(town, "conduct", subject=town.offices["roads"].id)
    case = case_of(reported(case_of(lin_files(town, about)[0])))
    assert (case.office, case.subject) == (county, town.offices["hall"])
    assert [sees(town, name, case) for name in ("qin", "tang", "zhou", "cao")] == [False, False, False, True]


def test_whoever_was_named_at_the_level_above_is_kept_from_it_too(town: Town) -> None:
    county = county_over(town)
    add_staff(town, "ding", county=["dispatcher"])
    off = (KeepOff(county.id, "dispatcher"),)
    about = matter(town, "conduct", subject=town.offices["roads"].id, keep_off=off)
    case = case_of(reported(case_of(lin_files(town, about)[0])))
    replayed(case)
    assert case.office == county
    assert [sees(town, name, case) for name in ("ding", "cao")] == [False, True]


def test_an_office_kept_off_afterwards_is_passed_over(town: Town) -> None:
    county = county_over(town)
    filed, case = accepted(town)
    recuse(case, Whom.all_of(town.offices["hall"].id), "亲戚。", actor=resident(filed), at=NOW)
    case = case_of(reported(case))
    assert (case.office, case.subject) == (county, town.offices["roads"])
    assert [sees(town, name, case) for name in ("tang", "cao")] == [False, True]


def test_whoever_was_named_and_never_acted_is_kept_from_it_too(town: Town) -> None:
    for name in ("gao", "fang"):
        add_staff(town, name, hall=["handler"])
    about, qin = matter(town, "conduct", subject=town.offices["roads"].id), town.actor("qin")
    first = make_move(case_of(lin_files(town, about)[0]), "accept", actor=qin, at=NOW)
    for name in ("gao", "qin"):
        name_handler(first, town.staff[name].id, actor=qin, at=NOW)
    for name in ("fang", "qin"):
        name_lead(first, town.staff[name].id, "换人。", actor=qin, at=NOW)
    case = case_of(reported(first))
    assert [sees(town, name, case) for name in ("gao", "fang", "tang")] == [False, False, True]


def test_where_everybody_had_to_do_with_it_nothing_is_filed(town: Town, pothole: Case) -> None:
    Appointment.objects.filter(staff=town.staff["tang"]).delete()
    forget()
    before = Filing.objects.count()
    with pytest.raises(NobodyAbove):
        reported(pothole)
    assert Filing.objects.count() == before
