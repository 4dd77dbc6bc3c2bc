"""Pages on security name tests that exist: a promise whose test was renamed or removed is noticed here."""

import re

import pytest

from tests.structure.source import ROOT

SECURITY = ROOT / "docs" / "security"
TEST = re.compile(r"`((?:tests/)?[a-z_]+(?:/[a-z_0-9]+)*\.(?:py|toml))`")


@pytest.mark.parametrize("page", ["threat-model.md"])
def test_every_test_that_is_named_is_there(page: str) -> None:
    named = TEST.findall((SECURITY / page).read_text(encoding="utf-8"))
    assert len(set(named)) > 25
    tests = ROOT / "tests"
    assert [name for name in named if not (tests / name.removeprefix("tests/")).is_file()] == []
