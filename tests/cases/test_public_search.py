"""Searching published cases: what is found, in what order, that nobody is; what is taken back is gone at once."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from gongshi.cases.actions.erasure import erase_due, withdraw
from gongshi.cases.actions.publication import publish, take_back_consent
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.jobs import index_published
from gongshi.cases.models import PublicCase
from gongshi.cases.narrowing import Filters
from gongshi.cases.public_index import forget_all, scrub_index, to_write, write_anew
from gongshi.cases.public_search import Cases, cases_found, cases_numbered
from gongshi.rules.retrieval import VERSION
from tests.cases.test_publication import waiting
from tests.casework import ACCEPTED, accepted
from tests.cast import NOW, Town, matter, resident
from tests.hunt import Hunt, in_tables

pytestmark = pytest.mark.django_db
TITLE = "老桥路灯坏了"
TEXT = "老桥东头的路灯三天不亮，重修一下。联系人：李小明，13800000000，The lamps are broken."


def shown(town: Town, title: str = TITLE, text: str = TEXT) -> tuple[object, PublicCase]:
    """(what was filed, the published case) of these words, as they were agreed to."""
    copy = PublicCopy(title, text)
    filed, _ = accepted(town, matter(town, public=copy))
    return filed, publish(waiting(town), copy, actor=town.actor("su"), at=ACCEPTED)


def found(question: str, **wanted: object) -> list[str]:
    rows = cases_numbered(asked(question, **wanted).hits)
    return [row.title for row in rows]


def asked(question: str, **wanted: object) -> Cases:
    return cases_found(question, Filters(**wanted), is_word=lambda _: False)  # type: ignore[arg-type]


def test_what_is_found_and_in_which_order(town: Town) -> None:
    shown(town)
    shown(town, "别的事", "路灯旁边的树倒了。")
    assert found("路灯") == [TITLE, "别的事"]
    assert found("路燈") == found("路灯")
    assert found("老桥　路灯") == [TITLE]
    assert found("LAMP") == found("lamps") == [TITLE]
    assert found("倒了 路灯") == ["别的事"]
    assert found("停水") == []
    # Hardly any holds every word of it: what holds the telling ones is found.
    assert found("请问老桥东头的路灯什么时候能修好")[0] == TITLE


def test_narrowed_by_each_facet(town: Town) -> None:
    _, public = shown(town)
    from gongshi.cases.narrowing import groups, public_areas

    group = next(node for node in groups() if node.id in _path(public))
    other = next((node for node in groups() if node.id not in _path(public)), None)
    area = next(node for node in public_areas() if node.id == public.area_id)
    assert found("路灯", group=group, area=area, state="open", year=2026) == [TITLE]
    assert found("路灯", year=2025) == found("路灯", state="closed") == []
    assert other is None or found("路灯", group=other) == []
    PublicCase.objects.update(state="closed")
    assert found("路灯", state="closed") == [TITLE]


def _path(public: PublicCase) -> tuple[object, ...]:
    from gongshi.routing.queries import categories

    return categories()[public.category_id].path


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("李小明", "name"),
        ("路灯 李小明", "name"),
        ("13800000000", "phone"),
        ("联系人：李小明", "name"),
        ("501室", "home"),
    ],
)
def test_nobody_is_found(town: Town, question: str, kind: str) -> None:
    shown(town)
    result = asked(question)
    assert result.hits == []
    assert kind in result.people
    tokens = PublicCase.objects.get().tokens
    assert "13800000000" not in tokens
    assert "小明" not in tokens


def test_a_word_that_begins_like_a_name_is_one_where_the_place_uses_it(town: Town) -> None:
    shown(town, "马路不平", "马路上有个坑。")
    assert asked("马路").people == ("name",)
    assert cases_found("马路", Filters(), is_word=lambda word: word == "马路").hits


def test_taken_back_it_is_found_no_more_in_the_same_transaction(town: Town) -> None:
    filed, public = shown(town)
    with transaction.atomic():
        take_back_consent(public.case, actor=resident(filed), at=NOW)  # type: ignore[arg-type]
        assert found("路灯") == []
        transaction.set_rollback(True)
    assert found("路灯") == [TITLE]  # what was not done is undone in the index, too
    take_back_consent(public.case, actor=resident(filed), at=NOW)  # type: ignore[arg-type]
    assert found("路灯") == []


def test_erased_nothing_is_left_in_the_index(town: Town) -> None:
    marker = "mark77zq"
    filed, public = shown(town, "路灯", f"路灯 {marker}")
    hunt = Hunt([marker])
    before = hunt.found(in_tables())
    if connection.vendor == "sqlite":
        assert "default:cases_publiccase_index_data.block" in before
    withdraw(public.case, erase=True, actor=resident(filed), at=NOW)  # type: ignore[arg-type]
    assert erase_due(NOW + timedelta(days=20), 10) == 1
    assert found(marker) == found("路灯") == []
    scrub_index()
    assert hunt.found(in_tables()) == {}


def test_the_index_is_written_anew_and_goes_on_where_it_stopped(town: Town) -> None:
    for number in range(3):
        shown(town, f"第{number}件", "路灯")
    numbers = set(PublicCase.objects.values_list("number", flat=True))
    assert len(numbers) == 3
    PublicCase.objects.update(number=None, tokens="")  # as an older version left them
    assert forget_all() == 3
    assert found("路灯") == []
    assert write_anew(2) == 2
    assert (len(found("路灯")), to_write().count()) == (2, 1)
    assert index_published(NOW) == 1
    assert index_published(NOW) == 0
    assert len(found("路灯")) == 3
    assert set(PublicCase.objects.values_list("indexed", flat=True)) == {VERSION}
