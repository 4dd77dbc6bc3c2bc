"""Work orders on paper: by street, nothing about who filed, one look on each; and nothing of sealed cases."""

import pytest

from gongshi.cases.models import Case, Look
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.statements import captured
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db

ORDERS = "/desk/work-orders/"


@pytest.fixture
def potholes(town: Town, clock: Clock) -> list[Case]:
    """Three potholes: two in the east, one in the west."""
    where = (("east-grid", "二号桥"), ("west-grid", "西门"), ("east-grid", "一号桥"))
    new = [matter(town, area=area, place=place, text=f"{place}有坑。") for area, place in where]
    return [case_of(lin_files(town, one, at=clock())[0]) for one in new]


def names(cases: list[Case]) -> list[str]:
    return [f"{case.filing.reference}/{case.number}" for case in cases]


def test_on_paper_by_street_with_a_sheet_to_report_back(sign_in: SignIn, potholes: list[Case]) -> None:
    client = sign_in("zhou")
    choice = client.get(ORDERS)
    assert choice.content.decode().count(" checked") == 3
    assert not Look.objects.exists()
    paper = client.post(ORDERS, {"case": names(potholes)})
    said = text(paper)
    assert [said.index(place) for place in ("一号桥", "二号桥", "西门")] == sorted(
        said.index(place) for place in ("一号桥", "二号桥", "西门")
    )
    assert "回报单" in said
    assert all(said.count(case.filing.reference) == 2 for case in potholes)
    assert "lin@example.org" not in paper.content.decode()
    assert list(Look.objects.values_list("what", flat=True)) == ["work_order"] * 3


def test_the_residents_page_says_that_a_work_order_was_printed(sign_in: SignIn, potholes: list[Case]) -> None:
    client = sign_in("zhou")
    client.post(ORDERS, {"case": names(potholes)[:1]})
    page = client.get(f"/desk/cases/{potholes[0].filing.reference}/1/")
    assert "印给现场的工单" in text(page)


def test_filters_narrow_the_list(town: Town, sign_in: SignIn, potholes: list[Case]) -> None:
    page = sign_in("zhou").get(ORDERS, {"area": str(town.areas["west-grid"].pk)})
    assert potholes[1].filing.reference in page.content.decode()
    assert potholes[0].filing.reference not in page.content.decode()


def test_nothing_ticked_is_said(sign_in: SignIn, potholes: list[Case]) -> None:
    page = sign_in("zhou").post(ORDERS, {"case": ["nonsense", "x/1", "a\x00b/1", f"{names(potholes)[0]}x"]})
    assert page.status_code == 422
    assert "请至少勾选一件" in text(page)


def test_foreign_and_sealed_cases_are_never_printed(
    town: Town, sign_in: SignIn, potholes: list[Case], clock: Clock
) -> None:
    quarrel = case_of(lin_files(town, matter(town, "quarrel"), at=clock())[0])
    client = sign_in("zhou")
    assert quarrel.filing.reference not in client.get(ORDERS).content.decode()
    assert client.post(ORDERS, {"case": names([quarrel])}).status_code == 422
    assert sign_in("ma").post(ORDERS, {"case": names(potholes)}).status_code == 422
    assert sign_in("su").get(ORDERS).status_code == 404
    assert not Look.objects.exists()


def test_ten_statements_at_most(town: Town, sign_in: SignIn, potholes: list[Case], clock: Clock) -> None:
    client = sign_in("zhou")
    for _ in range(2):
        client.get(ORDERS)
        with captured() as listed:
            client.get(ORDERS)
        with captured() as printed:
            client.post(ORDERS, {"case": names(potholes)})
        asked = [one for one in printed if not one.startswith(("SAVEPOINT", "RELEASE"))]
        assert max(len(listed), len(asked)) <= 10
        potholes += [case_of(lin_files(town, matter(town), at=clock())[0]) for _ in range(9)]
