"""The dated, signed proof: complete, neutral by name, whole by itself, and noticed when a byte of it was changed."""

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.conversation import ask_resident, reply, write_note
from gongshi.cases.actions.erasure import erase_due, withdraw
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, History, Look
from gongshi.cases.proofs import promises_of, proof_of
from gongshi.cases.visiting import Visitor
from gongshi.formats.proof.commitments import instant
from gongshi.formats.proof.file import ProofFile, read_proof, written
from gongshi.formats.proof.statements import Malformed, Promise
from gongshi.safekeeping.heads import head_of, statement_of
from gongshi.safekeeping.ledger_keys import public_keys, signature_over
from gongshi.safekeeping.models import Leaf
from gongshi.safekeeping.sequencing import sequence
from gongshi.safekeeping.signatures import verify
from gongshi.safekeeping.verifying import check
from tests.casework import ANSWER
from tests.cast import Town
from tests.clock import Clock, local
from tests.web.public.test_export import filer, only_case
from tests.web.public.walker import TEXT, Walker, files_a_report

pytestmark = pytest.mark.django_db
ADDRESS = "/filing/proof/"
BATCH = local("2026-03-02 12:00")


def downloaded(walker: Walker) -> bytes:
    response = walker.client.get(ADDRESS)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return bytes(response.content)


def lived(town: Town, walker: Walker) -> Case:
    """Filed, looked at, asked, replied, noted and answered."""
    files_a_report(walker)
    zhou = town.actor("zhou")
    at = local("2026-03-02 10:00")
    open_content(only_case(), zhou, why="assignment", at=at)
    make_move(only_case(), "accept", actor=zhou, at=at)
    ask_resident(only_case(), "ask", "哪一侧？", actor=zhou, at=at)
    reply(only_case(), "reply", "东侧。", actor=filer(), at=at)
    write_note(only_case(), "内部：先看图。", actor=zhou, at=at)
    answer = replace(ANSWER, found_on=at.date())
    return send_answer(only_case(), "answer", answer, actor=zhou, at=at + timedelta(minutes=1))


def findings(content: bytes) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for finding in check(read_proof(content)):
        found.setdefault(finding.code, []).append(finding.right)
    return found


def test_right_after_filing_it_holds_a_promise(walker: Walker, clock: Clock) -> None:
    files_a_report(walker)
    proof = read_proof(downloaded(walker))
    (opening,) = proof.entries
    assert (proof.head, opening.index) == (None, None)
    assert opening.promise.merge_by == instant(clock() + timedelta(hours=24))
    assert findings(downloaded(walker)) == {"file": [True], "words": [True], "promised": [True]}


def test_once_in_the_ledger_every_entry_is_shown_there_with_its_words(
    town: Town, walker: Walker, clock: Clock
) -> None:
    lived(town, walker)
    sequence(BATCH)
    content = downloaded(walker)
    proof = read_proof(content)
    assert proof.head == statement_of(head_of(1))  # type: ignore[arg-type]
    entries = History.objects.count() + Look.objects.count()
    # Filed, asked, replied and answered in words; the office's note is nobody's but its own.
    assert findings(content) == {
        "file": [True],
        "head": [True],
        "included": [True] * entries,
        "words": [True] * 4,
    }
    assert "内部" not in content.decode()
    said = [opening.words.said for opening in proof.entries if opening.words]
    assert said[0]["text"] == TEXT
    assert {"哪一侧？", "东侧。"} <= {words.get("text") for words in said}
    assert ANSWER.decided in {words.get("decided") for words in said}


def test_each_entry_is_dated_by_the_batch_that_it_came_in_with(
    town: Town, walker: Walker, clock: Clock
) -> None:
    """Not by the newest one, which would only say that it is no younger than today."""
    visitor = visited(files_a_report(walker)[1])
    sequence(BATCH)
    later = BATCH + timedelta(days=1)
    open_content(only_case(), town.actor("zhou"), why="assignment", at=later - timedelta(hours=1))
    sequence(later)
    sequence(later + timedelta(days=60))
    proof = read_proof(proof_of(visitor, later)[1])
    found = check(proof)
    assert [one.facts["since"] for one in found if one.code == "included"] == [instant(BATCH), instant(later)]
    assert [(one.facts["batch"], one.right) for one in found if one.code == "earlier"] == [
        (1, True),
        (2, True),
    ]
    assert proof.head is not None
    assert proof.head.batch == 3
    first, second = proof.earlier
    for wrong in (
        replace(first, path=second.path),
        replace(first, head=replace(first.head, at=instant(later))),
    ):
        told = check(read_proof(resigned(proof, earlier=[wrong, second])))
        assert [one.right for one in told if one.code == "earlier"] == [False, True]


def test_who_of_the_staff_it_was_does_not_stand_in_it(town: Town, walker: Walker, clock: Clock) -> None:
    case = lived(town, walker)
    content = downloaded(walker).decode()
    assert str(town.staff["zhou"].id) not in content
    assert str(case.office_id) in content


def test_the_name_says_nothing(walker: Walker, clock: Clock) -> None:
    files_a_report(walker)
    response = walker.client.get(ADDRESS)
    assert re.fullmatch(r'attachment; filename="proof-[0-9a-f]{8}\.json"', response["Content-Disposition"])
    assert response["Content-Disposition"] == walker.client.get(ADDRESS)["Content-Disposition"]


