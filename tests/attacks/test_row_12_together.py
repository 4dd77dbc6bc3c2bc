"""Rows 12 and 13: the same thing pressed many times at once happens once, through the real server."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from gongshi.cases.models import Case, Filing, History
from gongshi.notifications.models import OutboxRow
from tests.attacks.conftest import SignIn
from tests.attacks.http import request, send
from tests.cast import Town, case_of, lin_files
from tests.web.public.walker import TEXT, Walker, to_text_page

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "Content-Type: application/x-www-form-urlencoded"


def post(port: int, path: str, fields: dict[str, object], cookies: dict[str, str]) -> tuple[int, str]:
    """Status and where the answer leads, or the page."""
    body = urlencode(fields, doseq=True).encode()
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = (FORM, f"Cookie: {cookie}", f"Content-Length: {len(body)}")
    statuses, got = send(port, request("POST", path, *headers, body=body), seconds=60)
    return statuses[0], got.decode()


def cookies_of(client: object) -> dict[str, str]:
    return {name: one.value for name, one in client.cookies.items()}  # type: ignore[attr-defined]


def test_row_13_one_draft_sent_twenty_times_at_once_is_one_filing(port: int, town: Town) -> None:
    walker = Walker()
    to_text_page(walker).press("go=next", {"text-1": TEXT})
    fields = {**walker.fields(walker.form()), "go": "send"}
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: post(port, "/file/send/", fields, cookies_of(walker.client)), range(20))
        )
    assert {status for status, _ in answers} == {303}
    assert (Filing.objects.count(), Case.objects.count()) == (1, 1)
    visits = {re.search(r"gongshi_new=([^;]+)", text).group(1) for _, text in answers}  # type: ignore[union-attr]
    assert visits == {str(Filing.objects.get().id)}
    del town


def test_row_12_the_same_case_accepted_fifty_times_at_once_is_accepted_once(
    port: int, town: Town, sign_in: SignIn
) -> None:
    case = case_of(lin_files(town)[0])
    zhou = sign_in("zhou")
    path = f"/desk/cases/{case.filing.reference}/1/"
    page = zhou.get(path)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token
    rows = OutboxRow.objects.filter(case=case.id).count()
    fields = {"csrfmiddlewaretoken": token[1], "seen": case.seq}
    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(lambda _: post(port, f"{path}moves/accept/", fields, cookies_of(zhou)), range(50))
        )
    assert sorted(status for status, _ in answers) == [302] + [409] * 49
    assert History.objects.filter(case=case, code="case.accepted").count() == 1
    assert Case.objects.get(pk=case.pk).seq == case.seq + 1
    assert OutboxRow.objects.filter(case=case.id).count() == rows + 1
