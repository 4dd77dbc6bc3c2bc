"""Released months, a quarter and its sample as they would be kept, without a case: pages read nothing below them."""

from datetime import date

from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.cases.models import AnswerSample
from gongshi.figures.models import ReleasedMonth, ReleasedQuarter
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.answers import NAMES as ANSWERS
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.readings import kept, line_of
from tests.clock import local

MARCH = Month(2026, 3)
FIRST = Quarter(2026, 1)
ON = date(2026, 5, 1)
# Answered within 3 days, within 14, and nobody told apart after that.
WAITS = ((0, 3, 30, 0), (4, 14, 20, 0), (15, None, 0, 50))
Kept = tuple[tuple[str, str, str, str], dict[str, int], tuple[tuple[int, int | None, int, int], ...]]


def counted(cases: int, on_time: int) -> dict[str, int]:
    """A row of which everything is told: all due, half confirmed, a fifth of the promises not kept."""
    told = {"cases": cases, "due": cases, "on_time": on_time, "answered": cases, "asked": cases}
    told |= {"responses_due": cases, "responses_on_time": on_time}
    told |= {"confirmed": cases // 2, "not_confirmed": cases // 4, "promised": cases}
    of_a_hundred = {"handed_on": 20, "reopened": 15, "withdrawn": 12, "kept": 60, "not_kept": 20}
    told |= {name: n * cases // 100 for name, n in of_a_hundred.items()}
    return {**dict.fromkeys(NAMES, 0), **told}


def row(table: str, office: str = "", category: str = "", area: str = "", **counts: int) -> Kept:
    """One row; without counts everything is withheld. The table by office and category tells three counts."""
    told = counted(counts["cases"], counts["on_time"]) if counts else {}
    if table == "office_category":
        return (table, office, category, area), {name: told[name] for name in ("cases", "due", "on_time")}, ()
    return (table, office, category, area), told, WAITS if counts.get("cases") == 100 else ()


def keep_month(*rows: Kept, month: Month = MARCH, definition: str = "first") -> ReleasedMonth:
    """The month as `released.actions.release` keeps it, with a threshold of 11."""
    tables = [
        [[*key], [told.get(name) for name in NAMES], [[*one] for one in waits]] for key, told, waits in rows
    ]
    return ReleasedMonth.objects.create(
        first_on=month.first,
        as_of=ON,
        threshold=11,
        definition=definition,
        columns=list(NAMES),
        tables=tables,
    )


def keep_march() -> ReleasedMonth:
    """Roads and the hall can be compared and told apart; Water's numbers are withheld; one street, and no place."""
    return keep_month(
        row("all", cases=300, on_time=200),
        row("office", "hall", cases=100, on_time=45),
        row("office", "roads", cases=100, on_time=95),
        row("office", "water"),
        row("category", category="leak"),
        row("category", category="pothole", cases=250, on_time=165),
        row("area", cases=100, on_time=70),
        row("area", area="river-street", cases=200, on_time=130),
        row("office_category", "hall", "pothole", cases=100, on_time=45),
        row("office_category", "roads", "pothole", cases=100, on_time=95),
    )


def keep_quarter() -> ReleasedQuarter:
    """The first quarter: of Roads and of potholes all is told, of the hall nothing."""
    counts = [83, 37, 22, 31, 17, 9, 13]
    groups = [["office", "roads", counts], ["office", "hall", None], ["category", "pothole", counts]]
    return ReleasedQuarter.objects.create(
        first_on=FIRST.first, as_of=ON, threshold=20, definition="first", columns=list(ANSWERS), tables=groups
    )


def keep_sample() -> AnswerSample:
    """Its sample: 41 of 50 answers were read by both, 20 of these are Roads'."""
    said = [*[("yes", "yes")] * 31, *[("no", "no")] * 10, *[("yes", "no")] * 5, *[("cannot_tell", "yes")] * 4]
    lines = [
        line_of(question, said[place:][:n], code)
        for code, n in (("", 41), ("roads", 20))
        for place, question in enumerate(SAMPLE_QUESTIONS)
    ]
    return AnswerSample.objects.create(
        quarter=str(FIRST),
        batch=7,
        size=50,
        drawn_at=local("2026-04-01 00:05"),
        closes_on=date(2026, 6, 20),
        result=kept(ON, 20, lines, withheld=True),
    )
