"""Routing rules: the first that fits decides, by category, area, channel, month and hour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.matching import Match, Matter, Rule, level_above, match, match_about, near

PATHS = {
    "grid-1": ("grid-1", "east", "town"),
    "grid-2": ("grid-2", "east", "town"),
    "grid-3": ("grid-3", "west", "town"),
    "west": ("west", "town"),
}
SERVES = {"lights": {"town"}, "east-street": {"east"}, "west-street": {"west"}, "grid-team": {"grid-2"}}
ABOVE = {"town-hall": None, "lights": "town-hall", "east-street": "town-hall", "grid-team": "east-street"}

RULES: list[Rule[str]] = [
    Rule("snow", office="lights", months=frozenset({12, 1, 2}), categories=frozenset({"roads"})),
    Rule("night", office="east-street", hours=(22, 6), categories=frozenset({"noise"})),
    Rule("by-phone", office="grid-team", channels=frozenset({"phone"}), areas=frozenset({"east"})),
    Rule(
        "streets", among=("east-street", "west-street", "grid-team"), categories=frozenset({"roads", "noise"})
    ),
    Rule("rest", office="town-hall", lead="mayor"),
]


def matter(
    category: str = "roads", area: str | None = "grid-1", channel: str = "web", month: int = 7, hour: int = 10
) -> Matter[str]:
    leaf = {"roads": ("pothole", "roads"), "noise": ("loud-music", "noise"), "tax": ("tax",)}[category]
    return Matter(leaf, PATHS[area] if area else (), channel, month, hour)


@pytest.mark.parametrize(
    ("asked", "office", "rule", "reason"),
    [
        (matter(month=1), "lights", "snow", "fixed"),
        (matter(month=2, area=None), "lights", "snow", "fixed"),
        (matter(month=3), "east-street", "streets", "serving"),
        (matter("noise", hour=22), "east-street", "night", "fixed"),
        (matter("noise", "grid-3", hour=5), "east-street", "night", "fixed"),
        (matter("noise", "grid-3", hour=6), "west-street", "streets", "serving"),
        (matter("noise", "grid-3", hour=21), "west-street", "streets", "serving"),
        (matter(channel="phone"), "grid-team", "by-phone", "fixed"),
        (matter(channel="phone", area="grid-3"), "west-street", "streets", "serving"),
        (matter(channel="phone", area=None), "town-hall", "rest", "rest"),
        (matter(area="grid-2"), "grid-team", "streets", "serving"),
        (matter(area="grid-1"), "east-street", "streets", "serving"),
        (matter(area="west"), "west-street", "streets", "serving"),
        (matter(area=None), "town-hall", "rest", "rest"),
        (matter("tax"), "town-hall", "rest", "rest"),
    ],
)
def test_first_fitting_rule_decides(asked: Matter[str], office: str, rule: str, reason: str) -> None:
    found = match(RULES, asked, SERVES)
    assert found is not None
    assert (found.office, found.rule, found.reason) == (office, rule, reason)


def test_reason_names_what_counted() -> None:
    assert match(RULES, matter(month=1), SERVES) == Match(
        "lights", "snow", "fixed", None, {"category": "roads", "month": 1}
    )
    assert match(RULES, matter(area="grid-2"), SERVES) == Match(
        "grid-team", "streets", "serving", None, {"category": "roads", "area": "grid-2"}
    )
    assert match(RULES, matter("tax"), SERVES) == Match("town-hall", "rest", "rest", "mayor", {})


def test_earlier_office_wins_where_two_serve_one_area() -> None:
    both: dict[str, set[str]] = {"first": {"east"}, "second": {"east"}}
    found = match([Rule("r", among=("second", "first"))], matter(), both)
    assert found is not None
    assert found.office == "second"


def test_no_rule_fits_is_none() -> None:
    assert match(RULES[:-1], matter("tax"), SERVES) is None
    assert match([], matter(), SERVES) is None


@pytest.mark.parametrize("offices", [{}, {"office": "a", "among": ("b",)}])
def test_rule_needs_exactly_one_way_to_choose(offices: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="either an office or offices"):
        Rule("r", **offices)  # type: ignore[arg-type]


def test_near_gives_the_other_offices_once() -> None:
    here = matter(area="grid-1")
    found = near(RULES, here, SERVES, [PATHS["grid-1"], PATHS["grid-3"], PATHS["west"], PATHS["grid-2"]])
    assert [m.office for m in found] == ["west-street", "grid-team"]


def test_near_is_empty_when_the_rule_does_not_look_at_areas() -> None:
    assert near(RULES, matter(month=1), SERVES, PATHS.values()) == ()


def test_level_above_walks_past_the_recused() -> None:
    assert level_above("grid-team", ABOVE) == "east-street"
    assert level_above("grid-team", ABOVE, {"east-street"}) == "town-hall"
    assert level_above("grid-team", ABOVE, {"east-street", "town-hall"}) is None
    assert level_above("town-hall", ABOVE) is None
    assert level_above("nobody", ABOVE) is None


def test_matter_about_an_office_goes_over_it() -> None:
    assert match_about("lights", ABOVE) == Match("town-hall", "", "above", None, {"about": "lights"})
    assert match_about("town-hall", ABOVE) is None


OFFICES = st.sampled_from("abcdef")


@given(
    OFFICES,
    st.dictionaries(OFFICES, st.one_of(st.none(), OFFICES)),
    st.frozensets(OFFICES),
)
def test_level_above_is_never_the_office_nor_recused(
    office: str, above: dict[str, str | None], recused: frozenset[str]
) -> None:
    upper = level_above(office, above, recused)
    assert upper is None or (upper != office and upper not in recused)


rules = st.lists(
    st.builds(
        Rule,
        code=st.text("xyz", min_size=1, max_size=3),
        office=OFFICES,
        categories=st.frozensets(st.sampled_from(["pothole", "roads", "tax"])),
        areas=st.frozensets(st.sampled_from(["grid-1", "east", "town", "west"])),
        months=st.frozensets(st.integers(1, 12)),
        hours=st.one_of(
            st.none(), st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda h: h[0] != h[1])
        ),
    ),
    max_size=6,
)
matters = st.builds(
    matter,
    st.sampled_from(["roads", "noise", "tax"]),
    st.one_of(st.none(), st.sampled_from(sorted(PATHS))),
    st.sampled_from(["web", "phone"]),
    st.integers(1, 12),
    st.integers(0, 23),
)


@given(rules, matters)
def test_a_final_rule_without_conditions_always_answers(listed: list[Rule[str]], asked: Matter[str]) -> None:
    found = match([*listed, Rule("rest", office="town-hall")], asked, {})
    before = match(listed, asked, {})
    assert found is not None
    assert found == before if before else found.office == "town-hall"


@given(rules, matters)
def test_rules_after_the_one_that_fits_do_not_matter(listed: list[Rule[str]], asked: Matter[str]) -> None:
    found = match(listed, asked, {})
    shorter = next((listed[:n] for n in range(len(listed) + 1) if match(listed[:n], asked, {})), listed)
    assert match(shorter, asked, {}) == found


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
def test_hours_and_their_complement_split_the_day(start: int, end: int, hour: int) -> None:
    if start == end:
        return
    inside = match([Rule("in", office="a", hours=(start, end))], matter(hour=hour), {})
    outside = match([Rule("out", office="a", hours=(end, start))], matter(hour=hour), {})
    assert (inside is None) != (outside is None)
