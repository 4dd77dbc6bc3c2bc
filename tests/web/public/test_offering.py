"""A category suggested from the words, chosen by a person; several matters in one box, apart and together again."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gongshi.cases.models import Case
from gongshi.routing.learning import Example, learn
from gongshi.routing.models import SuggestionCount
from gongshi.routing.own_model import NAME, put_in_use
from tests.cast import Town
from tests.web.public.walker import Walker, shown_receipt

pytestmark = pytest.mark.django_db
SAID = {
    "pothole": ["路上有个坑", "路面塌了一块", "人行道的砖碎了", "马路坑坑洼洼"],
    "leak": ["水管在漏水", "阀门漏水了", "水管爆了一地水", "自来水漏了几天"],
    "noise": ["夜里太吵睡不着", "喇叭声音太大", "半夜施工噪声", "唱歌唱到半夜"],
    "conduct": ["窗口的人骂人", "办事员不理人"],
}
SURE = "门口的水管爆了，漏水漏了一天"
TWO = "门口的水管爆了，漏水漏了一天。另外，夜里施工的噪声太大，吵得睡不着。"


@pytest.fixture(autouse=True)
def model(settings: Any, tmp_path: Path) -> None:
    settings.INSTANCE = tmp_path
    use(sure_from=0.5)


def use(*, sure_from: float) -> None:
    made, _ = learn([Example(text, label, given=True) for label, said in SAID.items() for text in said])
    put_in_use(replace(made, sure_from=sure_from))


def to_check(walker: Walker, text: str) -> Walker:
    walker.get("/file/").press("press=write").press("go=next")
    return walker.press("go=next", {"text-1": text})


def ticked(walker: Walker) -> list[str]:
    return [str(one["value"]) for one in walker.page.select('input[name="category-1"][checked]')]


def counted() -> list[tuple[str, str, int, bool, int]]:
    rows = SuggestionCount.objects.values_list("first__code", "chosen__code", "place", "sure", "number")
    return list(rows)


def test_one_is_ticked_where_it_is_sure_and_the_choice_is_counted(town: Town, walker: Walker) -> None:
    to_check(walker, SURE)
    assert "看起来是这一类" in walker.text
    assert ticked(walker) == ["leak"]
    assert SuggestionCount.objects.count() == 0
    walker.press("go=send")
    shown_receipt(walker)
    assert Case.objects.get().category.code == "leak"
    assert counted() == [("leak", "leak", 1, True, 1)]


def test_none_is_ticked_where_it_is_not_and_all_kinds_stand_below(town: Town, walker: Walker) -> None:
    use(sure_from=0.9999)
    to_check(walker, SURE)
    assert "拿不准" in walker.text
    assert ticked(walker) == []
    offered = {str(one["value"]) for one in walker.page.select('input[name="category-1"]')}
    assert len(walker.page.select('input[name="category-1"]')) == len(offered), "none stands there twice"
    assert offered >= {"pothole", "leak", "noise", "how-to", "quarrel"}
    assert "conduct" not in offered
    walker.press("go=send")
    assert "请选一个类别" in walker.text
    walker.press("go=send", {"category-1": "how-to"})
    assert "您从其他类别里选了一类" in walker.text
    assert Case.objects.count() == 0
    walker.press("换一类")
    assert ticked(walker) == []
    walker.press("go=send", {"category-1": "how-to"}).press("go=send")
    shown_receipt(walker)
    assert [(chosen, place, sure) for _, chosen, place, sure, _ in counted()] == [("how-to", 0, False)]


def test_without_a_model_keywords_do_and_nothing_is_counted(
    town: Town, walker: Walker, tmp_path: Path
) -> None:
    (tmp_path / NAME).unlink()
    to_check(walker, "桥头有 pothole")
    assert ticked(walker) == ["pothole"]
    walker.press("go=send")
    shown_receipt(walker)
    assert counted() == []


def test_two_matters_are_cut_apart_on_a_press_and_filed_apart(town: Town, walker: Walker) -> None:
    to_check(walker, TWO)
    assert "这里像有2件事" in walker.text
    walker.press("分成2件")
    typed = [box.get_text().strip() for box in walker.page.select("textarea[name^=text-]")]
    assert "".join(typed) == TWO
    walker.press("go=next").press("go=send")
    shown_receipt(walker)
    assert [case.category.code for case in Case.objects.order_by("number")] == ["leak", "noise"]


def test_putting_them_together_again_loses_nothing(town: Town, walker: Walker) -> None:
    to_check(walker, TWO).press("分成2件", {"public-1": "yes"})
    walker.press("合回一件")
    assert [box.get_text().strip() for box in walker.page.select("textarea[name^=text-]")] == [TWO]
    walker.press("go=next")
    assert "这里像有" not in walker.text
    to_check(walker, TWO).press("分成2件").press("合回一件", {"wish-2": "安静", "text-2": "夜里太吵。"})
    assert walker.form().select_one("[name=text-1]").get_text().strip().endswith("一天。\n夜里太吵。")  # type: ignore[union-attr]
    assert walker.form().select_one("[name=wish-1]").get_text().strip() == "安静"  # type: ignore[union-attr]
