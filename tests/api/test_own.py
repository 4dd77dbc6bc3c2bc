"""A resident's own way by program, through the front door: file, retry, open, add, move, withdraw."""

import itertools
import logging
import re
import shlex

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, Consent, Filing, Look, Message
from gongshi.safekeeping.receipts import new_receipt
from tests.api.programs import MATTER, WORDS, Program
from tests.casework import ACCEPTED, ANSWER, ANSWERED
from tests.cast import Town
from tests.clock import Clock, local
from tests.safekeeping.pictures import telling
from tests.structure.source import ROOT

pytestmark = pytest.mark.django_db


def test_a_lost_reply_loses_nothing(program: Program) -> None:
    sent = program.draft()
    first = program.post("filings", sent, 201)
    again = program.post("filings", sent, 200)
    assert (first["created"], again["created"]) == (True, False)
    assert first["receipt"] == again["receipt"]
    assert Filing.objects.get().reference == first["reference"]
    assert first["proof"]["entries"]
    other = program.post("filings", {**sent, "matters": [{**MATTER, "text": "别的事。"}]}, 409)
    assert (other["reference"], other["receipt"]) == (first["reference"], first["receipt"])
    assert Case.objects.count() == 1


def test_every_fault_is_told_in_both_languages_and_nothing_is_filed(program: Program) -> None:
    wrong = {**MATTER, "text": " ", "category": "x", "wish": "a" * 1_001}
    faults = program.post("filings", program.draft(matters=[wrong], contact={"notify": "email"}), 422)[
        "errors"
    ]
    found = {one["where"]: one for one in faults}
    assert {"matters.0.text", "matters.0.category", "matters.0.wish", "contact.email"} <= found.keys()
    assert found["matters.0.wish"]["en"].endswith("1 too many.")
    assert "多了1字" in found["matters.0.wish"]["zh"]
    assert program.post("filings", {**program.draft(), "draft": "x"}, 422)["errors"][0]["where"] == "draft"
    left_out = program.post("filings", {"language": "zh", "matters": [{}]}, 422)["errors"]
    assert [one["where"] for one in left_out] == ["draft", "matters.0.category"]
    assert not Filing.objects.exists()
    program.filed()
    program.post("filing/matters/1/additions", {"words": "x"}, 415)


def test_whoever_runs_the_server_is_named_before_a_matter_about_them(program: Program) -> None:
    about = program.draft(matters=[{**MATTER, "category": "conduct", "about_office": "roads"}])
    filed = program.post("filings", about, 201)
    case = Case.objects.get(filing__reference=filed["reference"])
    assert case.office.code == "hall"
    assert case.filing.sealed
    named = program.draft(
        matters=[{**MATTER, "category": "conduct", "about_office": "roads"}], keep_off=[{"office": "hall"}]
    )
    wheres = {one["where"] for one in program.post("filings", named, 422)["errors"]}
    assert wheres == {"knows_who_runs_the_server"}
    form = program.client.get("/api/v1/form").json()
    assert program.client.get(form["what_it_cannot"]).status_code == 200
    assert form["operator"]["code"] == "hall"
    assert next(one for one in form["categories"] if one["code"] == "conduct")["sealed"]


def test_the_receipt_opens_it_and_whatever_else_is_brought_gets_one_answer(program: Program) -> None:
    filed = program.filed()
    said = []
    for reference, receipt in (
        (filed["reference"], new_receipt()),
        ("TT-0000-0000-0", filed["receipt"]),
        (filed["reference"], ""),
    ):
        said.append(program.post("visits", {"reference": reference, "receipt": receipt}, 403))
    assert said[0] == said[1] == said[2]
    program.post("visits", {"reference": filed["reference"], "receipt": new_receipt()}, 429)
    typed = {"reference": filed["reference"].lower(), "receipt": filed["receipt"].replace("-", " ").lower()}
    opened = program.post("visits", typed)
    tokens = ("", "x", opened["token"][:-4] + "AAAA", filed["receipt"])
    refusals = []
    for program.token in tokens:
        refusals.append(program.get("filing", 401))
    assert all(one == refusals[0] for one in refusals)
    program.token = opened["token"]
    assert program.get("filing")["filing"]["cases"][0]["text"] == WORDS


