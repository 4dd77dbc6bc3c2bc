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
PLACE = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]*)#([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


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


def test_pages_say_the_same_in_both_languages() -> None:
    """Whoever changes one changes the other: headings, links, code and every number are compared."""
    apart: dict[str, tuple[list[str], list[str]]] = {}
    for chinese, english in in_both():
        there, here = said(chinese, english), said(english, chinese)
        apart |= {
            f"{name_of(chinese)}: {what}": (there[what], here[what])
            for what in here
            if there[what] != here[what]
        }
    assert apart == {}


def test_pages_in_both_languages_lead_to_each_other() -> None:
    """Each in its first lines; and a Chinese page leads to the Chinese one wherever there is one."""
    both = dict(in_both())
    twins = {english: chinese for chinese, english in both.items()}
    wrong = {
        name_of(page)
        for chinese, english in both.items()
        for page, other in ((chinese, english), (english, chinese))
        if page.parent != ROOT
        and other not in led_to("\n".join(page.read_text(encoding="utf-8").splitlines()[:3]), page)
    }
    wrong |= {
        f"{name_of(chinese)}: {name_of(target)}"
        for chinese, english in both.items()
        for target in led_to(chinese.read_text(encoding="utf-8"), chinese)
        if target in twins and target != english
    }
    assert wrong == set()


def test_places_in_pages_are_headings() -> None:
    """``#…`` at the end of a link, in pages that are in both languages: a heading of the page that it leads to."""
    wrong = set()
    for page in (page for pair in in_both() for page in pair):
        for target, place in PLACE.findall(page.read_text(encoding="utf-8")):
            there = (page.parent / target).resolve() if target else page
            if "://" not in target and place not in places(there):
                wrong.add(f"{name_of(page)}: {target}#{place}")
    assert wrong == set()


def in_both() -> list[tuple[Path, Path]]:
    """Each page that is in Chinese and in English: the Chinese one first."""
    chinese = ROOT / "docs" / "zh"
    twins = [
        (path, chinese.parent / path.relative_to(chinese)) for path in pages() if path.is_relative_to(chinese)
    ]
    return [(ROOT / "README.zh.md", ROOT / "README.md"), *twins]


def said(page: Path, other: Path) -> dict[str, list[str]]:
    """What is the same in every language; a link to a page's Chinese version counts as one to the page."""
    text = page.read_text(encoding="utf-8")
    fences = [
        re.sub(r"(?m)(^|  +)#.*$|\b {2,}(?![ /-]).*$", "", fence).split() for fence in FENCE.findall(text)
    ]
    text = FENCE.sub("", text)
    links = [name_of(link).replace("docs/zh/", "docs/") for link in led_to(text, page) if link != other]
    return {
        "headings": re.findall(r"^#+", text, re.MULTILINE),
        "paragraphs, lists, tables": re.findall(r"\n\n *([-|]|\d\.|#*)", text),
        "rows, points": re.findall(r"^ *([-|]|\d\.) ", text, re.MULTILINE),
        "fences": [" ".join(words) for words in fences],
        "links": sorted(links + re.findall(r"https?://[\w./-]+", text)),
        "code": sorted(" ".join(code.split()) for code in re.findall(r"`(?:[^`\n]|\n(?!\n))+`", text)),
        "numbers": sorted(re.findall(r"\d+(?:[.,]\d+)*", LINK.sub("", text))),
    }


def led_to(text: str, page: Path) -> list[Path]:
    return [(page.parent / link).resolve() for link in LINK.findall(text) if "://" not in link]


def places(page: Path) -> set[str]:
    """The places of a page, as they are made of its headings by those who show Markdown."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
