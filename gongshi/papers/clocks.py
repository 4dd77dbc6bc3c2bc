"""Every run of every clock of a matter on paper: what it was for, how long, and whether it was kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from gongshi.cases import engine
from gongshi.cases.models import Case
from gongshi.formats.paper import Block
from gongshi.papers.blocks import day, table, text_of
from gongshi.rules.procedure import ClockRule, ClockRun
from gongshi.words import Words, pair, say

EVENTS: dict[str, Words] = {
    "paused": pair("暂停，等回复", "paused, waiting for a reply"),
    "resumed": pair("继续，期限顺延{n}", "ran on, {n} added"),
    "not_counted": pair("听证，不计{n}", "a hearing, {n} not counted"),
    "extended": pair("延长{n}", "extended by {n}"),
    "returned": pair("撤回后又接着办，期限顺延{n}", "taken up again after a withdrawal, {n} added"),
    "brought_forward": pair("提前：另一件并了进来", "brought forward: another matter was merged in"),
}
COUNTED: dict[str, Words] = {
    "working": pair("{n}个工作日", "{n} working days"),
    "calendar": pair("{n}天", "{n} days"),
}
ONE: dict[str, Words] = {"working": pair("1个工作日", "1 working day"), "calendar": pair("1天", "1 day")}


def clocks(
    case: Case,
    runs: Sequence[ClockRun],
    today: date,
    *,
    title: Any = "",
    cite: Callable[[Mapping[str, str] | None], str] = lambda basis: "",  # noqa: ARG005
) -> Iterable[Block]:
    """The runs, and beneath them each pause and extension. ``cite`` gives a rule's number, where rules are listed."""
    rules = engine.procedure_of(case).clocks
    rows = [
        (
            f"{_named(run, rules[run.clock])}\n{_length(case, rules[run.clock])} {cite(rules[run.clock].basis)}",
            day(run.state.started_on),
            day(run.state.due_on),
            _ended(run, rules[run.clock], today),
        )
        for run in runs
    ]
    head = (
        *(say("时限", "Time limit"), say("从", "From")),
        *(say("最后一天", "Last day"), say("结果", "What became of it")),
    )
    if rows:
        yield from table(title, head, rows, (3, 0, 0, 3))
    yield from _moved(case, runs)


def _moved(case: Case, runs: Sequence[ClockRun]) -> Iterable[Block]:
    rules = engine.procedure_of(case).clocks
    rows = [
        (
            _named(run, rules[run.clock]),
            day(one.on),
            _event(case, rules[run.clock], one.kind, one.days),
            day(one.due_on),
        )
        for run in runs
        for one in run.events
    ]
    head = (
        *(say("时限", "Time limit"), say("哪天", "On")),
        *(say("怎么了", "What happened"), say("此后的最后一天", "Last day from then on")),
    )
    if rows:
        yield from table(say("暂停和延长", "Pauses and extensions"), head, rows, (2, 0, 3, 0))


def balance(case: Case, runs: Sequence[ClockRun], today: date) -> str:
    """How many of the runs that bind offices were kept, and how many were not."""
    rules = engine.procedure_of(case).clocks
    owed = [run for run in runs if rules[run.clock].waits_for != "resident"]
    told = say(
        "约束单位的时限：守住{kept}个，没守住{late}个。",
        "Time limits that bind the offices: {kept} kept, {late} broken.",
    )
    return str(told).format(
        kept=sum(run.kept is True for run in owed), late=sum(run.late_days(today) > 0 for run in owed)
    )


def _named(run: ClockRun, rule: ClockRule) -> str:
    again = str(say("（第{n}次）", " (run {n})")).format(n=run.state.run) if run.state.run > 1 else ""
    return text_of(rule.name) + again


def _length(case: Case, rule: ClockRule) -> str:
    if rule.announces:
        return str(say("定好的日子", "an announced day"))
    if rule.days == "given":
        return str(say("到答应的日子", "until the promised day"))
    if rule.days != "promise":
        return _days(rule.days, rule.counting)
    if case.promise:
        return _days(case.promise.days, case.promise.counting)
    inside = say("{days}，内部目标", "{days}, an internal target")
    return str(inside).format(days=_days(rule.default_days, rule.counting))


def _days(n: int, counting: str) -> str:
    return text_of(ONE[counting] if n == 1 else COUNTED[counting]).format(n=n)


def _event(case: Case, rule: ClockRule, kind: str, days: int) -> str:
    counting = case.promise.counting if rule.days == "promise" and case.promise else rule.counting
    return text_of(EVENTS[kind]).format(n=_days(days, counting))


def _ended(run: ClockRun, rule: ClockRule, today: date) -> str:
    """What became of a run: kept or broken by how many days, where it binds an office."""
    late = run.late_days(today)
    if rule.announces:
        return str(say("不是期限", "not a time limit"))
    if rule.waits_for == "resident":
        return _of_resident(run, late)
    if run.ended_on is None:
        if run.state.paused_on:
            return str(say("{day}起暂停", "paused since {day}")).format(day=day(run.state.paused_on))
        over = say("没守住：已超期{n}，还没做到", "broken: {n} over, and not done yet")
        return str(over).format(n=_days(late, "calendar")) if late else str(say("在走", "running"))
    if late:
        text = say("没守住：{day}，晚了{n}", "broken: {day}, {n} late")
        return str(text).format(day=day(run.ended_on), n=_days(late, "calendar"))
    text = (
        say("守住了：{day}", "kept: {day}")
        if run.kept
        else say("{day}停下，没有到期", "stopped on {day}, not due")
    )
    return str(text).format(day=day(run.ended_on))


def _of_resident(run: ClockRun, late: int) -> str:
    if run.ended_on is None:
        return str(
            say("已到期，不影响任何权利", "ran out; no right is lost") if late else say("在走", "running")
        )
    return str(say("{day}停下", "stopped on {day}")).format(day=day(run.ended_on))
