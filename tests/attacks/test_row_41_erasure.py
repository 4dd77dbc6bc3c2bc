"""Row 41: what was erased is nowhere any more.

A marker of its own in everything that a resident can fill in and staff can write; the matter lives through all of it,
is published, searched, downloaded, told about by mail. Then it is withdrawn and erased, the jobs run, and the marker is
hunted in tables, dumps, database files, write-ahead logs, media, keys, the outbox and the log.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gongshi.accounts.actors import Resident, System
from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, say_of_answer, send_answer
from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply, write_note
from gongshi.cases.actions.erasure import EMPTIED
from gongshi.cases.actions.filing import file_filing
from gongshi.cases.actions.looks import open_contact, open_content, open_file
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import consents_to_review, open_copy, publish
from gongshi.cases.actions.uploads import keep_upload, uploads_of
from gongshi.cases.drafts import NewFiling, PublicCopy
from gongshi.cases.models import Attachment, Case, Filing, PublicCase
from gongshi.notifications import schedule
from gongshi.notifications.jobs import deliver
from gongshi.places.snapshots import forget
from gongshi.safekeeping.photos import prepare
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import marked_contact
from tests.cast import NOW, Town, build_town, case_of, matter, resident
from tests.clock import Clock, local
from tests.hunt import Hunt, everywhere

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = (  # noqa: SIM905
    "name email phone address somebody told text wish place earlier extra filename exif pdf draftname drafttext "
    "question reply addition addedname note reason handover instruction found decided whom call verdict judged "
    "copytitle copytext"
).split()
MARK = {part: f"mark{number:02}{part}zq" for number, part in enumerate(PARTS)}
WHALE = "独角鲸骑单车"
# Published, so that it stands in the clear until it is erased.
PUBLIC = {MARK["copytitle"], MARK["copytext"]}
GONE = local("2026-03-25 00:10")


@pytest.fixture
def town(transactional_db: None, clock: Clock) -> Iterator[Town]:
    forget()
    yield build_town()
    forget()


def picture(name: str, *, exif: str) -> SimpleUploadedFile:
    """A photo whose metadata hold a marker, and whose original is kept as evidence."""
    data = Image.Exif()
    data[0x010E] = exif
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "grey").save(buffer, "JPEG", exif=data)
    return SimpleUploadedFile(f"{name}.jpg", buffer.getvalue(), "image/jpeg")


def paper(marker: str) -> SimpleUploadedFile:
    """A PDF that says the marker."""
    body = f"%PDF-1.4\n1 0 obj<</Type/Catalog/Title({marker})>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return SimpleUploadedFile(f"{marker}.pdf", body.encode(), "application/pdf")


def filed(town: Town) -> tuple[Case, Resident, str]:
    receipt = new_receipt()
    photo = prepare(picture(MARK["filename"], exif=MARK["exif"]), evidence=True)
    keep_upload(photo, f"{MARK['filename']}.jpg", receipt=receipt, at=NOW)
    abandoned = prepare(picture(MARK["draftname"], exif=MARK["drafttext"]), evidence=True)
    keep_upload(abandoned, f"{MARK['draftname']}.jpg", receipt=new_receipt(), at=NOW)
    contact = marked_contact(MARK)
    chosen = tuple(one.id for one in uploads_of(receipt))
    plain = matter(
        town,
        text=f"{MARK['text']} {WHALE}",
        point=(30.256789, 120.756789),
        place=MARK["place"],
        answers={"depth": MARK["extra"]},
        public=PublicCopy(MARK["copytitle"], MARK["copytext"]),
        uploads=chosen,
    )
    new = NewFiling((replace(plain, wish=MARK["wish"]),), "zh", "web", contact, earlier=MARK["earlier"])
    made = file_filing(new, receipt=receipt, actor=System("web"), at=NOW)
    return case_of(made), resident(made), receipt


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise", "supervision").get(pk=case.pk)


def a_whole_life(town: Town) -> tuple[Case, str]:
    """Everything that can be written on a matter, and everybody who may look."""
    case, lin, receipt = filed(town)
    zhou, qin, su = town.actor("zhou"), town.actor("qin"), town.actor("su")
    handed = {"office": town.offices["water"].id, "reason": MARK["handover"]}
    make_move(fresh(case), "hand_over", actor=zhou, at=NOW, params=handed)
    back = {"office": town.offices["roads"].id, "reason": MARK["handover"]}
    make_move(fresh(case), "hand_over", actor=town.actor("ma"), at=NOW, params=back)
    make_move(fresh(case), "accept", actor=zhou, at=NOW)
    open_content(fresh(case), zhou, why="assignment", at=NOW)
    open_contact(fresh(case), zhou, why="contact", at=NOW)
    for file in Attachment.objects.filter(case=case):
        assert b"".join(open_file(fresh(case), file.id, zhou, why="assignment", at=NOW)[1])
    at = local("2026-03-03 09:00")
    ask_resident(fresh(case), "ask", MARK["question"], actor=zhou, at=at)
    reply(fresh(case), "reply", MARK["reply"], actor=lin, at=at)
    files = [
        ("a.pdf", prepare(paper(MARK["pdf"]), evidence=False)),
        (f"{MARK['addedname']}.pdf", prepare(paper("x"), evidence=False)),
    ]
    add_to_case(fresh(case), f"{MARK['addition']} {WHALE}", files, actor=lin, at=at)
    write_note(fresh(case), MARK["note"], actor=zhou, at=at)
    make_move(fresh(case), "extend", actor=zhou, at=at, params={"reason": MARK["reason"]})
    promise = NewAnswer(
        "will_do",
        MARK["found"],
        date(2026, 3, 3),
        MARK["decided"],
        MARK["call"],
        date(2026, 3, 20),
        MARK["whom"],
    )
    send_answer(fresh(case), "promise", promise, actor=zhou, at=local("2026-03-04 16:00"))
    judged = fresh(case)
    say_of_answer(
        judged, Verdict(False, None, MARK["judged"]), actor=lin, at=local("2026-03-04 17:00"), seen=judged.seq
    )
    reopening = Verdict(False, False, MARK["verdict"])
    give_verdict(fresh(case), "reopen", reopening, actor=lin, at=local("2026-03-05 20:00"))
    make_move(
        fresh(case), "escalate", actor=lin, at=local("2026-03-05 21:00"), params={"reason": MARK["reason"]}
    )
    directed = {"instruction": MARK["instruction"]}
    make_move(fresh(case), "direct", actor=qin, at=local("2026-03-06 09:00"), params=directed)
    [consent] = consents_to_review(su)
    open_copy(consent.id, su, at=at)
    publish(
        consent.id, PublicCopy(MARK["copytitle"], MARK["copytext"]), actor=su, at=local("2026-03-06 10:00")
    )
    return fresh(case), receipt


def at_the_door(case: Case, receipt: str) -> Client:
    """The resident at their pages, in both languages, and what they download."""
    client = Client()
    opened = client.post("/open/", {"reference": case.filing.reference, "receipt": receipt})
    assert opened.status_code == 303
    for address in (
        "/filing/",
        "/en/filing/1/",
        "/filing/1/withdraw/",
        "/published/",
        "/en/published/?q=mark",
    ):
        assert client.get(address).status_code == 200, address
    return client


def run_jobs(at: Any) -> None:
    """What `gongshi work` does, and again, as it does."""
    for minutes in (0, 30):
        schedule.run_due("hunt", at + timedelta(minutes=minutes))
        deliver("hunt", at + timedelta(minutes=minutes))


def captured(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[tuple[str, bytes]]:
    out, err = capfd.readouterr()
    yield "log", caplog.text.encode()
    yield "terminal", (out + err).encode()


def outside(hits: dict[str, set[str]]) -> dict[str, set[str]]:
    """Without the address that mail was delivered to: the files transport stands for somebody else's mail server."""
    left = {
        place: found - {MARK["email"]} if place.startswith("outbox/") else found
        for place, found in hits.items()
    }
    return {place: found for place, found in left.items() if found}


