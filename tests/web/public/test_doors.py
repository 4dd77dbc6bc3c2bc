"""The first question offers what the place deals with, and nothing that leads nowhere."""

from pathlib import Path

import pytest

import gongshi
from gongshi.places.snapshots import bump_revision
from gongshi.routing.models import Category
from gongshi.web.public.form_pages import DOORS
from tests.cast import LOADED, Town
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db


def test_every_door_has_a_picture() -> None:
    icons = (Path(gongshi.__file__).parent / "web/static/gongshi/icons.svg").read_text(encoding="utf-8")
    assert [code for code, _, _ in DOORS if f'id="{code}"' not in icons] == []


def test_a_place_that_takes_no_complaints_about_offices_does_not_offer_them(
    town: Town, walker: Walker
) -> None:
    assert "某个单位或工作人员的做法" in walker.get("/file/").text
    Category.objects.filter(code="conduct").update(valid_to=LOADED.date())
    bump_revision()
    for page in ("/", "/file/"):
        said = walker.get(page).text
        assert "某个单位或工作人员的做法" not in said
        assert "说不清，我直接写" in said
