"""Which published cases a matter is compared with: ordinary ones that go on, near by, not long ago; nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gongshi.cases import likeness
from gongshi.cases.likeness import Told, candidates, twins_of
from gongshi.cases.models import Case, PublicCase
from gongshi.cases.public_index import describe
from gongshi.places.snapshots import forget
from gongshi.routing.models import Category
from tests.cases.test_publication import POINT, agreed, shown
from tests.cast import Town
from tests.statements import captured

pytestmark = pytest.mark.django_db


def told(case: Case, public: PublicCase) -> Told:
    return Told(
        category=case.category_id,
        title="老桥东头有个坑",
        text="老桥东头塌了个坑，摔了孩子。",
        area=case.area_id,
        point=POINT,
        on=public.filed_on + timedelta(days=3),
    )


def test_what_is_published_near_by_is_named_in_one_statement(town: Town) -> None:
    _, case, public = shown(town)
    new = told(case, public)
    twins_of(new)
    with captured() as statements:
        ((row, twin),) = twins_of(new)
    assert len(statements) == 1
    assert row == public
    assert {reason.code for reason in twin.reasons} == {"same_category", "metres", "days", "words"}


def test_what_is_not_published_is_compared_with_nothing(town: Town) -> None:
    _, case, public = shown(town)
    new = told(case, public)
    public.delete()
    agreed(town)
    assert list(candidates(new)) == []


def test_what_is_over_old_elsewhere_or_of_no_place_is_left_out(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case, public = shown(town)
    new = told(case, public)
    assert list(candidates(new)) == [public]
    assert list(candidates(replace(new, area=None, point=None))) == []
    assert list(candidates(replace(new, on=public.filed_on + timedelta(days=181)))) == []
    assert list(candidates(replace(new, on=public.filed_on - timedelta(days=1)))) == []
    with monkeypatch.context() as patched:
        patched.setattr(likeness, "MOST_COMPARED", 0)
        assert list(candidates(new)) == []
    PublicCase.objects.update(state="closed")
    assert list(candidates(new)) == []


@pytest.mark.parametrize("kind", ["question", "grievance", "dispute", "conduct"])
def test_other_kinds_are_never_compared(town: Town, kind: str) -> None:
    _, case, public = shown(town)
    new = told(case, public)
    Category.objects.filter(pk=case.category_id).update(kind=kind)
    forget()
    assert list(candidates(new)) == []


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "of an older version"])
def test_nobody_is_found_by_name_or_telephone(town: Town, indexed: bool) -> None:
    _, case, public = shown(town)
    public.text = "昨天李小明说老桥东头有个坑，13812345678。"
    public.tokens, public.indexed = "", 0
    if indexed:
        describe(public)
    public.save()
    new = told(case, public)
    assert len(twins_of(new)) == 1
    for asked in ("李小明", "小明", "13812345678", "找李小明"):
        assert twins_of(replace(new, title="", text=asked)) == []
