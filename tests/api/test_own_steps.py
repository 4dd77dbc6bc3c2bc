"""What a resident's own pages can do, by program: files, copies, publication, sayings, hearings, reprisals, claims."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongshi.api.v1 import api
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.splitting import split_case
from gongshi.cases.models import Answer, Case, Companion, Consent, Filing, History, Look, Message, Recusal
from gongshi.papers import bundles, compiler
from gongshi.safekeeping.claim_codes import claim_code_of
from gongshi.safekeeping.receipts import new_receipt
from tests.api.programs import MATTER, WORDS, Program
from tests.cases.test_claims import called as taken_down
from tests.cases.test_claims import operator  # noqa: F401  (a fixture)
from tests.cases.test_public_search import shown
from tests.casework import ACCEPTED, ANSWER, ANSWERED
from tests.cast import Town, lin_files, matter, resident
from tests.clock import Clock
from tests.hearings import called
from tests.safekeeping.pictures import telling

pytestmark = pytest.mark.django_db
NOBODYS = "00000000-0000-7000-8000-000000000000"


def photo(name: str = "坑.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, telling("JPEG"))


def codes() -> list[str]:
    return list(History.objects.order_by("at", "seq").values_list("code", flat=True))


def test_without_a_visit_none_of_it_is_there(program: Program) -> None:
    program.filed()
    own = [
        (method, path.replace("{number}", "1").replace("{file_id}", NOBODYS))
        for path, methods in api.get_openapi_schema()["paths"].items()
        if path.startswith("/api/v1/filing/") or path == "/api/v1/filing"
        for method in methods
    ]
    assert len(own) >= 20
    said = set()
    for program.token in ("", "x"):
        for method, path in own:
            kind = {} if method == "get" else {"content_type": "application/json"}
            response = getattr(program.client, method)(path, **kind, **program._who({}))
            said.add((response.status_code, response.content))
    assert len(said) == 1
    assert said.pop()[0] == 401


def test_files_come_with_the_filing_and_are_read_again(program: Program, town: Town) -> None:
    draft = program.draft()
    program.token = draft["draft"]
    kept = [program.send("drafts/files", {"file": photo(), "evidence": True})["files"] for _ in range(2)]
    assert kept[0] == kept[1]
    assert len(kept[0]) == 2
    wrong = program.send("drafts/files", {"file": SimpleUploadedFile("x.exe", b"MZ")}, 422)
    assert wrong["errors"][0]["where"] == "files"
    for program.token in ("", new_receipt()):
        program.send("drafts/files", {"file": photo()}, 401)
    sent = {**draft, "matters": [{**MATTER, "files": kept[0]}]}
    gone = {**program.draft(), "matters": [{**MATTER, "files": kept[0]}]}
    assert program.post("filings", gone, 422)["errors"][0]["code"] == "files_gone"
    filed = program.post("filings", sent, 201)
    assert program.post("filings", sent, 200)["receipt"] == filed["receipt"]
    program.token = filed["visit"]["token"]
    files = program.matter()["files"]
    assert {one["name"] for one in files} == {"坑.jpg"}
    assert sorted(one["original"] for one in files) == [False, True]
    for one in files:
        had = program.fetch(f"filing/matters/1/files/{one['id']}")
        assert (len(had.body), had.headers["Content-Type"]) == (one["size"], "image/jpeg")
        assert had.headers["Content-Security-Policy"] == "sandbox"
    other = program.post("filings", program.draft(), 201)
    program.token = other["visit"]["token"]
    for file in (files[0]["id"], NOBODYS):
        program.fetch(f"filing/matters/1/files/{file}", 404)
    assert not Look.objects.exists()


def test_what_is_added_twice_under_one_key_is_added_once(program: Program) -> None:
    program.filed()
    key = program.matter()["addition_key"]
    told = [
        program.send("filing/matters/1/additions", {"words": words, "key": key, "files": [photo()]})
        for words in ("更大了。", "更大了。", "又下雨了。")
    ][-1]["filing"]["cases"][0]
    assert sorted(one["text"] for one in told["messages"]) == ["又下雨了。", "更大了。"]
    assert len(told["files"]) == 2
    refused = program.send("filing/matters/1/additions", {"words": "更大了。", "key": "x"}, 422)
    assert refused["errors"][0]["where"] == "key"


def test_copy_and_dossier_are_those_of_the_pages(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.filed()
    with monkeypatch.context() as quick:
        quick.setattr(bundles, "pdf", lambda paper, **_: paper.language.encode())
        with zipfile.ZipFile(io.BytesIO(program.fetch("filing/copy").body)) as bundle:
            assert {"copy.pdf", "copy.json", "proof.json"} == set(bundle.namelist())
            assert WORDS in bundle.read("copy.json").decode()
        paper = program.fetch("filing/matters/1/dossier?language=en")
        assert (paper.headers["Content-Type"], paper.body) == ("application/pdf", b"en")
        whole = program.fetch("filing/matters/1/dossier?files=true")
        with zipfile.ZipFile(io.BytesIO(whole.body)) as bundle:
            assert bundle.read("dossier.pdf") == b"zh"
    program.fetch("filing/matters/2/dossier", 404)
    monkeypatch.setattr(bundles, "WAIT_SECONDS", 0.01)
    with bundles.place_to_set():
        assert program.fetch("filing/copy", 429).headers["Retry-After"] == "10"
    monkeypatch.setattr(compiler, "plain", lambda _: {})
    assert program.fetch("filing/copy", 503).headers["Content-Type"] == "application/problem+json"
    for _ in range(7):
        last = program.client.get("/api/v1/filing/matters/2/dossier", **program._who({}))
    assert last.status_code == 429


def test_only_the_exact_copy_is_agreed_to_and_it_is_taken_back(program: Program) -> None:
    text = "老桥东头有个大坑，请打13800000000。"
    program.filed(matters=[{**MATTER, "text": text}])
    assert program.matter()["may_publish"]
    seen = program.post("filing/matters/1/public-copy", {})
    assert "13800000000" not in seen["text"]
    (mark,) = seen["marks"]
    assert (mark["words"], mark["left"]) == ("13800000000", False)
    open_one = program.post("filing/matters/1/public-copy", {"left": [mark["words"]]})
    assert open_one["text"] == text
    agreed = {"agree": True, "title": seen["title"], "text": seen["text"]}
    for other in ({**agreed, "left": [mark["words"]]}, {**agreed, "text": text}, {"agree": True}):
        program.post("filing/matters/1/publication", other, 409)
    assert not Consent.objects.exists()
    told = program.post("filing/matters/1/publication", agreed)
    assert told["filing"]["cases"][0]["consents_to_publish"][0]["text"] == seen["text"]
    assert not told["matters"][0]["may_publish"]
    assert not Consent.objects.get().answers
    program.post("filing/matters/1/publication", {**agreed, "answers": True})
    assert Consent.objects.get().answers
    program.post("filing/matters/1/publication", {"agree": False})
    assert Consent.objects.get().revoked_at
    program.post("filing/matters/2/public-copy", {}, 404)
    told = program.filed(matters=[{**MATTER, "category": "conduct", "about_office": "roads"}])
    assert not program.matter()["may_publish"]
    program.post("filing/matters/1/public-copy", {}, 404)
    program.post("filing/matters/1/publication", agreed, 409)
    assert Consent.objects.count() == 1


def test_an_answer_is_judged_before_its_promised_day(program: Program, town: Town, clock: Clock) -> None:
    filed = program.filed()
    make_move(Case.objects.get(), "accept", actor=town.actor("zhou"), at=ACCEPTED)
    promise = replace(ANSWER, decision="will_do", by_on=date(2026, 3, 20), by_whom="养护队")
    send_answer(Case.objects.get(), "promise", promise, actor=town.actor("zhou"), at=ANSWERED)
    clock.set("2026-03-05 10:00")
    program.open(filed)
    now = program.matter()
    assert now["may_say"]
    assert program.post("filing/matters/1/saying", {"seen": now["seen"]}, 422)["errors"][0]["code"] == "empty"
    said = {"seen": now["seen"], "points_answered": False, "words": "没说谁付钱。"}
    program.post("filing/matters/1/saying", {**said, "seen": 1}, 409)
    told = program.post("filing/matters/1/saying", said)["filing"]["cases"][0]["answers"][0]
    assert told["what_you_said"] == {
        "points_answered": False,
        "promise_kept": None,
        "words": "没说谁付钱。",
    }
    assert (Answer.objects.get().points_answered, Case.objects.get().reopenings) == (False, 0)


def test_somebody_is_kept_away_and_what_was_split_is_judged(program: Program, town: Town) -> None:
    filed, receipt = lin_files(town)
    case, wanted = Case.objects.get(), town.categories["leak"].id
    split_case(case, wanted, "两件事。", actor=town.actor("zhou"), at=ACCEPTED)
    program.begin(filed.filing, receipt)
    now = program.matter(11)
    assert now["split_from"] == {"number": 1, "ask": True}
    program.post("filing/matters/11/split", {"seen": now["seen"] - 1, "answer": "right"}, 409)
    done = program.post("filing/matters/11/split", {"seen": now["seen"], "answer": "right"})
    assert not done["matters"][1]["split_from"]["ask"]
    program.post("filing/matters/1/split", {"seen": program.matter()["seen"], "answer": "one"}, 404)
    whom = {one["name"][0]["en"]: one["code"] for one in program.matter()["may_keep_off"]}
    named = {"whom": whom["Roads"], "words": "坑是他们挖的。"}
    for wrong in ({"whom": "office:x"}, {"words": ""}):
        told = program.post("filing/matters/1/recusals", {**named, **wrong}, 422)
        assert told["errors"][0]["where"] == next(iter(wrong))
    program.post("filing/matters/1/recusals", named)
    assert Recusal.objects.get().by == "resident"
    assert whom["Roads"] not in {one["code"] for one in program.matter()["may_keep_off"]}


def test_what_went_with_another_goes_apart(program: Program, town: Town) -> None:
    _, public = shown(town)
    filed, receipt = lin_files(town, matter(town, joins=public.id))
    program.begin(filed.filing, receipt)
    assert program.matter()["goes_with"] == {"public": str(public.id)}
    program.post("filing/matters/1/apart", {})
    assert not Companion.objects.exists()
    program.post("filing/matters/1/apart", {}, 404)


def test_of_a_hearing_one_says_that_one_cannot_come(program: Program, town: Town, clock: Clock) -> None:
    filed, _ = called(town)
    clock.set("2026-04-08 10:00")
    program.begin(filed.filing, resident(filed).receipt)
    hearing = program.matter()["hearing"]
    assert hearing == {"stands": "ahead", "may_say_cannot_come": True, "may_remark": False}
    program.post("filing/matters/1/hearing", {"say": "cannot_come", "words": "那天上班。"})
    assert Message.objects.filter(kind="away").count() == 1
    program.post("filing/matters/1/hearing", {"say": "remark", "words": "不对。"}, 409)


def test_a_reprisal_is_a_filing_of_its_own(program: Program, town: Town) -> None:
    first = program.filed(contact={"name": "林月"})
    where = program.get("filing/matters/1/reprisal")
    assert (where["office"]["code"], where["has_contact"]) == ("hall", True)
    program.get("filing/matters/2/reprisal", 404)
    before = codes()
    draft = program.post("drafts", {"form": "reprisal"})["draft"]
    report = {"draft": draft, "language": "zh", "words": "他们停了我的水。", "contact": True}
    filed = program.post("filing/matters/1/reprisal/report", report, 201)
    assert program.post("filing/matters/1/reprisal/report", report, 200)["receipt"] == filed["receipt"]
    program.post("filing/matters/1/reprisal/report", {**report, "words": "别的。"}, 409)
    program.post("filing/matters/1/reprisal/report", {**report, "draft": program.draft()["draft"]}, 422)
    assert codes()[: len(before)] == before
    assert Filing.objects.get(reference=filed["reference"]).sealed
    program.token = filed["visit"]["token"]
    told = program.get("filing")["filing"]
    assert told["cases"][0]["because_of"] == first["reference"]
    assert told["contact"]["name"] == "林月"


def test_a_claim_code_becomes_a_receipt_once(program: Program, town: Town, operator: Any) -> None:  # noqa: F811
    filed, stand_in = taken_down(town, operator)
    reference, code = filed.filing.reference, claim_code_of(stand_in)
    draft = program.post("drafts", {"form": "claim"})["draft"]
    wrong = [
        program.post("claims", {"draft": draft, "reference": one, "code": other}, 403)
        for one, other in ((reference, "0" * 16), ("TT-0000-0000-0", code))
    ]
    assert wrong[0] == wrong[1]
    typed = {"draft": draft, "reference": reference.lower(), "code": code.replace("-", " ")}
    program.post("claims", {**typed, "draft": program.draft()["draft"]}, 422)
    claimed = program.post("claims", typed)
    assert program.post("claims", typed)["receipt"] == claimed["receipt"]
    program.post("claims", {**typed, "draft": program.post("drafts", {"form": "claim"})["draft"]}, 403)
    program.post(
        "claims",
        {**typed, "code": "0" * 16, "draft": program.post("drafts", {"form": "claim"})["draft"]},
        429,
    )
    program.open(claimed)
    assert program.get("filing")["filing"]["written_down_by_staff"]
