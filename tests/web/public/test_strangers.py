"""What strangers get: the same refusal as for what does not exist, and never a word of somebody else's."""

import re

import pytest
from django.test import Client

from gongshi.cases.models import Attachment, Case, Filing, History, Message, Receipt
from gongshi.safekeeping.limits import forget
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.tokens import draft_token, visit_token
from tests.cast import NOW, Town, lin_files, matter
from tests.web.public.walker import Walker, files_a_report, photo

pytestmark = pytest.mark.django_db

PRIVATE = (
    "/filing/",
    "/filing/1/",
    "/filing/1/withdraw/",
    "/filing/1/dossier/",
    "/filed/",
    "/filed/print/",
    "/filing/1/files/0198e5a0-7c00-7000-8000-000000000000/",
)
POSTS = ("/filing/1/move/", "/filing/1/add/", "/filing/1/publish/")


def body(response: object) -> bytes:
    """A page without what differs from request to request: the form's token."""
    return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", response.content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", PRIVATE)
def test_without_a_visit_a_page_of_a_filing_asks_for_the_receipt(town: Town, address: str) -> None:
    lin_files(town)
    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"] == "/open/"


@pytest.mark.parametrize("address", POSTS)
def test_without_a_visit_nothing_changes(town: Town, address: str) -> None:
    lin_files(town)
    before = History.objects.count()
    response = Client().post(address, {"text": "我改一改", "move": "withdraw", "seen": "1"})
    assert response.status_code == 403
    assert History.objects.count() == before


@pytest.mark.parametrize("number", [0, 2, 99, 2**31, 10**18])
def test_one_reaches_the_matters_of_ones_own_filing_alone(town: Town, walker: Walker, number: int) -> None:
    lin_files(town, matter(town), matter(town, "leak"))
    files_a_report(walker)
    for address in (f"/filing/{number}/", f"/filing/{number}/withdraw/", f"/filing/{number}/dossier/"):
        assert walker.client.get(address).status_code == 404
    for tail in ("move", "add", "publish"):
        page = walker.get("/filing/")
        data = page.fields(page.form("#form-add form"))
        sent = {**data, "text": "别人的", "move": "withdraw", "seen": "1"}
        assert walker.client.post(f"/filing/{number}/{tail}/", sent).status_code == 404
    assert Message.objects.count() == 0
    assert set(Case.objects.values_list("stage", flat=True)) == {"received"}


def test_a_file_is_reached_through_its_own_case_alone(town: Town, walker: Walker) -> None:
    other = Walker()
    files_a_report(other)
    other.get("/filing/").press("补充", {}, form="#form-add form", files={"files": photo()})
    theirs = Attachment.objects.get()
    files_a_report(walker)
    assert walker.client.get(f"/filing/1/files/{theirs.id}/").status_code == 404
    assert other.client.get(f"/filing/1/files/{theirs.id}/").status_code == 200
    del town


def test_row_06_wrong_receipt_unknown_reference_and_erased_filing_are_one_refusal(town: Town) -> None:
    filed, receipt = lin_files(town)
    erased, erased_receipt = lin_files(town, matter(town, "leak"))
    Receipt.objects.filter(filing=erased.filing).update(revoked_at=NOW)
    answers = set()
    for reference, secret in (
        (filed.filing.reference, new_receipt()),
        ("TT-0000-0000-0", receipt),
        (erased.filing.reference, erased_receipt),
        (filed.filing.reference, ""),
        (filed.filing.reference, "А" * 24),  # Cyrillic
        (filed.filing.reference, "x" * 100_000),
        ("' OR 1=1--", receipt),
        ("y" * 100_000, receipt),
    ):
        forget()
        response = Client().post("/open/", {"reference": reference, "receipt": secret})
        shown = body(response).replace(reference[:65].replace("'", "&#x27;").encode(), b"")
        answers.add((response.status_code, shown, response.cookies.output()))
    assert {status for status, *_ in answers} == {403}
    assert len({shown for _, shown, _ in answers}) == 1
    assert "gongshi_visit" not in "".join(cookies for *_, cookies in answers)


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "a" * 500, draft_token("7G2K-M4QX-0V9T-3NRB-8WZE-5HCD"), "ä" * 10],
    ids=["empty", "short", "long", "of-another-kind", "letters"],
)
def test_a_made_up_visit_is_no_visit(town: Town, cookie: str) -> None:
    lin_files(town)
    client = Client()
    client.cookies["gongshi_visit"] = cookie
    assert client.get("/filing/").status_code == 302


