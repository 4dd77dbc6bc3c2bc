"""The repository as text and as syntax trees, for tests of its shape."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "gongshi"
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".txt",
    ".json",
    ".geojson",
    ".csv",
    ".webmanifest",
    "",
}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control, and new ones that are not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in sorted(output.split("\0")) if name and (path := ROOT / name).is_file())


def name_of(path: Path) -> str:
    """A file's name as the repository knows it: ``gongshi/words.py``."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """``gongshi.cases.reading`` for its file; a package's ``__init__`` is the package."""
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def python_files() -> Iterator[Path]:
    """The product's own modules, without migrations."""
    for path in tracked():
        if path.suffix == ".py" and path.is_relative_to(PACKAGE) and "migrations" not in path.parts:
            yield path


@cache
def tree(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def docstrings(module: ast.Module) -> set[ast.Constant]:
    """The constants that are documentation and not part of what the program says."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(first.value)
    return found


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text in a module's code with its line, docstrings left out."""
    module = tree(path)
    left_out = docstrings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left_out:
            yield node.lineno, node.value


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a module imports, whole: ``gongshi.safekeeping.sealing.unseal``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def layers() -> list[set[str]]:
    """The layers of the import contract, top to bottom, as sets of package names."""
    contract = project()["tool"]["importlinter"]["contracts"][0]
    assert contract["type"] == "layers"
    return [{part.strip(" ()") for part in line.split("|")} for line in contract["layers"]]
