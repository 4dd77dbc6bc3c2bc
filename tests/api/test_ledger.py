"""The ledger's public door: whatever it says can be checked with nothing but this package's pure parts."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongshi.formats.proof.commitments import instant
from gongshi.formats.proof.statements import Head
from gongshi.rules.ledger import Tree, verify_consistency, verify_inclusion
from gongshi.rules.limiting import Rate
from gongshi.safekeeping.limits.policies import POLICIES, Policy
from gongshi.safekeeping.sequencing import pad, sequence
from gongshi.safekeeping.signatures import verify
from tests.api.conftest import STEP, Api
from tests.safekeeping.conftest import AT

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def signed(api: Api, data: Any) -> Head:
    head = Head.read(data, "head")
    keys = {key["id"]: base64.b64decode(key["public"]) for key in api("keys")["keys"]}
    assert head.is_signed(keys, verify)
    return head


def hashes(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def test_the_newest_head_is_signed(api: Api, made: list[bytes]) -> None:
    head = signed(api, api("head"))
    assert (head.batch, head.size, head.at, head.origin) == (
        3,
        96,
        "2026-03-02T01:20:00Z",
        "http://testserver",
    )
    assert api("heads/3") == api("head")


def test_before_the_first_batch_there_is_no_head(api: Api, db: None) -> None:
    api("head", 404)
    assert api("heads") == {"items": [], "next": None}
    assert [key["current"] for key in api("keys")["keys"]] == [True]


def test_the_list_of_heads_ends_with_null(api: Api, made: list[bytes]) -> None:
    page = api("heads", limit=2)
    assert [head["batch"] for head in page["items"]] == [1, 2]
    rest = api.client.get(page["next"]).json()
    assert [head["batch"] for head in rest["items"]] == [3]
    assert rest["next"] is None
    assert api("heads", limit=3)["next"] is None


@pytest.mark.parametrize("batch", [2, 3])
def test_a_promise_finds_its_place(api: Api, made: list[bytes], batch: int) -> None:
    for one in made:
        found = api("inclusion", commitment=one.hex(), at=instant(AT), batch=batch)
        head = signed(api, found["head"])
        assert head.batch == batch
        assert verify_inclusion(one, found["index"], head.size, hashes(found["path"]), head.root_hash)


def test_what_waits_what_is_not_yet_and_what_is_not_answer_alike(api: Api, made: list[bytes]) -> None:
    one = made[0].hex()
    answers = [
        api("inclusion", 404, commitment="0" * 64, at=instant(AT)),
        api("inclusion", 404, commitment=one, at=instant(AT), batch=1),
        api("inclusion", 404, commitment=one, at=instant(AT), batch=9),
        api("inclusion", 404, commitment=one, at="9999-12-31T23:59:59-14:00"),
        api("inclusion", 404, commitment=one, at="0001-01-01T00:00:00+14:00"),
    ]
    assert all(answer == answers[0] for answer in answers)


def test_pads_answer_like_leaves(api: Api, made: list[bytes]) -> None:
    """Otherwise anybody could count how much happened."""
    found = api("inclusion", commitment=pad(2, 3, 1).hex(), at=instant(AT))
    assert found.keys() == api("inclusion", commitment=made[0].hex(), at=instant(AT)).keys()


def test_a_later_list_begins_with_an_earlier_one(api: Api, made: list[bytes]) -> None:
    for first, second in ((1, 2), (1, 3), (2, 3), (3, 3)):
        found = api("consistency", first=first, second=second)
        old, new = signed(api, found["first"]), signed(api, found["second"])
        assert (old.batch, new.batch) == (first, second)
        assert verify_consistency(old.size, new.size, old.root_hash, new.root_hash, hashes(found["path"]))
    api("consistency", 404, first=3, second=1)
    api("consistency", 404, first=1, second=4)


def test_the_tiles_are_the_list(api: Api, made: list[bytes]) -> None:
    for number in range(3, 40):
        sequence(AT + number * STEP)
    entries: list[bytes] = []
    for index in range(3):
        entries += hashes(api(f"tiles/0/{index}")["hashes"])
    tree = Tree(entries)
    for head in api("heads")["items"]:
        assert tree.root(head["size"]).hex() == head["root"]
    assert hashes(api("tiles/1/0")["hashes"]) == [tree.node(8, 0), tree.node(8, 1)]
    api("tiles/1/1", 404)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("keys", "public, max-age=30"),
        ("head", "public, max-age=30"),
        ("heads", "public, max-age=30"),
        ("heads?limit=2", "public, max-age=31536000, immutable"),
        ("heads/1", "public, max-age=31536000, immutable"),
        ("heads/4", "private, no-store"),
        ("consistency?first=1&second=2", "public, max-age=31536000, immutable"),
        ("tiles/0/0", "public, max-age=30"),
        ("tiles/7/0", "private, no-store"),
    ],
)
def test_what_caches_may_keep(client: Client, made: list[bytes], address: str, kept: str) -> None:
    response = client.get(
        f"/api/v1/ledger/{address}", headers={"cookie": "sessionid=nobody", "accept-language": "en"}
    )
    assert response.headers["Cache-Control"] == kept
    if kept.startswith("public"):
        assert not response.cookies
        assert "Vary" not in response.headers


def test_a_full_tile_is_kept_for_good_and_a_question_by_nobody(client: Client, made: list[bytes]) -> None:
    for number in range(3, 20):
        sequence(AT + number * STEP)
    assert "immutable" in client.get("/api/v1/ledger/tiles/0/0").headers["Cache-Control"]
    asked = client.get("/api/v1/ledger/inclusion", {"commitment": made[0].hex(), "at": instant(AT)})
    assert asked.status_code == 200
    assert asked.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/", 404),
        ("get", "/api/v1/", 404),
        ("get", "/api/v1/docs", 404),
        ("get", "/api/v1/ledger/nothing", 404),
        ("get", "/api/v1/ledger/heads/0", 422),
        ("get", "/api/v1/ledger/heads/2147483648", 422),
        ("get", "/api/v1/ledger/heads/x", 422),
        ("get", "/api/v1/ledger/heads?limit=501", 422),
        ("get", "/api/v1/ledger/heads?after=-1", 422),
        ("get", "/api/v1/ledger/tiles/0/99999999999999999999", 422),
        ("get", "/api/v1/ledger/inclusion", 422),
        ("get", "/api/v1/ledger/inclusion?commitment=00&at=now", 422),
        ("get", "/api/v1/ledger/head?%ff", 400),
        ("post", "/api/v1/ledger/head", 405),
        ("delete", "/api/v1/openapi.json", 405),
    ],
)
def test_refusals_have_one_shape(client: Client, db: None, method: str, address: str, status: int) -> None:
    response = getattr(client, method)(address)
    assert (response.status_code, response.headers["Content-Type"]) == (status, PROBLEM)
    said = response.json()
    assert said.keys() - {"errors"} == {"type", "title", "status"}
    assert said["status"] == status
    if status == 422:
        assert all(fault.keys() == {"where", "code"} for fault in said["errors"])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/", "/api/v1/ledger/head"])
def test_row_25_what_is_sent_to_the_api_without_a_token_is_a_problem_too(
    db: None, method: str, path: str
) -> None:
    """Not the page for forms that were open too long: nothing here takes a form."""
    answer = Client(enforce_csrf_checks=True).generic(method, path, b"x=1")
    assert answer.status_code == (405 if path.endswith("head") else 404)
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["status"] == answer.status_code


def test_head_requests_are_answered(client: Client, made: list[bytes]) -> None:
    response = client.head("/api/v1/ledger/head")
    assert (response.status_code, response.content) == (200, b"")


def test_the_times_of_heads_say_nothing(api: Api, made: list[bytes]) -> None:
    sequence(AT + 3 * STEP + timedelta(seconds=41))
    assert all(head["at"].endswith("0:00Z") for head in api("heads")["items"])


def test_whoever_reads_too_fast_is_told_when_to_come_back(
    client: Client, made: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POLICIES, "reads", Policy(Rate(3, 7_000)))
    for _ in range(3):
        assert client.get("/api/v1/ledger/head").status_code == 200
    refused = client.get("/api/v1/ledger/keys")
    assert (refused.status_code, refused.headers["Content-Type"]) == (429, PROBLEM)
    assert 0 < int(refused.headers["Retry-After"]) <= 7
    assert refused.json()["status"] == 429
    elsewhere = client.get("/api/v1/ledger/head", REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 200
