"""Pictures of figures: what is drawn lies where the number says, is told in words, and holds nothing else."""

import re
from xml.etree import ElementTree as ET

from gongshi.figures.metrics import Share, share_of
from gongshi.web.public.openly.pictures import LEFT, RIGHT, Bar, Whisker, bars, whiskers


def drawn(picture: str) -> ET.Element:
    return ET.fromstring(picture)


def words(picture: str) -> list[str]:
    return [text.text or "" for text in drawn(picture).iter("text")]


def test_bars_are_as_long_as_their_numbers() -> None:
    picture = bars(
        "volume", "Cases", [Bar("March", 20), Bar("April", 40), Bar("May", None, "under 11"), Bar("June", 0)]
    )
    widths = [float(bar.get("width", "")) for bar in drawn(picture).iter("rect")]
    assert widths == [(RIGHT - LEFT) / 2, RIGHT - LEFT, 0]
    assert words(picture) == ["March", "20", "April", "40", "May", "under 11", "June", "0"]
    assert drawn(picture).findtext("desc") == "March: 20; April: 40; May: under 11; June: 0"


def test_dots_and_whiskers_lie_on_one_scale() -> None:
    share = Share(15, 20, 0.5, 0.9)
    picture = whiskers("on-time", "On time", [Whisker("Roads", share), Whisker("Water", None, "withheld")])
    [dot] = drawn(picture).iter("circle")
    _, line = drawn(picture).iter("rect")
    scale = RIGHT - LEFT
    assert float(dot.get("cx", "")) == LEFT + 0.75 * scale
    assert float(line.get("x", "")) == LEFT + 0.5 * scale
    assert float(line.get("width", "")) == 0.4 * scale
    assert drawn(picture).findtext("desc") == "Roads: 75% (50%–90%); Water: withheld"
    assert words(picture)[-3:] == ["0%", "50%", "100%"]


def test_nothing_drawn_leaves_the_picture() -> None:
    rows = [Whisker("n" * 80, share_of(k, 30)) for k in (0, 15, 30)]
    box = [float(number) for number in drawn(whiskers("x", "x", rows)).get("viewBox", "").split()]
    for one in drawn(whiskers("x", "x", rows)).iter():
        x, width = (
            float(one.get("x", one.get("cx", 0))),
            float(one.get("width", 0)) if one.tag == "rect" else 0,
        )
        y = float(one.get("y", one.get("cy", 0)))
        assert 0 <= x <= x + width <= box[2]
        assert 0 <= y <= box[3]


def test_names_are_words_and_never_marks() -> None:
    nasty = "<script>alert(1)</script>&'\""
    for picture in (
        bars("a", nasty, [Bar(nasty, None, nasty)]),
        whiskers("a", nasty, [Whisker(nasty, None, nasty)]),
    ):
        assert "<script" not in picture
        assert not re.search(r"\sstyle=", picture)
        assert drawn(picture).findtext("title") == nasty
