"""Rows 8, 9, 31, 34, 36, 37: letters that mislead, numbers that overflow, headers in addresses, silent looks."""

import time

import pytest
from django.test import Client

from gongshi.cases.models import Case, Filing, Look
from gongshi.notifications.addresses import AddressError, email_address, phone_number
from gongshi.rules.references import normalise
from gongshi.safekeeping.receipts import normalise_receipt
from tests.attacks.conftest import SignIn
from tests.cast import Contact, Town, case_of, lin_files
from tests.web.public.walker import Walker, files_a_report, to_text_page

pytestmark = pytest.mark.django_db
KEPT = [
    "路\u202e塌了\u202c一个坑",  # direction turned round
    "零\u200b宽\u200d空\ufeff格",
    "e\u0301 不是 é",  # kept as it was written
    "👩‍👩‍👧‍👦🕳️",
    "坑" + "\u0301" * 2_000,
    "𠮷𪚥",  # outside the first plane
    "<b>&amp;</b> ' OR 1=1-- {{ 7*7 }} {% now 'Y' %} %(x)s {n}",
]


@pytest.mark.parametrize("text", KEPT)
def test_row_36_text_is_kept_as_it_was_written(
    town: Town, walker: Walker, sign_in: SignIn, text: str
) -> None:
    files_a_report(walker, text=text)
    walker.get("/filing/")
    assert text in walker.page.get_text()
    case = Case.objects.select_related("filing").get()
    page = sign_in("zhou").get(f"/desk/cases/{case.filing.reference}/1/")
    assert text in Walker()._arrive(page).page.get_text()


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "坑" * 5_001, "a\x85b", "坑" + "\u0301" * 50_000])
def test_row_36_what_no_database_keeps_is_refused_with_everything_kept(walker: Walker, text: str) -> None:
    to_text_page(walker)
    before = time.monotonic()
    walker.press("go=next", {"text-1": text, "wish-1": "补好它"})
    assert walker.status == 422
    assert time.monotonic() - before < 2
    assert "补好它" in walker.text
    data = walker.fields(walker.form())
    assert walker.client.post("/file/send/", {**data, "text-1": text}).status_code == 422
    assert Filing.objects.count() == 0


