"""The guide to packs is right: its examples together are a pack, and it names every key that there is."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from gongshi.formats import pack
from gongshi.formats.pack import read_pack, write_pack

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "packs.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```(?:toml|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMES = {"Calendars": "calendars/plain.toml"}


def examples() -> dict[str, str]:
    """The guide's examples by the file they are an example of."""
    found = {title: EXAMPLE.findall(body) for title, body in SECTION.findall(GUIDE)}
    files = {NAMES.get(title, title): blocks[0] for title, blocks in found.items() if blocks}
    return {**files, "procedures/service.toml": 'code = "service"\n'}


def test_the_examples_are_a_pack_without_faults() -> None:
    files = examples()
    assert len(files) == 12
    found, faults = read_pack(files)
    assert [(fault.file, fault.where, fault.what["en"]) for fault in faults] == []
    assert found is not None
    assert read_pack(write_pack(found))[0] == found


@pytest.mark.parametrize(
    ("title", "model"),
    [
        ("pack.toml", pack.Place),
        ("aliases.toml", pack.Alias),
        ("offices.toml", pack.OfficeData),
        ("staff.toml", pack.StaffData),
        ("categories.toml", pack.CategoryData),
        ("categories.toml", pack.ExtraQuestion),
        ("routing.toml", pack.RoutingRuleData),
        ("pages.toml", pack.PageData),
        ("templates.toml", pack.PreparedData),
    ],
)
def test_every_key_is_named(title: str, model: type) -> None:
    body = dict(SECTION.findall(GUIDE))[title]
    missing = {field.name for field in fields(model) if not re.search(rf"\b{field.name}\b", body)}
    assert missing == set()


@pytest.mark.parametrize(
    ("title", "allowed"),
    [
        ("staff.toml", pack.ROLES),
        ("categories.toml", (*pack.KINDS, *pack.DOORS, *pack.QUESTION_TYPES, *pack.COUNTINGS)),
        ("routing.toml", pack.CHANNELS),
    ],
)
def test_every_allowed_word_is_named(title: str, allowed: tuple[str, ...]) -> None:
    body = dict(SECTION.findall(GUIDE))[title]
    assert {word for word in allowed if f"`{word}`" not in body} == set()
