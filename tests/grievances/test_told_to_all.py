"""Whatever whoever filed alone is told of a matter reaches everybody who follows a joint one, and is sent to nobody."""

from datetime import date, timedelta
from typing import Any

import pytest

from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.hearings import Call, call_hearing
from gongshi.cases.actions.moves import NOTICES, SENT, make_move
from gongshi.cases.drafts import Contact
from gongshi.cases.models import History
from gongshi.cases.visiting import own_case
from gongshi.grievances.actions.beginning import begin
from gongshi.grievances.actions.leaving import go_alone
from gongshi.grievances.models import Collective
from gongshi.grievances.reading import BY_DAY
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.routing.models import ProcedureVersion
from tests.casework import ladder_town
from tests.cast import NOW, Town, lin_files, matter
from tests.clock import local
from tests.grievances.many import ANSWER, TEXT, Somebody, at_home, begins, code_of, joins, joint_of
from tests.rules.procedure_files import PACK
from tests.statements import captured

pytestmark = pytest.mark.django_db
WAYS = Contact(email="chen@example.org", phone="0571 1", notify="email")
# What is said to those who speak alone, what each is told of their own days, and what only each does for themselves.
OTHERWISE = {"case.asked", "case.closed_unconfirmed", "case.went_outside"}


def codes(somebody: Somebody) -> list[str]:
    return [one.code for one in somebody.reads().told]


def at_the_top(town: Town) -> tuple[Somebody, Collective]:
    """A grievance that the city itself deals with, over which nobody stands, and that others join."""
    ladder_town(town)
    filed, receipt = lin_files(town, matter(town, "grievance"))
    lin = Somebody(filed.filing, filed.receipt_id, receipt)
    roads = {"office": town.offices["roads"].id, "reason": "决定是道路所作的。"}
    make_move(lin.case, "forward", actor=town.actor("qin"), at=NOW, params=roads)
    make_move(lin.case, "object", actor=town.actor("zhou"), at=NOW, params={"reason": "不归我们。"})
    city = {"office": town.offices["city"].id, "reason": "由市里定。"}
    make_move(lin.case, "forward", actor=town.actor("gu"), at=NOW, params=city)
    make_move(lin.case, "accept", actor=town.actor("gu"), at=NOW)
    return lin, begin(lin.case, TEXT, actor=lin.actor, at=NOW)


def test_every_step_of_which_a_single_filer_is_told_is_told_to_all() -> None:
    assert set(NOTICES) == BY_DAY | SENT | OTHERWISE


def test_that_time_ran_out_reaches_all_once_with_its_letter_in_the_language_of_each(town: Town) -> None:
    lin, _ = at_the_top(town)
    chen, kim, gone = (joins(code_of(lin), contact=WAYS, language=code) for code in ("zh", "en", "zh"))
    go_alone(gone.case, actor=gone.actor, at=NOW)
    late = local("2026-05-10 00:05")
    for _ in range(2):
        run_clocks(late)
    for one in (lin, chen, kim):
        assert codes(one).count("case.overdue") == 1
    (zh, en) = (one.reads().told[-1] for one in (chen, kim))
    assert zh.letter is not None
    assert en.letter is not None
    assert (zh.office, zh.on) == (town.offices["city"].id, date(2026, 5, 10))
    assert "省信访局" in zh.letter["text"]
    assert "was not dealt with in time by: City" in en.letter["text"]
    page = at_home(chen).get("/filing/1/")
    assert "省信访局" in page.text
    # Who left is told of their own matter alone, which is late, too.
    assert History.objects.filter(case=gone.case, code="case.overdue").count() == 1
    # Whoever joins now was not there.
    assert codes(joins(code_of(lin), at=late)) == []
    # And whoever goes on alone takes the letter along.
    go_alone(chen.case, actor=chen.actor, at=late + timedelta(days=1))
    own = own_case(chen.visitor, 1)
    assert [one.text for one in own.file.letters if one.text == zh.letter["text"]]
    assert at_home(chen).get("/filing/1/").status == 200


def test_that_supervision_began_is_told_by_the_day_alone(town: Town) -> None:
    ladder_town(town)
    lin, _ = begins(town)
    chen = joins(code_of(lin), contact=WAYS)
    run_clocks(NOW + timedelta(days=40))
    told = {(one.code, one.office, one.reason, one.letter) for one in chen.reads().told}
    assert told == {("case.pressed", None, "", None)}
    assert "上级督办" in at_home(chen).get("/filing/1/").text
    go_alone(chen.case, actor=chen.actor, at=NOW + timedelta(days=41))
    assert "case.pressed" in {one.code for one in own_case(chen.visitor, 1).file.events}
    assert at_home(chen).get("/filing/1/").status == 200


def test_when_and_where_a_hearing_is_reaches_all(town: Town) -> None:
    """In a procedure whose hearings have no letters."""
    text = (PACK.parent.parent / "veldmeer" / "procedures" / "ombuds.toml").read_text(encoding="utf-8")
    ProcedureVersion.objects.create(code="ombuds", version=1, text=text, loaded_at=NOW)
    town.categories["conduct"].procedure = "ombuds"
    town.categories["conduct"].save()
    forget()
    lin, collective = begins(town)
    chen = joins(code_of(lin))
    qin = town.actor("qin")
    make_move(joint_of(collective), "take_up", actor=qin, at=NOW)
    day = NOW.date() + timedelta(days=14)
    call = Call(day, "9:30", "镇政府201室", "封路的事")
    call_hearing(joint_of(collective), "hear", call, actor=qin, at=NOW)
    (called,) = (one for one in chen.reads().told if one.code == "case.hearing_called")
    assert "201室" in called.reason


def test_nothing_is_sent_and_the_answer_costs_the_same_however_many_joined(town: Town) -> None:
    """As with whoever files such a matter alone (decision 0030): no row says that there is somebody to tell."""

    def answered(number: int) -> int:
        lin, collective = begins(town)
        code = code_of(lin)
        members = [joins(code, contact=WAYS) for _ in range(number)]
        make_move(joint_of(collective), "accept", actor=town.actor("qin"), at=NOW)
        case: Any = joint_of(collective)
        with captured() as made:
            send_answer(case, "answer", ANSWER, actor=town.actor("qin"), at=NOW)
        assert all(one.reads().answers for one in members)
        return len(made)

    assert answered(1) == answered(12)
    assert not OutboxRow.objects.exists()
