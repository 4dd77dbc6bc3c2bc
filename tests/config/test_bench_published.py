"""Published copies that a bench makes are found by what real ones are found by."""

import random
from datetime import date

import pytest

from gongshi.cases.public_index import describe
from gongshi.config.bench.published_rows import Words, copy_of
from gongshi.places.snapshots import forget
from gongshi.safekeeping.ids import new_id
from tests.cast import build_town

pytestmark = pytest.mark.django_db


def test_a_made_copy_is_found_by_the_words_of_a_real_one_and_by_no_name() -> None:
    forget()
    town = build_town()
    title, said = "老桥路，路灯不亮", "李小明路灯坏了。电话13812345678，没有人接。"
    words = Words("zh", title, said, tuple(title.split("，")), (said,))
    made = copy_of(
        words,
        number=1,
        case=new_id(),
        chance=random.Random(1),
        area=town.areas["east-grid"].id,
        category=town.categories["pothole"].id,
        office=town.offices["roads"].id,
        point=(30.25, 120.75),
        state="open",
        filed_on=date(2026, 3, 2),
        published_on=date(2026, 3, 2),
    )
    tokens = made.tokens
    describe(made)
    assert made.tokens == tokens
    assert "路灯" in tokens.split()
    assert not {"小明", "李小", "13812345678"} & set(tokens.split())