def test_a_visit_ends_when_its_receipt_is_revoked(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    Receipt.objects.update(revoked_at=NOW)
    assert walker.client.get("/filing/").status_code == 302


def test_a_visit_token_of_one_filing_does_not_open_another(town: Town) -> None:
    mine, receipt = lin_files(town)
    theirs, _ = lin_files(town, matter(town, "leak", text="邻居的秘密。"))
    client = Client()
    client.cookies["gongshi_visit"] = visit_token(theirs.filing.id, mine.receipt_id, receipt)
    assert client.get("/filing/").status_code == 302


def test_fields_that_no_form_has_change_nothing(town: Town, walker: Walker) -> None:
    extra = {
        "status": "closed",
        "is_staff": "1",
        "stage": "confirmed",
        "filed_at": "2001-01-01",
        "office": "water",
    }
    from tests.web.public.walker import to_text_page

    to_text_page(walker).press("go=next", {"text-1": "路坏了。"})
    data = walker.fields(walker.form())
    walker.client.post("/file/send/", {**data, **extra, "reference": "TT-0000-0000-0", "channel-1": "phone"})
    case = Case.objects.select_related("filing", "office").get()
    assert (case.stage, case.office.code, case.filing.channel) == ("received", "roads", "web")
    assert case.filing.filed_at == NOW


def test_a_matter_about_an_office_cannot_be_turned_public_by_hand(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=office")
    walker.press("go=next", {"subject-1": "roads", "category-1": "conduct"}).press("go=next")
    walker.press("go=next", {"text-1": "态度不好。"})
    data = walker.fields(walker.form())
    walker._arrive(walker.client.post("/file/send/", {**data, "public-1": "yes"}))
    assert Case.objects.get().consents.count() == 0
    walker.get("/filing/")
    page = walker.fields(walker.form("#form-add form"))
    assert walker.client.post("/filing/1/publish/", {**page, "answer": "yes"}).status_code == 404


def test_files_of_another_draft_are_passed_over(town: Town, walker: Walker) -> None:
    from gongshi.cases.models import Upload
    from tests.web.public.walker import to_text_page

    other = Walker()
    to_text_page(other).press("go=next", files={"files-1": photo()})
    theirs = Upload.objects.get()
    to_text_page(walker).press("go=next", {"text-1": "路坏了。"})
    data = walker.fields(walker.form())
    walker._arrive(walker.client.post("/file/send/", {**data, "file-1": str(theirs.id)}))
    assert Attachment.objects.count() == 0
    assert Upload.objects.count() == 1


def test_a_get_changes_nothing(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    before = History.objects.count()
    for address in (*POSTS, "/leave/", "/file/send/"):
        assert walker.client.get(address).status_code in (404, 405)
    assert History.objects.count() == before
    assert walker.client.get("/filing/").status_code == 200


def test_private_pages_are_stored_nowhere_and_framed_nowhere(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    for address in ("/filing/", "/filed/", "/filed/print/", "/file/", "/open/"):
        response = walker.client.get(address)
        assert "no-store" in response["Cache-Control"], address
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_the_visit_cookie_is_sealed_and_kept_from_scripts(town: Town, walker: Walker) -> None:
    reference, receipt = files_a_report(walker)
    for name in ("gongshi_visit", "gongshi_new"):
        cookie = walker.client.cookies[name]
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == ""
        assert receipt not in cookie.value
        assert reference not in cookie.value


def test_the_receipt_stands_in_no_address_and_no_log(
    town: Town,
    walker: Walker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, receipt = files_a_report(walker)
    page = walker.page
    for one in page.select("[href], [action], [src]"):
        address = str(one.get("href") or one.get("action") or one.get("src"))
        if not address.startswith("data:"):
            assert receipt not in address
            assert receipt.replace("-", "") not in address
    assert receipt not in caplog.text
    assert Filing.objects.count() == 1


def test_the_printed_receipt_is_neutral(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    walker.get("/filed/print/")
    for word in ("道路", "Roads", "pothole", "试镇", "Testtown", "testserver", "http"):
        assert word not in walker.text
