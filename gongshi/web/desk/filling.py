"""What the placeholders of an office's prepared words stand for in one case, and an answer begun with them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import override

from gongshi.accounts.queries import offices
from gongshi.bulletin.models import PreparedRevision
from gongshi.bulletin.prepared import ANSWER, LETTER, PHRASE
from gongshi.cases.models import Case
from gongshi.rules.templates import filled
from gongshi.web.desk import shown
from gongshi.web.templatetags.gongshi import day
from gongshi.words import in_language


def values_of(case: Case, place: str) -> dict[str, str]:
    """What is filled in for a case, in the language in which it was filed. ``place``: where it is, as it was filed.

    Where others go with the case they read the answer as well: then the place is its area, and the day of filing is
    left standing, as neither is theirs.
    """
    code = case.filing.language
    node = offices()[case.office_id]
    with override("en" if code == "en" else "zh-hans"):
        filed_on = day(case.opened_on)
    many = getattr(case, "gathers", False)
    values = {
        "place": (not many and place) or shown.area_words(case.area_id, code=code),
        "reference": shown.reference_of(case),
        "filed_on": filed_on,
        "office": in_language(node.name, code),
        "phone": node.phone,
        "category": shown.category_name(case, code),
    }
    if many:
        del values["filed_on"]
    return values


def begun_with(typed: Mapping[str, Any], words: PreparedRevision, case: Case, place: str) -> dict[str, str]:
    """The parts of an answer after a template was chosen: what was typed stays, and the template's words follow it."""
    return _added(typed, words, case.filing.language, values_of(case, place))


def begun_for_many(typed: Mapping[str, Any], words: PreparedRevision, language: str) -> dict[str, str]:
    """The same for an answer to many: placeholders stay standing, as each case fills in its own."""
    return _added(typed, words, language, {})


def _added(
    typed: Mapping[str, Any], words: PreparedRevision, language: str, values: Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for part in LETTER:
        said = filled(in_language(getattr(words, part), language), values)
        before = str(typed.get(part) or "").strip() if part != "call" else ""
        if said:
            found[part] = f"{before}\n{said}" if before else said
    return found


def choices_for(rows: list[PreparedRevision], case: Case, place: str) -> dict[str, Any]:
    """What an answer to a case is offered: templates of its category first, then the others; phrases filled in."""
    return _choices(rows, case.category_id, case.filing.language, values_of(case, place))


def choices_for_many(rows: list[PreparedRevision], category: UUID, language: str) -> dict[str, Any]:
    """What an answer to many cases of a category is offered; placeholders stay standing."""
    return _choices(rows, category, language, {})


def _choices(
    rows: list[PreparedRevision], category: UUID, language: str, values: Mapping[str, str]
) -> dict[str, Any]:
    templates = [row for row in rows if row.prepared.kind == ANSWER]
    fitting = [row for row in templates if row.prepared.category_id == category]
    others = [row for row in templates if row.prepared.category_id is None]
    phrases = [row for row in rows if row.prepared.kind == PHRASE and _fits(row, category)]
    return {
        "templates": [*fitting, *others],
        "phrases": [filled(in_language(row.text, language), values) for row in phrases],
    }


def _fits(row: PreparedRevision, category: UUID) -> bool:
    return row.prepared.category_id in (None, category)
