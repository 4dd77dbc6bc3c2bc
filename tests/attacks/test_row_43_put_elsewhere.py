"""Row 43: sealed values put elsewhere, or put back as they were before, by somebody who can write to the database."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db.models import BinaryField
from django.test import Client

from gongshi.accounts.actions import end_sessions
from gongshi.accounts.keys import lock_anew, open_own
from gongshi.accounts.models import StaffSession
from gongshi.cases import jobs
from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply, write_note
from gongshi.cases.actions.erasure import keep_after_all, withdraw
from gongshi.cases.models import Answer, Attachment, Case, Consent, Filing, History, Look, Message, Receipt
from gongshi.cases.queries import NotFound, filing_by_receipt
from gongshi.safekeeping.models import LockedKey, Wrap
from gongshi.safekeeping.passphrases import WrongPassphrase
from gongshi.web.monitoring import answers
from tests.attacks.conftest import SignIn
from tests.casework import ANSWER, ANSWERED, accepted, picture
from tests.cast import NOW, PASSWORD, Town, case_of, lin_files, resident
from tests.factors import unused_code
from tests.structure.source import ROOT

pytestmark = pytest.mark.django_db
WORDS = "张三住在老桥东头三号"
LATER = ANSWERED + timedelta(days=1)


UNOPENED = {"": "内容打不开", "/en": "This does not open"}


@pytest.mark.parametrize("language", UNOPENED)
def test_row_43_words_put_into_another_case_do_not_open(
    town: Town, sign_in: SignIn, log: io.StringIO, language: str
) -> None:
    """Row 43: whoever can write to the database still cannot show one case's words under another.

    Staff and the resident read that it does not open; what they were writing is kept; the operator is told each time.
    """
    (filed, receipt), (other, _) = lin_files(town), lin_files(town)
    first, second = case_of(filed), case_of(other)
    Case.objects.filter(pk=first.pk).update(content=second.content)
    lin = Client()
    lin.post("/open/", {"reference": filed.filing.reference, "receipt": receipt})
    zhou, path = sign_in("zhou"), f"{language}/desk/cases/{filed.filing.reference}/1/"
    before = History.objects.count(), answers.board.sums()["fault/unopened"]
    met = [
        zhou.get(path),
        zhou.post(f"{path}answer/", {"act": "preview", "decided": WORDS}),
        lin.get(f"{language}/filing/1/"),
    ]
    for answer in met:
        page = answer.content.decode()
        assert answer.status_code == 409
        assert UNOPENED[language] in page
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert ("desk.css" in page) == (answer is not met[2])
    assert [WORDS in answer.content.decode() for answer in met] == [False, True, False]
    said = log.getvalue()
    assert said.count(f"seal refused: row {first.id}, field content") == 3
    for page in ("desk:case", "desk:answer", "public:case"):
        assert f"unopened {page}" in said
    assert answers.board.sums()["fault/unopened"] == before[1] + 3
    assert (History.objects.count(), Look.objects.count()) == (before[0], 0)


def test_row_43_a_factor_that_was_put_elsewhere_does_not_open(town: Town, log: io.StringIO) -> None:
    """At the sign-in, too, where nobody is at their desk yet."""
    client = Client()
    client.post("/desk/login/", {"login": "zhou", "password": PASSWORD})
    factor = Authenticator.objects.get(user=town.staff["zhou"], type="totp")
    factor.data["secret"] = factor.data["secret"][:-8] + "AAAAAAA="
    factor.save()
    answer = client.post("/desk/login/code/", {"code": "123456"})
    assert answer.status_code == 409
    assert "123456" not in answer.content.decode()
    assert "seal refused" in log.getvalue()
    assert "unopened mfa_authenticate" in log.getvalue()


Put = Callable[[Case, Case], object]


def contact_put(one: Case, other: Case) -> None:
    Filing.objects.filter(pk=one.filing_id).update(contact=other.filing.contact)


def wrapped_key_put(one: Case, other: Case) -> None:
    of_instance = Wrap.objects.filter(recipient="instance")
    of_instance.filter(subject=one.id).update(sealed=of_instance.get(subject=other.id).sealed)


def file_key_put(one: Case, other: Case) -> None:
    one.attachments.update(key=other.attachments.get().key)


def file_name_put(one: Case, other: Case) -> None:
    one.attachments.update(name=other.attachments.get().name)


def file_put(one: Case, other: Case) -> None:
    """The row of one names the other's bytes on the disk."""
    bytes_of_other = other.attachments.get().stored
    other.attachments.update(stored="elsewhere")
    one.attachments.update(stored=bytes_of_other)


