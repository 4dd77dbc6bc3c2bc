"""Every sentence that people read stands in both languages, with the same placeholders (decision 0002)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.structure.source import PACKAGE, name_of, python_files, tracked, tree

CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)")
LAZY = {"say", "pair"}  # read later, in the reader's language: placeholders only
# Both languages on one line, of a terminal or for a program: may be filled in at once.
AT_ONCE = {"both", "failure", "problem"}
TAG = re.compile(r"{%\s*say\s+(\"[^\"]*\"|'[^']*')\s+(\"[^\"]*\"|'[^']*')")
BLOCK = re.compile(r"{%\s*zh\s*%}(.*?){%\s*en\s*%}(.*?){%\s*endzh\s*%}", re.DOTALL)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)


def shown(node: ast.expr) -> str | None:
    """The text that an argument writes out, an f-string's with its holes; None for a variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def sentences() -> Iterator[tuple[str, str, str]]:
    """(where, 中文, English) for every pair in modules and templates."""
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in LAZY | AT_ONCE and len(node.args) >= 2:
                    zh, en = shown(node.args[0]), shown(node.args[1])
                    if zh is not None and en is not None:
                        yield f"{name_of(path)}:{node.lineno}", zh, en
    for path in templates():
        text = path.read_text(encoding="utf-8")
        for found in TAG.finditer(text):
            yield name_of(path), found[1][1:-1], found[2][1:-1]
        for found in BLOCK.finditer(text):
            yield name_of(path), found[1], found[2]


def templates() -> Iterator[Path]:
    return (path for path in tracked() if path.is_relative_to(PACKAGE) and path.suffix == ".html")


@cache
def all_sentences() -> list[tuple[str, str, str]]:
    """All of them. Not while tests are collected: each process collects them, and one runs these."""
    return list(sentences())


def test_both_languages_are_written_and_not_mixed_up() -> None:
    assert len(all_sentences()) > 20
    assert [
        f"{where}: {zh!r} {en!r}" for where, zh, en in all_sentences() if bool(zh.strip()) != bool(en.strip())
    ] == []
    # A bare number or a name may be the same in both; a Chinese word in the English text never is.
    in_english = [
        f"{where}: {en!r}" for where, _, en in all_sentences() if CHINESE.search(en.replace("中文", ""))
    ]
    assert in_english == []


def test_both_languages_have_the_same_placeholders() -> None:
    """In templates the tag itself checks this, when it is compiled: English may count days that Chinese does not."""
    assert [
        f"{where}: {zh!r} {en!r}"
        for where, zh, en in all_sentences()
        if not where.endswith(".html") and set(PLACEHOLDER.findall(zh)) != set(PLACEHOLDER.findall(en))
    ] == []


def test_what_is_read_later_is_never_filled_in_too_early() -> None:
    """An f-string in ``say`` or ``pair`` would freeze a value, or a language, at the wrong moment."""
    early = []
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                early += [
                    f"{name_of(path)}:{node.lineno}" for part in node.args if isinstance(part, ast.JoinedStr)
                ]
    assert early == []


def test_templates_say_nothing_in_one_language_only() -> None:
    alone = {}
    for path in templates():
        text = BLOCK.sub("", COMMENT.sub("", path.read_text(encoding="utf-8")))
        text = re.sub(r"{%.*?%}", "", text, flags=re.DOTALL)
        text = text.replace('default:"公事"', "")  # the program's own name, where no place is loaded yet
        # The switch to the other language is written in that language, whatever the page's own.
        text = re.sub(r'<[^>]*\blang="[^"]*"[^>]*>[^<]*', "", text)
        if found := CHINESE.search(text):
            alone[name_of(path)] = text[max(0, found.start() - 20) : found.start() + 20]
    assert alone == {}


def test_no_catalogues_of_our_own() -> None:
    assert [name_of(path) for path in tracked() if path.suffix in (".po", ".mo")] == []
