"""Which reports tell of the same matter: by words, place, days and category, with the reasons."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.rules.similarity import MOST, Reason, Report, place_share, time_share, twins

DAY = date(2026, 3, 10)
LAMP = Report(
    "老桥头路灯不亮",
    "老桥头东边的路灯坏了，晚上看不清路。",
    path=("lamp", "roads"),
    area="north",
    point=(30.0, 120.0),
    on=DAY,
)
SAME = Report(
    "路灯不亮",
    "老桥头那盏路灯一直不亮，请来修。",
    ("lamp", "roads"),
    "north",
    (30.0003, 120.0),
    date(2026, 3, 7),
)
OTHER = Report("垃圾没人收", "菜场后门的垃圾桶满了好几天。", ("waste", "health"), "north", (30.0, 120.0), DAY)
STORED = {"same": SAME, "other": OTHER}


def test_the_same_lamp_is_named_with_its_reasons() -> None:
    (found,) = twins(LAMP, STORED)
    assert found.key == "same"
    assert found.reasons[:3] == (Reason("same_category"), Reason("metres", 30), Reason("days", 3))
    assert found.reasons[3].code == "words"
    assert {"路灯", "不亮"} & set(found.reasons[3].words)


@pytest.mark.parametrize(
    "changed",
    [
        {"point": (30.02, 120.0)},
        {"point": None, "area": "south"},
        {"path": ("noise", "nights")},
        {"on": date(2025, 3, 10)},
    ],
    ids=["far", "another area", "another category", "long ago"],
)
def test_what_speaks_against_it_lowers_the_score(changed: dict[str, object]) -> None:
    near = twins(LAMP, {"it": SAME}, likely=0)[0].score
    assert twins(LAMP, {"it": replace(SAME, **changed)}, likely=0)[0].score < near


def test_one_spot_without_a_shared_word_is_two_matters() -> None:
    assert twins(LAMP, {"other": replace(OTHER, path=LAMP.path)}) == []


def test_what_everybody_writes_tells_less_than_a_rare_word() -> None:
    told = Report("", "请来看看 紫藤")
    common = {f"c{n}": Report("", f"请来看看 {chr(0x5000 + n * 7)}{chr(0x6000 + n * 5)}") for n in range(20)}
    found = twins(told, {**common, "rare": Report("", "紫藤 倒了")}, likely=0)
    assert found[0].key == "rare"


def test_shares_of_place_and_time_by_hand() -> None:
    assert place_share(LAMP, replace(SAME, point=LAMP.point)) == 1
    assert place_share(LAMP, replace(SAME, point=(30.01, 120.0))) == 0
    assert place_share(replace(LAMP, point=None), SAME) == 0.5
    assert place_share(replace(LAMP, point=None, area=None), SAME) is None
    assert (time_share(DAY, date(2025, 12, 10)), time_share(DAY, None)) == (0.5, None)


_reports = st.builds(
    Report,
    title=st.text(max_size=12),
    text=st.text(alphabet="路灯不亮垃圾ab 一二", max_size=30),
    path=st.sampled_from([(), ("a", "g"), ("b", "g"), ("c", "h")]),
    area=st.sampled_from([None, "n", "s"]),
    point=st.sampled_from([None, (30.0, 120.0), (30.004, 120.0)]),
    on=st.sampled_from([None, DAY, date(2026, 1, 1)]),
)


@settings(max_examples=60, deadline=None)
@given(_reports, st.lists(_reports, max_size=9))
def test_scores_are_shares_in_order_and_no_more_than_five(new: Report, stored: list[Report]) -> None:
    found = twins(new, dict(enumerate(stored)), likely=0)
    scores = [twin.score for twin in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(found) == min(MOST, len(stored))


@settings(max_examples=40, deadline=None)
@given(_reports, _reports)
def test_either_is_as_like_the_other(one: Report, other: Report) -> None:
    there, back = twins(one, {0: other}, likely=0), twins(other, {0: one}, likely=0)
    assert there[0].score == pytest.approx(back[0].score, abs=1e-4)
