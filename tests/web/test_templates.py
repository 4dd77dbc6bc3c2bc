"""Every template: no sentence outside a pair, nothing inline, no other host, nothing unescaped."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.structure.source import PACKAGE, name_of, tracked

FOLDER = PACKAGE / "web" / "templates"
TEMPLATES = [path for path in tracked() if path.is_relative_to(PACKAGE) and path.suffix == ".html"]
COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
BOTH = re.compile(r"{%\s*zh\s*%}(.*?){%\s*en\s*%}(.*?){%\s*endzh\s*%}", re.DOTALL)
CODE = re.compile(r"{%\s*block body_class\s*%}.*?{%\s*endblock\s*%}")
# What is typed into a terminal is the same in both languages.
COMMAND = re.compile(r"<code>gongshi( [a-z-]+)+( [A-Z]+)?</code>")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'')
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
WORD = re.compile(r"[A-Za-z]{3,}")
# Names that are written alike in both languages.
NAMES = {"PDF", "JPEG", "PNG", "HEIC", "SHA"}
READ_ALOUD = {"alt", "title", "aria-label", "placeholder", "label", "aria-description", "summary"}
UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|{%\s*autoescape\s+off|mark_safe")
ELSEWHERE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


class Reader(HTMLParser):
    """What the browser would refuse, and what people would read, in a template without its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.code = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag in ("script", "style"):
            self.code = tag
            if "src" not in names:
                self.found.append(f"inline <{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on") or name.startswith("hx-on"):
                self.found.append(f"inline {name}")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"script in {name}")
            if CHINESE.search(value or "") or (name in READ_ALOUD and WORD.search(value or "")):
                self.found.append(f"{name} without a pair: {value}")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.code:
            self.code = ""

    def handle_data(self, data: str) -> None:
        if self.code:
            if data.strip():
                self.found.append(f"text in <{self.code}>")
        elif CHINESE.search(data) or set(WORD.findall(data)) - NAMES:
            self.found.append(f"text without a pair: {data.strip()}")


def tag_faults(text: str) -> Iterator[str]:
    """Sentences given to another tag or filter than say: ``default:"Nothing here"``."""
    for tag in TAG.findall(text):
        if re.match(r"{%\s*(say|load|extends|url|static)\b", tag):
            continue
        for found in QUOTED.finditer(tag):
            words = found[1] or found[2] or ""
            if CHINESE.search(words) or (len(re.findall(r"[A-Za-z]{2,}", words)) >= 3 and " " in words):
                yield f"words in a tag without a pair: {words}"


def faults(text: str) -> list[str]:
    """What is wrong with one template."""
    text = COMMAND.sub("", CODE.sub("", COMMENT.sub("", text)))
    found = [f"unescaped: {match[0]}" for match in UNESCAPED.finditer(text)]
    found += [f"another host: {match[0]}" for match in ELSEWHERE.finditer(text)]
    bare = BOTH.sub("", text)
    found += tag_faults(bare)
    for part in (bare, *(half for both in BOTH.findall(text) for half in both)):
        reader = Reader()
        reader.feed(TAG.sub("", part))
        reader.close()
        found += [one for one in reader.found if part is bare or "without a pair" not in one]
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_is_sound(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert faults(text) == []
    if path.is_relative_to(FOLDER):
        get_template(path.relative_to(FOLDER).as_posix())


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 25


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<p>没有内容</p>", "text without a pair"),
        ("<p>Nothing here</p>", "text without a pair"),
        ("<button>Send</button>", "text without a pair"),
        ('<img alt="A lamp">', "alt without a pair"),
        ('<input placeholder="编号">', "placeholder without a pair"),
        ('{{ office|default:"没有单位" }}', "words in a tag"),
        ('{% include "a.html" with title="Nothing to see here" %}', "words in a tag"),
        ('<p style="color: red"></p>', "inline style"),
        ('<p onclick="go()"></p>', "inline onclick"),
        ('<p hx-on:click="go()"></p>', "inline hx-on"),
        ("<script>go()</script>", "inline <script>"),
        ("<style>p{}</style>", "inline <style>"),
        ('<a href="javascript:go()"></a>', "script in href"),
        ('<script src="https://cdn.tiles.com/x.js"></script>', "another host"),
        ('<img alt="" src="//tiles.com/1.png">', "another host"),
        ("{{ text|safe }}", "unescaped"),
        ("{% autoescape off %}{{ text }}{% endautoescape %}", "unescaped"),
        ('{% zh %}<p onclick="go()">好</p>{% en %}<p>Good</p>{% endzh %}', "inline onclick"),
    ],
)
def test_faults_are_seen(text: str, word: str) -> None:
    assert any(fault.startswith(word) for fault in faults(text)), faults(text)


@pytest.mark.parametrize(
    "text",
    [
        '<p title="{% say "好的" "All is well" %}">{% say "好" "Good day to you" %}</p>',
        "{# 说明 Words for whoever reads the template #}{% zh %}<p>好</p>{% en %}<p>Good day</p>{% endzh %}",
        '<svg xmlns="http://www.w3.org/2000/svg"></svg><p>{{ name }} · 3–4 (PDF)</p>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '{% include "components/card.html" with title=case.title level=2 %}',
    ],
)
def test_sound_templates_pass(text: str) -> None:
    assert faults(text) == []