def test_asking_for_it_leaves_no_trace(walker: Walker, clock: Clock) -> None:
    files_a_report(walker)
    before = (Look.objects.count(), History.objects.count(), Leaf.objects.count())
    downloaded(walker)
    walker.get("/filed/print/")
    assert (Look.objects.count(), History.objects.count(), Leaf.objects.count()) == before


def test_without_the_filing_open_there_is_none(walker: Walker, client: Client, clock: Clock) -> None:
    files_a_report(walker)
    assert client.get(ADDRESS).status_code == 302
    assert client.post(ADDRESS).status_code == 405


def test_pages_offer_it_in_plain_words(walker: Walker, clock: Clock) -> None:
    files_a_report(walker)
    for address in ("/filed/", "/filing/", "/en/filing/"):
        page = walker.get(address)
        assert page.page.select_one(f'a[href$="{ADDRESS}"]'), address
        assert "merkle" not in page.text.lower()
    assert "带日期和签名的凭证" in walker.get("/filing/").text
    assert "dated, signed proof" in walker.get("/en/filing/").text.lower()


def test_the_paper_bears_a_promise_that_names_no_house(town: Town, walker: Walker, clock: Clock) -> None:
    """Whoever knows the house puts its name and the day after back, and has what was signed."""
    files_a_report(walker)
    page = walker.get("/filed/print/")
    assert len(page.page.select(".promise img[src^='data:image/svg']")) == 1
    assert "testserver" not in page.text
    (promise,) = promises_of(visited(""))
    label, version, at, key, commitment, signature = promise.short().split(" ")
    assert (label, version) == ("GONGSHI-PROMISE", "1")
    again = Promise(
        key=key,
        signature=signature,
        origin="http://testserver",
        commitment=base64.b64decode(commitment).hex(),
        at=at,
        merge_by=instant(clock() + timedelta(hours=24)),
    )
    assert again.is_signed(public_keys(), verify)
    assert again == read_proof(downloaded(walker)).entries[0].promise


def test_a_byte_changed_anywhere_is_noticed(town: Town, walker: Walker, clock: Clock) -> None:
    lived(town, walker)
    sequence(BATCH)
    content = downloaded(walker)
    assert all(all(right) for right in findings(content).values())
    for position in range(0, len(content), 7):
        changed = bytearray(content)
        changed[position] ^= 1 << position % 8
        assert is_refused(bytes(changed)), position
    for changed_length in (content[:-1], content + b"\n", content.replace(b"\n ", b"\n  ", 1), b""):
        assert is_refused(changed_length)


def is_refused(content: bytes) -> bool:
    try:
        return not all(finding.right for finding in check(read_proof(content)))
    except Malformed:
        return True


def resigned(proof: ProofFile, **changes: Any) -> bytes:
    """As a house would sign it that lies in its own files."""
    changed = replace(proof, **changes, signature="")
    return written(changed.signed(signature_over(changed.signed_bytes())).as_data())


def test_a_file_that_the_house_itself_falsified_does_not_hold(
    town: Town, walker: Walker, clock: Clock
) -> None:
    """The signature over the file is not what the proof rests on: each entry stands or falls by itself."""
    lived(town, walker)
    sequence(BATCH)
    proof = read_proof(downloaded(walker))
    first = proof.entries[0]
    assert first.words
    entry = {**first.entry, "at": "2026-03-01T01:00:00.000000Z"}
    words = replace(first.words, said={**first.words.said, "text": "没有什么。"})
    for instead, code in (
        (replace(first, entry=entry), "promise"),
        (replace(first, salt="00" * 16), "promise"),
        (replace(first, words=words), "words"),
        (replace(first, index=(first.index or 0) ^ 1), "included"),
        (replace(first, path=[*first.path[:-1], "00" * 32]), "included"),
    ):
        found = findings(resigned(proof, entries=[instead, *proof.entries[1:]]))
        assert found["file"] == [True]
        assert False in found[code], code


def test_a_promise_that_was_not_kept_is_told(walker: Walker, clock: Clock) -> None:
    visitor = visited(files_a_report(walker)[1])
    Leaf.objects.all().delete()
    for hours, found in ((23, {"promised": [True]}), (25, {"broken": [False]})):
        at = clock() + timedelta(hours=hours)
        sequence(at)
        assert found.items() <= findings(proof_of(visitor, at)[1]).items()


def visited(receipt: str) -> Visitor:
    case = only_case()
    return Visitor(case.filing, case.filing.receipts.get().id, receipt)


def test_an_erased_matter_has_nothing_left_to_open(walker: Walker, clock: Clock) -> None:
    visitor = visited(files_a_report(walker)[1])
    withdraw(only_case(), erase=True, actor=filer(), at=clock())
    sequence(BATCH)
    erased_at = local("2026-03-20 09:00")
    assert erase_due(erased_at, 10) == 1
    sequence(erased_at + timedelta(minutes=10))
    proof = read_proof(proof_of(visitor, erased_at)[1])
    assert proof.entries == []
    assert [finding.right for finding in check(proof) if finding.code == "no_entries"] == [False]


def test_the_file_says_in_both_languages_what_it_is(walker: Walker, clock: Clock) -> None:
    files_a_report(walker)
    note = json.loads(downloaded(walker))["note"]
    assert note.keys() == {"zh", "en"}
    assert "凭证" in note["zh"]
