"""A thief has the databases, the files and every key file, but no signed-in officer: nothing of a sealed case opens.

A marker of its own in everything that a resident can fill in and staff can write. It is hunted in tables, dumps,
database files with their write-ahead logs, files and key files; then everything that the key file gives is tried on
everything that was sealed. An ordinary case beside it shows that the thief tries the right things.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.db.models import Model
from pytest_django.fixtures import Settings

from gongshi.accounts.recovery import make_shares
from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply, write_note
from gongshi.cases.actions.glass import ask, refuse
from gongshi.cases.actions.looks import open_contact, open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.uploads import keep_upload, uploads_of
from gongshi.cases.jobs import tick_glass
from gongshi.cases.models import Answer, Attachment, BreakGlass, Case, Filing, History, Message
from gongshi.cases.sealed import ASKED
from gongshi.places.snapshots import forget
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.models import KeyWrap, LockedKey, Wrap
from gongshi.safekeeping.queries import open_with_instance
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.sealing import SealError, unseal
from gongshi.safekeeping.wrapping import field_of
from tests.attacks.test_row_41_erasure import picture
from tests.casework import add_office, add_staff, marked_contact
from tests.cast import NOW, Town, build_town, case_of, lin_files, matter, resident
from tests.clock import Clock, local
from tests.hunt import Hunt, everywhere, in_folder

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = (  # noqa: SIM905
    "name email phone address somebody told text wish place extra filename exif question reply addition note "
    "reason found decided call verdict lapsed refused asked"
).split()
MARK = {part: f"seal{number:02}{part}zq" for number, part in enumerate(PARTS)}
PURPOSES = (
    "wraps",
    "receipts",
    "sources",
    "drafts",
    "filing body",
    "factors",
    "tokens/drafts",
    "tokens/visits",
    # Sealed with it are the words of requests to break glass for which no worker has looked yet.
    "asked reason",
    # Nothing is sealed with it: a code is hashed with its owner's name. It sets a new password, which opens no old key.
    "one-time codes",
)
# What is sealed of each row, by field.
SEALED = {
    Case: ("content",),
    Message: ("content",),
    Answer: ("content", "letter", "verdict"),
    History: ("reason",),
    Attachment: ("key", "name"),
    BreakGlass: ("asked_reason", "reason"),
}
FIELDS = {"asked_reason": ASKED}


@pytest.fixture
def town(transactional_db: None, clock: Clock) -> Iterator[Town]:
    forget()
    make_recovery_pair_without_keeping_the_shares()
    yield build_town()
    forget()


def make_recovery_pair_without_keeping_the_shares() -> None:
    make_shares(needed=2, of=3, at=NOW)


def a_sealed_life(town: Town) -> Case:
    """A complaint about Roads with everything in it, through the hall's hands; asked, answered, reopened."""
    from gongshi.safekeeping.photos import prepare

    receipt = new_receipt()
    photo = prepare(picture(MARK["filename"], exif=MARK["exif"]), evidence=True)
    keep_upload(photo, f"{MARK['filename']}.jpg", receipt=receipt, at=NOW)
    contact = marked_contact(MARK)
    one = matter(
        town,
        "conduct",
        text=MARK["text"],
        subject=town.offices["roads"].id,
        place=MARK["place"],
        answers={"depth": MARK["extra"]},
        uploads=tuple(upload.id for upload in uploads_of(receipt)),
    )
    filed, _ = lin_files(town, one, contact=contact, receipt=receipt)
    qin, lin = town.actor("qin"), resident(filed)
    case = make_move(case_of(filed), "accept", actor=qin, at=NOW)
    open_content(case, qin, why="assignment", at=NOW)
    open_contact(case, qin, why="contact", at=NOW)
    ask_resident(case, "ask", MARK["question"], actor=qin, at=local("2026-03-03 09:00"))
    reply(case, "reply", MARK["reply"], actor=lin, at=local("2026-03-03 10:00"))
    add_to_case(case, MARK["addition"], actor=lin, at=local("2026-03-03 11:00"))
    write_note(case, MARK["note"], actor=qin, at=local("2026-03-03 12:00"))
    make_move(case, "extend", actor=qin, at=local("2026-03-03 13:00"), params={"reason": MARK["reason"]})
    answer = NewAnswer("explained", MARK["found"], date(2026, 3, 3), MARK["decided"], MARK["call"])
    send_answer(case, "answer", answer, actor=qin, at=local("2026-03-04 16:00"))
    give_verdict(
        case, "reopen", Verdict(False, None, MARK["verdict"]), actor=lin, at=local("2026-03-05 20:00")
    )
    break_glass(town, case)
    return Case.objects.select_related("filing").get(pk=case.pk)


