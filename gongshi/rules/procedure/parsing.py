"""From a procedure's TOML text to a `Procedure`: the shape of the file, not yet its proofs (see `proofs`)."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from gongshi.rules.procedure.effects import EFFECTS, NEEDS, OUTCOMES
from gongshi.rules.procedure.faults import Fault, fault
from gongshi.rules.procedure.letters import read_letters
from gongshi.rules.procedure.lines import line_of, lines_of
from gongshi.rules.procedure.model import (
    ABOVE,
    KINDS,
    NOBODY,
    OFFICE,
    RESIDENT,
    SUBJECTS,
    SUPERVISOR,
    SYSTEM,
    ClockRule,
    Extension,
    Move,
    Procedure,
    Stage,
    Words,
)
from gongshi.rules.procedure.reading import LIST, Table

EVERY_STAGE = "every_stage"
EVERY_OPEN_STAGE = "every_open_stage"
HOLDERS = (RESIDENT, OFFICE, SUPERVISOR, *ABOVE)

_AT_LINE = re.compile(r"at line (\d+)")
_STAGE = {"zh": "环节", "en": "stage"}
_MOVE = {"zh": "流转", "en": "move"}
_CLOCK = {"zh": "时限", "en": "clock"}
_NO_WORDS: Words = {"zh": "", "en": ""}


def parse(text: str) -> tuple[Procedure | None, list[Fault]]:
    """The procedure that ``text`` describes, or None and everything that is wrong with the shape of the file.

    A procedure that parses is not yet fit for use: `proofs.faults` must find nothing in it.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        line = _AT_LINE.search(str(problem))
        found = fault("toml", "", problem=str(problem))
        return None, [replace(found, line=int(line[1]) if line else None)]
    read: list[Fault] = []
    procedure = _Reading(Table(data, "", read), read).procedure()
    if not read:
        return procedure, []
    lines = lines_of(text)
    return None, [replace(one, line=line_of(lines, one.where)) for one in read]