def test_a_visit_ends_by_itself_and_with_the_receipt(program: Program, clock: Clock) -> None:
    program.filed()
    program.get("filing")
    Filing.objects.get().receipts.update(revoked_at=local("2026-03-02 09:30"))
    program.get("filing", 401)
    Filing.objects.get().receipts.update(revoked_at=None)
    clock.set("2026-03-02 11:01")
    program.get("filing", 401)


def test_reading_adding_and_moving(program: Program, town: Town, clock: Clock) -> None:
    program.filed()
    case = Case.objects.get()
    clock.set("2026-03-02 09:10")
    make_move(case, "accept", actor=town.actor("he"), at=local("2026-03-02 09:10"))
    before = program.get("filing")
    assert before["filing"]["cases"][0]["stage"]["code"] == case.stage
    assert not Look.objects.exists()  # the resident's own reading is not stored
    sent = program.client.post(
        "/api/v1/filing/matters/1/additions",
        {"words": "更大了。", "files": [SimpleUploadedFile("坑.jpg", telling("JPEG"))]},
        **program._who({}),
    )
    assert sent.status_code == 200, sent.content
    told = sent.json()["filing"]["cases"][0]
    assert [one["text"] for one in told["messages"]] == ["更大了。"]
    assert len(told["files"]) == 1
    assert program.post("filing/matters/2/moves", {"move": "x", "seen": 1}, 404)["status"] == 404


def test_the_read_names_the_moves_and_each_is_made_by_its_code(
    program: Program, town: Town, clock: Clock
) -> None:
    filed = program.filed()
    make_move(Case.objects.get(), "accept", actor=town.actor("zhou"), at=ACCEPTED)
    send_answer(Case.objects.get(), "answer", ANSWER, actor=town.actor("zhou"), at=ANSWERED)
    clock.set("2026-03-05 10:00")
    program.open(filed)
    matter = program.get("filing")["matters"][0]
    moves = {one["effect"]: one for one in matter["moves"]}
    assert moves["confirm"]["asks"] == ["points_answered", "promise_kept"]
    assert moves["reopen"]["needs_words"]
    reopening = {"move": moves["reopen"]["code"], "seen": matter["seen"]}
    assert program.post("filing/matters/1/moves", reopening, 422)["errors"][0]["code"] == "empty"
    old = {**reopening, "words": "又塌了。", "seen": matter["seen"] - 1}
    program.post("filing/matters/1/moves", old, 409)
    done = program.post(
        "filing/matters/1/moves", {**reopening, "words": "又塌了。", "points_answered": False}
    )["filing"]["cases"][0]
    assert done["answers"][0]["what_you_said"] == {
        "points_answered": False,
        "promise_kept": None,
        "words": "又塌了。",
    }
    assert done["reopenings"] == 1
    program.post("filing/matters/1/moves", {**reopening, "words": "再来。"}, 409)
    assert Message.objects.count() == 0


def test_withdrawing_and_changing_ones_mind(program: Program) -> None:
    program.filed()
    gone = program.post("filing/matters/1/withdrawal", {"erase": True})
    assert gone["matters"][0]["withdrawn"]
    assert gone["filing"]["cases"][0]["erase_on"]
    back = program.post("filing/matters/1/keeping", {})
    assert not back["matters"][0]["withdrawn"]
    assert program.post("filing/withdrawal", {"erase": True})["matters"][0]["withdrawn"]
    kept = program.post("filing/keeping", {"work": False})
    assert kept["matters"][0]["withdrawn"]
    assert not kept["filing"]["cases"][0]["erase_on"]
    assert not program.post("filing/keeping", {})["matters"][0]["withdrawn"]
    assert program.get("filing/proof")["entries"]


