"""`gongshi calc NAME < input.json`: one rule's answer, as JSON, without a database or a place."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from gongshi.config.calculators import CalculationError, due
from gongshi.config.terminal import both, failure


@dataclass(frozen=True)
class Calculator:
    """One calculator: what it says of itself, the options it takes, and the answer to one input.

    answer: gets the input object and the options by name; raises CalculationError.
    """

    help: str
    answer: Callable[..., dict[str, Any]]
    options: Sequence[click.Option] = ()


# To add a calculator: write calculators/NAME.py and enter it here.
CALCULATORS: Mapping[str, Calculator] = {
    "due": Calculator(due.HELP, due.answer, due.OPTIONS),
}

EPILOG = both(
    "从标准输入读取一个 JSON 对象或其数组，在标准输出给出一个答案或其数组。",
    "Reads one JSON object, or an array of them, from standard input; writes one answer, or an array of them.",
)


def _given() -> Any:
    """What standard input holds. Raises CalculationError when it is not JSON in UTF-8."""
    try:
        return json.loads(sys.stdin.buffer.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise CalculationError(
            f"标准输入不是有效的 JSON：{fault}", f"standard input is not valid JSON: {fault}"
        ) from fault


def _input(name: str, given: Any) -> Mapping[str, Any]:
    """One input: the object itself, or the one inside {"calc": name, "input": {...}}, the form of the golden files."""
    if isinstance(given, dict) and "calc" in given:
        if given["calc"] != name:
            raise CalculationError(f"这里只算 {name}。", f'"calc" is {given["calc"]!r}, but this is {name}.')
        given = given.get("input")
    if not isinstance(given, dict):
        raise CalculationError("输入须为 JSON 对象。", "the input must be a JSON object.")
    return given


def _answers(name: str, calculator: Calculator, given: Any, options: Mapping[str, Any]) -> Any:
    if not isinstance(given, list):
        return calculator.answer(_input(name, given), **options)
    answers = []
    for n, one in enumerate(given, 1):
        try:
            answers.append(calculator.answer(_input(name, one), **options))
        except CalculationError as fault:
            raise CalculationError(f"第{n}个：{fault.zh}", f"number {n}: {fault.en}") from fault
    return answers


def _command(name: str, calculator: Calculator) -> click.Command:
    def run(**options: Any) -> None:
        try:
            answers = _answers(name, calculator, _given(), options)
        except CalculationError as fault:
            raise failure(fault.zh, fault.en) from fault
        click.echo(json.dumps(answers, ensure_ascii=False, indent=2))

    return click.Command(
        name, callback=run, params=[*calculator.options], help=calculator.help, epilog=EPILOG
    )


command = click.Group(
    "calc",
    commands=[_command(name, calculator) for name, calculator in CALCULATORS.items()],
    help=both("用一条规则算一个答案，不需要数据库。", "Work out one rule's answer; needs no database."),
)
