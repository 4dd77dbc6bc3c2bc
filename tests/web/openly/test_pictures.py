"""Pictures of figures: what is drawn lies where the number says, is told in words, and holds nothing else."""

import re
from xml.etree import ElementTree as ET

import pytest

from gongshi.figures.metrics import Share, share_of
from gongshi.rules.survival import Banded
from gongshi.web.public.openly import curves
from gongshi.web.public.openly.drawing import LEFT, RIGHT
from gongshi.web.public.openly.pictures import Apart, Bar, Whisker, bars, differences, whiskers


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


def test_differences_lie_around_nought() -> None:
    groups = [("Alone", [Apart("Roads", 0.05, 0.1, 0.17)]), ("Alike", [Apart("Hall", -0.1, -0.004, 0.1)])]
    picture = differences("compared", "Compared", groups)
    middle, scale = (LEFT + RIGHT) / 2, (RIGHT - LEFT) / 2
    assert [float(dot.get("cx", "")) for dot in drawn(picture).iter("circle")] == [
        middle + 0.5 * scale,
        middle - 0.02 * scale,
    ]
    ranges = [one for one in drawn(picture).iter("rect") if one.get("class") == "share-range"]
    assert float(ranges[0].get("x", "")) == middle + 0.25 * scale
    assert float(ranges[1].get("width", "")) == scale
    assert words(picture) == ["Alone", "Roads", "+10", "Alike", "Hall", "0", "−20", "0", "+20"]
    assert drawn(picture).findtext("desc") == "Alone: Roads +10 (+5 – +17); Alike: Hall 0 (−10 – +10)"


def test_a_curve_falls_at_the_end_of_each_bin() -> None:
    curve = [Banded(7, 0.75, 0.6, 0.9), Banded(28, 0.25, 0.1, 0.4)]
    picture = drawn(curves.waiting("waiting", "Waiting", curve, 28))
    across, high = (curves.END - curves.START) / 4, curves.BOTTOM - curves.TOP
    [line] = picture.iter("path")
    assert line.get("d") == (
        f"M{curves.START} {curves.TOP}H{curves.START + across}V{curves.BOTTOM - 0.75 * high}"
        f"H{curves.END:.1f}V{curves.BOTTOM - 0.25 * high}"
    )
    bands = [one for one in picture.iter("rect") if one.get("class") == "share-range"]
    assert float(bands[0].get("x", "")) == curves.START + across
    assert float(bands[0].get("height", "")) == pytest.approx(0.3 * high)
    assert len(list(picture.iter("circle"))) == 2
    assert len([one for one in picture.iter("rect") if one.get("class") == "share-point"]) == 1


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
        differences("a", nasty, [(nasty, [Apart(nasty, -0.1, 0.0, 0.1)])]),
        curves.waiting("a", nasty, [Banded(1, 0.5, 0.4, 0.6)], None),
    ):
        assert "<script" not in picture
        assert not re.search(r"\sstyle=", picture)
        assert drawn(picture).findtext("title") == nasty
