"""Procedures for tests: the shipped ones, and small ones whose text can be changed in one place at a time."""

from pathlib import Path

from gongshi.rules.procedure import Procedure, load

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "rules" / "procedures"
PACK = ROOT / "packs" / "qinghe" / "procedures"
SHIPPED = sorted(PACK.glob("*.toml"))
EXAMPLES = sorted(HERE.glob("*.toml"))
ALL = [*SHIPPED, *EXAMPLES]

SMALL = (HERE / "small.toml").read_text(encoding="utf-8")


def text_of(path: Path) -> str:
    """A procedure's text."""
    return path.read_text(encoding="utf-8")


def loaded(text: str | Path) -> Procedure:
    """The proved procedure in a text or a file."""
    procedure, faults = load(text if isinstance(text, str) else text_of(text))
    assert procedure is not None, [(fault.where, fault.what["en"]) for fault in faults]
    return procedure


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each old part, which must be there exactly once, replaced by the new one."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def block(head: str, text: str = SMALL) -> str:
    """The lines of one table: "stages.waiting", "clocks.reply", or "moves.ask" for the entry with that code."""
    kind, _, code = head.partition(".")
    start = f'[[moves]]\ncode = "{code}"\n' if kind == "moves" else f"[{head}]\n"
    at = text.index(start)
    end = text.find("\n\n", at)
    return text[at:] if end < 0 else text[at : end + 1]


def within(head: str, old: str, new: str, text: str = SMALL) -> tuple[str, str]:
    """A change of one part inside one table, for `changed`."""
    whole = block(head, text)
    assert whole.count(old) == 1, f"{old!r} is there {whole.count(old)} times in {head}"
    return whole, whole.replace(old, new)


def added(head: str, line: str, text: str = SMALL) -> tuple[str, str]:
    """A line more at the end of one table, for `changed`."""
    whole = block(head, text)
    return whole, f"{whole}{line}\n"