def test_row_41_what_was_erased_is_nowhere(
    town: Town,
    clock: Clock,
    instance_directory: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "gongshi")
    case, receipt = a_whole_life(town)
    hunt = Hunt([*MARK.values(), WHALE, receipt, receipt.replace("-", "")])
    run_jobs(local("2026-03-06 11:00"))
    clock.set("2026-03-06 12:00")
    client = at_the_door(case, receipt)
    download = b"".join(client.get("/filing/download/").streaming_content)  # type: ignore[attr-defined]

    # The hunt finds what is there: all of it in what the resident took home, and the public copy in every place.
    # What staff wrote for each other, what was never sent, and what was said anew is in no copy of theirs.
    written = set(MARK.values()) - {MARK[part] for part in ("note", "draftname", "drafttext", "judged")}
    assert written <= hunt.found_in(download)
    assert WHALE in hunt.found_in(download)
    before = outside(hunt.found([*everywhere(instance_directory), *captured(caplog, capfd)]))
    assert set().union(*before.values()) == PUBLIC
    assert any(place.endswith("cases_publiccase.title") for place in before)
    assert any("dump" in place for place in before)

    done = client.post("/filing/1/withdraw/", {"content": "erase"})
    assert done.status_code == 303
    clock.set("2026-03-24 12:00")
    run_jobs(GONE)
    assert Case.objects.get().erased_at is not None
    assert client.get("/filing/").status_code == 302
    left = outside(hunt.found([*everywhere(instance_directory), *captured(caplog, capfd)]))
    assert left == {}
    assert hunt.seen > 1_000


def test_row_41_after_erasure_the_receipt_answers_like_a_wrong_one(town: Town, clock: Clock) -> None:
    """Row 6: not found, not that something was there."""
    case, receipt = a_whole_life(town)
    client = Client()
    wrong = client.post("/open/", {"reference": case.filing.reference, "receipt": new_receipt()})
    clock.set("2026-03-06 12:00")
    opened = Client()
    opened.post("/open/", {"reference": case.filing.reference, "receipt": receipt})
    opened.post("/filing/1/withdraw/", {"content": "erase"})
    run_jobs(GONE)
    erased = client.post("/open/", {"reference": case.filing.reference, "receipt": receipt})
    assert (erased.status_code, wrong.status_code) == (403, 403)
    assert shape(erased.content) == shape(wrong.content)


def shape(page: bytes) -> bytes:
    """A page without its one-time token."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", page)


def test_every_table_about_a_case_is_emptied_or_argued() -> None:
    """A new table that hangs on a case or a filing must say what an erasure does to it."""
    from django.apps import apps

    kept = {
        "JointOffice": "which offices were asked: no words",
        "Clock": "days only; figures say by them whether an answer was late",
        "Recusal": "who is kept from the case stays kept from it; the reason is blanked",
    }
    hanging = {
        model.__name__
        for model in apps.get_app_config("cases").get_models()
        if any(field.related_model in (Case, Filing) for field in model._meta.concrete_fields)
    }
    erased = {table.__name__ for table in EMPTIED}
    # Receipts, claims and marks of letters are deleted with the filing, when the last of its cases is.
    assert hanging - erased - set(kept) == {"Receipt", "Claim", "MailMark", "Case"}
    assert PublicCase in EMPTIED
