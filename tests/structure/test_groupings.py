"""No query groups, counts or orders by the office that a matter is about, or by who must not see one (promise 6).

What has no number cannot be shown by mistake. `figures/test_shown_to_nobody.py` looks at the numbers themselves.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.structure.source import name_of, python_files, tree

# What would tell them apart, as the first step of a look-up.
TELLING = {"subject", "subject_id", "recusals", "recused", "named_in", "named_in_id"}
# Keys and their graves call whatever they are for their subject; that ring knows rows by opaque id only.
OPAQUE = {"Wrap", "Tombstone"}
SHAPING = {
    "values",
    "values_list",
    "annotate",
    "alias",
    "aggregate",
    "order_by",
    "distinct",
    "Count",
    "Sum",
    "Avg",
}


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _root(node: ast.expr) -> str:
    """The name that a chain of calls and attributes begins with."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def telling(source: ast.AST) -> Iterator[tuple[int, str]]:
    """Every place where a query is shaped by what tells: (line, what)."""
    for node in ast.walk(source):
        if not isinstance(node, ast.Call):
            continue
        called = _called(node)
        if called in SHAPING and _root(node) not in OPAQUE:
            for inside in ast.walk(node):
                name = inside.value if isinstance(inside, ast.Constant) else None
                steps = name.lstrip("-").split("__") if isinstance(name, str) else []
                if TELLING.intersection(steps):
                    yield node.lineno, str(name)
        if called in ("count", "aggregate") and _root(node) == "Recusal":
            yield node.lineno, "Recusal"


def _files() -> Iterator[Path]:
    return (path for path in python_files() if "safekeeping" not in path.parts)


def test_nothing_is_grouped_or_counted_by_what_tells() -> None:
    found = [f"{name_of(path)}:{line}: {what}" for path in _files() for line, what in telling(tree(path))]
    assert found == []


PLANTED = (
    'Case.objects.values("subject").annotate(n=Count("pk"))',
    'Case.objects.values_list("office", "subject__code")',
    'Case.objects.aggregate(n=Count("pk", filter=Q(subject_id=1)), m=Count("recusals"))',
    'cases.order_by("-subject")',
    "Recusal.objects.filter(office=office).count()",
    'Office.objects.annotate(n=Count("cases__recusals__office"))',
)


def test_the_test_would_notice() -> None:
    for code in PLANTED:
        assert list(telling(ast.parse(code))), code
    for code in (
        'Case.objects.filter(subject=None).values("id")',
        'Recusal.objects.values_list("office_id")',
    ):
        assert not list(telling(ast.parse(code))), code
