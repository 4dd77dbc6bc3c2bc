"""Documentation is tested: every command, setting and target is named in it, and every link leads somewhere."""

import re
from pathlib import Path
from pkgutil import iter_modules

from gongshi.config import commands
from gongshi.config.calculators import __path__ as calculators
from gongshi.config.environment import KNOWN
from tests.structure.source import ROOT, name_of, tracked

COMMANDS = {module.name.replace("_", "-") for module in iter_modules(commands.__path__)}
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pages() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def test_every_command_is_documented_and_no_other() -> None:
    named = set(re.findall(r"^\| `gongshi ([a-z0-9-]+)", read("docs/guides/commands.md"), re.MULTILINE))
    assert named == COMMANDS


def test_every_calculator_is_documented() -> None:
    line = next(text for text in read("docs/guides/commands.md").splitlines() if "`gongshi calc" in text)
    assert {module.name.replace("_", "-") for module in iter_modules(calculators)} <= set(
        re.findall(r"`([a-z-]+)`", line)
    )


def test_pages_name_no_command_that_is_not_there() -> None:
    """In running text; a command line in a fence or in backquotes begins with ``gongshi``."""
    wrong = {
        f"{name_of(path)}: gongshi {name}"
        for path in pages()
        for name in re.findall(
            r"(?:`|^\$? ?)gongshi ([a-z][a-z0-9-]+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        if name not in COMMANDS
    }
    assert wrong == set()


def test_every_setting_is_documented_and_no_other() -> None:
    named = set(re.findall(r"^\| `([a-z_]+)` \|", read("docs/guides/settings.md"), re.MULTILINE))
    assert named == KNOWN.keys()


def test_every_make_target_is_documented_and_no_other() -> None:
    targets = set(re.search(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)[1].split()) - {"help"}  # type: ignore[index]
    assert set(re.findall(r"^\| `make ([a-z]+)`", read("docs/guides/commands.md"), re.MULTILINE)) == targets
    assert set(re.findall(r'"make ([a-z]+) ', read("Makefile"))) == targets


def test_every_link_leads_somewhere() -> None:
    assert [
        f"{name_of(path)}: {target}"
        for path in pages()
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ] == []


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / target).resolve() for target in LINK.findall(index.read_text(encoding="utf-8"))}
    own = {path for path in pages() if path.is_relative_to(index.parent)}
    assert {name_of(path) for path in own - linked - {index}} == set()


def test_every_rule_has_a_page() -> None:
    """A page per rule, named like its module; parts of a rule and plain helpers share one."""
    rules = {path.stem for path in (ROOT / "gongshi" / "rules").glob("*.py")} - {"__init__"}
    rules |= {
        path.name for path in (ROOT / "gongshi" / "rules").iterdir() if (path / "__init__.py").is_file()
    }
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "rules").glob("*.md"))
    assert {rule for rule in rules if f"gongshi/rules/{rule}" not in text} == set()


def test_the_promises_stand_in_the_readme() -> None:
    assert len(re.findall(r"^\d\. \*\*", read("README.md"), re.MULTILINE)) == 8


def test_the_readme_says_the_same_in_both_languages() -> None:
    """Whoever changes one changes the other: headings, links, commands and every measured number are compared."""
    chinese, english = read("README.zh.md"), read("README.md")
    assert said(chinese) == said(english)
    assert chinese.count("\n\n") == english.count("\n\n")


def said(readme: str) -> dict[str, list[str]]:
    told = {
        "headings": re.findall(r"^#+", readme, re.MULTILINE),
        "links": [link for link in LINK.findall(readme) if not link.startswith("README")],
        "code": re.findall(r"`[^`\n]+`", readme),
        "numbers": re.findall(r"\d[\d,.]*\d", readme.partition("\n## ")[2].rpartition("\n## ")[0]),
    }
    return {name: found if name == "headings" else sorted(found) for name, found in told.items()}
