"""The letters of a procedure's file: reading them, and what forbids them (docs/rules/letters.md)."""

from collections.abc import Collection, Iterator

from gongshi.rules.letters import ALWAYS, BY_EFFECT, BY_NEED, PARTS, Template
from gongshi.rules.procedure.faults import Fault, fault
from gongshi.rules.procedure.model import STAFF, Move, Procedure, Words
from gongshi.rules.procedure.reading import Table
from gongshi.rules.procedure.steps import needs_of
from gongshi.rules.templates import faults

_MOVE = {"zh": "流转", "en": "move"}
_NO_WORDS: Words = {"zh": "", "en": ""}
# What an office owes in writing where somebody has a grievance: 信访工作条例 Art. 22, 23, 34 to 36.
_IN_WRITING = frozenset({"accept", "order", "decline", "extend", "answer", "leave"})
# What is on paper where a time ran out and nobody can press: what the program knows without the key of the case.
_LATE = frozenset(
    {
        "reference",
        "matter",
        "filed_on",
        "today",
        "office",
        "office_phone",
        "clock",
        "due",
        "pressed_times",
        "raised_after",
        "outside",
        "routes",
    }
)


def read_letters(top: Table, moves: Collection[str]) -> dict[str, Template]:
    """The tables [letters.CODE], if there are any."""
    tables = top.named_tables("letters") if top.has("letters") else {}
    return {code: _letter(code, table, moves) for code, table in tables.items()}


def _letter(code: str, table: Table, moves: Collection[str]) -> Template:
    needs = table.table("needs")
    found = {}
    for part in needs.keys if needs else ():
        if part in PARTS:
            found[part] = needs.words(part) or _NO_WORDS if needs else _NO_WORDS
    if needs:
        needs.finish(PARTS)
    sent_with = table.codes("moves")
    for move in sent_with:
        if move not in moves:
            table.note("unknown_reference", "moves", what=_MOVE, value=move, known=", ".join(moves))
    template = Template(
        code=code,
        name=table.words("name") or _NO_WORDS,
        text=table.words("text") or _NO_WORDS,
        needs=found,
        moves=tuple(move for move in sent_with if move in moves),
        late=table.flag("late"),
    )
    table.finish()
    return template


def letter_faults(procedure: Procedure) -> Iterator[Fault]:
    """Letters that could not be written, that lack a part that they need, or that are not there."""
    sent: dict[str, str] = {}
    for code, template in procedure.letters.items():
        moves = [procedure.moves[move] for move in template.moves]
        yield from _text_faults(template, moves)
        for move in moves:
            if not set(move.by) <= STAFF and move.effect != "leave":
                yield fault("letter_of_nobody", f"letters.{code}.moves", move=move.code)
            if move.code in sent:
                yield fault("two_letters", f"letters.{code}.moves", move=move.code, letter=sent[move.code])
            sent[move.code] = code
    if procedure.kind != "grievance":
        return
    for move in procedure.moves.values():
        forwards = move.effect == "assign" and procedure.start in move.sources
        unsaid = move.effect == "leave" and procedure.late_letter is None
        if (forwards or move.effect in _IN_WRITING) and (move.code not in sent or unsaid):
            yield fault("letter_missing", f"moves.{move.code}", move=move.code)


def _text_faults(template: Template, moves: Collection[Move]) -> Iterator[Fault]:
    where = f"letters.{template.code}.text"
    known = _LATE if template.late else known_to(moves)
    for text in template.text.values():
        for wrong in faults(text, known):
            part, listed = wrong.words.strip("{}｛｝"), ", ".join(sorted(known))
            yield fault("letter_part_unknown", where, part=part, known=listed)
        for part in template.needs:
            if f"{{{part}}}" not in text:
                yield fault("letter_part_unsaid", where, part=part)


def known_to(moves: Collection[Move]) -> frozenset[str]:
    """The parts that a letter which goes out with each of these moves can have."""
    found = [
        {
            *ALWAYS,
            *BY_EFFECT.get(move.effect, ()),
            *(part for need in needs_of(move) for part in BY_NEED.get(need, ())),
        }
        for move in moves
    ]
    return frozenset(set.intersection(*found) if found else ALWAYS)
