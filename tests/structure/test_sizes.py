"""Few deep modules beat many shallow ones, but none may be so long that nobody reads it whole."""

import ast

from tests.structure.source import PACKAGE, name_of, python_files, tracked, tree

FILE_LINES = 500
FUNCTION_LINES = 60


def test_files_stay_short() -> None:
    files = [
        path for path in tracked() if path.is_relative_to(PACKAGE) and path.suffix in (".py", ".js", ".html")
    ]
    assert len(files) > 50
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {
        name: lines for name, lines in lengths.items() if lines >= FILE_LINES and "/migrations/" not in name
    } == {}


def test_functions_stay_short() -> None:
    long = {}
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines >= FUNCTION_LINES:
                    long[f"{name_of(path)}:{node.lineno} {node.name}"] = lines
    assert long == {}
