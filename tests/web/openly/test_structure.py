"""Promise 6: every public door reads `PublicCase`, suppressed figures, and no other table of cases."""

import ast
from pathlib import Path

from tests.structure.source import PACKAGE, name_of, tree

FOLDER = PACKAGE / "web" / "public" / "openly"
# The doors for programs, and what open data are made of, are held to the same.
MODULES = [
    *sorted(FOLDER.glob("*.py")),
    *(
        PACKAGE / "api" / name
        for name in (
            *("published.py", "figures.py", "mapped.py", "bulletin.py", "programs.py", "about.py"),
            "feeds.py",
            *("open311/reading.py", "open311/services.py"),
        )
    ),
    PACKAGE / "cases" / "clustered.py",
    *sorted((PACKAGE / "figures" / "open_data").glob("*.py")),
    *(PACKAGE / "receivers" / name for name in ("events.py", "gathering.py", "queries.py", "models.py")),
]
TEMPLATES = sorted((PACKAGE / "web" / "templates" / "openly").glob("*.html"))


def own(name: str) -> set[str]:
    """Every name that a module of the open data defines or takes itself."""
    found = tree(PACKAGE / "figures" / "open_data" / f"{name}.py")
    defined = {one.name for one in found.body if isinstance(one, (ast.FunctionDef, ast.ClassDef))}
    return defined | {
        target.id
        for one in found.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }


OPEN_DATA = {name: own(name) for name in ("files", "cases", "tables", "releases")}

# What a public page may take from the layers that hold cases. `PublicCase` names its case; nobody may follow it.
ALLOWED = {
    # How many published cases there are is counted beside them, by nothing but what is published of them.
    "gongshi.cases.models": {"PublicCase", "PublicTally"},
    "gongshi.cases.labels": {"KINDS", "PUBLIC_STATES"},
    "gongshi.cases.retention": {"schedule"},
    "gongshi.cases.likeness": {"is_joinable"},
    # About how many go with a published case, in bands: by its public id alone.
    "gongshi.cases.companions": {"bands_of"},
    "gongshi.cases": {"narrowing"},
    "gongshi.cases.clustered": {"ROWS", "TALLIED", "Cluster", "clusters", "in_box", "newest_in_box"},
    "gongshi.figures.board": {
        "Board",
        "Comparison",
        "Series",
        "Row",
        "ShownShare",
        "board",
        "series",
    },
    "gongshi.figures.metrics": {"Share"},
    # What offices, categories and areas are called; of those that no figure is about, nothing.
    "gongshi.figures.naming": {"BY", "NO_PLACE"},
    "gongshi.figures.suppression": {"Cell"},
    "gongshi.figures.quality": {"Group", "quality_board"},
    "gongshi.figures.definitions": {"definitions"},
    "gongshi.figures.periods": {"Month", "P", "Quarter", "last_complete"},
    # What there is to take, and the parts that make it: each module of the package is held to this list itself.
    "gongshi.figures.open_data": {
        *("NAMES", "CaseDump", "Edition", "ReleaseFile"),
        *("current_release", "edition", "editions", "is_of_cases", "served_file"),
    },
    "gongshi.figures.open_data.files": OPEN_DATA["files"],
    "gongshi.figures.open_data.cases": OPEN_DATA["cases"],
    "gongshi.figures.open_data.tables": OPEN_DATA["tables"],
    "gongshi.figures.open_data.releases": OPEN_DATA["releases"],
    # A sum of random numbers that is another once anything went; it names no case.
    "gongshi.cases.public_gone": {"gone_until"},
    # Whether a month or a quarter is about to be released, from the days alone.
    "gongshi.figures.released.actions": {"months_due"},
    # Counts of a month as they were decided on for all tables together: what is withheld is not in them.
    "gongshi.figures.released.files": {"COLUMNS", "TABLES", "WAITS", "read_tables", "write_tables"},
    "gongshi.figures.released.csv_rows": {"WrongFile"},
    "gongshi.figures.released.tables": {"Line", "Tables"},
    # Computed from these and from nothing else.
    "gongshi.figures.told": {"line_told", "sample_told", "share_told"},
    "gongshi.figures.shown.answers": {"Said"},
    "gongshi.figures.released.answers": {"QuarterTables"},
    "gongshi.figures.released.answer_files": {"ANSWERS", "COLUMNS", "read_answers", "write_answers"},
    "gongshi.figures.released.reading_files": {"COLUMNS", "read_samples", "write_samples"},
    "gongshi.figures.released.readings": {"READING", "SampleTold"},
    # Samples as they were released: counts of what readers said, and nothing of what they read.
    "gongshi.figures.samples": {"released_samples"},
    "gongshi.figures.released.quarters": {"quarters_due", "released_quarter", "released_quarters"},
    "gongshi.figures.released.queries": {"released", "released_months"},
    "gongshi.figures.open_data.rows": {
        "COLUMNS",
        "DAYS",
        "WORDS",
        "Listed",
        "case_rows",
        "listed",
        "published_until",
    },
    "gongshi.figures.open_data.writing": {"write_cases", "write_listed"},
    "gongshi.safekeeping.limits": {"attempt_at"},
    "gongshi.safekeeping.configured": {"open_configured"},
    "gongshi.safekeeping.ids": {"new_id"},
}


def taken(path: Path) -> set[tuple[str, str]]:
    """(module, name) of everything imported from cases, safekeeping and figures."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            found |= {(node.module or "", alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
    watched = (
        "gongshi.cases",
        "gongshi.safekeeping",
        "gongshi.figures",
        "django.apps",
        "django.db.connection",
    )
    return {(module, name) for module, name in found if f"{module}.{name}".startswith(watched)}


def test_public_pages_take_nothing_else() -> None:
    assert len(MODULES) > 4
    strangers = [
        f"{name_of(path)}: {module}.{name}"
        for path in MODULES
        for module, name in taken(path)
        if name not in ALLOWED.get(module, set())
    ]
    assert strangers == []
    assert any(module == "gongshi.cases.models" for path in MODULES for module, _ in taken(path))


def test_nobody_follows_a_published_case_to_its_case() -> None:
    followed = []
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in ("case", "case_id", "public", "raw", "extra"):
                followed.append(f"{name_of(path)}:{node.lineno} .{node.attr}")
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "case__" in node.value:
                followed.append(f"{name_of(path)}:{node.lineno} {node.value}")
            if isinstance(node, ast.keyword) and (node.arg or "").split("__")[0] == "case":
                followed.append(f"{name_of(path)}:{node.value.lineno} {node.arg}=")
    # `CategoryNode.public` says whether a category may be published.
    assert [each for each in followed if not each.endswith(".public")] == []


def test_templates_follow_it_no_further() -> None:
    assert len(TEMPLATES) > 5
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert "case.case" not in text, path
        assert "csrf_token" not in text, path
        assert "user." not in text, path
        assert "messages" not in text.replace("block messages", ""), path
