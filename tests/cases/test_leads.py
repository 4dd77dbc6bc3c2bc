"""Who answers for a case: history says it at every change, and whoever is kept from a case never does."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.covering import end_absence, note_absence
from gongshi.accounts.models import Absence
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.cover import note_stand_ins
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.actions.reprisals import report_reprisal
from gongshi.cases.drafts import Contact
from gongshi.cases.leads import lead_change, lead_since, lead_words
from gongshi.cases.models import Case, History
from gongshi.cases.reading import read_case, resident_key
from gongshi.cases.recusing import Whom
from gongshi.cases.sight import stand_in_for
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import ANSWER, accepted, add_staff, grievance, replayed, sees
from tests.cast import NOW, Town, case_of, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
AWAY = date(2026, 3, 5)
LATER = local("2026-03-05 08:00")


def names(town: Town, case: Case) -> list[tuple[str, str, str]]:
    """Each entry that changes who answers: its code, who did, who does."""
    known: dict[UUID | None, str] = {staff.pk: name for name, staff in town.staff.items()}
    found = []
    for code, params in History.objects.filter(case=case).order_by("seq").values_list("code", "params"):
        if change := lead_change(code, params):
            found.append((code, *(known.get(one, "") for one in change)))
    return found


def absent(town: Town, who: str, other: str, office: str, on: date = AWAY) -> Absence:
    actor = town.actor(who)
    return note_absence(
        actor.staff_id, town.staff[other].pk, from_on=on, until_on=on, actor=actor, today=NOW.date(), at=NOW
    )


def test_every_rung_says_who_answers_from_then_on(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=local("2026-03-03 10:00"))
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-04-01 10:00"))
    asked = local("2026-04-02 10:00")
    make_move(case_of(filed), "ask_review", actor=resident(filed), at=asked)
    assert names(town, case) == [("case.opened", "", "he"), ("case.escalated", "he", "qin")]
    assert case_of(filed).lead_id == town.staff["qin"].pk
    who = resident(filed)
    events = read_case(
        case_of(filed), resident_key(case.id, who.receipt_id, who.receipt), internal=False
    ).events
    assert lead_since(case_of(filed), events) == asked
    words = lead_words(case, events[-1].code, events[-1].params)
    assert words == {"zh": "包案责任人 he → qin", "en": "lead officer He → Qin"}
    replayed(case_of(filed))


def test_cover_is_history_too_and_stops_no_clock(town: Town) -> None:
    filed, case = grievance(town)
    add_staff(town, "fei", roads=["handler"])
    absence = absent(town, "he", "fei", "roads")
    assert note_stand_ins(LATER - timedelta(days=1)) == 0
    due = case_of(filed).due_on
    assert [note_stand_ins(LATER), note_stand_ins(LATER)] == [1, 0]
    assert names(town, case)[-1] == ("case.lead_covered", "he", "fei")
    fresh = case_of(filed)
    assert (fresh.lead_id, fresh.stand_in_id, fresh.due_on) == (
        town.staff["he"].pk,
        town.staff["fei"].pk,
        due,
    )
    assert end_absence(absence.id, actor=town.actor("he"), at=LATER)
    assert note_stand_ins(LATER) == 1
    assert names(town, case)[-1] == ("case.lead_back", "fei", "he")
    assert case_of(filed).stand_in_id is None
    replayed(case_of(filed))


def test_whoever_is_kept_off_stands_in_for_nobody(town: Town) -> None:
    filed, case = grievance(town)
    add_staff(town, "fei", roads=["handler"])
    fei = Whom("staff", town.staff["fei"].pk, town.offices["roads"].pk)
    recuse(case_of(filed), fei, "是亲戚。", actor=town.actor("qin"), at=NOW)
    absent(town, "he", "fei", "roads")
    fresh = case_of(filed)
    assert stand_in_for(fresh, fresh.lead_id, on=AWAY) is None
    assert note_stand_ins(LATER) == 0
    assert "case.lead_covered" not in [code for code, *_ in names(town, case)]


def test_a_lead_who_is_recused_is_history(town: Town) -> None:
    filed, _ = grievance(town)
    he = Whom("staff", town.staff["he"].pk, town.offices["roads"].pk)
    recuse(case_of(filed), he, "是亲戚。", actor=town.actor("qin"), at=NOW)
    assert names(town, case_of(filed))[-1] == ("case.staff_recused", "he", "")


def test_an_interim_lead_is_kept_from_the_report_of_a_reprisal(town: Town) -> None:
    """Ma of Water led it between two hand-overs and did nothing; now she works in the hall."""
    filed, _ = accepted(town)

    def handed_over(to: str, by: StaffActor) -> None:
        params: dict[str, Any] = {"office": town.offices[to].pk, "reason": "该由它办。"}
        make_move(case_of(filed), "hand_over", actor=by, at=NOW, params=params)

    handed_over("water", town.actor("zhou"))
    assert case_of(filed).lead_id == town.staff["ma"].pk
    add_staff(town, "lan", water=["handler"])
    handed_over("roads", town.actor("lan"))
    add_staff(town, "ma", hall=["handler", "lead"])
    report = report_reprisal(
        case_of(filed), "有人上门。", Contact(), receipt=new_receipt(), language="zh", at=NOW
    )
    ma = StaffActor(town.staff["ma"].pk, town.offices["hall"].pk, town.actor("tang").roles)
    matter = case_of(report)
    assert matter.office == town.offices["hall"]
    assert matter.lead_id != ma.staff_id
    assert not sees(town, "ma", matter)
    absent(town, "qin", "ma", "hall")
    assert stand_in_for(matter, town.staff["qin"].pk, on=AWAY) is None
