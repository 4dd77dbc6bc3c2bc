"""Rows 4, 5 and 45: guessing receipts from one source and from many, and floods of filings."""

import re
from typing import Any

import pytest
from django.test import Client

from gongshi.accounts.models import StaffSession
from gongshi.cases.models import Attachment, Case, Filing, PublicCase, Upload
from gongshi.papers import bundles
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.limits.policies import POLICIES
from gongshi.safekeeping.limits.store import shared_store
from gongshi.safekeeping.receipts import new_receipt
from tests.attacks.conftest import SignIn
from tests.cast import Town, lin_files
from tests.web.public.walker import TEXT, Walker, files_a_report, photo, to_text_page

pytestmark = pytest.mark.django_db
GUESSER, ELSEWHERE = "203.0.113.5", "198.51.100.5"


class Hours:
    """The clock of the limits, in seconds that a test lets pass."""

    def __init__(self) -> None:
        self.seconds = 10_000

    def __call__(self) -> int:
        return self.seconds * 1_000


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    """Stands still until the test moves it."""
    hours = Hours()
    monkeypatch.setattr(shared_store(), "_clock", hours)
    return hours


def opens(reference: str, receipt: str, source: str, **headers: str) -> Any:
    """Try a receipt from somewhere."""
    client = Client(REMOTE_ADDR=source, headers=headers)
    return client.post("/open/", {"reference": reference, "receipt": receipt})


def test_row_04_two_hundred_receipts_from_one_source(town: Town, hours: Hours) -> None:
    """Twenty in a second, ten times: never more than five in a minute are looked at."""
    filed, receipt = lin_files(town)
    looked_at = []
    for _ in range(10):
        for _ in range(20):
            answer = opens(filed.filing.reference, new_receipt(), GUESSER)
            assert answer.status_code in (403, 429)
            if answer.status_code == 403:
                looked_at.append(hours.seconds)
            else:
                assert 1 <= int(answer.headers["Retry-After"]) <= 90
        hours.seconds += 15
    assert max(sum(start <= one <= start + 60 for one in looked_at) for start in looked_at) <= 5
    assert opens(filed.filing.reference, receipt, ELSEWHERE).status_code == 303


def test_row_04_the_filer_is_never_locked_out(town: Town, hours: Hours) -> None:
    """Somebody guesses on and on: the right receipt opens, from the guesser's own network too, and is no try."""
    filed, receipt = lin_files(town)
    for _ in range(200):
        opens(filed.filing.reference, new_receipt(), GUESSER)
    for source in (ELSEWHERE, "203.0.113.250", GUESSER):
        opened = opens(filed.filing.reference, receipt, source)
        assert opened.status_code == 303
        assert "gongshi_visit" in opened.cookies
    told = opens(filed.filing.reference, new_receipt(), GUESSER)
    assert told.status_code == 429
    hours.seconds += int(told.headers["Retry-After"]) - 1
    assert opens(filed.filing.reference, new_receipt(), GUESSER).status_code == 429
    hours.seconds += 1
    assert opens(filed.filing.reference, new_receipt(), GUESSER).status_code == 403


def test_row_06_during_the_wait_nothing_tells_what_exists(
    town: Town, hours: Hours, django_assert_num_queries: Any
) -> None:
    """A wrong receipt of a filing, a reference of none, and no receipt at all: one answer, by the same work."""
    filed, receipt = lin_files(town)
    for _ in range(5):
        opens(filed.filing.reference, new_receipt(), GUESSER)
    pages = set()
    for reference, brought in (
        (filed.filing.reference, new_receipt()),
        ("TT-0000-0000-0", receipt),
        ("TT-0000-0000-0", "no receipt"),
    ):
        client = Client(REMOTE_ADDR=GUESSER)
        client.get("/open/")
        with django_assert_num_queries(1):
            answer = client.post("/open/", {"reference": reference, "receipt": brought})
        page = answer.content.decode().replace(reference, "")
        assert brought not in page
        pages.add((answer.status_code, answer.headers["Retry-After"], re.sub('value="[^"]*"', "", page)))
    assert len(pages) == 1


def test_row_04_opening_ones_own_is_never_counted(town: Town, hours: Hours) -> None:
    filed, receipt = lin_files(town)
    assert {opens(filed.filing.reference, receipt, GUESSER).status_code for _ in range(30)} == {303}


