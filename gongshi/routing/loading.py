"""Categories, promises, routing rules and procedures from a pack. Cases pin versions of the promises and procedures."""

from collections.abc import Iterable, Mapping
from typing import Any

from gongshi.accounts.models import Office, Staff
from gongshi.formats.pack.model import CategoryData, ExtraQuestion, RoutingRuleData
from gongshi.places.loading import Change, Changes
from gongshi.places.models import Area
from gongshi.routing.models import Category, ProcedureVersion, Promise, RoutingRule


def load_categories(categories: Iterable[CategoryData], changes: Changes) -> dict[str, Category]:
    """The tree of matters by code, and the promise in force for each leaf."""
    listed = list(categories)
    rows: dict[str, Category] = {}
    for position, one in enumerate(listed):
        rows[one.code] = changes.upsert(Category, "category", one.code, _values(one, position))
    for one in listed:
        row, parent = rows[one.code], rows[one.parent] if one.parent else None
        if row.parent_id != (parent.id if parent else None):
            row.parent = parent
            row.save(update_fields=["parent"])
            if not any(c.kind == "category" and c.code == one.code for c in changes.found):
                changes.found.append(Change("category", one.code, "changed", {"parent": (None, one.parent)}))
        _promise(row, one, changes)
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


def _promise(row: Category, one: CategoryData, changes: Changes) -> None:
    current = Promise.objects.filter(category=row, current=True).first()
    wanted = (one.promise.days, one.promise.counting) if one.promise else None
    if (current and (current.days, current.counting)) == wanted or (current is None and wanted is None):
        return
    latest = Promise.objects.filter(category=row).order_by("-version").first()
    Promise.objects.filter(category=row, current=True).update(current=False)
    if wanted:
        Promise.objects.create(
            category=row,
            version=latest.version + 1 if latest else 1,
            days=wanted[0],
            counting=wanted[1],
            loaded_at=changes.at,
        )
    before = (current.days, current.counting) if current else None
    changes.found.append(
        Change("promise", one.code, "changed" if current else "added", {"days": (before, wanted)})
    )


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
    kept = []
    for position, one in enumerate(rules):
        values = {
            "position": position,
            "channels": list(one.channels),
            "months": list(one.months),
            "hours": list(one.hours) if one.hours else [],
            "office": offices[one.office] if one.office else None,
            "lead": staff[one.lead] if one.lead else None,
            "reason": one.reason,
        }
        row = changes.upsert(RoutingRule, "rule", one.code, values)
        changes.linked(row, "rule", "categories", [categories[code] for code in one.categories])
        changes.linked(row, "rule", "areas", [areas[code] for code in one.areas])
        changes.linked(row, "rule", "among", [offices[code] for code in one.among])
        kept.append(one.code)
    for row in RoutingRule.objects.exclude(code__in=kept):
        row.delete()
        changes.found.append(Change("rule", row.code, "retired"))


def load_procedures(texts: Mapping[str, str], changes: Changes) -> None:
    """Proved procedures. One that differs from the current version becomes a new version; cases keep theirs."""
    for code, text in texts.items():
        current = ProcedureVersion.objects.filter(code=code, current=True).first()
        if current and current.text == text:
            continue
        latest = ProcedureVersion.objects.filter(code=code).order_by("-version").first()
        ProcedureVersion.objects.filter(code=code, current=True).update(current=False)
        version = latest.version + 1 if latest else 1
        ProcedureVersion.objects.create(code=code, version=version, text=text, loaded_at=changes.at)
        before = current.version if current else None
        changes.found.append(
            Change("procedure", code, "changed" if current else "added", {"version": (before, version)})
        )
