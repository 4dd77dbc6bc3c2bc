"""Splitting and merging on the officer's pages."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gongshi.cases.models import Case
from gongshi.cases.queries import case_by_reference
from gongshi.web.desk.filling import values_of
from tests.cases.test_public_search import TEXT, TITLE, shown
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 15


def split(client: Client, case: Case, town: Town) -> Any:
    given = {"act": "split", "seen": case.seq, "reason": "后半段讲漏水。"}
    return client.post(
        f"{address(case)}parts/", {**given, "category": town.categories["leak"].id}, follow=True
    )


def test_an_officer_splits_and_merges(town: Town, sign_in: SignIn, clock: Clock) -> None:
    filed, _ = lin_files(town, matter(town), matter(town, "noise"), at=clock())
    first, second = case_of(filed, 1), case_of(filed, 2)
    client = sign_in("zhou")
    page = client.get(f"{address(first)}parts/")
    assert "电动车摔了两次" in text(page)
    assert f"{filed.filing.reference}/2" in text(page)
    page = split(client, first, town)
    assert f"已经分出 {filed.filing.reference}/11" in text(page)
    assert "分出另一件，单独办理（/11）" in text(page)
    given = {"act": "merge", "seen": second.seq, "into": str(first.pk), "reason": "是同一件。"}
    page = client.post(f"{address(second)}parts/", given, follow=True)
    assert "这件事已并入" in text(page)
    assert page.context["undo"]
    page = client.post(f"{address(second)}undo/", {"seen": second.seq + 1}, follow=True)
    assert "已撤销" in text(page)
    assert Case.objects.get(pk=second.pk).closed_at is None


def test_an_officer_corrects_the_category(town: Town, sign_in: SignIn, clock: Clock) -> None:
    case = case_of(lin_files(town, at=clock())[0])
    client, leak = sign_in("zhou"), town.categories["leak"]
    given = {"act": "category", "seen": case.seq, "category": leak.id}
    page = client.post(f"{address(case)}parts/", given, follow=True)
    assert f"改成“{leak.name['zh']}”，单位和期限不变" in text(page)
    assert page.context["undo"]
    for wrong, status in (({"category": town.categories["quarrel"].id}, 422), ({"seen": case.seq}, 422)):
        assert client.post(f"{address(case)}parts/", {**given, **wrong}).status_code == status
    page = client.post(f"{address(case)}parts/", {**given, "category": case.category_id})
    assert page.status_code == 409


def test_what_is_missing_or_old_comes_back_with_the_words(town: Town, sign_in: SignIn, clock: Clock) -> None:
    case = case_of(lin_files(town, at=clock())[0])
    client = sign_in("zhou")
    page = client.post(f"{address(case)}parts/", {"act": "split", "seen": case.seq, "reason": "漏水。"})
    assert page.status_code == 422
    assert "漏水。" in text(page)
    given = {"act": "split", "seen": 7, "reason": "漏水。", "category": town.categories["leak"].id}
    page = client.post(f"{address(case)}parts/", given)
    assert page.status_code == 409
    assert "漏水。" in text(page)
    for wrong in ("x\0", "quarrel"):
        assert client.post(f"{address(case)}parts/", {**given, "category": wrong}).status_code == 422


def test_statements(
    town: Town, sign_in: SignIn, clock: Clock, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = case_of(lin_files(town, matter(town), matter(town, "noise"), at=clock())[0])
    client = sign_in("zhou")
    client.get("/desk/")
    with django_assert_max_num_queries(MOST_STATEMENTS):
        client.get(f"{address(case)}parts/")


def test_an_officer_ties_two_filings_and_parts_them(
    town: Town, sign_in: SignIn, clock: Clock, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _, public = shown(town)
    case = case_of(lin_files(town, matter(town, text=f"{TITLE}，{TEXT}"), at=clock())[0])
    client, parts = sign_in("zhou"), f"{address(case)}parts/"
    page = client.get(parts)
    assert TITLE in text(page)
    assert "同一类" in text(page)
    given = {"act": "with", "seen": case.seq, "lead": public.case_id}
    page = client.post(parts, given, follow=True)
    assert "和别的来件一起办" in text(page)
    lead = Case.objects.get(pk=public.case_id)
    page = client.get(f"{address(lead)}parts/")
    assert case.filing.reference in text(page)
    assert "受理后来加入的" in text(page)
    assert "受理了1件" in text(client.post(f"{address(lead)}parts/", {"act": "take_on"}, follow=True))
    page = client.post(f"{address(lead)}parts/", {"act": "take_on"}, follow=True)
    assert "没有等着受理的" in text(page)
    assert "受理后来加入的" not in text(page)
    assert lead.filing.reference in text(client.get(address(case)))
    for at in (address(lead), address(lead, "answer")):
        with django_assert_max_num_queries(MOST_STATEMENTS):
            assert "还有1件别的来件跟着这件一起办" in text(client.get(at))
    gathering = case_by_reference(town.actor("zhou"), lead.filing.reference, 1)
    values = values_of(gathering, "我家门口")
    assert ("我家门口" in values["place"], "filed_on" in values) == (False, False)  # neither is the others'
    Case.objects.filter(pk=lead.pk).update(recused=True)
    assert lead.filing.reference not in text(client.get(address(case)))
    assert lead.filing.reference not in text(client.get(parts))
    Case.objects.filter(pk=lead.pk).update(recused=False)
    for wrong in ({"lead": "x"}, {"lead": case.pk, "seen": case.seq + 1}):
        assert client.post(parts, {**given, **wrong}).status_code == 409
    page = client.post(parts, {"act": "apart"}, follow=True)
    assert "又单独办了" in text(page)
