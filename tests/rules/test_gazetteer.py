"""Places named in texts: the longest and most specific, a choice where it is ambiguous, never a guess."""

import pytest

from gongshi.rules.gazetteer import Gazetteer, Known

NEAR, FAR = (30.25, 120.75), (30.4, 120.9)
TOWN = Gazetteer(
    [
        Known("town", "清禾县", ("town",)),
        Known("a3", "A3区", ("a3", "town")),
        Known("a4", "A4区", ("a4", "town")),
        Known("a3-1", "桃园社区", ("a3-1", "a3", "town")),
        Known("road-3", "联丰路", ("a3-1", "a3", "town"), NEAR),
        Known("road-4", "联丰路", ("a4", "town"), FAR),
        Known("market", "联丰路菜市场", ("a3-1", "a3", "town"), (30.26, 120.76)),
        Known("lane", "Mill Lane", ("a4", "town"), (30.41, 120.91)),
        Known("lane-zh", "磨坊巷", ("a4", "town"), (30.41, 120.91)),
        Known("x", "巷", ("a4", "town"), (1.0, 1.0)),
    ]
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("A3区联丰路的路灯不亮", ["road-3"]),
        ("Ａ３ 区 联丰 路路灯", ["road-3"]),
        ("联丰路的路灯不亮", ["road-3", "road-4"]),
        ("A4区的联丰路", ["road-4"]),
        ("联丰路菜市场污水横流", ["market"]),
        ("A3区污水横流", ["a3"]),
        ("A3区桃园社区", ["a3-1"]),
        ("A3区和A4区交界", ["a3", "a4"]),
        ("at the corner of MILL  lane", ["lane"]),
        ("Mill Lane, 磨坊巷", ["lane"]),
        ("A3区联丰路到Mill Lane", ["lane", "road-3"]),
        ("清禾县到处都是", []),
        ("windmill lanes", []),
        ("小巷里", []),
        ("", []),
    ],
)
def test_what_a_text_names(text: str, keys: list[str]) -> None:
    assert [one.key for one in TOWN.named(text)] == keys


def test_a_contradiction_is_a_choice() -> None:
    assert [one.key for one in TOWN.named("A3区Mill Lane")] == ["lane", "a3"]


def test_no_more_are_offered_than_can_be_read() -> None:
    many = Gazetteer(Known(str(n), f"第{n}小学", (f"g{n}", "town"), (30.0, float(n))) for n in range(9))
    assert len(many.named("".join(f"第{n}小学，" for n in range(9)))) == 5
