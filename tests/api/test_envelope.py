"""Every list of the API has one envelope, as its description says: ``items``, and ``next``, null at the end.

Walked in the description, so that a new list is held to it without being named here.
"""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ninja import Schema

import gongshi.api
from gongshi.api.v1 import api

# What has an array at its top and is no list of things.
NO_LISTS = {
    "/api/v1/ledger/keys": "who signs: one answer with the keys of one house, a current and earlier ones",
    "/api/v1/ledger/inclusion": "a proof: the hashes are one path",
    "/api/v1/ledger/consistency": "a proof: the hashes are one path",
    "/api/v1/ledger/tiles/{level}/{index}": "a piece of the tree: its hashes are cut by the address",
    "/api/v1/form": "everything that one form offers to choose from",
    "/api/v1/filing": "one filing with its matters",
    "/api/v1/filing/matters/{number}/reprisal": "where one report would go",
    "/api/v1/filing/matters/{number}/joint": "one joint matter, with what was told of it",
    "/api/v1/place": "the place: whom to call, other ways, what is kept for how long",
}
PAGING = {"after", "limit", "page", "offset", "cursor"}


def reads() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Address, operation and schema of everything that is read as JSON."""
    described = api.get_openapi_schema()
    for path, methods in described["paths"].items():
        if "get" in methods:
            content = methods["get"]["responses"][200].get("content", {})
            if "application/json" in content:
                yield path, methods["get"], resolved(content["application/json"]["schema"], described)


def resolved(schema: dict[str, Any], described: Any) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def faults(path: str, operation: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """What of a list is not as all lists are."""
    members = schema.get("properties", {})
    arrays = {name for name, one in members.items() if one.get("type") == "array"}
    one_thing = path.endswith("}")
    paged = PAGING & {one["name"] for one in operation.get("parameters", ())}
    if schema.get("type") == "array":
        return [f"{path}: a bare array"]
    if "next" not in members and not paged and (one_thing or not arrays or path in NO_LISTS):
        return []
    needed = {"items", "next"} - set(schema.get("required", ()))
    found = [f"{path}: {name} may be left out" for name in needed]
    if "items" not in arrays:
        found.append(f"{path}: items is no array")
    kinds = {members.get("next", {}).get("type")} | {
        one.get("type") for one in members.get("next", {}).get("anyOf", ())
    }
    return found if "null" in kinds else [*found, f"{path}: next is never null"]


def test_every_list_has_the_envelope() -> None:
    told = list(reads())
    assert [fault for one in told for fault in faults(*one)] == []
    lists = [path for path, _, schema in told if "next" in schema.get("properties", {})]
    assert len(lists) > 10
    assert not set(lists) & set(NO_LISTS)
    assert set(NO_LISTS) <= {path for path, *_ in told}


def test_the_walk_sees_what_is_wrong() -> None:
    right = {"items": {"type": "array"}, "next": {"anyOf": [{"type": "string"}, {"type": "null"}]}}
    whole = {"type": "object", "properties": right, "required": ["items", "next"]}
    assert faults("/x", {}, whole) == []
    assert faults("/x", {}, {"type": "array"})
    assert faults("/x", {}, {**whole, "required": ["items"]})
    assert faults("/x", {}, {**whole, "properties": {**right, "next": {"type": "string"}}})
    assert faults("/x", {}, {"properties": {"heads": {"type": "array"}}})
    assert faults("/x", {"parameters": [{"name": "limit"}]}, {"properties": {}})


def test_no_two_schemas_share_a_name() -> None:
    """The description knows them by it: of two of one name it would tell one for both."""
    found: Counter[str] = Counter()
    for module in pkgutil.walk_packages(gongshi.api.__path__, "gongshi.api."):
        for one in vars(importlib.import_module(module.name)).values():
            if isinstance(one, type) and issubclass(one, Schema) and one.__module__ == module.name:
                found[one.__name__] += 1
    assert len(found) > 40
    assert [name for name, times in found.items() if times > 1] == []
