"""Which words a letter by mail may bring: measured with what the demo towns' residents write."""

import json
from collections.abc import Iterator

import pytest

from gongshi.cases.by_mail import is_for_the_form
from gongshi.config.packs import read_checked
from gongshi.places.snapshots import forget
from gongshi.revisions.loading import load
from gongshi.routing.queries import category_by_code
from gongshi.routing.suggesting import is_about_an_office
from tests.clock import local
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
PACKS = ROOT / "packs"


def written(pack: str) -> Iterator[tuple[str, str]]:
    """Every matter of the town's: its category, and its words."""
    for line in (PACKS / pack / "demo" / "filings.jsonl").read_text(encoding="utf-8").splitlines():
        yield from ((matter["category"], matter["text"]) for matter in json.loads(line)["matters"])


@pytest.mark.parametrize("pack", ["qinghe", "wrenfield"])
def test_complaints_about_offices_are_sent_to_the_form_and_ordinary_matters_pass(pack: str) -> None:
    forget()
    load(read_checked(PACKS / pack), at=local("2026-09-01 08:00"))
    about, ordinary = [], []
    for code, text in written(pack):
        category = category_by_code(code)
        assert category is not None
        if is_about_an_office(category):
            about.append(is_for_the_form(text))
        elif category.kind in ("request", "question"):
            ordinary.append(is_for_the_form(text))
    assert len(ordinary) > 100
    assert sum(about) / len(about) > 0.7
    assert sum(ordinary) / len(ordinary) < 0.1
    forget()
