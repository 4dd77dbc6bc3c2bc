"""Every address of the desk, asked for by those whom it is not for: what is hidden answers like what is missing."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.publication import give_consent
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Case, Consent, Look
from gongshi.web.desk import urls
from tests.cast import NOW, Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, address

pytestmark = pytest.mark.django_db
NOBODYS = "TT-0000-0000-0"
CASE_PAGES = {
    "case": ("GET",),
    "why": ("GET",),
    "look": ("POST",),
    "contact": ("POST",),
    "file": ("GET",),
    "picture": ("GET",),
    "note": ("POST",),
    "hearing": ("POST",),
    "undo": ("POST",),
    "parts": ("GET", "POST"),
    "answer": ("GET", "POST"),
    "page_of_answer": ("GET",),
    "move": ("POST",),
    "step_back": ("POST",),
    "recuse": ("POST",),
    "undo_recusal": ("POST",),
    "handler": ("POST",),
    "lead": ("POST",),
    "next": ("GET",),
    "keep_draft": ("POST",),
    "discard_draft": ("POST",),
    "undo_discard": ("POST",),
}
KEY_PAGES = {
    "open_key": "/desk/keys/open/",
    "make_key": "/desk/keys/new/",
    "hand_key": f"/desk/keys/hand/{uuid.UUID(int=7)}/",
    "change_passphrase": "/desk/keys/passphrase/",
    "renew_key": "/desk/keys/renew/",
    "seal_anew": "/desk/keys/seal-anew/",
}
GLASS = {"glass", "glass_approve", "glass_refuse", "glass_end", "glass_case", "glass_file"}
PLAIN = {
    "queue",
    "together",
    "undo_together",
    "views",
    "cover",
    "keyboard",
    "work_orders",
    "offices",
    "rights",
    "board",
    "decide",
    "publication",
    "review",
    "review_answer",
}
ANSWER_PAGES = {
    "pages": "/desk/pages/",
    "new_page": "/desk/pages/new/",
    "page": "/desk/pages/of/x/",
    "page_reviews": "/desk/pages/review/",
    "confirm_page": "/desk/pages/of/x/review/",
    "templates": "/desk/templates/",
    "new_template": "/desk/templates/new/answer/",
    "template": "/desk/templates/of/x/",
    "undo_template": "/desk/templates/of/x/undo/1/",
    "undo_page": "/desk/pages/of/x/undo/1/",
}
OPERATORS_PAGES = {
    "call": "/desk/call/",
    "call_status": "/desk/call/status/",
    "call_lost": "/desk/call/lost/",
    "letters": "/desk/letters/",
    "letter": f"/desk/letters/{uuid.UUID(int=7)}/",
}
NOTICES = {
    "disruptions": "/desk/notices/",
    "new_disruption": "/desk/notices/new/",
    "disruption": "/desk/notices/of/x/",
}
RECEPTIONS = {
    "receptions": "/desk/receptions/",
    "new_reception": "/desk/receptions/new/",
    "reception": f"/desk/receptions/{uuid.UUID(int=7)}/",
}
SAMPLE = {
    "sample": "/desk/sample/",
    "sample_begin": "/desk/sample/begin/",
    "sample_finish": "/desk/sample/finish/",
    "sample_read": f"/desk/sample/{uuid.UUID(int=7)}/",
    "sample_check": f"/desk/sample/{uuid.UUID(int=7)}/check/",
}
SETTINGS = {
    "settings": "/desk/settings/",
    "setup": "/desk/setup/",
    "settings_place": "/desk/settings/place/",
    "settings_promises": "/desk/settings/promises/",
    "settings_history": "/desk/settings/history/",
    "settings_programs": "/desk/settings/programs/",
    "settings_receivers": "/desk/settings/receivers/",
    "settings_receiver": f"/desk/settings/receivers/of/{uuid.UUID(int=7)}/",
    "settings_suggester": "/desk/settings/suggester/",
    "settings_undo": "/desk/settings/history/1/",
    "settings_list": "/desk/settings/offices/",
    "settings_new": "/desk/settings/offices/new/",
    "settings_edit": "/desk/settings/offices/of/roads/",
    "settings_remove": "/desk/settings/offices/of/roads/remove/",
}
OTHERS = {"keys", "drop_view", *KEY_PAGES, *GLASS, *PLAIN, *ANSWER_PAGES, *NOTICES, *OPERATORS_PAGES}
OTHERS |= {*SAMPLE, *SETTINGS, *RECEPTIONS}


def paths(reference: str, number: int = 1) -> dict[str, str]:
    start = f"/desk/cases/{reference}/{number}/"
    file = f"{start}files/{uuid.UUID(int=7)}/"
    return {
        "case": start,
        "why": f"{start}why/",
        "look": f"{start}look/",
        "contact": f"{start}contact/",
        "file": file,
        "picture": f"{file}picture/",
        "note": f"{start}note/",
        "hearing": f"{start}hearing/",
        "undo": f"{start}undo/",
        "parts": f"{start}parts/",
        "answer": f"{start}answer/",
        "page_of_answer": f"{start}page/",
        "move": f"{start}moves/accept/",
        "step_back": f"{start}step-back/",
        "recuse": f"{start}recuse/",
        "undo_recusal": f"{start}recuse/{uuid.UUID(int=7)}/undo/",
        "handler": f"{start}handler/",
        "lead": f"{start}lead/",
        "next": f"{start}next/",
        "keep_draft": f"{start}draft/note/",
        "discard_draft": f"{start}draft/note/discard/",
        "undo_discard": f"{start}draft/note/undo/",
    }


def ask(client: Client, method: str, path: str) -> Any:
    data = {"seen": 1, "why": "supervision", "text": "x"}
    return client.post(path, data) if method == "POST" else client.generic(method, path)


def body(answer: Any, reference: str) -> str:
    """A page without its token and without the address that was asked for."""
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return text.replace(reference, "REF")


def test_every_address_is_in_these_tests() -> None:
    assert {page.name for page in urls.pages} == CASE_PAGES.keys() | OTHERS
    assert get_resolver().reverse_dict is not None


@pytest.mark.parametrize("name", sorted(CASE_PAGES))
def test_strangers_learn_nothing(town: Town, sign_in: SignIn, fresh: Case, name: str) -> None:
    """Officer Ma of Water asks for a case of Roads: the same refusal as for one that does not exist."""
    for who in ("ma", "su", "tang"):
        client = sign_in(who)
        for method in CASE_PAGES[name]:
            for english in ("", "/en"):
                hidden = ask(client, method, english + paths(fresh.filing.reference)[name])
                missing = ask(client, method, english + paths(NOBODYS)[name])
                assert hidden.status_code == missing.status_code == 404
                assert body(hidden, fresh.filing.reference) == body(missing, NOBODYS)
    assert Look.objects.count() == 0
    assert Case.objects.get(pk=fresh.pk).seq == fresh.seq


@pytest.mark.parametrize("name", sorted(CASE_PAGES))
def test_numbers_and_references_that_are_not_there(sign_in: SignIn, fresh: Case, name: str) -> None:
    client = sign_in("zhou")
    for reference, number in (
        (fresh.filing.reference, 2),
        (fresh.filing.reference, 0),
        (fresh.filing.reference, 2**63),
        ("x", 1),
        ("TT-0000-0000-1", 1),
    ):
        for method in CASE_PAGES[name]:
            assert ask(client, method, paths(reference, number)[name]).status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_nobody_comes_in_unsigned(town: Town, fresh: Case, method: str) -> None:
    all_paths = [
        *paths(fresh.filing.reference).values(),
        *KEY_PAGES.values(),
        *ANSWER_PAGES.values(),
        *NOTICES.values(),
        *RECEPTIONS.values(),
        *OPERATORS_PAGES.values(),
        *SAMPLE.values(),
        *SETTINGS.values(),
        *("/desk/keys/", "/desk/", "/desk/offices/", "/desk/rights/", "/desk/board/", "/desk/publication/"),
        "/desk/break-glass/",
    ]
    for path in all_paths:
        answer = ask(Client(), method, path)
        assert answer.status_code in (302, 405), path
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/desk/login/?next=/desk/")
    assert Look.objects.count() == 0


def test_the_accused_office_and_those_above_it_see_nothing(town: Town, sign_in: SignIn, clock: Clock) -> None:
    """A complaint about Roads goes to the hall; Roads, who are asked by nobody, find nothing (Art. 30)."""
    about = matter(town, "conduct", subject=town.offices["roads"].id)
    case = case_of(lin_files(town, about, at=clock())[0])
    assert case.office.code == "hall"
    # Even if it were given to them by mistake.
    Case.objects.filter(pk=case.pk).update(office=town.offices["roads"])
    for name in ("zhou", "he", "ma"):
        client = sign_in(name)
        assert client.get(address(case)).status_code == 404
        assert case.filing.reference not in client.get("/desk/").content.decode()
    assert Look.objects.count() == 0


@pytest.mark.parametrize("path", sorted(SETTINGS.values()))
def test_the_settings_are_for_administrators(sign_in: SignIn, path: str) -> None:
    """Nobody else learns what stands there: the same refusal as for a page that was never there."""
    for name in ("zhou", "qin", "he", "su"):
        for method in ("GET", "POST"):
            assert ask(sign_in(name), method, path).status_code in (404, 405), name


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_do_nothing(sign_in: SignIn, fresh: Case, method: str) -> None:
    client = sign_in("zhou")
    for path in (*paths(fresh.filing.reference).values(), "/desk/", "/desk/board/", "/desk/publication/"):
        assert client.generic(method, path).status_code == 405, path
    assert Case.objects.get(pk=fresh.pk).seq == fresh.seq


def test_reading_changes_nothing(sign_in: SignIn, fresh: Case) -> None:
    client = sign_in("zhou")
    for path in paths(fresh.filing.reference).values():
        client.get(path)
    assert Case.objects.get(pk=fresh.pk).seq == fresh.seq


def test_every_page_is_private_and_cannot_be_framed(town: Town, sign_in: SignIn, fresh: Case) -> None:
    consent = give_consent(fresh, PublicCopy("a", "b"), actor=resident_of(fresh), at=NOW)
    pages = {
        "zhou": ["/desk/", address(fresh), "/desk/offices/", "/desk/password/"],
        "qin": ["/desk/board/"],
        "su": ["/desk/publication/", f"/desk/publication/{consent.id}/"],
    }
    for name, addresses in pages.items():
        for path in addresses:
            answer = sign_in(name).get(path)
            assert answer.status_code == 200, path
            assert "no-store" in answer.headers["Cache-Control"]
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert Consent.objects.count() == 1


def resident_of(case: Case) -> Any:
    return Resident(case.filing_id, case.filing.receipts.get().id)


@pytest.mark.parametrize("start", ["", "/en"])
def test_what_is_not_there_is_said_in_words_for_staff(
    town: Town, sign_in: SignIn, fresh: Case, start: str
) -> None:
    nowhere = f"{start}/desk/nowhere/"
    said = "Back to the queue" if start else "回到待办"
    hidden = sign_in("ma").get(start + paths(fresh.filing.reference)["case"])
    missing = sign_in("ma").get(start + paths(NOBODYS)["case"])
    assert said in hidden.content.decode()
    assert body(hidden, fresh.filing.reference) == body(missing, NOBODYS)
    assert said in sign_in("ma").get(nowhere).content.decode()
    stranger = Client().get(nowhere)
    assert stranger.status_code == 404
    assert said not in stranger.content.decode()
    outside = sign_in("ma").get(f"{start}/nowhere/")
    assert outside.status_code == 404
    assert said not in outside.content.decode()
