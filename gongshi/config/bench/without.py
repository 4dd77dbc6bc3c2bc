"""Takes parts of safekeeping out of a benchmark's own server, to see what they cost. Nothing else can do that.

What is filed in such a server cannot be read again; its instance is thrown away with the benchmark.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

LEDGER, SEALING = "ledger", "sealing"


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _none(*_: Any, **__: Any) -> list[Any]:
    return []


def _zeros(*_: Any, **__: Any) -> bytes:
    return bytes(32)


def _as_it_is(_key: bytes, value: bytes, **_: Any) -> bytes:
    return value


INSTEAD: dict[str, list[tuple[str, str, Callable[..., Any]]]] = {
    LEDGER: [
        ("gongshi.safekeeping.ledger", "leaf", _nothing),
        ("gongshi.cases.record", "save_leaves", _nothing),
        ("gongshi.cases.sealed", "commitment", _zeros),
    ],
    SEALING: [
        ("gongshi.cases.sealed", "seal", _as_it_is),
        ("gongshi.cases.actions.filing", "wraps_of_new", _none),
        ("gongshi.cases.actions.filing", "save_wraps", _nothing),
    ],
}
"""What stands in for what: filing then writes no leaves (``ledger``), or encrypts and wraps nothing (``sealing``)."""


def take_out(parts: Iterable[str]) -> None:
    """Take these parts out, in this process. AttributeError for a name that is gone: nothing would be measured."""
    for part in parts:
        for module, name, instead in INSTEAD[part]:
            getattr(import_module(module), name)
            setattr(import_module(module), name, instead)
