"""What a program reads of one's own matters: beside all that is kept, what may be done to each of them now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from gongshi.api.published import Words
from gongshi.cases.actions.own_choices import may_agree
from gongshi.cases.actions.own_moves import needs_words, own_moves
from gongshi.cases.companions import companion_of
from gongshi.cases.copies import plain
from gongshi.cases.following import follows
from gongshi.cases.reprisals import reprisal_category
from gongshi.cases.sent_again import new_key
from gongshi.cases.showing import hearing_shown, may_keep_shown, may_say, split_from
from gongshi.cases.visiting import OwnCase, Visitor, resident
from gongshi.cases.ways import routes_of
from gongshi.grievances.actions.beginning import can_become_joint
from gongshi.rules.procedure import Move


class MoveOut(Schema):
    """A move that may be made now. ``needs_words``: something must be written with it.

    ``asks``: what can be said with it besides: ``points_answered``, ``promise_kept``.
    """

    code: str
    effect: str
    name: Words
    needs_words: bool
    asks: list[str]


class OwnFile(Schema):
    """A file of the matter, to be read at ``files/{id}``. ``original``: kept as it came, as evidence."""

    id: UUID
    name: str
    media_type: str
    size: int
    original: bool


class HearingOut(Schema):
    """How its latest hearing stands: "ahead", "awaited", "off" or "", with what may be said of it now."""

    stands: str
    may_say_cannot_come: bool
    may_remark: bool


class SplitOut(Schema):
    """The matter that staff split it off from. ``ask``: it can still be said whether that was right."""

    number: int
    ask: bool


class WhomOut(Schema):
    """Somebody who can be kept from it: an office, or an officer with theirs."""

    code: str
    name: list[Words]


class OwnMatter(Schema):
    """What may be done to one matter now. ``seen``: goes along with a move, refused if anything happened since.

    ``joint``: it follows what is brought together with others, to be read at ``joint``; ``may_have_others``: others may
    be let join it, at ``together``. ``routes``: ways that stay open.
    ``addition_key``: goes along with an addition, so that the same sent twice is added once. ``may_say``: the answer
    can be judged before its promised day. ``may_publish``: its filer may agree to a public copy. ``goes_with``: it goes
    with a case that others filed (null: alone); ``public``: its public id, while it has one. ``may_report``: a
    reprisal.
    """

    number: int
    seen: int
    joint: bool
    may_have_others: bool
    withdrawn: bool
    moves: list[MoveOut]
    routes: list[dict[str, Any]]
    addition_key: str
    files: list[OwnFile]
    may_say: bool
    may_publish: bool
    may_keep_off: list[WhomOut]
    may_report: bool
    hearing: HearingOut | None
    split_from: SplitOut | None
    goes_with: dict[str, UUID | None] | None


class OwnOut(Schema):
    """``filing``: everything that is kept of it, in the form of a copy to take home (docs/guides/download.md)."""

    filing: dict[str, Any]
    matters: list[OwnMatter]


def matter_out(visitor: Visitor, own: OwnCase, at: datetime) -> dict[str, Any]:
    """One matter as `OwnMatter` has it."""
    case, joint = own.case, follows(own.case)
    withdrawn = case.outcome == "withdrawn"
    kept = ("id", "name", "media_type", "size", "original")
    told = {
        "number": case.number,
        "seen": case.seq,
        "joint": joint,
        "may_have_others": not joint and can_become_joint(case, own.clocks),
        "withdrawn": withdrawn,
        "routes": plain(routes_of(case)),
        "files": [{name: getattr(one, name) for name in kept} for one in own.file.files],
        "may_report": reprisal_category() is not None,
        "moves": [],
        "may_keep_off": [],
        **dict.fromkeys(("may_say", "may_publish"), False),
        **dict.fromkeys(("hearing", "split_from", "goes_with")),
        "addition_key": "" if joint else new_key(at),
    }
    return told if joint else told | _alone(visitor, own, at, withdrawn)


def _alone(visitor: Visitor, own: OwnCase, at: datetime, withdrawn: bool) -> dict[str, Any]:
    who, moves = resident(visitor), own_moves(own.case, resident(visitor), at)
    hearing, split = hearing_shown(own), split_from(own)
    bond = companion_of(own.case)
    public = getattr(bond.lead, "public", None) if bond else None
    return {
        "moves": [_move(move) for move in moves],
        "may_say": may_say(own.case, moves),
        "may_publish": own.may_publish and not withdrawn and own.copy is None and may_agree(own),
        "may_keep_off": may_keep_shown(own.case, who),
        "hearing": _hearing(hearing) if hearing else None,
        "split_from": {"number": split["number"], "ask": split["ask"]} if split else None,
        "goes_with": {"public": public.id if public else None} if bond else None,
    }


def _hearing(told: dict[str, Any]) -> dict[str, Any]:
    stands = told["stands"]
    remark = not stands and told["record"] is not None
    return {"stands": stands, "may_say_cannot_come": stands == "ahead", "may_remark": remark}


def _move(move: Move) -> dict[str, Any]:
    said = move.effect in ("confirm", "reopen")
    return {
        "code": move.code,
        "effect": move.effect,
        "name": move.name,
        "needs_words": needs_words(move),
        "asks": ["points_answered", "promise_kept"] if said else [],
    }