def test_row_44_nothing_typed_and_no_secret_is_logged(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        filed = program.filed(contact={"name": "林月"})
        program.post("visits", {"reference": filed["reference"], "receipt": new_receipt()}, 403)
        program.post("filing/matters/1/moves", {"move": "reply", "seen": 9, "words": WORDS}, 409)
        program.token = filed["receipt"]
        program.get("filing", 401)
    for secret in (filed["receipt"], filed["reference"], filed["visit"]["token"], WORDS, "林月"):
        assert secret not in caplog.text


def test_row_25_only_bodies_that_other_sites_cannot_send(program: Program) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        response = program.client.post("/api/v1/drafts", "{}", content_type=kind)
        assert response.status_code == 415
        assert response.headers["Content-Type"] == "application/problem+json"


def test_row_25_no_page_of_another_site_sends_anything(program: Program) -> None:
    """A form with files is what a page may send without asking first; browsers say where it comes from."""
    form = program.client.post("/api/v1/drafts", b"{}", content_type="multipart/form-data; boundary=x")
    assert form.status_code == 415
    for address in ("/api/v1/drafts", "/api/v1/drafts/files"):
        told = program.client.post(
            address, "{}", content_type="application/json", headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert (told.status_code, told.headers["Content-Type"]) == (403, "application/problem+json")
    assert program.client.get("/api/v1/cases", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("body", ["-1", '"x"', "[[]]", '[{"erase": true}]', "null"])
def test_row_33_what_is_no_object_withdraws_nothing(program: Program, body: str) -> None:
    program.filed()
    told = program.client.post(
        "/api/v1/filing/withdrawal", body, content_type="application/json", **program._who({})
    )
    assert told.status_code == 400
    assert Case.objects.get().outcome == ""


def test_row_33_bombs_are_refused(program: Program) -> None:
    for body in ("[" * 100_000, '{"draft": ' + "9" * 100_000 + "}", '{"draft": NaN}', "{"):
        response = program.client.post("/api/v1/filings", body, content_type="application/json")
        assert response.status_code in (400, 422)
        assert response.headers["Content-Type"] == "application/problem+json"
    whole = program.client.post("/api/v1/filings", "1" * 2_100_000, content_type="application/json")
    assert whole.status_code == 413


def test_the_walk_through_of_the_guide_goes_through(program: Program) -> None:
    """Every request of the guide's examples, in their order, with what the answers gave."""
    guide = (ROOT / "docs" / "guides" / "api.md").read_text(encoding="utf-8")
    commands = [
        one
        for block in re.findall(r"^```sh\n(.*?)^```", guide, re.M | re.S)
        for one in re.split(r"^(?=curl)", block, flags=re.M)
    ]
    known: dict[str, str] = {}
    for command in filter(None, commands):
        words = shlex.split(command)
        address = next(one for one in words if one.startswith("$HOST")).removeprefix("$HOST")
        named = {name: value for name, value in itertools.pairwise(words) if name == "-d"}
        form = dict(value.split("=", 1) for name, value in itertools.pairwise(words) if name == "-F")
        headers = dict(value.split(": ", 1) for name, value in itertools.pairwise(words) if name == "-H")
        kind = headers.pop("Content-Type", "")
        for name, value in known.items():
            headers = {one: said.replace(name, value) for one, said in headers.items()}
            named = {one: said.replace(name, value) for one, said in named.items()}
            form = {one: said.replace(name, value) for one, said in form.items()}
        if form:
            response = program.client.post(address, form, headers=headers)
        elif "-d" in named:
            response = program.client.post(address, named["-d"], content_type=kind, headers=headers)
        else:
            response = program.client.get(address, headers=headers)
        assert response.status_code in (200, 201), (command, response.content)
        if response.headers["Content-Type"] != "application/json; charset=utf-8":
            assert b"".join(response)[:2] in (b"PK", b"%P")
            continue
        told = response.json()
        told |= told["matters"][0] if "filing" in told else {"wording": told.get("text")}
        names = ("draft", "reference", "receipt", "token", "addition_key", "title", "wording")
        known |= {one.upper(): told[one] for one in names if told.get(one)}
    assert Case.objects.get().outcome == "withdrawn"
    assert Message.objects.get().kind == "addition"
    assert Consent.objects.count() == 1
    assert len(known) == 7
