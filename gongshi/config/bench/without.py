"""Takes parts of safekeeping out of a benchmark's own server, to see what they cost. Nothing else can do that.

What is filed in such a server cannot be read again; its instance is thrown away with the benchmark.
"""

from typing import Any

LEDGER, SEALING = "ledger", "sealing"


def take_out(parts: list[str]) -> None:
    """Have filing write no leaves (``ledger``), or encrypt and wrap nothing (``sealing``), in this process."""
    from gongshi.cases import record, sealed
    from gongshi.cases.actions import filing
    from gongshi.safekeeping import ledger

    changed: list[tuple[object, str, object]] = []
    if LEDGER in parts:
        changed += [(ledger, "leaf", _nothing), (record, "save_leaves", _nothing)]
    if SEALING in parts:
        changed += [
            (sealed, "seal", _as_it_is),
            (filing, "wraps_for", _none),
            (filing, "save_wraps", _nothing),
        ]
    for module, name, instead in changed:
        if not hasattr(module, name):
            raise AttributeError(f"{module} has no {name}: the benchmark would measure nothing")
        setattr(module, name, instead)


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _none(*_: Any, **__: Any) -> list[Any]:
    return []


def _as_it_is(_key: bytes, value: bytes, **_: Any) -> bytes:
    return value
