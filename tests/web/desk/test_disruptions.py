"""Notices of outages and works at the desk: announced at once or later, changed, over, undone, withdrawn."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pytest_django.fixtures import Settings

from gongshi.bulletin.actions.disruptions import end
from gongshi.bulletin.actions.telling import subscribe
from gongshi.bulletin.jobs import tell
from gongshi.bulletin.models import Disruption, DisruptionRevision, Subscription
from tests.bulletin.outages import announced
from tests.cast import NOW, Town
from tests.clock import Clock, local
from tests.statements import captured
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db
TYPED = {
    "title_zh": "东片停水",
    "title_en": "No water in the east",
    "begins_at": "2026-03-02T08:00",
    "expected_until": "2026-03-02T18:00",
}


def place(row: Disruption) -> str:
    return f"/desk/notices/of/{row.code}/"


def boxes(answer: Any) -> dict[str, str]:
    """What stands in the boxes of the notice's form."""
    found = BeautifulSoup(answer.content, "html.parser").select("#form-notice :is(textarea, input)[name]")
    return {str(one["name"]): str(one.get("value") or one.get_text()).strip() for one in found}


def test_announced_on_the_places_clock_by_whoever_is_on_duty(town: Town, sign_in: SignIn) -> None:
    ma = sign_in("ma")
    assert boxes(ma.get("/desk/notices/new/"))["begins_at"] == "2026-03-02T09:00"
    chosen = {"categories": [str(town.categories["leak"].id)], "areas": [str(town.areas["river-street"].id)]}
    answer = ma.post("/desk/notices/new/", {**TYPED, **chosen})
    row = Disruption.objects.get()
    assert answer.headers["Location"] == place(row)
    assert (row.begins_at, row.expected_until) == (local("2026-03-02 08:00"), local("2026-03-02 18:00"))
    assert row.office.code == "water"
    page = ma.get(place(row))
    assert "正在停" in text(page)
    assert boxes(page)["expected_until"] == "2026-03-02T18:00"
    assert "东片停水" in text(ma.get("/notices/"))
    later = ma.post("/desk/notices/new/", {**TYPED, "shown_from": "2026-03-02T10:00"})
    assert "还没公布" in text(ma.get(later.headers["Location"]))


def test_what_is_wrong_is_said_beside_its_box(sign_in: SignIn) -> None:
    ma = sign_in("ma")
    refused = ma.post("/desk/notices/new/", {**TYPED, "title_en": "", "expected_until": "2026-03-02T07:00"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"title_en", "expected_until"}
    assert boxes(refused)["title_zh"] == "东片停水"
    unreadable = ma.post(
        "/desk/notices/new/", {**TYPED, "begins_at": "soon", "expected_until": "2026-03-02 18:00"}
    )
    assert set(unreadable.context["form"].errors) == {"begins_at"}
    assert not Disruption.objects.exists()


def test_the_end_moves_and_who_comes_second_loses_nothing(town: Town, sign_in: SignIn) -> None:
    row, ma = announced(town), sign_in("ma")
    data = {**TYPED, "seen": "1", "expected_until": "2026-03-02T21:00", "act": "change"}
    assert ma.post(place(row), data).status_code == 302
    assert Disruption.objects.get().expected_until == local("2026-03-02 21:00")
    refused = ma.post(place(row), {**data, "title_zh": "西片停水"})
    assert refused.status_code == 409
    assert "别人刚改过这一条" in text(refused)
    assert boxes(refused)["title_zh"] == "西片停水"
    assert ma.post(place(row), {**data, "seen": boxes(refused)["seen"]}).status_code == 302
    for act in ("over", "resume", "withdraw"):
        assert ma.post(place(row), {"seen": "1", "act": act}).status_code == 409


def test_it_is_over_and_that_is_undone_until_they_are_told(
    town: Town, sign_in: SignIn, clock: Clock, settings: Settings
) -> None:
    settings.DEMO = True
    row, ma = announced(town), sign_in("ma")
    subscribe(row, "lin@example.org", language="zh", at=NOW)
    wrong = ma.post(place(row), {"seen": "1", "act": "over", "over_at": "2026-03-02T23:00"})
    assert wrong.status_code == 422
    assert "这个时间还没到。" in text(wrong)
    ma.post(place(row), {"seen": "1", "act": "over"})
    assert Disruption.objects.get().over_at == NOW
    assert "撤销：还没有恢复" in text(ma.get(place(row)))
    ma.post(place(row), {"seen": "2", "act": "resume"})
    assert "已经恢复" in text(ma.get(place(row)))
    ma.post(place(row), {"seen": "3", "act": "over", "over_at": "2026-03-02T08:30"})
    assert Disruption.objects.get().over_at == local("2026-03-02 08:30")
    tell(NOW + timedelta(minutes=2))
    assert "撤销：还没有恢复" not in text(ma.get(place(row)))
    assert ma.post(place(row), {"seen": "4", "act": "resume"}).status_code == 409
    changes = list(DisruptionRevision.objects.order_by("number").values_list("change", flat=True))
    assert changes == ["announced", "over", "resumed", "over"]


def test_withdrawing_destroys_what_was_left(town: Town, sign_in: SignIn, settings: Settings) -> None:
    settings.DEMO = True
    row, ma = announced(town), sign_in("ma")
    subscribe(row, "lin@example.org", language="zh", at=NOW)
    page = text(ma.get(place(row)))
    assert "不到10人要我们在恢复时告诉他们。 是谁，没有人看得到。" in page
    assert "lin@example.org" not in page
    ma.post(place(row), {"seen": "1", "act": "withdraw"})
    assert not Subscription.objects.exists()
    assert "已撤下" in text(ma.get(place(row)))
    assert ma.get(f"/notices/{row.code}/").status_code == 404


def test_past_its_expected_end_it_counts_in_the_head(town: Town, sign_in: SignIn, clock: Clock) -> None:
    row = announced(town)
    assert "条过了预计恢复的时间" not in text(sign_in("ma").get("/desk/"))
    clock.now = NOW + timedelta(hours=10)
    ma = sign_in("ma")
    assert "通知 1 条过了预计恢复的时间" in text(ma.get("/desk/"))
    assert "18:00，过了" in text(ma.get("/desk/notices/"))
    assert "过了预计恢复的时间：改时间" in text(ma.get(place(row)))
    assert "条过了预计恢复的时间" not in text(sign_in("zhou").get("/desk/"))


@pytest.mark.parametrize("name", ["zhou", "tang", "su"])
def test_another_office_and_reviewers_find_none(town: Town, sign_in: SignIn, name: str) -> None:
    row, client = announced(town), sign_in(name)
    assert client.get(place(row)).status_code == 404
    assert client.post(place(row), {"seen": "1", "act": "withdraw"}).status_code == 404
    if name == "su":
        assert client.get("/desk/notices/").status_code == 404
        assert client.get("/desk/notices/new/").status_code == 404
        assert client.post("/desk/notices/new/", TYPED).status_code == 404
    else:
        assert "没有通知" in text(client.get("/desk/notices/"))
    assert Disruption.objects.get().number == 1


def test_pages_cost_the_same_for_many(town: Town, sign_in: SignIn) -> None:
    ma, counts = sign_in("ma"), []
    first = announced(town)
    end(first, NOW, seen=1, actor=town.actor("ma"), at=NOW)
    for _ in range(2):
        for address in ("/desk/notices/", place(first)):
            ma.get(address)
            with captured() as statements:
                ma.get(address)
            counts.append(len(statements))
        for _ in range(4):
            announced(town)
    assert counts[:2] == counts[2:]
    assert max(counts) <= 10
