"""Published cases as rows, for what is only read."""

from datetime import date, timedelta
from typing import Any

from gongshi.cases.models import Case, Filing, PublicCase
from gongshi.cases.public_tally import mend
from gongshi.safekeeping.ids import new_id
from tests.cast import Town, case_of, lin_files


def published_cases(
    town: Town, n: int, *, category: str = "pothole", area: str | None = "river-street", **told: Any
) -> list[PublicCase]:
    """``n`` of them, filed a day apart, like one that Lin files, with ``told`` instead of what is usual."""
    model = Case.objects.first() or case_of(lin_files(town)[0])
    rows = []
    for k in range(n):
        filing = Filing.objects.create(
            id=new_id(),
            reference=f"TT-{new_id().hex[-12:]}",
            channel="web",
            language="zh",
            filed_at=model.opened_at,
            filed_on=model.opened_on,
        )
        case = Case.objects.get(pk=model.pk)
        case.id, case.filing = new_id(), filing
        case.save(force_insert=True)
        values = {
            "language": "zh",
            "title": f"第{k}件",
            "text": "老桥东头有个坑。",
            "state": "open",
            "filed_on": date(2026, 3, 1) + timedelta(days=k),
            "published_on": date(2026, 4, 1),
            "latitude": 30.25,
            "longitude": 120.75,
            **told,
        }
        rows.append(
            PublicCase.objects.create(
                case=case,
                category=town.categories[category],
                area=town.areas[area] if area else None,
                office=town.offices["roads"],
                **values,
            )
        )
    mend()
    return rows
