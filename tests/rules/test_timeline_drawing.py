"""The picture of a timeline: every deadline drawn and told in words, on a true scale, and nothing sticks out."""

from datetime import date
from xml.etree import ElementTree

import pytest

from gongshi.rules.timeline import Timeline, drawing, timeline
from gongshi.rules.timeline.drawing import MARGIN, WIDTH, told_day
from tests.rules.calendars import CN
from tests.rules.procedure_cases import day
from tests.rules.procedure_files import HERE, changed, loaded, text_of
from tests.rules.test_timeline import NAMES, PROCEDURES

SVG = "{http://www.w3.org/2000/svg}"
LADDER = loaded(HERE / "grievance.toml")


def drawn(found: Timeline, language: str = "zh") -> ElementTree.Element:
    return ElementTree.fromstring(drawing(found, CN, language))


def bars(picture: ElementTree.Element, kind: str) -> list[tuple[float, float]]:
    """Left and right edge of each bar of a kind."""
    return [
        (float(one.attrib["x"]), float(one.attrib["x"]) + float(one.attrib["width"]))
        for one in picture.iter(f"{SVG}rect")
        if one.attrib["class"] == f"timeline-{kind}"
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("procedure", PROCEDURES, ids=NAMES)
def test_everything_is_drawn_and_told(procedure, language: str) -> None:
    found = timeline(procedure, filed_on=day("02-12"), calendar=CN)
    picture = drawn(found, language)
    words = picture.findtext(f"{SVG}desc") or ""
    for span in found.spans:
        assert span.clock.name[language] in words
        assert told_day(span.due_on, language, 2026) in words
    for one in found.beside:
        assert one.clock.name[language] in words
    count = sum(len(bars(picture, kind)) for kind in ("bar", "own", "passed"))
    assert count == len(found.spans)
    assert len(bars(picture, "own")) == sum(span.own for span in found.way)
    assert picture.attrib["viewBox"] == f"0 0 {WIDTH} {picture.attrib['height']}"
    for kind in ("bar", "own", "passed", "longer", "off"):
        assert all(
            MARGIN - 0.2 <= left < right <= WIDTH - MARGIN + 0.2 for left, right in bars(picture, kind)
        )
    rows = [float(one.attrib["y"]) for one in picture.iter(f"{SVG}text")]
    assert rows == sorted(rows)
    assert rows[-1] < float(picture.attrib["height"])


def test_the_scale_is_true() -> None:
    found = timeline(LADDER, filed_on=day("03-02"), calendar=CN)
    last = max(span.latest_on for span in found.spans)
    width = (WIDTH - 2 * MARGIN) / ((last - day("03-02")).days + 1)
    for (left, right), span in zip(
        bars(drawn(found), "bar"), [span for span in found.way if not span.own], strict=True
    ):
        assert right - left == pytest.approx(((span.due_on - span.first_on).days + 1) * width, abs=0.2)
        assert left - MARGIN == pytest.approx((span.first_on - day("03-02")).days * width, abs=0.2)


def test_holidays_are_shaded_and_weekends_are_not() -> None:
    found = timeline(LADDER, filed_on=day("02-12"), calendar=CN)
    inside = [(2, 15, 23), (4, 4, 6), (5, 1, 5)]
    first = bars(drawn(found), "off")[: len(inside)]
    days = (max(span.latest_on for span in found.spans) - day("02-12")).days + 1
    for (left, right), (month, begins, ends) in zip(first, inside, strict=True):
        assert right - left == pytest.approx((ends - begins + 1) * (WIDTH - 2 * MARGIN) / days, abs=0.2)
        assert left - MARGIN == pytest.approx(
            (date(2026, month, begins) - day("02-12")).days * (WIDTH - 2 * MARGIN) / days, abs=0.2
        )


def test_the_year_that_nobody_knows_is_marked() -> None:
    found = timeline(LADDER, filed_on=date(2026, 11, 2), calendar=CN)
    assert "2027年放假安排未公布" in drawing(found, CN, "zh")
    assert "暂定" in drawing(found, CN, "zh")
    assert "2028" not in drawing(found, CN, "en").replace("2028 ", "")
    assert "未公布" not in drawing(timeline(LADDER, filed_on=day("01-05"), calendar=CN), CN, "zh")


def test_names_are_escaped_and_nothing_is_scripted() -> None:
    text = changed(
        text_of(HERE / "grievance.toml"),
        (
            'name = { zh = "告知受理", en = "Acceptance" }',
            'name = { zh = "<script>x</script>", en = "A & <b>" }',
        ),
    )
    for language in ("zh", "en"):
        picture = drawing(timeline(loaded(text), filed_on=day("03-02"), calendar=CN), CN, language)
        assert "<script" not in picture
        assert "style=" not in picture
        assert "&lt;" in picture
    assert drawing(timeline(LADDER, filed_on=day("03-02"), calendar=CN), CN, "en").count("<svg") == 1


def test_days_name_their_year_where_it_is_another() -> None:
    assert told_day(day("02-14"), "zh", 2026) == "2月14日 周六"
    assert told_day(day("02-14"), "zh", 2025) == "2026年2月14日 周六"
    assert told_day(day("02-14"), "en", 2026) == "Sat 14 Feb"
    assert told_day(day("02-14"), "en", 2025) == "Sat 14 Feb 2026"