class _Reading:
    """Reads one file. Codes are read before what refers to them, so that references can be checked on the way."""

    def __init__(self, top: Table, found: list[Fault]) -> None:
        self._top = top
        self._found = found
        self._basis: Words | None = None
        self._routes: tuple[str, ...] = ()
        self._stages: dict[str, Stage] = {}
        self._moves: dict[str, Table] = {}
        self._clocks: dict[str, Table] = {}

    def procedure(self) -> Procedure:
        top = self._top
        self._basis = top.words("basis", required=False)
        self._routes = top.codes("routes")
        self._stages = {code: self._stage(code, table) for code, table in top.named_tables("stages").items()}
        self._clocks = top.named_tables("clocks")
        self._moves = top.listed_tables("moves")
        procedure = Procedure(
            code=top.code("code", required=True),
            version=top.number("version", 1, 9999),
            kind=top.choice("kind", KINDS),
            name=top.words("name") or _NO_WORDS,
            says=top.words("says", required=False) or _NO_WORDS,
            subject=top.choice("subject", SUBJECTS, default="none"),
            start=self._one(top, "start", self._stages, _STAGE, required=True),
            path=self._many(top, "path", self._stages, _STAGE),
            basis=self._basis,
            stages=self._stages,
            clocks={code: self._clock(code, table) for code, table in self._clocks.items()},
            moves={code: self._move(code, table) for code, table in self._moves.items()},
            letters=read_letters(top, self._moves),
        )
        top.finish()
        return procedure

    def _stage(self, code: str, table: Table) -> Stage:
        stage = Stage(
            code=code,
            name=table.words("name") or _NO_WORDS,
            staff=table.words("staff", required=False),
            says=table.words("says") or _NO_WORDS,
            holder=table.choice("holder", (*HOLDERS, NOBODY)),
            outcome=table.choice("outcome", OUTCOMES, default=""),
            routes=table.codes("routes") if table.has("routes") else self._routes,
            basis=table.words("basis", required=False) or self._basis,
        )
        table.finish()
        return stage

    def _move(self, code: str, table: Table) -> Move:
        table.code("code")
        to = self._one(table, "to", self._stages, _STAGE)
        move = Move(
            code=code,
            name=table.words("name") or _NO_WORDS,
            sources=self._sources(table, to),
            to=to,
            by=self._filled(table, "by", (*HOLDERS, SYSTEM)),
            effect=table.choice("effect", EFFECTS),
            needs=table.codes("needs", NEEDS),
            limit=table.number("limit", 1, 9, default=0),
            after=self._one(table, "after", self._moves, _MOVE),
            then=self._one(table, "then", self._moves, _MOVE),
            within=self._one(table, "within", self._clocks, _CLOCK),
            clock=self._one(table, "clock", self._clocks, _CLOCK),
            head_only=table.flag("head_only"),
            once_per_office=table.flag("once_per_office"),
            outside=table.code("outside"),
            basis=table.words("basis", required=False) or self._basis,
        )
        self._fitting(table, move)
        table.finish()
        return move

    def _fitting(self, table: Table, move: Move) -> None:
        """Keys that only some moves have."""
        if move.effect == "extend" and not move.clock:
            table.note("missing_key", "clock", key="clock")
        elif move.effect not in ("extend", "") and move.clock:
            why = {"zh": "只用于 effect = “extend”", "en": "it goes with effect 'extend' only"}
            table.note("needless_key", "clock", key="clock", why=why)
        if move.effect == "leave" and not move.outside:
            table.note("missing_key", "outside", key="outside")
        elif move.effect not in ("leave", "") and move.outside:
            why = {"zh": "只用于 effect = “leave”", "en": "it goes with effect 'leave' only"}
            table.note("needless_key", "outside", key="outside", why=why)
        if move.then and not move.limit:
            why = {"zh": "没有写 limit", "en": "there is no limit"}
            table.note("needless_key", "then", key="then", why=why)

    def _sources(self, table: Table, to: str) -> frozenset[str]:
        """The stages a move starts from: a list, or one of the two words for all of them except where it leads."""
        value = table.value("from", required=True)
        if value == EVERY_STAGE:
            return frozenset(self._stages) - {to}
        if value == EVERY_OPEN_STAGE:
            return frozenset(code for code, stage in self._stages.items() if not stage.end) - {to}
        if value is not None and not isinstance(value, list):
            table.note(
                "unknown_value", "from", value=value, known=f"[...], {EVERY_STAGE}, {EVERY_OPEN_STAGE}"
            )
            return frozenset()
        return frozenset(self._filled(table, "from", self._stages, _STAGE))

    def _clock(self, code: str, table: Table) -> ClockRule:
        days = self._days(table)
        expiry = table.table("on_expiry")
        clock = ClockRule(
            code=code,
            name=table.words("name") or _NO_WORDS,
            staff=table.words("staff", required=False),
            says=table.words("says") or _NO_WORDS,
            waits_for=table.choice("waits_for", HOLDERS),
            days=days,
            default_days=self._only(table, "default_days", days == "promise", "promise"),
            most_days=self._only(table, "most_days", days == "given", "given", required=False),
            counting=table.choice("counting", ("working", "calendar")),  # type: ignore[arg-type]
            runs_in=frozenset(self._filled(table, "runs_in", self._stages, _STAGE)),
            paused_in=frozenset(self._many(table, "paused_in", self._stages, _STAGE)),
            starts_on=frozenset(self._many(table, "starts_on", self._moves, _MOVE)),
            restarts_on=frozenset(self._many(table, "restarts_on", self._moves, _MOVE)),
            pause_limit_days=table.number("pause_limit_days", 1, 366, default=0),
            warn_days=table.number("warn_days", 1, 60, default=0),
            extension=self._extension(table),
            supervise=expiry.flag("supervise") if expiry else False,
            lapse=expiry.flag("lapse") if expiry else False,
            expiry_move=self._one(expiry, "move", self._moves, _MOVE) if expiry else "",
            owes_answer=table.flag("owes_answer"),
            not_counted_from=self._one(table, "not_counted_from", self._clocks, _CLOCK),
            announces=table.flag("announces"),
            basis=table.words("basis", required=False) or self._basis,
        )
        if expiry:
            self._one_consequence(expiry, clock)
        for stage in sorted(clock.runs_in & clock.paused_in):
            table.note("duplicate", "paused_in", value=stage)
        table.finish()
        return clock

    @staticmethod
    def _one_consequence(expiry: Table, clock: ClockRule) -> None:
        """Supervision may stand beside a move, for where that cannot be made; nothing else beside anything."""
        written = [key for key in ("supervise", "lapse", "expiry_move") if getattr(clock, key)]
        for key in written[1:] if clock.lapse else ():
            shown = key.removeprefix("expiry_")
            why = {"zh": f"已写了 {written[0]}", "en": f"{written[0]} is written already"}
            expiry.note("needless_key", shown, key=shown, why=why)
        expiry.finish()

    @staticmethod
    def _days(table: Table) -> Any:
        """A number of days, "promise" or "given"."""
        value = table.value("days", required=True)
        if isinstance(value, str):
            return table.choice("days", ("promise", "given"))
        return table.number("days", 1, 1100) if value is not None else 1

    @staticmethod
    def _only(table: Table, key: str, fits: bool, kind: str, *, required: bool = True) -> int:
        """A number of days that only clocks of one kind have."""
        if fits:
            return table.number(key, 1, 1100, default=None if required else 0)
        if table.has(key):
            why = {"zh": f"只用于 days = “{kind}”", "en": f"it goes with days = '{kind}' only"}
            table.note("needless_key", key, key=key, why=why)
            table.value(key)
        return 0

    @staticmethod
    def _extension(table: Table) -> Extension | None:
        """How a clock is made longer. What is left out stays 0, which `proofs` refuses as unbounded."""
        below = table.table("extension")
        if below is None:
            return None
        extension = Extension(below.number("times", 1, 3, default=0), below.number("days", 1, 366, default=0))
        below.finish()
        return extension

    def _one(
        self, table: Table, key: str, known: Collection[str], what: Words, *, required: bool = False
    ) -> str:
        code = table.code(key, required=required)
        if code and code not in known:
            table.note("unknown_reference", key, what=what, value=code, known=", ".join(known))
            return ""
        return code

    def _many(self, table: Table, key: str, known: Collection[str], what: Words) -> tuple[str, ...]:
        codes = table.codes(key)
        for code in codes:
            if code not in known:
                table.note("unknown_reference", key, what=what, value=code, known=", ".join(known))
        return tuple(code for code in codes if code in known)

    def _filled(
        self, table: Table, key: str, known: Collection[str], what: Words | None = None
    ) -> tuple[str, ...]:
        """A list that must be there and hold something."""
        table.value(key, required=True)
        codes = self._many(table, key, known, what) if what else table.codes(key, known)
        if table.value(key) == []:
            table.note("wrong_type", key, expected=LIST)
        return codes
