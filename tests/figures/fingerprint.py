"""A fingerprint of what the figures count and withhold, and how: `python -m tests.figures.fingerprint` prints it.

Of columns, days and shares their values; of how they are counted and withheld the program's text, without comments and
docstrings.
"""

import ast
import hashlib

from gongshi.figures.released.answers import COLUMNS as QUARTER_COLUMNS
from gongshi.figures.released.columns import COLUMNS, WITHIN
from gongshi.figures.shown import COVERED, SHARES
from tests.structure.source import PACKAGE

COUNTING = ("figures/released/counting.py", "figures/queries.py")
WITHHOLDING = (
    "figures/released/making.py",
    "figures/released/sample_beside.py",
    *(f"rules/disclosure/{name}.py" for name in ("network", "steps", "tables")),
)


def fingerprint(columns: object = COLUMNS) -> str:
    """16 hexadecimal digits."""
    told = [repr(each) for each in (columns, WITHIN, sorted(SHARES.items()), COVERED, QUARTER_COLUMNS)]
    counted = [plain((PACKAGE / name).read_text(encoding="utf-8")) for name in (*COUNTING, *WITHHOLDING)]
    return hashlib.sha256("\n".join([*told, *counted]).encode()).hexdigest()[:16]


def plain(source: str) -> str:
    """Without comments, docstrings and the order in which things are imported: none of these counts."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:]
    return ast.unparse(tree)


if __name__ == "__main__":
    print(fingerprint())
