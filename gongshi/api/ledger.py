"""The public ledger for everybody: heads, proofs, keys, and the list itself. See docs/guides/api.md."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import P, PathEx, QueryEx, Router, Schema
from pydantic import Field

from gongshi.api.caching import keep
from gongshi.api.problems import Problem
from gongshi.formats.proof.statements import base64_text
from gongshi.rules.ledger import HASH_BYTES, TILE
from gongshi.safekeeping.heads import head_of, heads_after, latest_head, place_of, statement_of
from gongshi.safekeeping.ledger_keys import public_keys
from gongshi.safekeeping.models import Head
from gongshi.safekeeping.stored_tree import StoredTree

router = Router(tags=["ledger"])
REFUSALS = {400: Problem, 404: Problem, 422: Problem, 429: Problem}
BATCH = P(ge=1, lt=2**31)
HASH = r"^[0-9a-f]{64}$"
Hash = Annotated[str, Field(pattern=HASH)]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]+=*$")]


class HeadOut(Schema):
    """A signed head: the whole list up to a batch."""

    origin: str
    batch: Annotated[int, Field(ge=1)]
    size: Annotated[int, Field(ge=0)]
    root: Hash
    at: Instant
    key: str
    signature: Base64


class HeadsOut(Schema):
    """Heads from the oldest on; ``next`` is the address of the rest, null at the end."""

    items: list[HeadOut]
    next: str | None


class KeyOut(Schema):
    """An Ed25519 public key."""

    id: str
    public: Base64
    current: bool


class KeysOut(Schema):
    """Who signs, the current key first, and every how many minutes a batch is made."""

    origin: str
    minutes: int
    keys: list[KeyOut]


class InclusionOut(Schema):
    """Where a commitment lies, and the path that shows it under the head's root."""

    head: HeadOut
    commitment: Hash
    index: Annotated[int, Field(ge=0)]
    path: list[Hash]


class ConsistencyOut(Schema):
    """Two heads, and the path that shows that the second one's list begins with the first one's."""

    first: HeadOut
    second: HeadOut
    path: list[Hash]


class TileOut(Schema):
    """Up to 256 hashes: of level 0 the entries as they are, above it the roots of full tiles."""

    level: Annotated[int, Field(ge=0)]
    index: Annotated[int, Field(ge=0)]
    hashes: list[Hash]


@router.get("/keys", response={200: KeysOut, 400: Problem, 429: Problem}, url_name="keys")
def keys(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The keys that signatures are checked with."""
    keep(response, forever=False)
    found = [
        {"id": name, "public": base64_text(public), "current": number == 0}
        for number, (name, public) in enumerate(public_keys().items())
    ]
    return {"origin": settings.BASE_URL, "minutes": settings.LEDGER_MINUTES, "keys": found}


@router.get("/head", response={200: HeadOut, **REFUSALS}, url_name="head")
def head(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The newest signed head."""
    found = _there(latest_head())
    keep(response, forever=False)
    return _data(found)


@router.get("/heads", response={200: HeadsOut, 400: Problem, 422: Problem, 429: Problem}, url_name="heads")
def heads(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    after: QueryEx[int, P(ge=0, lt=2**31)] = 0,
    limit: QueryEx[int, P(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Signed heads of the batches after ``after``, oldest first."""
    found = heads_after(after, limit + 1)
    more = len(found) > limit
    keep(response, forever=more)
    following = f"/api/v1/ledger/heads?after={found[limit - 1].batch}&limit={limit}" if more else None
    return {"items": [_data(one) for one in found[:limit]], "next": following}


@router.get("/heads/{batch}", response={200: HeadOut, **REFUSALS}, url_name="head_of_batch")
def head_of_batch(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    batch: PathEx[int, BATCH],
) -> dict[str, Any]:
    """The signed head of one batch. It never changes."""
    found = _there(head_of(batch))
    keep(response, forever=True)
    return _data(found)


@router.get("/inclusion", response={200: InclusionOut, **REFUSALS}, url_name="inclusion")
def inclusion(
    request: HttpRequest,  # noqa: ARG001
    commitment: QueryEx[str, P(pattern=HASH)],
    at: QueryEx[datetime, P(description="the promise's time")],
    batch: QueryEx[
        int | None, P(ge=1, lt=2**31, description="the head to prove it under; else the newest")
    ] = None,
) -> dict[str, Any]:
    """Where the commitment of a promise lies. 404 while it waits for its batch. No cache keeps who asked for what."""
    found = _there(head_of(batch) if batch else latest_head())
    tree = StoredTree()
    index = place_of(bytes.fromhex(commitment), _instant(at), tree)
    if index is None or index >= found.size:
        raise Http404
    path = tree.inclusion(index, found.size)
    return {
        "head": _data(found),
        "commitment": commitment,
        "index": index,
        "path": [one.hex() for one in path],
    }


@router.get("/consistency", response={200: ConsistencyOut, **REFUSALS}, url_name="consistency")
def consistency(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    first: QueryEx[int, BATCH],
    second: QueryEx[int, BATCH],
) -> dict[str, Any]:
    """That the list of batch ``second`` begins with the list of batch ``first``."""
    old, new = _there(head_of(first)), _there(head_of(second))
    if old.size > new.size:
        raise Http404
    keep(response, forever=True)
    path = StoredTree().consistency(old.size, new.size)
    return {"first": _data(old), "second": _data(new), "path": [one.hex() for one in path]}


@router.get("/tiles/{level}/{index}", response={200: TileOut, **REFUSALS}, url_name="tile")
def tile(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    level: PathEx[int, P(ge=0, le=5)],
    index: PathEx[int, P(ge=0, lt=2**40)],
) -> dict[str, Any]:
    """A piece of the list, to be mirrored: with all tiles of level 0 every head can be worked out again."""
    content = StoredTree().tile(level, index)
    if not content:
        raise Http404
    keep(response, forever=len(content) == TILE * HASH_BYTES)
    hashes = [content[at : at + HASH_BYTES].hex() for at in range(0, len(content), HASH_BYTES)]
    return {"level": level, "index": index, "hashes": hashes}


def _there(found: Head | None) -> Head:
    if found is None:
        raise Http404
    return found


def _data(found: Head) -> dict[str, Any]:
    return statement_of(found).as_data()


def _instant(at: datetime) -> datetime:
    """The time in UTC; one without a zone counts as UTC. Http404 where the calendar ends: nothing is promised there."""
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError:
        raise Http404 from None
