"""The guide to pages names every part, page, tag, filter and class that there is to use."""

import re

from gongshi.web.templatetags.gongshi import register
from tests.structure.source import PACKAGE, ROOT

GUIDE = (ROOT / "docs" / "guides" / "pages.md").read_text(encoding="utf-8")
TEMPLATES = PACKAGE / "web" / "templates"


def test_every_part_and_page_is_named() -> None:
    parts = {path.name for path in (TEMPLATES / "components").glob("*.html")}
    pages = {f"base/{path.name}" for path in (TEMPLATES / "base").glob("*.html")}
    assert {name for name in parts | pages if f"`{name}`" not in GUIDE} == set()
    named = set(re.findall(r"`([a-z_]+\.html)`", GUIDE))
    assert named == parts


def test_every_tag_and_filter_is_named() -> None:
    tags = {name for name in register.tags if not re.search(rf"{{% {name}\b", GUIDE)}
    filters = {name for name in register.filters if f"|{name}" not in GUIDE}
    assert (tags, filters) == (set(), set())


def test_every_class_that_the_guide_names_has_a_style() -> None:
    styles = "".join(p.read_text(encoding="utf-8") for p in (PACKAGE / "web" / "static").rglob("*.css"))
    section = GUIDE.split("## Classes")[1].split("\n## ")[0]
    tags = {"strong", "small", "span", "td"}
    named = set(re.findall(r"`([a-z][a-z-]+)`", section)) - tags - {"data-label"}
    assert len(named) > 40
    assert {name for name in named if f".{name}" not in styles} == set()


def test_every_part_says_what_it_takes() -> None:
    silent = {
        path.name
        for path in (TEMPLATES / "components").glob("*.html")
        if not path.read_text(encoding="utf-8").startswith("{# ")
    }
    assert silent == set()