@pytest.mark.parametrize(
    ("put", "page"),
    [
        (contact_put, "contact"),
        (wrapped_key_put, "case"),
        (file_key_put, "file"),
        (file_put, "file"),
        (file_name_put, "case"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_row_43_contact_key_and_file_of_another_case_do_not_open(
    town: Town, sign_in: SignIn, log: io.StringIO, put: Put, page: str
) -> None:
    cases = []
    for words in ("我在这边", WORDS):
        filed, case = accepted(town)
        add_to_case(case, words, [("a.png", picture())], actor=resident(filed), at=LATER)
        cases.append(case_of(filed))
    zhou, (one, other) = sign_in("zhou"), cases
    assert asks_for(zhou, page, one).status_code == 200
    put(one, other)
    answer = asks_for(zhou, page, one)
    assert answer.status_code == 409
    assert WORDS not in answer.content.decode()
    assert "seal refused: row" in log.getvalue()
    assert f"unopened desk:{page}" in log.getvalue()


def asks_for(client: Client, page: str, case: Case) -> Any:
    path = f"/desk/cases/{case.filing.reference}/{case.number}/"
    if page == "contact":
        return client.post(f"{path}contact/")
    if page == "file":
        return client.get(f"{path}files/{case.attachments.get().id}/")
    return client.get(path)


def sealed_values() -> dict[tuple[str, object, str], bytes]:
    """Everything sealed that residents and offices wrote: (table, row, column) -> what lies there."""
    found = {}
    for table in (Answer, Attachment, Case, Consent, Filing, History, Message):
        columns = [one.name for one in table._meta.fields if isinstance(one, BinaryField)]
        for row in table._default_manager.all():
            for column in columns:
                if getattr(row, column):
                    found[table.__name__, row.pk, column] = bytes(getattr(row, column))
    return found


def test_row_43_nothing_that_was_written_is_written_over(town: Town) -> None:
    """So there is no older value of it that could be put back: through the life of a case, rows are only added."""
    zhou = town.actor("zhou")
    filed, case = accepted(town)
    lin, seen = resident(filed), sealed_values()

    def steps() -> Any:
        yield add_to_case(case, "还有一处", [("a.png", picture())], actor=lin, at=NOW + timedelta(hours=2))
        yield write_note(fresh(), "看过。", actor=zhou, at=NOW + timedelta(hours=3))
        yield ask_resident(fresh(), "ask", "哪一侧？", actor=zhou, at=NOW + timedelta(hours=4))
        yield reply(fresh(), "reply", "东侧。", actor=lin, at=NOW + timedelta(hours=5))
        yield send_answer(fresh(), "answer", ANSWER, actor=zhou, at=ANSWERED)
        yield give_verdict(fresh(), "reopen", Verdict(False, None, "又塌了。"), actor=lin, at=LATER)
        yield send_answer(fresh(), "answer", ANSWER, actor=zhou, at=LATER + timedelta(hours=1))
        yield withdraw(fresh(), erase=True, actor=lin, at=LATER + timedelta(hours=2))
        yield keep_after_all(fresh(), actor=lin, at=LATER + timedelta(hours=3))

    def fresh() -> Case:
        return case_of(filed)

    for _ in steps():
        now = sealed_values()
        assert {place: now.get(place) for place in seen} == seen
        seen = now
    tables = {table for table, _, _ in seen}
    assert tables == {"Answer", "Attachment", "Case", "Filing", "History", "Message"}


def test_row_43_keys_put_back_after_an_erasure_are_destroyed_again(town: Town) -> None:
    """With the rows of before, too: the list of what was erased lies with the keys, and the job goes by it."""
    filed, receipt = lin_files(town)
    case, receipts = case_of(filed), list(Receipt.objects.all())
    wraps = list(Wrap.objects.filter(subject__in=[case.id, filed.filing.id]))
    older, contact = case.content, filed.filing.contact
    withdraw(case, erase=True, actor=resident(filed), at=NOW)
    assert jobs.erase(NOW + timedelta(days=15)) == 1
    Wrap.objects.bulk_create(wraps)
    Receipt.objects.bulk_create(receipts)
    Case.objects.filter(pk=case.pk).update(content=older, erased_at=None)
    Filing.objects.filter(pk=filed.filing.pk).update(contact=contact, erased_at=None)
    assert jobs.erase_what_is_erased_elsewhere(NOW + timedelta(days=16)) == 1
    assert not Wrap.objects.filter(subject__in=[case.id, filed.filing.id]).exists()
    assert case_of(filed).erased_at is not None
    assert case_of(filed).filing.contact is None
    with pytest.raises(NotFound):
        filing_by_receipt(filed.filing.reference, receipt)


# What staff sign in with is written over, and can be put back: a limit, told openly.


def test_row_43_what_of_staff_can_be_put_back_is_told_as_a_limit(town: Town) -> None:
    """A session that ended, an app's step that was used, an officer's key under their password of before.

    Each opens to whoever has the cookie, the code or the password of then. If this fails because one of them does not
    open any more: well done, and change the page.
    """
    page = " ".join((ROOT / "docs" / "security" / "safekeeping.md").read_text(encoding="utf-8").split())
    limits = page[page.index("## What this does not protect from") :]
    for said in (
        "can put back",
        "a session that was ended",
        "a code that was used",
        "under their password of before",
    ):
        assert said in limits
    zhou = Client()
    zhou.force_login(town.staff["zhou"])
    cookie, session = zhou.cookies["sessionid"].value, StaffSession.objects.get()
    end_sessions(town.staff["zhou"])
    assert comes_back(cookie) == 302
    session.save(force_insert=True)
    assert comes_back(cookie) == 200
    used_again(town)
    locked_before(town)


def comes_back(cookie: str) -> int:
    client = Client()
    client.cookies["sessionid"] = cookie
    return int(client.get("/desk/").status_code)


def used_again(town: Town) -> None:
    """An app's code, once its step was put back, with the password."""
    factor = Authenticator.objects.get(user=town.staff["he"])
    code = unused_code(town.staff["he"])
    assert [enters(code), enters(code)] == [True, False]
    factor.save()
    cache.clear()
    assert enters(code)


def enters(code: str) -> bool:
    client = Client()
    client.post("/desk/login/", {"login": "he", "password": PASSWORD})
    client.post("/desk/login/code/", {"code": code})
    return bool(client.get("/desk/").status_code == 200)


def locked_before(town: Town) -> None:
    """An officer's own key, under the password that they have changed since."""
    he = town.staff["he"].id
    own = open_own(he, PASSWORD)
    before = LockedKey.objects.get(pk=own.pair)
    lock_anew(own, "another-password-2026", "password")
    with pytest.raises(WrongPassphrase):
        open_own(he, PASSWORD)
    before.save()
    assert open_own(he, PASSWORD) == own
