"""Grievances that Roads must not learn of, one resting at every rung of the whole ladder, and a reprisal.

Each is kept, when it is filed, from Roads with all beneath it and from Officer Ma of Water, where it is dealt with: the
hall has it registered, the city forwards it to Water, Lan answers, the hall reviews, the city hears and reviews again.
They come about by and by in the quiet half of the month, so that no batch of the ledger is carried over a step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from gongshi.accounts.actors import Actor
from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.hearings import Call, call_hearing, move_hearing
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.reprisals import report_reprisal
from gongshi.cases.drafts import Contact, KeepOff
from gongshi.cases.following import OUTCOME
from gongshi.cases.models import Case
from gongshi.grievances.actions.beginning import begin
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import add_staff, ladder_town
from tests.cast import Town, case_of, matter, resident

if TYPE_CHECKING:
    from tests.twins.world import World

Step = Callable[[], object]
Way = tuple[str, ...]
ACCEPTED: Way = ("registered", "forward", "accept")
ANSWERED: Way = (*ACCEPTED, "extend", "answer")
REVIEWED: Way = (*ANSWERED, "ask_review", "review_answer")
AT_THE_CITY: Way = (*REVIEWED, "ask_re_review")
REFUSED: Way = ("registered", "forward", "decline")
UPHELD: Way = (*REFUSED, "ask_review_refusal", "uphold_refusal")
# Over the city nobody stands: what it decided itself can only be taken outside.
BY_THE_CITY: Way = ("registered", "forward", "object", "give_to_city", "accept", "answer")

# The ways on which they come to where they stand when the month is over. On the first three time does the last step,
# which takes it a while.
WAYS: tuple[tuple[str, Way], ...] = (
    ("unasked", ANSWERED),
    ("unasked_again", REVIEWED),
    ("hearing_record", (*AT_THE_CITY, "hold_hearing")),
    ("handling", (*ACCEPTED, "extend")),
    ("raised", (*ACCEPTED, "press", "press", "press")),
    ("raised_again", (*ACCEPTED, *["press"] * 3, *["press_raised"] * 3)),
    ("confirmed", (*ANSWERED, "confirm")),
    ("not_done", (*ANSWERED, "reopen")),
    ("not_done_again", (*ANSWERED, "reopen", *["press_not_done"] * 3)),
    ("review", (*ANSWERED, "ask_review", "press_review")),
    ("reviewed", REVIEWED),
    ("review_confirmed", (*REVIEWED, "confirm_review")),
    ("re_review", (*AT_THE_CITY, "hold_hearing", "call_off")),
    ("final", (*AT_THE_CITY, "final_answer")),
    ("declined", REFUSED),
    ("review_refusal", (*REFUSED, "ask_review_refusal")),
    ("refusal_upheld", UPHELD),
    ("re_review_refusal", (*UPHELD, "ask_re_review_refusal")),
    ("refusal_final", (*UPHELD, "ask_re_review_refusal", "uphold_refusal_again")),
    ("handling", (*REFUSED, "ask_review_refusal", "order_acceptance")),
    ("outside", (*BY_THE_CITY, "leave")),
    ("withdrawn", ("registered", "withdraw")),
    (OUTCOME, (*ACCEPTED, "together")),
)
# These would have gone on by themselves meanwhile.
LATE_WAYS: tuple[tuple[str, Way], ...] = (
    ("registered", ("registered",)),
    ("forwarded", ("registered", "forward")),
    ("answered", ANSWERED),
    ("hearing", (*AT_THE_CITY, "hold_hearing", "move_hearing")),
    ("waiting", (*ACCEPTED, "ask")),
)
# Where they stand when the month is over: in every stage of the procedure, and "joined" where others joined.
RUNGS = {stands for stands, _ in (*WAYS, *LATE_WAYS)}
# Who makes each step, but for what the city has taken on; whoever filed makes the others.
WHO = {
    **dict.fromkeys(("accept", "extend", "answer", "decline", "object", "ask"), "lan"),
    **dict.fromkeys(
        ("forward", "give_to_city", "hold_hearing", "move_hearing", "call_off", "final_answer"), "gu"
    ),
    **dict.fromkeys(("press_raised", "press_not_done", "press_review", "uphold_refusal_again"), "gu"),
    **dict.fromkeys(("press", "review_answer", "uphold_refusal", "order_acceptance"), "qin"),
}
# What a step is called where the walk has it under another name.
MOVES = {"give_to_city": "forward"}


def people(town: Town) -> None:
    """The city over the hall; Lan of Water, who leads there, and Ma, named by what she alone does there."""
    ladder_town(town)
    add_staff(town, "lan", water=["handler", "lead"])
    add_staff(town, "ma", water=["dispatcher"])


def the_whole_ladder(world: "World") -> None:
    """Everything that is to happen, put down for the days to come."""
    world.agenda += [*_steps(world, WAYS), partial(_pressed, world), partial(_looks_into, world)]
    world.late_agenda += _steps(world, LATE_WAYS)


def _steps(world: "World", ways: tuple[tuple[str, Way], ...]) -> list[Step]:
    return [
        partial(_step, world, f"rung {stands} {way[-1]}", step, "give_to_city" in way[:number])
        for stands, way in ways
        for number, step in enumerate(way)
    ]


def standing() -> set[str]:
    """The stages in which a grievance stands, and "joined" for one that others joined."""
    rows = Case.objects.filter(kind="grievance").values_list("stage", "outcome")
    return {each for row in rows for each in row}


@dataclass(frozen=True)
class _Now:
    """A step that is taken: of which case, by whom, when; ``to``: the office that a case is sent to."""

    world: "World"
    case: Case
    code: str
    actor: Any
    at: datetime
    to: str


def _step(world: "World", name: str, step: str, by_city: bool) -> None:
    town, at = world.town, world.clock()
    if step == "registered":
        keep_off = (
            KeepOff(town.offices["roads"].id),
            KeepOff(town.offices["water"].id, "dispatcher"),
        )
        world.files(name, matter(town, "grievance", keep_off=keep_off, text="决定不对。"), contact=Contact())
        return
    who = "gu" if by_city and step in WHO else WHO.get(step)
    actor: Actor = town.actor(who) if who else resident(world.filed[name][0])
    to = "city" if step == "give_to_city" else "water"
    now = _Now(world, world.case(name), MOVES.get(step, step), actor, at, to)
    if step == "accept" and not by_city:
        open_content(now.case, town.actor("lan"), why="assignment", at=at)
    ACTS.get(step, _moves)(now)


def _answers(now: _Now) -> None:
    answer = NewAnswer(
        "explained",
        "看了材料。",
        now.at.date(),
        "维持原来的决定，理由如下。",
        "水务所 0000-2",
        law="水法 第五条",
    )
    send_answer(now.case, now.code, answer, actor=now.actor, at=now.at)


def _judges(now: _Now) -> None:
    give_verdict(
        now.case, now.code, Verdict(now.code != "reopen", None, "看过了。"), actor=now.actor, at=now.at
    )


def _call(days: int, now: _Now) -> Call:
    return Call(now.at.date() + timedelta(days=days), "9:30", "201室", "坑是谁挖的")


def _moves(now: _Now) -> None:
    params = {
        "office": now.world.town.offices[now.to].id,
        "reason": "由它决定。",
        "date": now.at.date() + timedelta(days=9),
    }
    written = {"right_body": ["court"]} if now.code in REFUSING else {}
    make_move(now.case, now.code, actor=now.actor, at=now.at, params=params, written=written)


REFUSING = ("decline", "uphold_refusal", "uphold_refusal_again")
ACTS: dict[str, Callable[[_Now], object]] = {
    **dict.fromkeys(("answer", "review_answer", "final_answer"), _answers),
    **dict.fromkeys(("confirm", "confirm_review", "reopen"), _judges),
    "ask": lambda now: ask_resident(now.case, "ask", "哪一天？", actor=now.actor, at=now.at),
    # Its day comes before the month is over, the end of the time for its record does not.
    "hold_hearing": lambda now: call_hearing(now.case, now.code, _call(23, now), actor=now.actor, at=now.at),
    "move_hearing": lambda now: move_hearing(now.case, _call(24, now), actor=now.actor, at=now.at),
    "withdraw": lambda now: withdraw(now.case, erase=False, actor=now.actor, at=now.at),
    "together": lambda now: begin(now.case, "我们几户都不服这个决定。", actor=now.actor, at=now.at),
}


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
