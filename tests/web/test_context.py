"""What every page knows: nothing before a pack is loaded, then the place, at no statement while its copy is fresh."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation

from gongshi.places import snapshots
from gongshi.places.models import Place
from gongshi.web import context

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """No copy of another test's place, and none left behind."""
    snapshots.forget()
    yield
    snapshots.forget()


@pytest.fixture
def qinghe() -> Place:
    """A place with two emergency numbers."""
    return Place.objects.create(
        code="qinghe",
        name={"zh": "青禾县", "en": "Qinghe County"},
        reference_prefix="QH",
        time_zone="Asia/Shanghai",
        latitude=30.0,
        longitude=120.0,
        calendar="CN",
        operator="hall",
        settings={"emergency": [{"number": "110", "name": {"zh": "公安", "en": "Police"}}]},
    )


def page() -> dict[str, Any]:
    return context.place(RequestFactory().get("/"))


def test_a_page_that_does_not_name_the_place_costs_nothing(
    qinghe: Place, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        known = page()
        assert known["language"] == "zh"
        assert known["other_language"] == "en"
    with translation.override("en"):
        assert page()["other_language"] == "zh"


def test_the_place_costs_no_statement_while_its_copy_is_fresh(
    qinghe: Place, django_assert_num_queries: Any
) -> None:
    assert page()["place"].name["en"] == "Qinghe County"
    with django_assert_num_queries(0):
        assert page()["place"].emergency[0]["number"] == "110"
        assert str(context.zone()) == "Asia/Shanghai"


def test_before_a_pack_is_loaded_there_is_no_place() -> None:
    assert not page()["place"]
    assert str(context.zone()) == "Asia/Shanghai"  # the instance's own setting
