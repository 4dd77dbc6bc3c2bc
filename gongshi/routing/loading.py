"""Categories, promises, routing rules and procedures from a pack, and as a pack again.

Cases pin versions of promises and procedures, so a new version never moves a deadline that runs.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gongshi.accounts.models import Office, Staff
from gongshi.formats.pack import CategoryData, Choice, ExtraQuestion, RoutingRuleData
from gongshi.formats.pack import Promise as PromiseData
from gongshi.places.changes import Changes
from gongshi.places.models import Area
from gongshi.routing.models import Category, ProcedureVersion, Promise, RoutingRule


def load_categories(categories: Iterable[CategoryData], changes: Changes) -> dict[str, Category]:
    """The tree of matters by code, and the promise in force for each leaf."""
    listed = list(categories)
    rows = {
        one.code: changes.upsert(Category, "category", one.code, _values(one, position))
        for position, one in enumerate(listed)
    }
    promises = {row.category_id: row for row in Promise.objects.filter(current=True)}
    for one in listed:
        row = rows[one.code]
        changes.upsert(
            Category, "category", one.code, {"parent_id": rows[one.parent].id if one.parent else None}
        )
        _promise(row, one.promise, promises.get(row.id), changes)
    changes.retire(Category, "category", rows)
    return rows


def _values(one: CategoryData, position: int) -> dict[str, Any]:
    return {
        "position": position,
        "name": one.name,
        "kind": one.kind,
        "procedure": one.procedure,
        "door": one.door,
        "keywords": list(one.keywords),
        "examples": list(one.examples),
        "questions": [_question(question) for question in one.questions],
        "public": one.public,
    }


def _question(question: ExtraQuestion) -> dict[str, Any]:
    return {
        "code": question.code,
        "name": question.name,
        "type": question.type,
        "choices": [{"code": choice.code, "name": choice.name} for choice in question.choices],
        "required": question.required,
    }


def _promise(row: Category, wanted: PromiseData | None, current: Promise | None, changes: Changes) -> None:
    before = PromiseData(current.days, current.counting) if current else None
    if before == wanted:
        return
    versions = Promise.objects.filter(category=row)
    version = max(versions.values_list("version", flat=True), default=0) + 1
    versions.filter(current=True).update(current=False)
    if wanted:
        Promise.objects.create(
            category=row, version=version, days=wanted.days, counting=wanted.counting, loaded_at=changes.at
        )
    shown = [f"{one.days} {one.counting}" if one else None for one in (before, wanted)]
    changes.note("category", row.code, "changed", {"promise": (shown[0], shown[1])})


def category_data() -> tuple[CategoryData, ...]:
    """The current categories in the order in which forms list them."""
    promises = {
        row.category_id: PromiseData(row.days, row.counting) for row in Promise.objects.filter(current=True)
    }
    rows = Category.objects.filter(valid_to=None).select_related("parent").order_by("position", "code")
    return tuple(
        CategoryData(
            code=row.code,
            name=row.name,
            parent=row.parent.code if row.parent else None,
            kind=row.kind,
            procedure=row.procedure,
            door=row.door,
            keywords=tuple(row.keywords),
            examples=tuple(row.examples),
            promise=promises.get(row.id),
            public=row.public,
            questions=tuple(_question_data(one) for one in row.questions),
        )
        for row in rows
    )


def _question_data(one: Mapping[str, Any]) -> ExtraQuestion:
    choices = tuple(Choice(**choice) for choice in one["choices"])
    return ExtraQuestion(one["code"], one["name"], one["type"], choices, one["required"])


def load_rules(
    rules: Iterable[RoutingRuleData],
    *,
    categories: Mapping[str, Category],
    areas: Mapping[str, Area],
    offices: Mapping[str, Office],
    staff: Mapping[str, Staff],
    changes: Changes,
) -> None:
    """The ordered list of rules. A case keeps the reason it was given, so a rule that is gone is deleted."""
    kept = set()
    for position, one in enumerate(rules):
        values = {
            "position": position,
            "channels": list(one.channels),
            "months": list(one.months),
            "hours": list(one.hours) if one.hours else [],
            "office_id": offices[one.office].id if one.office else None,
            "lead_id": staff[one.lead].id if one.lead else None,
            "reason": one.reason,
        }
        row = changes.upsert(RoutingRule, "rule", one.code, values)
        changes.linked(row, "rule", "categories", [categories[code] for code in one.categories])
        changes.linked(row, "rule", "areas", [areas[code] for code in one.areas])
        changes.linked(row, "rule", "among", [offices[code] for code in one.among])
        kept.add(one.code)
    for row in RoutingRule.objects.exclude(code__in=kept):
        row.delete()
        changes.note("rule", row.code, "retired")


def rule_data() -> tuple[RoutingRuleData, ...]:
    """The routing list in its order."""
    rows = RoutingRule.objects.select_related("office", "lead").order_by("position")
    return tuple(
        RoutingRuleData(
            code=row.code,
            reason=row.reason,
            categories=_codes(row.categories.all()),
            areas=_codes(row.areas.all()),
            channels=tuple(row.channels),
            months=tuple(row.months),
            hours=(row.hours[0], row.hours[1]) if row.hours else None,
            office=row.office.code if row.office else None,
            among=_codes(row.among.all()),
            lead=row.lead.username if row.lead else None,
        )
        for row in rows.prefetch_related("categories", "areas", "among")
    )


def _codes(rows: Iterable[Category] | Iterable[Area] | Iterable[Office]) -> tuple[str, ...]:
    return tuple(sorted(row.code for row in rows))


def load_procedures(texts: Mapping[str, str], changes: Changes) -> None:
    """Proved procedures. One that differs from the current version becomes a new version; cases keep theirs."""
    current = {row.code: row for row in ProcedureVersion.objects.filter(current=True)}
    for code, text in texts.items():
        before = current.pop(code, None)
        if before and before.text == text:
            continue
        versions = ProcedureVersion.objects.filter(code=code)
        version = max(versions.values_list("version", flat=True), default=0) + 1
        versions.filter(current=True).update(current=False)
        ProcedureVersion.objects.create(code=code, version=version, text=text, loaded_at=changes.at)
        fields = {
            "version": (before.version if before else None, version),
            "text": (before.text if before else "", text),
        }
        changes.note("procedure", code, "changed" if before else "added", fields)
    for code, row in current.items():
        row.current = False
        row.save(update_fields=["current"])
        changes.note("procedure", code, "retired")


def procedure_data() -> dict[str, str]:
    """The texts of the current procedures by code."""
    return dict(ProcedureVersion.objects.filter(current=True).order_by("code").values_list("code", "text"))
