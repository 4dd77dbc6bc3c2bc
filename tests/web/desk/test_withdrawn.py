"""What staff see of a withdrawn matter: that it was withdrawn. Not whether it is to be erased, nor whether it was."""

import re
from datetime import timedelta

import pytest

from gongshi.cases import jobs
from gongshi.cases.actions.erasure import keep_after_all, withdraw
from gongshi.cases.models import Case, Look
from gongshi.safekeeping.models import Wrap
from tests.cast import Town, case_of, lin_files, resident
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db
STAFF = ("zhou", "qin", "tang", "ma")


def shown(client, case: Case) -> list[tuple[int, bytes]]:  # type: ignore[no-untyped-def]
    """Every page that the desk has of a case, and the lists, without what names the filing or the form."""
    at = address(case)
    pages = [
        client.get(at),
        client.get(f"{at}answer/"),
        client.post(f"{at}note/", {"text": "我记一笔", "seen": "3"}),
    ]
    pages += [
        client.post(f"{at}contact/"),
        client.post(f"{at}look/", {"why": "supervision"}),
        client.get("/desk/"),
    ]
    return [
        (
            page.status_code,
            re.sub(rb'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', b"", page.content).replace(
                case.filing.reference.encode(), b"REF"
            ),
        )
        for page in pages
    ]


def test_withdrawn_to_be_erased_and_erased_look_alike(town: Town, sign_in: SignIn, clock: Clock) -> None:
    clients = {name: sign_in(name) for name in STAFF}
    plain, leaving = (lin_files(town, at=clock())[0] for _ in range(2))
    for filed, erase in ((plain, False), (leaving, True)):
        withdraw(case_of(filed), erase=erase, actor=resident(filed), at=clock())
    before = {
        name: [shown(client, case_of(one)) for one in (plain, leaving)] for name, client in clients.items()
    }
    for name, (one, other) in before.items():
        assert one == other, name
    assert jobs.erase(clock() + timedelta(days=15)) == 1
    for name, client in clients.items():
        after = [shown(client, case_of(one)) for one in (plain, leaving)]
        assert after[0] == after[1] == before[name][0], name
    assert not Look.objects.exists()


def test_what_was_typed_meanwhile_is_not_lost(town: Town, sign_in: SignIn, clock: Clock) -> None:
    filed, _ = lin_files(town, at=clock())
    case = case_of(filed)
    withdraw(case_of(filed), erase=True, actor=resident(filed), at=clock())
    page = sign_in("zhou").post(f"{address(case)}note/", {"text": "写了半天的记录", "seen": case.seq})
    assert page.status_code == 410
    assert "写了半天的记录" in text(page)


def test_changed_their_mind_it_is_back_in_the_queue(town: Town, sign_in: SignIn, clock: Clock) -> None:
    filed, _ = lin_files(town, at=clock())
    case = withdraw(case_of(filed), erase=True, actor=resident(filed), at=clock())
    client = sign_in("zhou")
    assert case.filing.reference not in text(client.get("/desk/"))
    keep_after_all(case_of(filed), actor=resident(filed), at=clock())
    assert case.filing.reference in text(client.get("/desk/"))
    page = text(client.get(address(case)))
    assert "居民改变了主意，接着办" in page
    assert "老桥东头" in page


def test_a_lost_key_is_not_told_as_an_erasure(town: Town, sign_in: SignIn) -> None:
    filed, _ = lin_files(town)
    case = case_of(filed)
    client = sign_in("zhou")
    Wrap.objects.all().delete()
    page = client.post(f"{address(case)}note/", {"text": "我记一笔", "seen": "3"})
    assert page.status_code == 503
    assert "没有删除" in text(page)
    assert "我记一笔" in text(page)
    assert "撤回了" not in text(page)
    assert not Look.objects.exists()
