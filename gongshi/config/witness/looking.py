"""One look of a witness: does what the house shows now continue everything that was kept, and is it new enough?"""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from gongshi.config.witness.asking import NotThere, Site, Unreachable
from gongshi.config.witness.folder import Doubts, Folder
from gongshi.formats.proof.kept import Kept, read_kept
from gongshi.formats.proof.statements import (
    KEY_BYTES,
    MERGED_WITHIN,
    Head,
    Malformed,
    base64_bytes,
    only,
    parsed_instant,
)
from gongshi.rules.ledger import verify_consistency
from gongshi.safekeeping.signatures import verify

LONGEST = MERGED_WITHIN + timedelta(hours=1)
"""How old the newest head may be: a day is what the house promises everybody, an hour is for clocks and networks."""


class Alarm(Exception):
    """What a witness is there for. ``code`` says what; ``evidence`` is the file with what the house said."""

    def __init__(self, code: str, evidence: Path) -> None:
        super().__init__(code)
        self.code = code
        self.evidence = evidence


class Rewritten(Alarm):
    """The house's ledger does not continue what was kept, or is not signed by the keys that were kept.

    ``code``: "key_gone", "unsigned", "shorter", "other_head", "no_proof", "other_past".
    """


class Stopped(Alarm):
    """The house breaks its promises of a day, or does not let this witness see that it keeps them.

    ``code``: "old", no new head; "silent", no head could be had at all.
    """


class Unproved(Exception):
    """The house signed a new head and shows no path to it: the ``looks``-th look in a row. What it said is kept."""

    def __init__(self, looks: int, evidence: Path) -> None:
        super().__init__(looks)
        self.looks = looks
        self.evidence = evidence


@dataclass(frozen=True)
class Patience:
    """How many looks in a row may lack a path before that is an alarm; how old a head may be without a word."""

    looks: int = 3
    late: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class Seen:
    """What a look found: no head yet, the same head again, or a new one, which is now kept in ``file``.

    ``first``: nothing was kept before, so that the head continues nothing. ``age``: for how long there is none newer.
    """

    head: Head | None
    file: Path | None
    first: bool = False
    age: timedelta = timedelta()


def look(site: Site, folder: Folder, at: str, patience: Patience = Patience()) -> Seen:
    """Ask, compare, sign and keep. ``at`` is the time, as statements write it.

    Raises Rewritten, Stopped, Unproved, Unreachable, and Damaged for a folder that was tampered with.
    """
    told: dict[str, Any] = {"url": site.url, "at": at}
    try:
        seen = _look(site, folder, at, told)
    except _Contradiction as found:
        raise Rewritten(found.code, _kept(folder, found.code, told)) from found
    except _NoPath as missing:
        raise _unproved(folder, missing, told, patience) from missing
    except (Malformed, Unreachable) as fault:
        _stay_away(folder, told)
        raise Unreachable(str(fault) if isinstance(fault, Unreachable) else f"{site.url}: {fault}") from fault
    folder.keep_doubts(Doubts())
    if seen.age > LONGEST:
        raise Stopped("old", _kept(folder, "old", told))
    return seen


class _Contradiction(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _NoPath(Exception):
    def __init__(self, head: Head, instead: str) -> None:
        super().__init__(instead)
        self.head = head


def _kept(folder: Folder, code: str, told: dict[str, Any]) -> Path:
    return folder.keep_evidence({"code": code, **told}, told["at"])


def _unproved(
    folder: Folder, missing: _NoPath, told: dict[str, Any], patience: Patience
) -> Rewritten | Unproved:
    """That may be an error of the house's, once or twice. The head itself is signed, and is held to from now on."""
    before = folder.doubts()
    heads = (*(one for one in before.unproved if one != missing.head), missing.head)
    doubts = Doubts(unproved=heads, looks=before.looks + 1)
    folder.keep_doubts(doubts)
    told["instead"] = str(missing)
    evidence = _kept(folder, "no_proof", told)
    return (
        Unproved(doubts.looks, evidence) if doubts.looks < patience.looks else Rewritten("no_proof", evidence)
    )


def _stay_away(folder: Folder, told: dict[str, Any]) -> None:
    """Since when nothing can be had. Raises Stopped when that is too long."""
    doubts = folder.doubts()
    since = doubts.away_since or told["at"]
    folder.keep_doubts(replace(doubts, away_since=since))
    if _between(since, told["at"]) > LONGEST:
        raise Stopped("silent", _kept(folder, "silent", {**told, "since": since}))


def _between(one: str, other: str) -> timedelta:
    return parsed_instant(other) - parsed_instant(one)


def _look(site: Site, folder: Folder, at: str, told: dict[str, Any]) -> Seen:
    keys = _keys(site, told)
    known = folder.known_keys()
    if any(keys.get(name) != public for name, public in known.items()):
        raise _Contradiction("key_gone")
    last = folder.latest()
    told["kept"] = last.as_data() if last else None
    try:
        told["head"] = site.ask("head")
    except NotThere:
        if last:
            raise _Contradiction("shorter") from None
        return Seen(None, None)
    head = Head.read(told["head"], "head")
    if not head.is_signed(keys, verify):
        raise _Contradiction("unsigned")
    _compare(site, [last, *folder.doubts().unproved] if last else [], head, told)
    if last and _is_same(head, last):
        # By the witness's own clock too: a house could write any time on its heads.
        return Seen(head, None, age=_between(min(head.at, folder.signed_at()), at))
    if keys != known:
        folder.keep_keys(site.url, keys)
    return Seen(head, folder.keep(head, keys, at), last is None, _between(head.at, at))


def _keys(site: Site, told: dict[str, Any]) -> dict[str, bytes]:
    try:
        told["keys"] = site.ask("keys")
        keys = [only(key, {"id", "public", "current"}, "key") for key in told["keys"]["keys"]]
        return {str(key["id"]): base64_bytes(key["public"], KEY_BYTES, "key") for key in keys}
    except NotThere:
        raise Unreachable(f"{site.url}: no public ledger is here") from None
    except (KeyError, TypeError) as error:
        raise Malformed("keys: expected a list of keys") from error


def _compare(site: Site, known: list[Head], head: Head, told: dict[str, Any]) -> None:
    """The head against everything that the house signed before: what is kept, and what it showed no path to."""
    others = [one for one in known if not _is_same(head, one)]
    for one in others:
        if head.batch < one.batch or head.size < one.size:
            raise _Contradiction("shorter")
        if head.batch == one.batch or head.size == one.size:
            raise _Contradiction("other_head")
    for one in others:
        try:
            found = _path(site, one, head, told)
        except (Unreachable, Malformed) as fault:
            raise _NoPath(head, str(fault)) from fault
        if found.path is None or not _is_same(found.heads[0], one) or not _is_same(found.heads[-1], head):
            raise _Contradiction("other_past")
        if not verify_consistency(one.size, head.size, one.root_hash, head.root_hash, list(found.path)):
            raise _Contradiction("other_past")


def _path(site: Site, one: Head, head: Head, told: dict[str, Any]) -> Kept:
    try:
        told["consistency"] = site.ask("consistency", {"first": one.batch, "second": head.batch})
    except NotThere:
        raise _Contradiction("no_proof") from None
    return read_kept(told["consistency"])


def _is_same(one: Head, other: Head) -> bool:
    return (one.batch, one.size, one.root, one.at) == (other.batch, other.size, other.root, other.at)