@pytest.mark.parametrize(
    ("language", "words"),
    [("", ("要等30秒", "没有被锁")), ("/en", ("have to wait 30 seconds", "not locked"))],
)
def test_row_04_the_page_says_what_to_do_and_keeps_the_reference(
    town: Town, hours: Hours, language: str, words: tuple[str, ...]
) -> None:
    filed, receipt = lin_files(town)
    walker, button = Walker(), "Open" if language else "打开"
    for _ in range(3):
        walker.get(f"{language}/open/").press(
            "name=value" if False else "打开" if not language else "Open", {}
        )
    walker.get(f"{language}/open/")
    wrong = new_receipt()
    walker.press(button, {"reference": filed.filing.reference, "receipt": wrong})
    assert walker.status == 429
    assert all(each in walker.text for each in words)
    assert walker.fields(walker.form())["reference"] == [filed.filing.reference]
    assert wrong not in walker.response.content.decode()
    assert "gongshi_visit" not in walker.client.cookies
    walker.press(button, {"receipt": receipt})
    assert walker.status == 200
    assert walker.address == f"{language}/filing/"


def test_row_05_one_try_on_each_of_many_from_many_sources(town: Town, hours: Hours) -> None:
    """The budget of all sources is spent: a second wrong try waits three times as long. Nobody is refused for it."""
    filed, receipt = lin_files(town)
    for number in range(300):
        source = f"10.{number % 250}.{number // 250}.1"
        assert opens(f"TT-0000-{number:04}-0", new_receipt(), source).status_code == 403
    assert opens(filed.filing.reference, new_receipt(), ELSEWHERE).status_code == 403
    slowed = opens(filed.filing.reference, new_receipt(), ELSEWHERE)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "90")
    assert opens(filed.filing.reference, receipt, "192.0.2.1").status_code == 303
    assert opens(filed.filing.reference, receipt, ELSEWHERE).status_code == 303


def test_row_05_a_forged_header_is_no_other_source(town: Town, hours: Hours) -> None:
    filed, _ = lin_files(town)
    forged = [
        {"x-forwarded-for": f"10.0.{n}.1", "x-real-ip": f"10.0.{n}.1", "forwarded": f"for=10.0.{n}.1"}
        for n in range(9)
    ]
    answers = [opens(filed.filing.reference, new_receipt(), GUESSER, **each).status_code for each in forged]
    assert answers == [403] * 3 + [429] * 6


def test_row_45_a_flood_of_filings_is_slowed_with_everything_kept(town: Town, hours: Hours) -> None:
    """After the 120th within seconds the page comes back whole; a little later the same draft is taken in."""
    for _ in range(POLICIES["filing"].source.burst):
        attempt_at("filing", {"REMOTE_ADDR": "127.0.0.1"})
    walker = Walker()
    to_text_page(walker).press("go=next", {"text-1": TEXT}, files={"files-1": photo()})
    walker.press("go=send")
    assert (walker.status, walker.response.headers["Retry-After"]) == (429, "3")
    assert "内容都在" in walker.text
    assert TEXT[:10] in walker.text
    assert Filing.objects.count() == 0
    hours.seconds += 3
    walker.press("go=send")
    assert walker.page.select(".receipt-code")
    assert Attachment.objects.filter(case=Case.objects.get()).count() == 1


def test_row_45_a_village_behind_one_address_files_as_it_likes(town: Town, hours: Hours) -> None:
    for _ in range(25):
        files_a_report(Walker())
    assert Filing.objects.count() == 25


def test_row_45_nothing_is_public_before_it_is_reviewed(town: Town, walker: Walker, sign_in: SignIn) -> None:
    """Threats, a neighbour's name and links stay private until a reviewer has read and could black them out."""
    evil = "张三住老桥3号，来打他。加微信 http://spam.example"
    to_text_page(walker).press("go=next", {"text-1": evil})
    walker.press("go=send", {"public-1": "yes"})
    assert PublicCase.objects.count() == 0
    for page in ("/published/", "/figures/", "/en/published/"):
        assert "spam.example" not in Client().get(page).content.decode()


def test_row_45_words_in_ones_own_filing_are_slowed_and_kept(
    town: Town, hours: Hours, walker: Walker
) -> None:
    files_a_report(walker)
    spend("writing")
    walker.get("/filing/").press("", {"text": "昨天又塌了一块"}, form="#form-add form")
    assert walker.status == 429
    assert "昨天又塌了一块" in walker.text
    hours.seconds += 2
    walker.press("", form="#form-add form")
    assert walker.status == 200
    assert "昨天又塌了一块" in walker.text


