"""Answer pages from a pack, and as a pack again.

Offices write pages every day, so a pack adds and changes the pages that it names and leaves all others alone: unlike an
office, a page that a pack does not name was most likely written after it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from gongshi.accounts.models import Office
from gongshi.bulletin.actions.pages import hide, parts_of, revise, show
from gongshi.bulletin.indexing import index_page
from gongshi.bulletin.models import PARTS, Page, PageRevision
from gongshi.bulletin.queries import latest, pages_shown
from gongshi.formats.pack import PageData
from gongshi.places.changes import Changes
from gongshi.places.models import Area
from gongshi.routing.models import Category


def load_pages(
    pages: Iterable[PageData],
    *,
    offices: Mapping[str, Office],
    categories: Mapping[str, Category],
    areas: Mapping[str, Area],
    changes: Changes,
) -> None:
    """Show each page as the pack has it. What changed becomes a revision of whoever changes it."""
    shown = {row.page.code: row for row in pages_shown()}
    for one in pages:
        values = {
            "office_id": offices[one.office].id,
            "category_id": categories[one.category].id if one.category else None,
        }
        row = changes.upsert(Page, "page", one.code, values)
        changes.linked(row, "page", "areas", [areas[code] for code in one.areas])
        _words(row, one, shown.get(one.code), changes)


def _words(row: Page, wanted: PageData, shown: PageRevision | None, changes: Changes) -> None:
    before = {**parts_of(shown), "review_by": shown.review_by} if shown else {}
    after: dict[str, Any] = {part: getattr(wanted, part) for part in PARTS} | {"review_by": wanted.review_by}
    different = {
        name: (before.get(name), value) for name, value in after.items() if before.get(name) != value
    }
    if not different:
        return
    review_by = after.pop("review_by")
    values = {"review_by": review_by}
    who: dict[str, Any] = {"by": changes.by, "at": changes.at}
    written = revise(row, "written", after, seen=row.number, values=values, **who)
    index_page(show(row, written, seen=row.number, **who))
    changes.note("page", row.code, "changed", {name: _told(pair) for name, pair in different.items()})


def _told(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    before, after = (one if isinstance(one, dict) or one is None else one.isoformat() for one in pair)
    return before, after


def end_pages(codes: Collection[str], changes: Changes) -> None:
    """Show these pages no more; their words stay."""
    for row in Page.objects.filter(code__in=codes, shown__isnull=False):
        hide(row, latest(row), seen=row.number, by=changes.by, at=changes.at)
        changes.note("page", row.code, "retired")


def page_data(code: str = "") -> tuple[PageData, ...]:
    """The pages that are shown, by code; or that one. Drafts and what was withdrawn stay out."""
    rows = pages_shown().filter(page__code=code) if code else pages_shown()
    rows = rows.select_related("page__office", "page__category").prefetch_related("page__areas")
    return tuple(
        PageData(
            code=row.page.code,
            office=row.page.office.code,
            category=_current(row.page.category),
            areas=tuple(sorted(area.code for area in row.page.areas.all() if area.valid_to is None)),
            review_by=row.review_by,
            **parts_of(row),
        )
        for row in rows
    )


def _current(category: Category | None) -> str | None:
    return category.code if category and category.valid_to is None else None
