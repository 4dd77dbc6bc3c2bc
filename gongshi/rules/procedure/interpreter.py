"""Running a procedure: who may do what now, and what a move or a clock that ran out makes of a case.

Pure: local dates of the place, the calendar and the words that go with a move come in as values, a `Transition` goes
out as data. A day before the last one recorded counts as that one: a clock set back moves no deadline backwards.

Counting is `gongshi.rules.deadlines`'s (民事诉讼法 Art. 85, 民法典 Art. 201, 203). Pauses and extensions lengthen the
period itself, before it rolls forward to a working day.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from gongshi.rules.calendar import Calendar, add_working_days, next_working_day, working_days_between
from gongshi.rules.deadlines import due_on, warning_on
from gongshi.rules.procedure.asking import (
    Mover,
    RefusedError,
    check,
    check_needs,
    not_theirs,
    obstacle_now,
    role_of,
)
from gongshi.rules.procedure.effects import EFFECTS, PLAIN_NEEDS
from gongshi.rules.procedure.hearings import hearing_on_return
from gongshi.rules.procedure.model import (
    EVERYBODY,
    RESIDENT,
    SYSTEM,
    Above,
    ClockRule,
    Counting,
    Move,
    Procedure,
    Promise,
)
from gongshi.rules.procedure.state import (
    LAPSED,
    OPENED,
    OVERDUE,
    SUPERVISED,
    WARNED,
    CaseState,
    ClockChange,
    ClockState,
    Entry,
    Transition,
    Withdrawal,
    change_as_data,
    clock_status,
    evolve,
    expiries,
    warnings_due,
)
from gongshi.rules.procedure.steps import (
    Status,
    Step,
    begun_anew,
    clock_step,
    leads_to_nobody,
    return_step,
)


def allowed_moves(
    procedure: Procedure,
    state: CaseState,
    mover: Mover,
    *,
    on: date | None = None,
    above: Above = EVERYBODY,
) -> list[Move]:
    """The moves that ``mover`` may make now, in the order of the file; ``on`` leaves out what its day forbids."""
    return [move for move, codes in explained_moves(procedure, state, mover, on=on, above=above) if not codes]


def explained_moves(
    procedure: Procedure,
    state: CaseState,
    mover: Mover,
    *,
    on: date | None = None,
    above: Above = EVERYBODY,
) -> list[tuple[Move, tuple[str, ...]]]:
    """Every move that people make, in the order of the file, and all that keeps ``mover`` from it now.

    Codes: "not_allowed" (somebody else's move) or "head_only", then one of `asking.obstacle_now`.
    """
    clocks, found = clock_status(state, on), []
    for move in procedure.moves.values():
        whose = set(move.by) - {SYSTEM}
        if whose:
            hindered = obstacle_now(procedure, move, state, clocks, above, on=on)
            if not hindered and move.once_per_office and move.code in mover.made:
                hindered = "limit_reached"
            codes = (not_theirs(move, mover, whose), hindered)
            found.append((move, tuple(code for code in codes if code)))
    return found


def opening(
    procedure: Procedure,
    *,
    on: date,
    calendar: Calendar,
    promise: Promise | None = None,
    stage: str = "",
    clocks: bool = True,
) -> Transition:
    """A case begins on ``on``, in the first stage, with its clocks.

    ``stage`` and ``clocks=False`` are for cases brought in from elsewhere: they start where they are, and no clock of
    theirs runs. Raises KeyError for a stage that the procedure does not have.
    """
    first = procedure.stages[stage or procedure.start].code
    draft = _Draft(procedure, CaseState(first, on, on, promise), on, calendar)
    params: dict[str, Any] = {"procedure": procedure.code, "version": procedure.version}
    if promise:
        params["promise"] = {"days": promise.days, "counting": promise.counting}
    draft.record(OPENED, SYSTEM, params, draft.clock_changes(None, first, {}) if clocks else [])
    return draft.transition()


def perform(
    procedure: Procedure,
    state: CaseState,
    move: Move | str,
    mover: Mover,
    *,
    on: date,
    calendar: Calendar,
    params: Mapping[str, Any] | None = None,
    recused: Collection[Any] = (),
    above: Above = EVERYBODY,
) -> Transition:
    """What the move makes of the case on the local day ``on``.

    params: what comes with it, by the names of its needs; texts are only looked at for being there. recused: offices
    that the case must never reach. above: who is there above. Raises RefusedError. What the system does is not
    asked for here: see `expire`.
    """
    code = move if isinstance(move, str) else move.code
    found, given = procedure.moves.get(code), dict(params or {})
    if found is None:
        raise RefusedError("unknown_move", move=code)
    draft = _Draft(procedure, state, max(on, state.latest_on), calendar, above)
    role = role_of(found, mover, state.stage)
    check(procedure, state, found, draft.on, above)
    if found.once_per_office and found.code in mover.made:
        raise RefusedError("limit_reached", move=code)
    check_needs(found, given, recused)
    draft.make(found, role, given)
    return draft.transition()


def expire(
    procedure: Procedure,
    state: CaseState,
    clock: str,
    *,
    on: date,
    calendar: Calendar,
    above: Above = EVERYBODY,
) -> Transition:
    """What follows from a clock that ran out before ``on``: supervision, the system's move, or that moves lapse.

    Where nobody is above to supervise, history says so: then the resident is told, and can leave. Raises RefusedError
    "not_due" when it has not run out, or its consequence has come already.
    """
    if clock not in expiries(state, on):
        raise RefusedError("not_due", clock=clock)
    draft = _Draft(procedure, state, max(on, state.latest_on), calendar, above)
    rule = procedure.clocks[clock]
    expired = ClockChange(clock, "expired", replace(state.clocks[clock], expired_on=draft.on))
    move = procedure.moves.get(rule.expiry_move)
    status = clock_status(state, draft.on)
    if move and rule.supervise and obstacle_now(procedure, move, state, status, above, system=True):
        move = None
    if move:
        check(procedure, state, move, draft.on, above, system=True)
        draft.make(move, SYSTEM, {}, clock=clock, before=[expired])
        # Pressed by the program, it is on the list of whoever can press too, unless it went up with that.
        stays = draft.stage == state.stage
        draft.supervise += [clock] if rule.supervise and move.effect == "press" and stays else []
    elif rule.lapse or above.pressing:
        draft.record(LAPSED if rule.lapse else SUPERVISED, SYSTEM, {"clock": clock}, [expired])
        draft.supervise += [clock] if rule.supervise else []
    else:
        params = {"clock": clock, "date": expired.state.due_on.isoformat()}
        draft.record(OVERDUE, SYSTEM, params, [expired])
    return draft.transition()


def warn(procedure: Procedure, state: CaseState, clock: str, *, on: date, calendar: Calendar) -> Transition:
    """The office is warned that ``clock`` runs out soon. Raises RefusedError "not_due"."""
    if clock not in warnings_due(state, on):
        raise RefusedError("not_due", clock=clock)
    draft = _Draft(procedure, state, max(on, state.latest_on), calendar)
    warned = ClockChange(clock, "warned", replace(state.clocks[clock], warned_on=draft.on))
    draft.record(WARNED, SYSTEM, {"clock": clock, "date": warned.state.due_on.isoformat()}, [warned])
    return draft.transition()


class _Draft:
    """One act under way: it collects entries and clock changes, and folds each into the state at once."""

    def __init__(
        self,
        procedure: Procedure,
        state: CaseState,
        on: date,
        calendar: Calendar,
        above: Above = EVERYBODY,
    ) -> None:
        self._above = above
        self._procedure = procedure
        self._state = state
        self._calendar = calendar
        self._entries: list[Entry] = []
        self._changes: list[ClockChange] = []
        self._effects: list[str] = []
        self.on = on
        self.supervise: list[str] = []

    @property
    def stage(self) -> str:
        return self._state.stage

    def transition(self) -> Transition:
        return Transition(
            self._state,
            tuple(self._entries),
            tuple(self._changes),
            tuple(self._effects),
            tuple(self.supervise),
        )

    def record(self, code: str, by: str, params: Mapping[str, Any], changes: list[ClockChange]) -> None:
        """One history entry, folded into the state. Several changes of one clock build on one another."""
        told, before = [], dict(self._state.clocks)
        for change in changes:
            told.append(
                change_as_data(change, None if change.kind == "started" else before.get(change.clock))
            )
            before[change.clock] = change.state
        data = {"on": self.on.isoformat(), "stage": self._state.stage, **params, "clocks": told}
        entry = Entry(code, by, data)
        self._state = evolve(None if code == OPENED else self._state, entry)
        self._entries.append(entry)
        self._changes += changes

    def make(
        self,
        move: Move,
        role: str,
        given: Mapping[str, Any],
        *,
        clock: str = "",
        before: list[ClockChange] | None = None,
        after: Move | None = None,
    ) -> None:
        """One move, and the system's next one when it was the last permitted time."""
        back = self._state.withdrawn if move.effect == "restore" else None
        target = back.stage if back else move.target(self._state.stage)
        params: dict[str, Any] = {"move": move.code, "from": self._state.stage, "stage": target}
        if clock:
            params["clock"] = clock
        for need in PLAIN_NEEDS:
            if given.get(need) is not None:
                params[need] = given[need].isoformat() if need == "date" else given[need]
        changes = list(before or ())
        clocks = {**self._state.clocks, **{change.clock: change.state for change in changes}}
        changes += self._extended(move, clocks)
        changes += self._not_counted(move, clocks)
        renewed = begun_anew(self._procedure, move, target, self._state.counts)
        if back:
            changes += self._returned(back)
            day, again = hearing_on_return(self._procedure, self._state, changes, back, on=self.on)
            params |= {"hearing": day} if day else {}
            renewed += again
        else:
            changes += self.clock_changes(
                move, target, {**clocks, **{one.clock: one.state for one in changes}}, given
            )
        if renewed:
            params["renewed"] = renewed
        times = self._state.counts.get(move.code, 0) + 1
        if move.effect == "press" and move.limit:
            params |= {"times": times, "last": times == move.limit and not self._goes_up(move, target)}
        if after:
            params["times"] = after.limit
        self.record(EFFECTS[move.effect].history, role, params, changes)
        self._effects.append(move.effect)
        if move.then and self._state.counts[move.code] == move.limit:
            self._follow(move)

    def _goes_up(self, move: Move, stage: str) -> bool:
        """Whether the system's next move follows: not where it would lead to a level that is not there."""
        following = self._procedure.moves.get(move.then)
        return following is not None and not leads_to_nobody(
            self._procedure, following, stage, self._above, system=True
        )

    def _follow(self, move: Move) -> None:
        """The system's next move. Where it would lead to a level that is not there, the case stays where it is."""
        if self._goes_up(move, self._state.stage):
            following = self._procedure.moves[move.then]
            check(self._procedure, self._state, following, self.on, self._above, system=True)
            self.make(following, SYSTEM, {}, after=move)

    def clock_changes(
        self,
        move: Move | None,
        stage: str,
        clocks: Mapping[str, ClockState],
        given: Mapping[str, Any] | None = None,
    ) -> list[ClockChange]:
        """What coming to ``stage`` does to every clock."""
        changes = []
        for code, rule in self._procedure.clocks.items():
            state = clocks.get(code)
            status = state.status(self.on) if state else Status.OFF
            step = clock_step(rule, status, move, stage)
            after = self._stepped(rule, step, state, given or {})
            if after is not None:
                changes.append(ClockChange(code, step.value, after))
        return changes

    def _returned(self, back: Withdrawal) -> list[ClockChange]:
        """What undoing a withdrawal does to the clocks that it stopped; those that are late call for supervision."""
        changes = []
        for code in back.clocks:
            rule, clock = self._procedure.clocks[code], self._state.clocks[code]
            late = clock.expired_on is not None or back.on > clock.due_on
            step = return_step(rule, Status.LATE if late else Status.RUNNING, back.stage)
            if step is Step.START:
                after = self._started(rule, clock.run + 1, {})
            else:
                after = replace(clock, stopped_on=None)
                if step is not Step.KEEP:
                    after = self._over_withdrawal(rule, after, back.on)
                if step is Step.PAUSE and after.paused_days < rule.pause_limit_days:
                    after = replace(after, paused_on=self.on)
            self.supervise += [code] if rule.supervise and clock.expired_on and self._above.pressing else []
            changes.append(ClockChange(code, "started" if step is Step.START else "resumed", after))
        return changes

    def _over_withdrawal(self, rule: ClockRule, state: ClockState, since: date) -> ClockState:
        """The clock longer by the days that the case lay withdrawn, with at least today left.

        A day that people were told of stays that day: nobody would learn of another. Of it, only the days that the case
        lay withdrawn after it are kept, which the answer's clock has already (`_not_counted`).
        """
        if rule.announces:
            over = (self.on - max(state.due_on, since)).days
            return replace(state, withdrawn_days=state.withdrawn_days + max(over, 0))
        _, counting = self._length(rule) if rule.days != "given" else (0, rule.counting)
        working = counting == "working"
        lay = working_days_between(self._calendar, since, self.on) if working else (self.on - since).days
        longer = replace(state, withdrawn_days=state.withdrawn_days + lay)
        if rule.days != "given":
            longer = self._longer(rule, longer)
        elif working:
            longer = self._due_from(rule, longer, add_working_days(self._calendar, state.due_on, lay))
        else:
            day = next_working_day(self._calendar, state.due_on + timedelta(days=lay))
            longer = self._due_from(rule, longer, day)
        return self._due_from(rule, longer, next_working_day(self._calendar, self.on))

    def _stepped(
        self, rule: ClockRule, step: Step, state: ClockState | None, given: Mapping[str, Any]
    ) -> ClockState | None:
        """The clock after a step, None when nothing changes."""
        if step is Step.START:
            return self._started(rule, state.run + 1 if state else 1, given)
        if state is None or step is Step.KEEP:
            return None
        if step is Step.PAUSE:
            used_up = state.paused_days >= rule.pause_limit_days
            return None if used_up else replace(state, paused_on=self.on)
        if state.paused_on is not None:
            state = self._resumed(rule, state)
        return replace(state, stopped_on=self.on) if step is Step.STOP else state

    def _started(self, rule: ClockRule, run: int, given: Mapping[str, Any]) -> ClockState:
        on = self._starts_on(rule, run)
        if rule.days == "given":
            due = self._given(rule, given["date"])
        else:
            days, counting = self._length(rule)
            due = due_on(start_on=on, days=days, counting=counting, calendar=self._calendar)
        return ClockState(run=run, started_on=on, due_on=due, warn_on=self._warning(rule, due))

    def _starts_on(self, rule: ClockRule, run: int) -> date:
        """The day from which a run counts: of one that an undone move had started already, the first such day.

        Nobody who is bound by a clock gains a day by undoing and doing again; the resident has their whole time.
        """
        first = self._state.first_starts.get(rule.code)
        if first is None or first.run != run or rule.waits_for == RESIDENT:
            return self.on
        return min(self.on, first.on)

    def _given(self, rule: ClockRule, day: date) -> date:
        """A date that staff gave: ahead of today, and not further than the procedure allows."""
        latest = due_on(
            start_on=self.on, days=rule.most_days, counting=rule.counting, calendar=self._calendar
        )
        if day <= self.on:
            raise RefusedError("date_not_ahead", date=day)
        if day > latest:
            raise RefusedError("date_too_far", date=day, latest=latest)
        return day

    def _length(self, rule: ClockRule) -> tuple[int, Counting]:
        """Days and counting of a clock that does not take a given date."""
        assert rule.days != "given"
        return rule.length(self._state.promise)

    def _warning(self, rule: ClockRule, due: date) -> date | None:
        if not rule.warn_days:
            return None
        return warning_on(due, days=rule.warn_days, calendar=self._calendar, start_on=self.on)

    def _resumed(self, rule: ClockRule, state: ClockState) -> ClockState:
        """The clock runs again, longer by the days it was paused, as far as the limit allows.

        A question asked on a last day that was rolled forward leaves the office at least the day of the answer, as in
        `gongshi.rules.deadlines.due`: nobody becomes late by waiting for the resident.
        """
        assert state.paused_on is not None
        _, counting = self._length(rule)
        left = rule.pause_limit_days - state.paused_days
        if counting == "working":
            waited = working_days_between(self._calendar, state.paused_on, self.on)
            used_up = add_working_days(self._calendar, state.paused_on, left)
        else:
            waited = (self.on - state.paused_on).days
            used_up = state.paused_on + timedelta(days=left)
        paused_days = state.paused_days + min(left, waited)
        longer = self._longer(rule, replace(state, paused_on=None, paused_days=paused_days))
        return self._due_from(rule, longer, next_working_day(self._calendar, min(self.on, used_up)))

    def _extended(self, move: Move, clocks: Mapping[str, ClockState]) -> list[ClockChange]:
        if move.effect != "extend":
            return []
        rule, state = self._procedure.clocks[move.clock], clocks[move.clock]
        longer = self._longer(rule, replace(state, extended=state.extended + 1))
        return [ClockChange(move.clock, "extended", longer)]

    def _not_counted(self, move: Move, clocks: Mapping[str, ClockState]) -> list[ClockChange]:
        """What the record of a hearing gives: the days from the announced one, where that lay in time.

        Until then the clock ran on, so a hearing that is not held has taken nothing.
        """
        changes = []
        for code, rule in self._procedure.clocks.items() if move.effect == "record" else ():
            state, called = clocks.get(code), clocks.get(rule.not_counted_from)
            if state is None or called is None or not state.active or called.due_on > state.due_on:
                continue
            since = called.due_on + timedelta(days=called.withdrawn_days + self._lay_since(called))
            after = self._resumed(rule, replace(state, paused_on=min(since, self.on)))
            if after != state:
                changes.append(ClockChange(code, "not_counted", after))
        return changes

    def _lay_since(self, called: ClockState) -> int:
        """The days that the case lay withdrawn while the record was awaited: added to the answer's time already."""
        return max(
            (
                one.withdrawn_days
                for one in self._state.clocks.values()
                if one.active and one.started_on >= called.due_on
            ),
            default=0,
        )

    def _longer(self, rule: ClockRule, state: ClockState) -> ClockState:
        """The due day anew from the whole length of the period; never earlier than it was."""
        days, counting = self._length(rule)
        days += (
            state.paused_days
            + state.withdrawn_days
            + (rule.extension.days * state.extended if rule.extension else 0)
        )
        due = due_on(start_on=state.started_on, days=days, counting=counting, calendar=self._calendar)
        return self._due_from(rule, state, due)

    def _due_from(self, rule: ClockRule, state: ClockState, due: date) -> ClockState:
        """The clock with the day ``due``, if that is later than the one it has."""
        if due <= state.due_on:
            return state
        return replace(state, due_on=due, warn_on=self._warning(rule, due), warned_on=None)
