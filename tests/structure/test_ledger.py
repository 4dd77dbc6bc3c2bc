"""What happens to a case is committed to the public ledger: there is one place where history and looks are written."""

import ast

from tests.structure.source import module_of, name_of, python_files, tree

TABLES = {"History", "Look"}
ROWS_ARE_MADE_IN = "gongshi.cases.record"
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update"}


def made(module: ast.Module) -> list[tuple[int, str]]:
    """``(line, "History")`` for every row of these tables that a module makes, and ``History.update`` for a change."""
    found = []
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in TABLES:
            found.append((node.lineno, node.func.id))
        elif isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            names = {one.id for one in ast.walk(node.func) if isinstance(one, ast.Name)}
            found += [(node.lineno, f"{name}.{node.func.attr}") for name in sorted(names & TABLES)]
    return found


def test_history_and_looks_are_written_with_their_leaves_or_not_at_all() -> None:
    assert [
        f"{name_of(path)}:{line}: {what}"
        for path in python_files()
        if module_of(path) != ROWS_ARE_MADE_IN
        for line, what in made(tree(path))
    ] == []


def test_a_row_made_elsewhere_is_seen() -> None:
    module = ast.parse(
        "History(seq=1)\nLook.objects.filter(x=1).update(why='')\nHistory.objects.bulk_create([])"
    )
    assert [what for _, what in made(module)] == ["History", "Look.update", "History.bulk_create"]