def break_glass(town: Town, case: Case) -> None:
    """A supervisor of another office asks three times: nobody decides, somebody refuses, somebody has yet to."""
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    for day, part in enumerate(("lapsed", "refused", "asked"), start=6):
        at = local(f"2026-03-{day:02} 09:00")
        ask(case.filing.reference, case.number, MARK[part], actor=town.actor("pan"), at=at)
        tick_glass(at)
        if part == "refused":
            refuse(BreakGlass.objects.latest("asked_at").id, actor=town.actor("qin"), at=at)


def sealed_values(case: Case) -> Iterator[tuple[UUID, str, bytes]]:
    """Everything sealed of a case and its filing: row, field, value."""
    for model, fields in SEALED.items():
        rows: list[Model] = [case] if model is Case else list(model.objects.filter(case=case))  # type: ignore[attr-defined]
        for row in rows:
            for field in fields:
                if value := getattr(row, field):
                    yield row.pk, FIELDS.get(field, field), bytes(value)
    if case.filing.contact:
        yield case.filing_id, "contact", bytes(case.filing.contact)


def opens(key: bytes, row: UUID, field: str, value: bytes) -> bool:
    try:
        unseal(key, value, row=row, field=field)
    except SealError:
        return False
    return True


def stolen_keys() -> list[bytes]:
    """Every key that the key file gives: subkeys, and data keys of all wraps that it opens."""
    keys = instance_keys()
    subjects = [row.pk for model in (Case, Filing, BreakGlass) for row in model.objects.all()]
    found = [keys.subkey(purpose, version) for purpose in PURPOSES for version in keys.versions]
    return found + list(open_with_instance(subjects).values())


def test_row_42_nothing_of_a_sealed_case_is_in_a_stolen_copy(
    town: Town, instance_directory: Path, settings: Settings
) -> None:
    case = a_sealed_life(town)
    ordinary = case_of(lin_files(town)[0])
    hunt = Hunt(MARK.values())
    assert hunt.found(everywhere(instance_directory)) == {}
    assert hunt.found(in_folder(Path(settings.KEY_FILE).parent)) == {}
    assert hunt.seen > 100
    thief = stolen_keys()
    values = list(sealed_values(case))
    assert {field for _, field, _ in values} >= {
        "content",
        "letter",
        "verdict",
        "reason",
        "key",
        "name",
        "contact",
        ASKED,
    }
    assert len(values) >= 17
    lapsed, refused, asked = BreakGlass.objects.order_by("asked_at")
    assert [bool(one.asked_reason) for one in (lapsed, refused, asked)] == [False, False, True]
    assert [bool(one.reason) for one in (lapsed, refused, asked)] == [False, True, False]
    assert not any(opens(key, *value) for key in thief for value in values)
    # The same thief reads the ordinary case beside it.
    assert all(any(opens(key, *value) for key in thief) for value in sealed_values(ordinary))


def test_row_42_the_key_file_opens_no_wrap_that_leads_to_it(town: Town) -> None:
    case = a_sealed_life(town)
    thief = stolen_keys()
    asked = BreakGlass.objects.values_list("id", flat=True)
    wraps = Wrap.objects.filter(subject__in=[case.id, case.filing_id, *asked])
    recipients = [*["office", "receipt", "recovery"] * 2, "office", "recovery"]
    assert sorted(wraps.values_list("recipient", flat=True)) == sorted(recipients)
    for wrap in wraps:
        field = field_of(wrap.recipient, wrap.recipient_id)
        assert not any(opens(key, wrap.subject, field, bytes(wrap.sealed)) for key in thief)
    for row in KeyWrap.objects.all():
        assert not any(opens(key, row.pair, "private", bytes(row.sealed)) for key in thief)
    for locked in LockedKey.objects.all():
        assert not any(opens(key, locked.pair, "locked", bytes(locked.sealed)) for key in thief)


def test_row_42_the_hunt_would_find_it(town: Town, instance_directory: Path) -> None:
    """The same life in the clear, in one column, and one file with a marker's name."""
    case = a_sealed_life(town)
    Case.objects.filter(pk=case.pk).update(content=f"... {MARK['text']} ...".encode())
    (instance_directory / "files" / MARK["filename"]).write_bytes(b"")
    found = Hunt(MARK.values()).found(everywhere(instance_directory))
    (instance_directory / "files" / MARK["filename"]).unlink()
    assert set().union(*found.values()) == {MARK["text"], MARK["filename"]}