def spend(name: str, source: str = "127.0.0.1") -> None:
    """As if this source had just used up what it has at once."""
    for _ in range(POLICIES[name].source.burst):
        attempt_at(name, {"REMOTE_ADDR": source})


def test_row_45_steps_out_of_ones_own_filing_are_counted_with_its_words(
    town: Town, hours: Hours, walker: Walker
) -> None:
    """Withdrawing, erasing and changing one's mind: delayed, with the choice kept, and nothing written meanwhile."""
    files_a_report(walker)
    walker.client.handler.enforce_csrf_checks = False
    spend("writing")
    before = Case.objects.values().get()
    for path in ("1/withdraw/", "1/keep/", "withdraw/", "keep/"):
        answer = walker.client.post(f"/filing/{path}", {"content": "erase", "then": "keep"})
        assert answer.status_code == 429, path
        for field in ('name="content" value="erase"', 'name="then" value="keep"'):
            assert field in answer.content.decode(), path
    assert Case.objects.values().get() == before
    assert walker.client.get("/filing/1/withdraw/").status_code == 200
    hours.seconds += 2
    assert walker.client.post("/filing/1/withdraw/", {"content": "erase"}).status_code == 303


def test_row_45_copies_to_take_home_are_slowed(
    town: Town, hours: Hours, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sets a paper: a source that takes one after the other waits, and none is set for it meanwhile."""
    files_a_report(walker)
    spend("copies")
    with monkeypatch.context() as patch:
        patch.setattr(bundles, "pdf", None)
        answer = walker.client.get("/filing/download/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
    assert 'href="/filing/download/"' in answer.content.decode()
    hours.seconds += 10
    assert walker.client.get("/filing/download/").status_code == 200


def test_row_45_beginning_to_sign_in_leaves_no_pile_of_rows(town: Town, hours: Hours) -> None:
    """Everybody who asks for a passkey's challenge gets a session: so many at once, then one a second."""
    asked = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "REMOTE_ADDR": GUESSER}
    path, burst = "/desk/login/passkey/", POLICIES["beginning"].source.burst
    told = [Client(**asked).get(path).status_code for _ in range(burst + 20)]
    assert (told.count(200), told.count(429)) == (burst, 20)
    assert StaffSession.objects.count() == burst
    assert Client(**asked).post(path, {"credential": "x"}).status_code == 429
    assert Client(**{**asked, "REMOTE_ADDR": ELSEWHERE}).get(path).status_code == 200


def test_row_20_files_are_counted_before_they_are_decoded(
    town: Town, hours: Hours, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty files in one form: eight are decoded. A source that goes on sending waits."""
    from gongshi.web.public import steps

    decoded = []
    real = steps.prepare

    def counted(*given: Any, **more: Any) -> Any:
        decoded.append(1)
        return real(*given, **more)

    monkeypatch.setattr(steps, "prepare", counted)
    files = [photo(f"{number}.png") for number in range(20)]
    to_text_page(walker).press("go=next", {"text-1": TEXT}, files={"files-1": files})
    assert walker.status == 422
    assert len(decoded) == 8
    for _ in range(15):
        walker.client.post("/file/", {**walker.fields(walker.form()), "files-1": [photo() for _ in range(8)]})
    assert len(decoded) == POLICIES["uploads"].source.burst
    assert Upload.objects.count() <= 8


@pytest.mark.parametrize(("language", "words"), [("", "再送一次"), ("/en", "Send again")])
def test_the_general_page_sends_the_same_form_again(
    town: Town, walker: Walker, language: str, words: str
) -> None:
    """For every form without a page of its own: what was typed comes along, secrets do not."""
    from django.test import RequestFactory
    from django.urls import resolve
    from django.utils import translation

    from gongshi.web.limits import too_many

    for fields, kept in (
        ({"text": "<b>留着</b>"}, True),
        ({"login": "zhou", "password": "hidden words"}, False),
    ):
        request = RequestFactory().post(f"{language}/file/", {**fields, "csrfmiddlewaretoken": "x" * 32})
        request.resolver_match = resolve("/file/")
        with translation.override("en" if language else "zh-hans"):
            answer = too_many(request, 125)
        page = answer.content.decode()
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "125")
        assert (words in page) is kept
        assert ("&lt;b&gt;留着" in page) is kept
        assert "hidden words" not in page
        assert "x" * 32 not in page
        assert ("3 minutes" if language else "3分钟") in page
