"""Rows that come in one statement beside the row that they belong to are the rows that the database holds."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import models

from gongshi.accounts.backend import StaffBackend
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import staff_signed_in
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.models import Answer, Attachment, Case, Clock, History, JointOffice, Look, Message
from gongshi.cases.queries import case_by_reference
from gongshi.cases.recusing import Whom
from gongshi.cases.sight import is_hidden_from
from gongshi.places import gathering
from gongshi.places.gathering import gathered
from gongshi.safekeeping.ids import new_id
from tests.casework import add_staff
from tests.cast import NOW, Town, case_of, lin_files
from tests.statements import captured

EVERY = ("messages", "answers", "attachments", "history", "looks", "clocks", "joint_offices")
# Texts that a careless way through JSON or SQL would change.
ODD = "\"'\\ \u2028 %s %% 龘 𠮷 é \t\n {}[]"
INSTANTS = (
    datetime(2026, 3, 2, 1, 2, 3, 1, UTC),
    datetime(2026, 3, 2, 1, 2, 3, 120_000, UTC),
    datetime(2026, 3, 2, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
)
PARAMS: tuple[Any, ...] = (
    {},
    {"words": ODD, "n": [1, None, True, 12345678901234567890, 0.1, "1"]},
    [],
    "text",
    7,
)


def values(row: models.Model) -> dict[str, Any]:
    """Every field of an instance, with its type."""
    found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    plain = {name: bytes(one) if isinstance(one, memoryview) else one for name, one in found.items()}
    return {name: (type(one), one) for name, one in plain.items()}


def one_of_each(case: Case, town: Town) -> None:
    """Rows whose every column holds something hard to carry, and rows whose columns hold nothing where they may."""
    office = town.offices["roads"]
    for seq, (at, params) in enumerate(zip((*INSTANTS, NOW), PARAMS, strict=True), 90):
        History.objects.create(
            case=case,
            seq=seq,
            at=at,
            code=ODD[:40],
            by="office",
            params=params,
            reason=bytes(range(256)),
            salt=b"",
        )
        Message.objects.create(case=case, at=at, kind="note", content=b"\x00", undone_at=at)
    History.objects.create(case=case, seq=99, at=NOW, code="x", by="x", office_id=office.id, salt=b"\xff")
    Look.objects.create(
        case=case,
        at=INSTANTS[0],
        staff_id=new_id(),
        office_id=UUID(int=1),
        role="x",
        why=ODD[:40],
        what="x",
        salt=b"s",
    )
    Attachment.objects.create(
        case=case,
        at=NOW,
        by="x",
        media_type="x",
        size=2_147_483_647,
        stored="x",
        key=b"",
        name=b"\\",
        original=True,
    )
    JointOffice.objects.create(case=case, office=office, since_on=date(1, 1, 1), until_on=date(9999, 12, 31))
    Clock.objects.create(case=case, code="x", started_on=NOW, due_on=NOW, due_at=INSTANTS[1], expired_on=NOW)
    for number, said in enumerate((None, True, False), 1):
        Answer.objects.create(
            case=case,
            number=number,
            office=office,
            decision="done",
            found_on=NOW,
            content=b"\x80",
            letter=b"",
            sent_at=NOW,
            points_answered=said,
        )


@pytest.mark.django_db
def test_what_is_gathered_is_what_the_database_holds(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    other = case_of(lin_files(town)[0])
    one_of_each(case, town)
    with captured() as statements:
        found = gathered(Case.objects.filter(pk__in=[case.pk, other.pk]).order_by("opened_at", "id"), *EVERY)
    assert len(statements) == 1
    assert {row.pk for row in found} == {case.pk, other.pk}
    for row in found:
        with captured() as statements:
            held = {name: list(getattr(row, name).all()) for name in EVERY}
            assert all(one.case is row for rows in held.values() for one in rows)
        assert statements == []
        for name, rows in held.items():
            stored = list(getattr(Case(pk=row.pk), name).all())
            assert len(rows) == len(stored)
            assert {one.pk: values(one) for one in rows} == {one.pk: values(one) for one in stored}, name
    assert all(held for name, held in ((name, list(getattr(case, name).all())) for name in EVERY)), (
        "nothing to compare"
    )


@pytest.mark.django_db
def test_what_is_gathered_is_asked_for_anew_when_the_row_is(town: Town) -> None:
    (case,) = gathered(Case.objects.filter(pk=case_of(lin_files(town)[0]).pk), "clocks")
    Clock.objects.create(case=case, code="x", started_on=NOW, due_on=NOW, due_at=NOW)
    assert "x" not in {one.code for one in case.clocks.all()}
    assert "x" in {one.code for one in case.clocks.filter(stopped_on=None)}
    case.refresh_from_db()
    assert "x" in {one.code for one in case.clocks.all()}


@pytest.mark.django_db
def test_whoever_changes_a_case_forgets_what_came_with_it(town: Town) -> None:
    qin, fei = town.actor("qin"), add_staff(town, "fei", roads=["handler"])
    reference = case_of(lin_files(town)[0]).filing.reference
    case = case_by_reference(qin, reference, 1)
    assert not is_hidden_from(case, town.actor("fei"))
    recuse(case, Whom("staff", fei.pk, town.offices["roads"].pk), "亲戚", actor=qin, at=NOW)
    assert is_hidden_from(case, town.actor("fei"))
    again, kept, free = case_by_reference(qin, reference, 1), town.actor("fei"), town.actor("zhou")
    with captured() as statements:
        assert is_hidden_from(again, kept)
        assert not is_hidden_from(again, free)
    assert statements == []


@pytest.mark.django_db
def test_a_kind_of_field_that_nobody_thought_of_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock._meta.get_field("code"), "get_internal_type", lambda: "DecimalField")
    gathering._relation.cache_clear()  # known from the tests before
    with pytest.raises(KeyError):
        gathered(Case.objects.all(), "clocks")


@pytest.mark.django_db
def test_whoever_is_signed_in_comes_with_their_roles_as_they_are_now(town: Town) -> None:
    zhou, backend = town.staff["zhou"], StaffBackend()
    with captured() as statements:
        assert [one.role for one in backend.get_user(zhou.pk).appointments.all()] == ["handler"]
    assert len(statements) == 1
    zhou.appointments.update(valid_to=NOW.date())
    assert backend.get_user(zhou.pk).appointments.all()[0].valid_to == NOW.date()
    Staff.objects.filter(pk=zhou.pk).update(is_active=False)
    assert backend.get_user(zhou.pk) is None
    assert staff_signed_in(new_id()) is None
