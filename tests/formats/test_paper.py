"""Papers: words stay words, the same data give the same bytes, and they are PDF/A unless a sign is missing."""

import re
import zlib

import pytest

from gongshi.formats.paper import Block, Paper, Part, pdf

WORDS = "老桥东头塌了一个坑。\n#panic() $x$ *not bold* @nobody \\ [b] <label> // no comment"


def paper(language: str = "zh", words: str = WORDS) -> Paper:
    blocks = (
        Block("box", text="办理中", by="单位正在办理"),
        Block("heading", text="您写的"),
        Block("subheading", text="希望"),
        Block("said", text=words, by="3月2日"),
        Block("facts", rows=(("地点", words),)),
        Block("table", head=("时间", "经过"), rows=(("3月2日", words), ("3月3日", "已受理")), widths=(0, 1)),
        Block("note", text=words),
    )
    return Paper(
        language=language,
        kicker="清禾县",
        title="来件副本",
        reference="QH-4F7K-2M9P-3",
        lead=words,
        foot="2026年3月2日",
        facts=(("送来", "2026年3月2日 09:00"),),
        parts=(Part("道路", "第1件", blocks), Part("路灯", "第2件", blocks)),
    )


def pages(document: bytes) -> int:
    """How many pages a PDF has, from its page tree; object streams are opened."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    text = document
    for one in streams:
        try:
            text += zlib.decompress(one)
        except zlib.error:
            continue
    return len(re.findall(rb"/Type\s*/Page\b", text))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_paper_is_an_archives_pdf(language: str) -> None:
    made = pdf(paper(language), timestamp=1_772_000_000)
    assert made.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made
    assert pages(made) == 2


def test_the_same_data_give_the_same_bytes() -> None:
    first = pdf(paper(), timestamp=1_772_000_000)
    assert pdf(paper(), timestamp=1_772_000_000) == first
    assert pdf(paper(), timestamp=1_772_000_001) != first


@pytest.mark.parametrize("words", ["😀", "བོད་ཡིག", "\ufffe", "\x07", "ئۇيغۇر"])
def test_signs_that_the_type_lacks_still_make_a_paper(words: str) -> None:
    made = pdf(paper(words=words), timestamp=1)
    assert made.startswith(b"%PDF-1.7")
    assert pages(made) == 2


def test_long_words_and_empty_lists() -> None:
    empty = Block("table", head=("时间",), rows=(), widths=(1,))
    one = Paper(
        "zh", "县", "副本", "A-1", "", "", (), (Part("事", "", (empty, Block("said", text="字" * 20_000))),)
    )
    assert pages(pdf(one, timestamp=1)) > 5
