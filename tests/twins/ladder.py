"""Grievances that Roads must not learn of, one resting at every rung of the whole ladder, and a reprisal.

Each is kept, when it is filed, from Roads with all beneath it and from Officer Ma of Water, where it is dealt with: the
hall has it registered, the city forwards it to Water, Lan answers, the hall reviews, the city hears and reviews again.
They come about by and by in the quiet half of the month, so that no batch of the ledger is carried over a step.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.reprisals import report_reprisal
from gongshi.cases.drafts import Contact, KeepOff
from gongshi.cases.models import Case
from gongshi.grievances.actions.beginning import begin
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import add_staff, ladder_town
from tests.cast import Town, case_of, matter, resident

if TYPE_CHECKING:
    from tests.twins.world import World

Step = Callable[[], object]
STEPS = (
    *("registered", "forward", "accept", "extend", "answer", "ask_review", "review_answer", "ask_re_review"),
    *("hold_hearing", "call_off", "final_answer"),
)
# Where they stand when the month is over.
RUNGS = {
    *("registered", "forwarded", "handling", "answered", "confirmed", "review", "reviewed", "re_review"),
    *("hearing", "final", "joined", "review_refusal"),
}
# Who makes each step; whoever filed makes the others.
WHO = {
    **dict.fromkeys(("accept", "extend", "answer", "decline"), "lan"),
    **dict.fromkeys(("forward", "hold_hearing", "call_off", "final_answer"), "gu"),
    "review_answer": "qin",
}


def people(town: Town) -> None:
    """The city over the hall; Lan of Water, who leads there, and Ma, named by what she alone does there."""
    ladder_town(town)
    add_staff(town, "lan", water=["handler", "lead"])
    add_staff(town, "ma", water=["dispatcher"])


def the_whole_ladder(world: "World") -> None:
    """Everything that is to happen, put down for the days to come."""
    ways = [STEPS[: number + 1] for number in range(len(STEPS))]
    ways += [(*STEPS[:5], "confirm"), (*STEPS[:3], "together")]
    ways += [(*STEPS[:2], "decline", "ask_review_refusal")]
    for way in ways:
        world.agenda += [partial(_step, world, f"rung {len(way)} {way[-1]}", step) for step in way]
    world.agenda += [partial(_pressed, world), partial(_looks_into, world)]


def standing() -> set[str]:
    """The stages in which a grievance stands, and "joined" for one that others joined."""
    rows = Case.objects.filter(kind="grievance").values_list("stage", "outcome")
    return {each for row in rows for each in row}


def _step(world: "World", name: str, step: str) -> None:
    town, at = world.town, world.clock()
    if step == "registered":
        keep_off = (
            KeepOff(town.offices["roads"].id),
            KeepOff(town.offices["water"].id, "dispatcher"),
        )
        world.files(name, matter(town, "grievance", keep_off=keep_off, text="决定不对。"), contact=Contact())
        return
    case = world.case(name)
    actor = town.actor(WHO[step]) if step in WHO else resident(world.filed[name][0])
    if step == "accept":
        open_content(case, town.actor("lan"), why="assignment", at=at)
    if step in ("answer", "review_answer", "final_answer"):
        answer = NewAnswer(
            "explained",
            "看了材料。",
            at.date(),
            "维持原来的决定，理由如下。",
            "水务所 0000-2",
            law="水法 第五条",
        )
        send_answer(case, step, answer, actor=actor, at=at)
    elif step == "together":
        begin(case, "我们几户都不服这个决定。", actor=resident(world.filed[name][0]), at=at)
    elif step == "confirm":
        give_verdict(case, step, Verdict(True, None, ""), actor=actor, at=at)
    else:
        params = {
            "office": town.offices["water"].id,
            "reason": "由水务所决定。",
            "date": at.date() + timedelta(days=9),
        }
        written: dict[str, dict[str, object]] = {
            "decline": {"right_body": ["court"]},
            "hold_hearing": {"time": "9:30", "place": "201室", "about": "坑是谁挖的"},
        }
        make_move(case, step, actor=actor, at=at, params=params, written=written.get(step, {}))


def _pressed(world: "World") -> None:
    """Whoever filed a pothole that Roads has is pressed because of it, and says so to the hall."""
    first, receipt = world.case("pothole 1"), new_receipt()
    filed = report_reprisal(
        first, "所里的人上门来过。", Contact(), receipt=receipt, language="zh", at=world.clock()
    )
    world.filed["reprisal"] = filed, receipt


def _looks_into(world: "World") -> None:
    case: Case = case_of(world.filed["reprisal"][0])
    qin, at = world.town.actor("qin"), world.clock()
    make_move(case, "accept", actor=qin, at=at)
    open_content(case, qin, why="assignment", at=at)