@pytest.mark.parametrize("encoded", ["%ED%A0%80", "%FF%FE", "%00", "%C0%AF"])
@pytest.mark.parametrize("name", ["text-1", "place-1", "door", "draft", "name", "email", "q-1-x", "go"])
def test_row_36_bytes_that_are_no_text_break_nothing(town: Town, name: str, encoded: str) -> None:
    for path in ("/file/", "/file/send/", "/open/"):
        answer = Client().post(
            path, f"page=text&{name}={encoded}", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in (200, 403, 422)
    assert Filing.objects.count() == 0


@pytest.mark.parametrize(
    "text", ["TT-\u0410000-0000-0", "\u202eTT-0000-0000-0", "TT-٠٠٠٠-0000-0", "TT-0000-0000-\u0130"]
)
def test_row_36_a_reference_has_an_alphabet_of_its_own(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        normalise(text)


@pytest.mark.parametrize("letter", ["\u0410", "٣", "\u0130", "ß", "Ⅷ", "\u202e"])
def test_row_36_a_receipt_has_an_alphabet_of_its_own(letter: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        normalise_receipt("7G2K-M4QX-0V9T-3NRB-8WZE-5HC" + letter)


@pytest.mark.parametrize(
    "text", ["@" * 100_000, "a" * 100_000 + "!", "a." * 50_000 + "@b", "a@" + "b." * 50_000]
)
def test_row_34_long_nonsense_is_judged_at_once(walker: Walker, text: str) -> None:
    before = time.monotonic()
    for judge in (email_address, phone_number, normalise, normalise_receipt):
        with pytest.raises(ValueError, match=r".*"):
            judge(text)
    assert time.monotonic() - before < 0.2
    to_text_page(walker)
    data = walker.fields(walker.form())
    for path in ("/file/send/", "/open/"):
        before = time.monotonic()
        sent = {**data, "email": text, "phone": text, "place-1": text, "reference": text, "receipt": text}
        assert walker.client.post(path, {**sent, "earlier": text, "text-1": text}).status_code in (403, 422)
        assert time.monotonic() - before < 2


@pytest.mark.parametrize(
    "email",
    [
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example\nBcc: x@y.example",
        "a@b.example%0ABcc:x@y.example",
        "a@b.example, x@y.example",
        "a@b.example;x@y.example",
        '"a\nb"@b.example',
        "<a@b.example>",
        "a@b.example\x00",
        "a@[127.0.0.1]",
        "a" * 3_000 + "@b.example",
        "a@b.example\u2028Bcc: x@y.example",
    ],
)
def test_row_31_one_address_and_no_header_of_a_message(walker: Walker, email: str) -> None:
    with pytest.raises(AddressError):
        email_address(email)
    to_text_page(walker)
    data = walker.fields(walker.form())
    sent = {**data, "text-1": "路塌了。", "email": email, "notify": "email"}
    assert walker.client.post("/file/send/", sent).status_code == 422
    assert Filing.objects.count() == 0


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("91", "120"),
        ("30", "181"),
        ("NaN", "NaN"),
        ("inf", "0"),
        ("1e400", "0"),
        ("0", "0"),
        ("٣٠", "x"),
        ("30", ""),
    ],
)
def test_row_37_points_that_are_nowhere(walker: Walker, lat: str, lon: str) -> None:
    to_text_page(walker)
    data = walker.fields(walker.form())
    sent = {**data, "text-1": "路塌了。", "lat-1": lat, "lon-1": lon}
    assert walker.client.post("/file/send/", sent).status_code == 422
    for path in ("/file/",):
        here = {**data, "page": "where", "go": "locate", "here-lat": lat, "here-lon": lon}
        assert walker.client.post(path, here).status_code == 422
    assert Filing.objects.count() == 0


ODD = [
    "-1",
    "0",
    "9" * 5_000,
    "1e309",
    "NaN",
    "²",
    "٣",
    "１",
    "' OR 1=1--",
    "%' ; select pg_sleep(5)--",
    "a" * 8_000,
]


@pytest.mark.parametrize("value", ODD)
def test_row_37_odd_values_in_addresses(town: Town, sign_in: SignIn, value: str) -> None:
    desk = sign_in("qin")
    asked = [(Client(), "/published/", name) for name in ("page", "group", "area", "state", "x")]
    asked += [(Client(), "/figures/", "month"), (Client(), "/file/", "door")]
    asked += [(desk, "/desk/", name) for name in ("page", "group", "area", "kind", "stage", "turn", "show")]
    asked += [(desk, "/desk/board/", name) for name in ("office", "list", "page")]
    for client, path, name in asked:
        before = time.monotonic()
        answer = client.get(path, {name: value})
        assert answer.status_code in (200, 404), (path, name)
        assert time.monotonic() - before < 2


@pytest.mark.parametrize(
    "query",
    [
        *(
            "contact=lin@example.org",
            "q=lin@example.org",
            "ordering=filing__contact",
            "email=lin@example.org",
        ),
        *("filing__contact__startswith=a", "contact__isnull=0", "filing__receipts__hash=1"),
    ],
)
def test_row_08_nobody_is_found_by_who_they_are(town: Town, sign_in: SignIn, query: str) -> None:
    lin_files(town)
    lin_files(town, contact=Contact(email="chen@example.org", notify="email"))
    for who in ("zhou", "qin", "tang"):
        for path in ("/desk/", "/desk/board/"):
            client = sign_in(who)
            plain, asked = client.get(path), client.get(f"{path}?{query}")
            assert asked.status_code == plain.status_code
            references = set(Filing.objects.values_list("reference", flat=True))
            seen = [
                {one for one in references if one in answer.content.decode()} for answer in (plain, asked)
            ]
            assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("get", {}),
        ("head", {}),
        ("get", {"range": "bytes=0-99"}),
        ("get", {"purpose": "prefetch", "sec-purpose": "prefetch"}),
        ("get", {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT", "if-none-match": "*"}),
        ("get", {"hx-request": "true"}),
    ],
)
def test_row_09_content_is_never_given_without_its_look(
    town: Town, sign_in: SignIn, method: str, headers: dict[str, str]
) -> None:
    case = case_of(lin_files(town)[0])
    zhou = sign_in("zhou")
    for path in ("", "answer/"):
        if path:
            zhou.post(f"/desk/cases/{case.filing.reference}/1/moves/accept/", {"seen": case.seq})
        before = Look.objects.filter(case=case).count()
        answer = getattr(zhou, method)(f"/desk/cases/{case.filing.reference}/1/{path}", headers=headers)
        assert answer.status_code == 200
        assert Look.objects.filter(case=case).count() > before


@pytest.mark.answers(500)
def test_row_09_without_the_row_there_is_no_content(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(lin_files(town)[0])

    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(Look, "save", fail)
    monkeypatch.setattr("django.db.models.query.QuerySet.bulk_create", fail)
    monkeypatch.setattr("django.db.models.query.QuerySet.create", fail)
    zhou = sign_in("zhou")
    zhou.raise_request_exception = False
    answer = zhou.get(f"/desk/cases/{case.filing.reference}/1/")
    assert answer.status_code == 500
    assert "电动车" not in answer.content.decode()
