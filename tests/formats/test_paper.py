"""Papers: words stay words, the same data give the same bytes, and they are PDF/A whatever sign is missing."""

import io
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from gongshi.formats.paper import Block, Paper, Part, pdf
from gongshi.formats.paper.fitting import MOST_BLOCKS, MOST_SIGNS, shortened

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


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("好😀吧", "好[U+1F600]吧"),
        ("བོད་ཡིག", "[U+0F56]"),
        ("a\ufffeb", "a[U+FFFE]b"),
        ("a\x07b", "a[U+0007]b"),
        ("ئۇيغۇر", "[U+06C7]"),
        ('"\\😀', '"\\[U+1F600]'),
    ],
)
def test_signs_that_the_type_lacks_stand_there_as_numbers(words: str, shown: str) -> None:
    made = pdf(replace(paper(words=words), signs="没有的符号"), timestamp=1)
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    text = printed(made)
    assert shown in text
    assert "没有的符号" in text
    assert "没有的符号" not in printed(pdf(replace(paper(), signs="没有的符号"), timestamp=1))


def printed(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def said(words: str) -> Paper:
    return Paper("zh", "县", "副本", "A-1", "", "", (), (Part("事", "", (Block("said", text=words),)),))


def test_what_has_no_spaces_does_not_run_off_the_page() -> None:
    made = pdf(said("x" * 3_000), timestamp=1)
    places = []
    PdfReader(io.BytesIO(made)).pages[0].extract_text(
        visitor_text=lambda text, _user, matrix, _font, _size: places.append((matrix[4], text))
    )
    assert len([text for _, text in places if "xxx" in text]) > 20
    assert printed(made).count("x") == 3_000


def test_words_stay_words() -> None:
    assert WORDS.splitlines()[1] in printed(pdf(said(WORDS), timestamp=1))


def test_nothing_of_a_paper_is_written_anywhere() -> None:
    """Neither to a temporary file nor elsewhere: the process writes not a byte while one is set."""
    pdf(paper(), timestamp=1)
    before = bytes_written()
    pdf(said("这句话只有收件人能看"), timestamp=2)
    assert bytes_written() == before


def bytes_written() -> int:
    told = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(told["wchar"])


def test_typst_forgets_a_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it remembers would be quick to set again: a second time takes about as long as the first."""

    def seconds() -> float:
        begun = time.process_time()
        pdf(said("这些字很多。" * 3_000), timestamp=1)
        return time.process_time() - begun

    seconds()
    assert seconds() > 3 * remembered(monkeypatch, seconds)


def remembered(monkeypatch: pytest.MonkeyPatch, seconds: Callable[[], float]) -> float:
    monkeypatch.setattr("gongshi.formats.paper._forget", lambda: None)
    seconds()
    return min(seconds() for _ in range(3))


def test_long_words_and_empty_lists() -> None:
    empty = Block("table", head=("时间",), rows=(), widths=(1,))
    one = Paper(
        "zh", "县", "副本", "A-1", "", "", (), (Part("事", "", (empty, Block("said", text="字" * 20_000))),)
    )
    assert pages(pdf(one, timestamp=1)) > 5


def test_many_short_messages_are_cut_like_one_long_text() -> None:
    """Else somebody's ten thousand notes would hold the one place where papers are made."""
    lines = Block("said", text="\n".join(["a"] * 99), by="3月2日")
    one = Paper("zh", "县", "副本", "A-1", "", "", (), (Part("事", "", (lines,) * 4_000),), rest="其余见附件")
    blocks = shortened(one).parts[0].blocks
    assert len(blocks) == MOST_BLOCKS + 1
    assert sum(len(block.text) for block in blocks) < MOST_SIGNS
    assert blocks[-1].text == "其余见附件"
