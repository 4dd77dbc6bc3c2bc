"""Every read of categories, promises, rules and procedures."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Sum

from gongshi.places.snapshots import Nodes, Snapshot, way_up
from gongshi.routing import models
from gongshi.rules.matching import Rule
from gongshi.rules.procedure import Procedure, parse


@dataclass(frozen=True)
class PromiseNode:
    """The promise in force for a category: an answer within ``days``, "working" or "calendar"."""

    id: UUID
    days: int
    counting: str


@dataclass(frozen=True)
class CategoryNode:
    """One category with its way up; ``path`` runs from itself to its topmost group."""

    id: UUID
    code: str
    parent: UUID | None
    path: tuple[UUID, ...]
    name: Mapping[str, str]
    kind: str
    procedure: str
    door: str
    keywords: list[str]
    examples: list[str]
    questions: list[dict[str, Any]]
    public: bool
    promise: PromiseNode | None

    @property
    def is_group(self) -> bool:
        """Whether it only holds others; nothing is filed under a group."""
        return not self.procedure


def _build_categories() -> Nodes[UUID, CategoryNode]:
    rows = list(models.Category.objects.order_by("position", "code"))
    parents = {row.id: row.parent_id for row in rows}
    promises = {
        p.category_id: PromiseNode(p.id, p.days, p.counting)
        for p in models.Promise.objects.filter(current=True)
    }
    nodes = {
        row.id: CategoryNode(
            row.id,
            row.code,
            row.parent_id,
            way_up(row.id, parents),
            row.name,
            row.kind,
            row.procedure,
            row.door,
            row.keywords,
            row.examples,
            row.questions,
            row.public,
            promises.get(row.id),
        )
        for row in rows
    }
    current = {row.id: nodes[row.id] for row in rows if row.valid_to is None}
    return Nodes(current, nodes)


@dataclass(frozen=True)
class LoadedProcedure:
    """A procedure as it was proved and loaded; ``id`` is what cases pin."""

    id: UUID
    code: str
    version: int
    procedure: Procedure


# A version's text never changes, and a change of configuration leaves most versions as they were.
_parsed = lru_cache(maxsize=256)(parse)


def _read(row: models.ProcedureVersion) -> LoadedProcedure:
    procedure, faults = _parsed(row.text)
    if procedure is None:
        raise ValueError(f"procedure {row.code} version {row.version} cannot be read: {faults[0]}")
    return LoadedProcedure(row.id, row.code, row.version, procedure)


categories = Snapshot(_build_categories)
procedure_versions = Snapshot(lambda: {row.id: _read(row) for row in models.ProcedureVersion.objects.all()})
current_procedures = Snapshot(
    lambda: {row.code: row.id for row in models.ProcedureVersion.objects.filter(current=True)}
)


def category_by_code(code: str) -> CategoryNode | None:
    """The current category with this code."""
    return next((node for node in categories().values() if node.code == code), None)


def leaves() -> list[CategoryNode]:
    """Categories that can be filed under, in the pack's order."""
    return [node for node in categories().values() if not node.is_group]


def procedure_for(category: CategoryNode) -> LoadedProcedure:
    """The procedure version that a case of this category opens with today."""
    return procedure_versions()[current_procedures()[category.procedure]]


@dataclass(frozen=True)
class RuleReason:
    """A rule and the reason that residents read."""

    rule: Rule[UUID]
    reason: Mapping[str, str]


def _build_rules() -> list[RuleReason]:
    rows = models.RoutingRule.objects.order_by("position").prefetch_related("categories", "areas", "among")
    return [RuleReason(_rule(row), row.reason) for row in rows]


def _rule(row: models.RoutingRule) -> Rule[UUID]:
    return Rule(
        code=row.code,
        office=row.office_id,
        among=tuple(office.id for office in row.among.all()),
        categories=frozenset(category.id for category in row.categories.all()),
        areas=frozenset(area.id for area in row.areas.all()),
        channels=frozenset(row.channels),
        months=frozenset(row.months),
        hours=(row.hours[0], row.hours[1]) if row.hours else None,
        lead=row.lead_id,
    )


rules = Snapshot(_build_rules)


@dataclass(frozen=True)
class Difference:
    """How suggestions and choices compare. ``pairs``: (first suggested, chosen, how often), most often first.

    shown: how often one was suggested; first, three: how often the first, or one of the three, was chosen.
    """

    shown: int
    first: int
    three: int
    pairs: list[tuple[CategoryNode, CategoryNode, int]]


def suggested_and_chosen(since: date, *, least: int) -> Difference:
    """The counts from the month of ``since`` on. Pairs that differ are told from ``least`` on."""
    rows = (
        models.SuggestionCount.objects.filter(month__gte=since.replace(day=1))
        .values_list("first_id", "chosen_id", "place")
        .annotate(times=Sum("number"))
    )
    pairs: Counter[tuple[UUID, UUID]] = Counter()
    shown = first = three = 0
    for suggested, chosen, place, times in rows:
        shown += times
        first += times if suggested == chosen else 0
        three += times if place else 0
        if suggested != chosen:
            pairs[suggested, chosen] += times
    known = categories()
    told = [(known[a], known[b], times) for (a, b), times in pairs.most_common() if times >= least]
    return Difference(shown, first, three, told)


def corrected(since: date, *, least: int) -> list[tuple[CategoryNode, CategoryNode, int]]:
    """What offices corrected to what, from the month of ``since`` on: pairs that came up ``least`` times or more."""
    rows = models.CorrectionCount.objects.filter(month__gte=since.replace(day=1)).values_list(
        "was_id", "now_id"
    )
    told = rows.annotate(times=Sum("number")).filter(times__gte=least).order_by("-times", "was_id", "now_id")
    known = categories().everything
    return [(known[was], known[now], times) for was, now, times in told]
