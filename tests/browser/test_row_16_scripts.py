"""Row 16: whatever people write, it is text. A real browser reads every page and runs nothing of it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Page

from gongshi.accounts.actors import Resident, System
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply, write_note
from gongshi.cases.actions.filing import file_filing
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import give_consent, publish
from gongshi.cases.drafts import Contact, NewFiling, PublicCopy
from gongshi.cases.models import Case, Consent, PublicCase
from gongshi.safekeeping.photos import prepare
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.tokens import visit_token
from tests.cast import NOW, Town, case_of, matter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVIL = (
    '<script>ran()</script><img src=x onerror=ran()>"\'><svg/onload=ran()><a href="javascript:ran()">x</a>'
    "[y](javascript:ran()) javascript:ran() </textarea></title></style><iframe srcdoc='<script>ran()</script>'>"
    "{{ ran() }}${ran()}<!--\u202e"
)
TITLE = EVIL.split("<a href", maxsplit=1)[0]


@pytest.fixture
def poisoned(town: Town) -> tuple[Case, str]:
    """A case with scripts in every place that people can write in; and its filing's receipt."""
    receipt = new_receipt()
    contact = Contact(
        name=EVIL, phone="13800001111", for_somebody=EVIL, who_is_told="me", who_holds_receipt="me"
    )
    new = NewFiling(
        matters=(matter(town, text=EVIL, place=TITLE),), language="zh", channel="web", contact=contact
    )
    filed = file_filing(new, receipt=receipt, actor=System("web"), at=NOW)
    lin, zhou = Resident(filed.filing.id, filed.receipt_id), town.actor("zhou")
    picture = BytesIO()
    Image.new("RGB", (30, 30)).save(picture, "JPEG")
    picture.seek(0)
    case = case_of(filed)
    add_to_case(case, EVIL, [(TITLE, prepare(picture))], actor=lin, at=NOW)
    case = make_move(case_of(filed), "accept", actor=zhou, at=NOW)
    write_note(case, EVIL, actor=zhou, at=NOW)
    ask_resident(case_of(filed), "ask", EVIL, actor=zhou, at=NOW)
    reply(case_of(filed), "reply", EVIL, actor=lin, at=NOW)
    return case_of(filed), receipt


def answered(town: Town, case: Case) -> None:
    """The same, answered and published."""
    # An answer in which braces stand is not sent at all: a placeholder that nobody filled.
    said = EVIL.replace("{", "(").replace("}", ")")
    answer = NewAnswer(found=said, found_on=NOW.date(), decision="explained", decided=said, call=TITLE)
    send_answer(case, "answer", answer, actor=town.actor("zhou"), at=NOW)
    case = Case.objects.select_related("filing").get(pk=case.pk)
    lin = Resident(case.filing_id, case.filing.receipts.get().id)
    give_consent(case, PublicCopy(TITLE[:90], EVIL), actor=lin, at=NOW)


def signed_in(page: Page, town: Town, who: str, server: Any) -> None:
    client = Client()
    client.force_login(town.staff[who])
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def reads(page: Page, path: str) -> str:
    """Open a page, follow what could be followed in it, and tell its text; no script of anybody's has run."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status < 500
    assert page.evaluate("window.ran_at") is None
    assert page.locator('a[href^="javascript:"], iframe, img[src="x"], [onerror], [onload]').count() == 0
    return page.locator("body").inner_text()


def watch(page: Page) -> Page:
    """A page on which a script that gets through can be seen."""
    page.add_init_script("window.ran = function () { window.ran_at = location.href; }")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    return page


def test_row_16_nothing_that_people_wrote_is_run(
    page_at: Callable[..., Page], live_server: Any, town: Town, poisoned: tuple[Case, str]
) -> None:
    case, receipt = poisoned
    desk = f"/desk/cases/{case.filing.reference}/1/"
    clerk = watch(page_at(1280))
    signed_in(clerk, town, "zhou", live_server)
    assert "<script>ran()" in reads(clerk, desk)
    reads(clerk, "/desk/")
    reads(clerk, f"{desk}answer/")
    clerk.locator("textarea[name=found]").fill(EVIL)
    clerk.goto(desk)
    answered(town, case)
    for path in (desk, f"/en{desk}", "/desk/?group=<script>ran()</script>"):
        reads(clerk, path)
    reviewer = watch(page_at(1280))
    signed_in(reviewer, town, "su", live_server)
    consent = Consent.objects.get()
    assert "<script>ran()" in reads(reviewer, f"/desk/publication/{consent.id}/")
    publish(consent.id, PublicCopy(TITLE[:90], EVIL), actor=town.actor("su"), at=NOW)
    resident = watch(page_at(360))
    token = visit_token(case.filing_id, case.filing.receipts.get().id, receipt, at=NOW)
    resident.context.add_cookies([{"name": "gongshi_visit", "value": token, "url": live_server.url}])
    for path in ("/filing/", "/en/filing/1/"):
        assert "<script>ran()" in reads(resident, path)
    for path in ("/published/", f"/published/{PublicCase.objects.get().id}/", "/en/published/"):
        assert "<script>ran()" in reads(watch(page_at(360)), path)


@pytest.mark.parametrize(
    "path",
    [
        "/published/?group=%22%3E%3Cscript%3Eran()%3C/script%3E",
        "/desk/login/?next=javascript:ran()",
        "/desk/login/?next=%22%3E%3Csvg/onload=ran()%3E",
        "/file/?door=%22%3E%3Csvg/onload=ran()%3E",
        "/%3Cscript%3Eran()%3C/script%3E/",
        "/en/%22%3E%3Csvg%20onload=ran()%3E/?x=%3Cscript%3Eran()%3C/script%3E",
        "/figures/?month=%3Cscript%3Eran()%3C/script%3E",
    ],
)
def test_row_16_nothing_in_an_address_is_run(page_at: Callable[..., Page], town: Town, path: str) -> None:
    reads(watch(page_at(360)), path)


def test_row_16_nothing_in_a_form_that_comes_back_is_run(page_at: Callable[..., Page], town: Town) -> None:
    page = watch(page_at(360))
    page.goto("/open/")
    page.locator("[name=reference]").fill(EVIL[:60])
    page.locator("[name=receipt]").fill(EVIL[:30])
    page.locator("main form button").first.click()
    assert page.evaluate("window.ran_at") is None
    page.goto("/file/?door=write")
    page.locator("[name=place-1]").fill(EVIL[:100])
    page.locator('button[value="none"]').click()
    page.locator("#id_text-1").fill(EVIL * 30)
    page.locator("button.button-large").click()
    assert page.locator(".error, [role=alert]").count()
    page.locator("#id_text-1").fill(EVIL)
    page.locator("button.button-large").click()
    assert "<script>ran()" in page.locator("main").inner_text()
    assert page.evaluate("window.ran_at") is None


def test_row_36_a_turned_direction_ends_with_the_words_that_hold_it(
    page_at: Callable[..., Page], town: Town
) -> None:
    """Row 36: a title that turns the writing round must not turn what stands behind it."""
    page = page_at(360)
    page.goto("/what-we-keep/")
    places = page.evaluate(
        """() => {
          const line = document.createElement("p");
          line.innerHTML = "<a></a><span>1</span><span>2</span>";
          line.firstChild.textContent = "\u202eabc";
          document.querySelector("main").append(line);
          return Array.from(line.children, (one) => one.getBoundingClientRect().left);
        }"""
    )
    assert places == sorted(places)
