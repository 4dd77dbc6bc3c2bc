"""One look of a witness: does what the house shows now continue everything that was kept?"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongshi.config.witness.asking import NotThere, Site, Unreachable
from gongshi.config.witness.folder import Folder
from gongshi.formats.proof.kept import Kept, read_kept
from gongshi.formats.proof.statements import KEY_BYTES, Head, Malformed, base64_bytes, only
from gongshi.rules.ledger import verify_consistency
from gongshi.safekeeping.signatures import verify


class Rewritten(Exception):
    """The house's ledger does not continue what was kept, or is not signed by the keys that were kept.

    ``code``: "key_gone", "unsigned", "shorter", "other_head", "no_proof", "other_past". ``evidence``: the file with
    what the house said.
    """

    def __init__(self, code: str, evidence: Path) -> None:
        super().__init__(code)
        self.code = code
        self.evidence = evidence


@dataclass(frozen=True)
class Seen:
    """What a look found: no head yet, the same head again, or a new one, which is now kept in ``file``.

    ``first``: nothing was kept before, so that the head continues nothing.
    """

    head: Head | None
    file: Path | None
    first: bool = False


def look(site: Site, folder: Folder, at: str) -> Seen:
    """Ask, compare, sign and keep. ``at`` is the time, as statements write it.

    Raises Rewritten, Unreachable, and Damaged for a folder that was tampered with.
    """
    told: dict[str, Any] = {"url": site.url, "at": at}
    try:
        return _look(site, folder, at, told)
    except _Contradiction as found:
        raise Rewritten(found.code, folder.keep_evidence({"code": found.code, **told}, at)) from found
    except Malformed as fault:
        raise Unreachable(f"{site.url}: {fault}") from fault


class _Contradiction(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
    if last and _is_same(head, last):
        return Seen(head, None)
    if last:
        _compare(site, last, head, told)
    if keys != known:
        folder.keep_keys(site.url, keys)
    return Seen(head, folder.keep(head, keys, at), last is None)


def _keys(site: Site, told: dict[str, Any]) -> dict[str, bytes]:
    try:
        told["keys"] = site.ask("keys")
        keys = [only(key, {"id", "public", "current"}, "key") for key in told["keys"]["keys"]]
        return {str(key["id"]): base64_bytes(key["public"], KEY_BYTES, "key") for key in keys}
    except NotThere:
        raise Unreachable(f"{site.url}: no public ledger is here") from None
    except (KeyError, TypeError) as error:
        raise Malformed("keys: expected a list of keys") from error


def _compare(site: Site, last: Head, head: Head, told: dict[str, Any]) -> None:
    if head.batch < last.batch or head.size < last.size:
        raise _Contradiction("shorter")
    if head.batch == last.batch or head.size == last.size:
        raise _Contradiction("other_head")
    try:
        told["consistency"] = site.ask("consistency", {"first": last.batch, "second": head.batch})
    except NotThere:
        raise _Contradiction("no_proof") from None
    found: Kept = read_kept(told["consistency"])
    first, second = found.heads[0], found.heads[-1]
    if found.path is None or not _is_same(first, last) or not _is_same(second, head):
        raise _Contradiction("other_past")
    if not verify_consistency(last.size, head.size, last.root_hash, head.root_hash, list(found.path)):
        raise _Contradiction("other_past")


def _is_same(one: Head, other: Head) -> bool:
    return (one.batch, one.size, one.root, one.at) == (other.batch, other.size, other.root, other.at)
