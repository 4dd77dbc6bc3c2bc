"""One box of a form, with its label, its hint, what was typed and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gongshi.cases.intake.faults import Problem


@dataclass(frozen=True)
class Choice:
    """One answer to choose; ``group`` is the heading that it stands under in a list."""

    value: str
    name: Any
    hint: Any = ""
    chosen: bool = False


@dataclass(frozen=True)
class Box:
    """What ``public/parts/box.html`` shows.

    ``kind``: "line", "words" (several lines), "choice" (radio), "several" (ticks), "list" (select), "day", "number",
    "email", "tel" or "files". ``groups``: (heading, choices) for a list.
    """

    name: str
    label: Any
    kind: str = "line"
    value: str = ""
    hint: Any = ""
    wrong: tuple[Any, ...] = ()
    optional: bool = True
    limit: int = 0
    choices: tuple[Choice, ...] = ()
    groups: tuple[tuple[Any, tuple[Choice, ...]], ...] = field(default=())
    private: bool = False
    complete: str = ""

    @property
    def id(self) -> str:
        """The control's id; problems point at it."""
        return f"id_{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for screen readers."""
        parts = [f"{self.id}_hint"] if self.hint else []
        return " ".join([*parts, f"{self.id}_error"] if self.wrong else parts)


def secret_box(name: str, label: Any, *, limit: int, value: str = "", hint: Any = "") -> Box:
    """A line for what opens something: the browser neither keeps nor completes it."""
    return Box(name, label, value=value, hint=hint, optional=False, limit=limit, private=True, complete="off")


def wrong_with(problems: Iterable[Problem], name: str) -> tuple[Any, ...]:
    """What is wrong with one field."""
    return tuple(problem.text for problem in problems if problem.name == name)
