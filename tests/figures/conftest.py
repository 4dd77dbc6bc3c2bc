"""The town, and cases as an older system or a busy month would leave them."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gongshi.cases.models import Case, Filing
from gongshi.places.models import Place
from gongshi.places.snapshots import bump_revision, forget
from gongshi.routing.models import ProcedureVersion, Promise
from gongshi.safekeeping.ids import new_id
from tests.cast import Town, build_town
from tests.clock import local

Cases = Callable[..., list[Case]]


@pytest.fixture
def town(db: None) -> Town:
    """The small town and its cast."""
    forget()
    return build_town()


@pytest.fixture
def high_threshold(town: Town) -> int:
    """The place withholds whatever is below 50."""
    place = Place.objects.get()
    place.settings["threshold"] = 50
    place.save()
    bump_revision()
    return 50


@pytest.fixture
def cases(town: Town) -> Cases:
    """``cases(12, office="water", answered_on=...)``: rows as they would lie there, without clocks or words."""
    numbers = itertools.count(1)

    def make(n: int = 1, *, opened_on: date = date(2026, 3, 2), **told: Any) -> list[Case]:
        category = town.categories[told.pop("category", "pothole")]
        promise = Promise.objects.filter(category=category).first()
        filing = {name: told.pop(name) for name in ("staff_logged", "source") if name in told}
        columns = {
            "office": town.offices[told.pop("office", "roads")],
            "promise": told.pop("promise", promise),
            "kind": category.kind,
            "category": category,
            "procedure": ProcedureVersion.objects.get(code=category.procedure),
            "content": b"",
            "stage": "received",
            "stage_on": opened_on,
            "holder": "office",
            "opened_at": local(f"{opened_on} 09:00"),
            "opened_on": opened_on,
            **told,
        }
        filings, rows = [], []
        for _ in range(n):
            k = next(numbers)
            known = {"source": k.to_bytes(32, "big")} if filing.get("source") else {}
            filings.append(
                Filing(
                    id=new_id(),
                    reference=f"TT-{k}",
                    channel="import" if known else "web",
                    staff_logged=filing.get("staff_logged", False),
                    language="zh",
                    filed_at=columns["opened_at"],
                    filed_on=opened_on,
                    **known,
                )
            )
            rows.append(Case(id=new_id(), filing=filings[-1], number=1, **columns))
        Filing.objects.bulk_create(filings)
        return Case.objects.bulk_create(rows)

    return make
