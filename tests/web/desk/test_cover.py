"""The page of cover: noting an absence, ending it, the roster; and where others see it."""

from datetime import timedelta
from typing import Any

import pytest

from gongshi.accounts.models import Absence, DutyDay
from gongshi.cases.models import Case
from gongshi.cases.showing import overview
from tests.casework import add_staff
from tests.cast import NOW, Town
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db
COVER = "/desk/cover/"


@pytest.fixture
def town(town: Town) -> Town:
    """Roads has one more who works on cases."""
    add_staff(town, "fei", roads=["handler"])
    return town


def form(town: Town, who: str, other: str, **more: Any) -> dict[str, Any]:
    days = {"from_on": "2026-03-02", "until_on": "2026-03-06"}
    return {"act": "note", "staff": town.staff[who].pk, "substitute": town.staff[other].pk, **days, **more}


def test_noted_seen_and_ended(town: Town, sign_in: SignIn, handled: Case) -> None:
    client = sign_in("he")
    assert client.post(COVER, form(town, "zhou", "fei")).status_code == 302
    assert "fei代" in text(client.get(COVER)).replace(" ", "")
    assert "zhou（fei代）" in text(sign_in("fei").get("/desk/?show=mine"))
    case = text(client.get(address(handled)))
    assert "zhou（fei代）" in case
    assert "zhou · 1件在办 · 3月6日前不在" in case
    assert "fei · 0件在办" in case
    row = Absence.objects.get()
    client.post(COVER, {"act": "end", "absence": row.pk})
    assert "（fei代）" not in text(client.get(address(handled)))


def test_what_is_wrong_is_said_beside_its_field(town: Town, sign_in: SignIn) -> None:
    client = sign_in("he")
    page = client.post(COVER, form(town, "zhou", "fei", until_on="2026-03-01"))
    assert page.status_code == 422
    assert "until_on" in page.context["form"].errors
    assert 'value="2026-03-02"' in page.content.decode()
    assert client.post(COVER, form(town, "zhou", "fei", staff="nonsense")).status_code == 422
    assert client.post(COVER, {"act": "end", "absence": "nonsense"}).status_code == 404
    assert not Absence.objects.exists()


def test_the_roster_is_kept_by_the_lead(town: Town, sign_in: SignIn) -> None:
    lead = sign_in("he")
    page = lead.get(COVER).content.decode()
    assert 'name="on-2026-03-06"' in page
    assert 'name="on-2026-03-09"' not in page
    lead.post(
        COVER, {"act": "roster", "on-2026-03-06": town.staff["fei"].pk, "on-2026-03-09": town.staff["fei"].pk}
    )
    assert [str(one.on) for one in DutyDay.objects.all()] == ["2026-03-06"]
    assert 'name="on-2026-03-06"' not in sign_in("zhou").get(COVER).content.decode()
    assert sign_in("zhou").post(COVER, {"act": "roster"}).status_code == 404
    assert sign_in("su").get(COVER).status_code == 404


def test_the_resident_reads_who_stands_in(town: Town, sign_in: SignIn, handled: Case) -> None:

    sign_in("he").post(COVER, form(town, "he", "fei"))
    assert overview(handled, list(handled.clocks.all()), NOW)["stand_in"] == town.staff["fei"].name
    assert overview(handled, list(handled.clocks.all()), NOW + timedelta(days=5))["stand_in"] is None
