"""The page where whoever filed by telephone takes over their filing: right, wrong, again, too often."""

import re

import pytest
from django.test import Client

from gongshi.accounts.models import Appointment
from gongshi.accounts.queries import actor_for
from gongshi.cases.actions.filing import file_filing
from gongshi.cases.drafts import Contact, Handing, NewFiling
from gongshi.cases.models import Claim, History
from gongshi.places.snapshots import forget
from gongshi.safekeeping.claim_codes import claim_code_of
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.tokens import draft_token
from tests.cast import NOW, Town, matter
from tests.clock import Clock

TOKEN = re.compile(r'name="claim" value="([^"]+)"')


@pytest.fixture
def waiting(town: Town, clock: Clock) -> tuple[str, str]:
    """Reference and code of what Dispatcher Tang took down, who also takes calls."""
    Appointment.objects.create(staff=town.staff["tang"], office=town.offices["hall"], role="operator")
    forget()
    receipt = new_receipt()
    new = NewFiling(
        matters=(matter(town),),
        language="zh",
        channel="phone",
        contact=Contact(phone="13800000000"),
        handing=Handing("sms"),
    )
    filed = file_filing(new, receipt=receipt, actor=actor_for(town.staff["tang"]), at=NOW)
    return filed.filing.reference, claim_code_of(receipt)


def claim(client: Client, reference: str, code: str, token: str = ""):
    token = token or TOKEN.search(client.get("/claim/").content.decode())[1]
    return client.post("/claim/", {"reference": reference, "code": code, "claim": token})


def test_a_claim_shows_the_receipt_once_to_whoever_made_it(client: Client, waiting) -> None:
    reference, code = waiting
    answer = claim(client, reference.lower(), code.lower().replace("-", " "))
    assert (answer.status_code, answer["Location"]) == (303, "/filed/")
    page = client.get("/filed/").content.decode()
    assert reference in page
    assert code not in page
    groups = re.findall(r"\b[0-9A-HJKMNP-TV-Z]{4}\b", re.sub(r"<[^>]+>", " ", page))
    assert len(groups) >= 6
    assert "电动车摔了两次" in client.get("/filing/").content.decode()
    assert "话务员代您（镇政府）" in client.get("/filing/").content.decode()


@pytest.mark.parametrize("what", ["used", "wrong", "unknown"])
def test_row_47_whatever_is_wrong_the_refusal_is_the_same(client: Client, waiting, what: str) -> None:
    reference, code = waiting
    if what == "used":
        claim(Client(), reference, code)
    brought = {
        "used": (reference, code),
        "wrong": (reference, "7G2K-M4QX-0V9T-3NRB"),
        "unknown": ("TT-0000-0000-0", code),
    }
    answer = claim(client, *brought[what])
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "编号和认领码对不上，或者认领码已经用过、过期" in page
    assert code not in page
    assert not answer.cookies.get("gongshi_visit")


def test_a_lost_reply_loses_nothing(client: Client, waiting) -> None:
    reference, code = waiting
    token = TOKEN.search(client.get("/claim/").content.decode())[1]
    claim(Client(), reference, code, token)
    assert claim(client, reference, code, token).status_code == 303
    assert client.get("/filed/").status_code == 200
    assert History.objects.filter(code="case.claimed").count() == 1


def test_a_form_of_another_kind_is_none(client: Client, waiting) -> None:
    """What an operator's form or a resident's draft holds makes no receipt here, and uses no code up."""
    reference, code = waiting
    for form in ("draft", "call"):
        answer = claim(client, reference, code, draft_token(new_receipt(), form=form, at=NOW))
        assert answer.status_code == 403
        assert "打开太久" in answer.content.decode()
    assert Claim.objects.exists()


def test_row_47_guessing_waits_and_the_right_code_does_not(client: Client, waiting) -> None:
    reference, code = waiting
    answers = [claim(client, reference, "7G2K-M4QX-0V9T-3NRB").status_code for _ in range(4)]
    assert answers == [403, 403, 403, 429]
    assert claim(client, reference, code).status_code == 303
