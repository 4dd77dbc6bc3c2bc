"""What somebody wrote is nowhere in the database or the files: not in a column, not in a parameter, not in a name.

A thief of the database without the key file finds none of it. Each text of a case's life carries a mark of its own;
then every column of every table and every file is searched for it.
"""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply, write_note
from gongshi.cases.actions.desk_drafts import keep_draft
from gongshi.cases.actions.looks import open_contact, open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import give_consent
from gongshi.cases.actions.samples import keep_copy, lay_out, open_to_check
from gongshi.cases.actions.uploads import keep_upload
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import SampledAnswer
from gongshi.safekeeping.photos import prepare
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import marked_contact
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local
from tests.hunt import in_tables

pytestmark = pytest.mark.django_db

PARTS = (  # noqa: SIM905
    "name email phone address somebody told text place extra filename question reply addition note reason instruction "
    "found decided call verdict copytitle copytext typed"
).split()
MARK = {part: f"mark{number:02}{part}zq" for number, part in enumerate(PARTS)}


def photo() -> SimpleUploadedFile:
    """A small picture with words in its metadata."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", MARK["name"])
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "grey").save(buffer, "PNG", pnginfo=words)
    return SimpleUploadedFile(f"{MARK['filename']}.png", buffer.getvalue(), "image/png")


def a_whole_life(town: Town) -> str:
    """Filed with everything a form takes, asked, answered, reopened, escalated, directed. Returns the receipt."""
    receipt = new_receipt()
    upload = keep_upload(prepare(photo(), evidence=True), f"{MARK['filename']}.png", receipt=receipt, at=NOW)
    contact = marked_contact(MARK)
    filing_matter = matter(
        town,
        text=MARK["text"],
        point=(30.256789, 120.756789),
        place=MARK["place"],
        answers={"depth": MARK["extra"]},
        public=PublicCopy(MARK["copytitle"], MARK["copytext"]),
        uploads=(upload.id,),
    )
    filed, _ = lin_files(town, filing_matter, contact=contact, receipt=receipt)
    zhou, qin, lin = town.actor("zhou"), town.actor("qin"), resident(filed)
    case = make_move(case_of(filed), "accept", actor=zhou, at=NOW)
    open_content(case, zhou, why="assignment", at=NOW)
    open_contact(case, zhou, why="assignment", at=NOW)
    ask_resident(case, "ask", MARK["question"], actor=zhou, at=local("2026-03-03 09:00"))
    reply(case, "reply", MARK["reply"], actor=lin, at=local("2026-03-03 10:00"))
    add_to_case(case, MARK["addition"], actor=lin, at=local("2026-03-03 11:00"))
    typed = {"text": MARK["typed"]}
    keep_draft(case, "note", typed, page="a" * 16, seen=0, actor=zhou, at=local("2026-03-03 12:00"))
    write_note(case, MARK["note"], actor=zhou, at=local("2026-03-03 12:00"))
    make_move(case, "extend", actor=zhou, at=local("2026-03-03 13:00"), params={"reason": MARK["reason"]})
    answer = NewAnswer("done", MARK["found"], date(2026, 3, 3), MARK["decided"], MARK["call"])
    send_answer(case, "answer", answer, actor=zhou, at=local("2026-03-04 16:00"))
    drawn = [(case.id, case.office_id)]
    lay_out("2026-Q1", drawn, size=1, batch=1, closes_on=date(2026, 6, 20), at=local("2026-03-04 17:00"))
    sampled, su = SampledAnswer.objects.get(), town.actor("su")
    _, copy = open_to_check(sampled.id, su, at=local("2026-03-04 17:00"))
    assert {copy["found"], copy["decided"], copy["call"]} <= set(MARK.values())
    keep_copy(sampled.id, copy, actor=su, at=local("2026-03-04 17:00"))
    verdict = Verdict(False, False, MARK["verdict"])
    give_verdict(case, "reopen", verdict, actor=lin, at=local("2026-03-05 20:00"))
    make_move(case, "escalate", actor=lin, at=local("2026-03-05 21:00"))
    directed = {"instruction": MARK["instruction"]}
    make_move(case, "direct", actor=qin, at=local("2026-03-06 09:00"), params=directed)
    give_consent(
        case, PublicCopy(MARK["copytitle"], MARK["copytext"]), actor=lin, at=local("2026-03-06 10:00")
    )
    return receipt


def test_row_42_nothing_that_was_written_is_stored_in_the_clear(town: Town, instance_directory: Path) -> None:
    receipt = a_whole_life(town)
    wish = "请尽快补好"
    secrets = [
        *MARK.values(),
        receipt,
        receipt.replace("-", ""),
        "30.2567",
        "120.7567",
        wish,
        ascii(wish)[1:-1],
    ]
    found = [
        f"{where}: {secret}" for where, value in in_tables() for secret in secrets if secret.encode() in value
    ]
    assert found == []
    files = [path for path in (instance_directory / "files").rglob("*") if path.is_file()]
    assert files
    assert [
        f"{path.name}: {secret}"
        for path in files
        for secret in secrets
        if secret in path.name or secret.encode() in path.read_bytes()
    ] == []


def test_the_search_finds_what_is_in_the_clear(town: Town) -> None:
    """The same search, for a word that stands in the open: an office's name."""
    assert any(b"Roads" in value for where, value in in_tables() if where == "default:accounts_office.name")
