"""Whose keys open a sealed case: the page's examples, and what holds for every tree of offices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.ladder import SEALED_KINDS, is_sealed, key_offices, way_over

ABOVE = {"county": None, "hall": "county", "roads": "hall", "water": "hall", "depot": "roads"}


@pytest.mark.parametrize(
    ("office", "subject", "joint", "recused", "keys"),
    [
        ("roads", None, [], [], "roads hall county"),
        ("hall", "roads", [], [], "hall county"),
        ("hall", "roads", ["water"], [], "hall county water"),
        ("hall", "roads", ["depot"], [], "hall county"),
        ("depot", None, [], ["hall"], "depot roads county"),
        ("county", "hall", [], [], "county"),
    ],
)
def test_examples(office: str, subject: str | None, joint: list[str], recused: list[str], keys: str) -> None:
    found = key_offices(office, subject=subject, above=ABOVE, joint=joint, recused=recused)
    assert sorted(found) == sorted(keys.split())
    assert keys.startswith(found[0])


def test_the_sealed_kinds() -> None:
    assert sorted(SEALED_KINDS) == ["conduct", "dispute", "grievance"]
    assert [is_sealed(kind) for kind in ("conduct", "question", "request", "hazard", "")] == [True] + [
        False
    ] * 4


@st.composite
def trees(draw: st.DrawFn) -> dict[int, int | None]:
    """Offices 0 to n, each above some of the later ones."""
    size = draw(st.integers(1, 12))
    return {one: draw(st.integers(0, one - 1)) if one else None for one in range(size)}


@given(trees(), st.data())
def test_nobody_it_is_about_nobody_beneath_and_nobody_recused(
    tree: dict[int, int | None], data: st.DataObject
) -> None:
    some = st.sampled_from(sorted(tree))
    office, subject = data.draw(some), data.draw(st.none() | some)
    joint, recused = data.draw(st.lists(some)), data.draw(st.frozensets(some))
    found = key_offices(office, subject=subject, above=tree, joint=joint, recused=recused)
    barred = set(recused) | {
        one for one in tree if subject is not None and subject in {one, *way_over(one, tree)}
    }
    assert not barred & set(found)
    wanted = {
        office,
        *way_over(office, tree),
        *joint,
        *(way_over(subject, tree) if subject is not None else ()),
    }
    assert set(found) == wanted - barred
    assert len(found) == len(set(found))


def test_a_circle_ends() -> None:
    assert key_offices("a", subject=None, above={"a": "b", "b": "a"}) == ("a", "b")
