"""Is it the same matter, and joining it, by program: what the page offers, and the filing that goes with it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from gongshi.cases.intake.handing_in import ME_TOO
from gongshi.cases.models import Case, Companion, PublicCase
from gongshi.places.snapshots import forget
from gongshi.safekeeping.limits import forget as forget_tries
from gongshi.safekeeping.limits.policies import POLICIES
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.published import published_cases
from tests.statements import captured

pytestmark = pytest.mark.django_db
TEXT = "老桥东头路面塌了一块，有人摔伤。"
MATTER = {"category": "pothole", "text": TEXT, "area": "east-grid"}


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    clock.set("2026-03-02 09:00")
    forget()
    forget_tries()
    return build_town()


def post(client: Client, address: str, sent: dict[str, Any], status: int = 200) -> Any:
    response = client.post(f"/api/v1/{address}", sent, content_type="application/json")
    assert response.status_code == status, response.content
    assert response.headers["Cache-Control"] == "private, no-store"
    return response.json()


def test_what_is_alike_is_offered_and_joined(client: Client, town: Town) -> None:
    told = {
        "title": "老桥东头路面有个坑",
        "text": "老桥东头路面塌了，有人摔伤。",
        "filed_on": date(2026, 2, 27),
    }
    (public,) = published_cases(town, 1, **told)
    other = {"category": "leak", "text": "水管漏水。", "area": "east-grid"}
    before = Case.objects.count()
    with captured() as statements:
        asked = post(client, "form/alike", {"matters": [MATTER, other]})["matters"]
    assert len(statements) <= 4
    (one,) = asked[0]["cases"]
    assert asked[1]["cases"] == []
    assert (one["id"], one["title"], one["about"]) == (str(public.pk), told["title"], None)
    assert one["reasons"][0] == {"zh": "同一类：pothole类", "en": "The same kind: pothole"}
    assert not any("一" <= sign <= "鿿" for sign in one["reasons"][0]["en"])
    assert Case.objects.count() == before
    draft = post(client, "drafts", {})["draft"]
    sent = {"draft": draft, "language": "en", "matters": [{**MATTER, "text": "", "joins": one["id"]}]}
    filed = post(client, "filings", sent, 201)
    bond = Companion.objects.select_related("case__filing").get()
    assert bond.lead_id == public.case_id
    assert bond.case.filing.reference == filed["reference"]
    read = client.post(
        "/api/v1/visits",
        {"reference": filed["reference"], "receipt": filed["receipt"]},
        content_type="application/json",
    ).json()
    own = client.get("/api/v1/filing", headers={"Authorization": f"Bearer {read['token']}"})
    assert own.json()["filing"]["cases"][0]["text"] == ME_TOO["en"]
    # Over meanwhile: the same again is still the same filing, and nobody else may join.
    PublicCase.objects.update(state="closed")
    assert post(client, "filings", sent)["receipt"] == filed["receipt"]
    new = {**sent, "draft": post(client, "drafts", {})["draft"]}
    (fault,) = [f for f in post(client, "filings", new, 422)["errors"] if f["code"] == "gone"]
    assert fault["where"] == "matters.0.joins"
    assert Companion.objects.count() == 1


def test_sealed_kinds_are_never_compared_and_asking_has_a_limit(client: Client, town: Town) -> None:
    published_cases(town, 1, title="老桥东头路面塌了", text=TEXT)
    sealed = {**MATTER, "category": "quarrel"}
    assert post(client, "form/alike", {"matters": [sealed]})["matters"] == [{"number": 1, "cases": []}]
    post(client, "form/alike", {"matters": []}, 422)
    for _ in range(POLICIES["alike"].source.burst):
        response = client.post("/api/v1/form/alike", {"matters": [sealed]}, content_type="application/json")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
