"""What is asked for beside cases (reviews, samples, break-glass) goes by its own rows, never through all cases."""

import re
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from gongshi.cases.actions import public_answers, publication
from gongshi.cases.glass import opened_for
from gongshi.cases.models import Case, Consent
from gongshi.cases.samples import copies_to_check
from gongshi.cases.sight import eyes_of, not_hidden_from
from gongshi.cases.worklists import _load_rows
from tests.cast import NOW, Town


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by what the tables hold")
def test_no_case_is_looked_at_that_is_not_asked_for(town: Town) -> None:
    clerk, reviewer = town.actor("zhou", keys=False), town.actor("su", keys=False)
    listed: list[QuerySet[Any]] = [
        publication._to_review(reviewer),
        public_answers._to_review(reviewer),
        opened_for(clerk, NOW),
        copies_to_check(reviewer),
    ]
    for rows in listed:
        assert not _scans(rows), rows.explain()
    # What is looked for would be found: as a list within the question, all cases are gone through.
    known = Case.objects.filter(not_hidden_from(clerk))
    assert _scans(Consent.objects.filter(case__in=known, reviewed_at=None))


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by what the tables hold")
def test_what_somebody_works_on_is_counted_from_an_index_alone(town: Town) -> None:
    rows = _load_rows(
        eyes_of(town.actor("he", keys=False)), (town.staff["zhou"].id, town.staff["he"].id), NOW
    )
    assert "USING INDEX case_load (office_id=? AND handler_id=?)" in rows.explain().replace("COVERING ", "")
    index = next(one for one in Case._meta.indexes if one.name == "case_load")
    read = set(re.findall(r'"cases_case"\."(\w+)"', str(rows.query)))
    assert read - {"closed_at"} == {Case._meta.get_field(name).column for name in index.fields}


def _scans(rows: QuerySet[Any]) -> list[str]:
    lines = [line.split(maxsplit=3)[-1] for line in rows.explain().splitlines()]
    return [line for line in lines if line.startswith(("SCAN cases_case", "SCAN V"))]
