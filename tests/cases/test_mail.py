"""Letters by mail, against a real IMAP server: filed once, answered once, and no mail opens or reveals anything."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from pytest_django.fixtures import Settings

from gongshi.cases import mailing
from gongshi.cases.actions.claims import claim_filing
from gongshi.cases.actions.erasure import erase_due, withdraw_all
from gongshi.cases.models import Attachment, Case, Claim, Filing, HeldMail, History, MailMark, Message
from gongshi.cases.reading import key_of, read_contact, read_words
from gongshi.cases.sealed import unseal_json
from gongshi.cases.visiting import Visitor, own_case
from gongshi.config.checking import NOTE, WELL, work
from gongshi.notifications.jobs import deliver
from gongshi.notifications.mailbox import Mailbox as Folder
from gongshi.notifications.models import OutboxRow, State
from gongshi.notifications.servers import ServerSettingError
from gongshi.notifications.transports import check_settings
from gongshi.places.models import Place
from gongshi.places.snapshots import forget
from gongshi.rules.references import new_reference
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import picture, replayed
from tests.cast import NOW, Town, lin_files
from tests.notifications.imap import Letters, imap_server
from tests.notifications.servers import Mailbox, mail_server

LIN, STRANGER, TOWN = "lin@example.org", "stranger@example.net", "letters@town.example"


@pytest.fixture(scope="session")
def server() -> Iterator[Letters]:
    with imap_server() as letters:
        yield letters


@pytest.fixture
def letters(server: Letters, town: Town, settings: Settings) -> Letters:
    """An empty folder that the settings point to."""
    server.empty()
    settings.IMAP_URL, settings.MAIL_ADDRESS, settings.MAIL_FROM = server.url, TOWN, "notices@town.example"
    return server


@pytest.fixture
def post(settings: Settings) -> Iterator[Mailbox]:
    """Where our answers arrive."""
    mailbox = Mailbox()
    server = mail_server(mailbox)
    settings.SMTP_URL = f"smtp://127.0.0.1:{mailbox.port}"
    yield mailbox
    server.stop()


def letter(text: str = "桥头路面塌了一个 pothole。", sender: str = LIN, **headers: str) -> EmailMessage:
    found = EmailMessage(policy=SMTP)
    found["From"], found["To"] = f"林月 <{sender}>", TOWN
    found["Subject"] = headers.pop("subject", "路面")
    found["Message-ID"] = headers.pop("id", "<first@example.org>")
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    found.set_content(text)
    return found


def taken(letters: Letters, *arriving: EmailMessage | bytes) -> int:
    letters.arrive(*(one if isinstance(one, bytes) else one.as_bytes() for one in arriving))
    return mailing.take_mail(NOW)


def said(case: Case) -> str:
    return read_words([case])[case.id].text


def test_a_letter_is_filed_answered_and_claimed(letters: Letters, post: Mailbox, town: Town) -> None:
    assert taken(letters, letter()) == 1
    filing = Filing.objects.get()
    (case,) = Case.objects.all()
    assert (filing.channel, filing.staff_logged, filing.language, filing.phone_code) == (
        "email",
        False,
        "zh",
        None,
    )
    assert (case.category, case.office) == (town.categories["pothole"], town.offices["roads"])
    assert said(case) == "路面\n\n桥头路面塌了一个 pothole。"
    assert read_contact(filing, key_of(filing.id)) == {"name": "林月", "email": LIN}
    assert letters.lie_in() == []
    deliver("w", NOW)
    (answer,) = post.messages
    assert post.recipients == [[LIN]]
    assert (answer["Auto-Submitted"], answer["In-Reply-To"]) == ("auto-replied", "<first@example.org>")
    body = answer.get_content()
    assert "pothole" not in body + answer["Subject"]
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", body)
    assert code
    receipt = new_receipt()
    _, row = claim_filing(filing.reference, code[0], receipt=receipt, at=NOW)
    visitor = Visitor(filing, row.id, receipt)
    assert own_case(visitor, 1).file.text.startswith("路面")


def test_the_same_letter_again_changes_nothing(letters: Letters) -> None:
    taken(letters, letter())
    assert taken(letters, letter()) == 1
    assert (Filing.objects.count(), OutboxRow.objects.count(), letters.lie_in()) == (1, 1, [])
    assert History.objects.filter(code="case.added").count() == 0


def test_a_crash_between_commit_and_removal_files_it_once(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: Folder, letter: object) -> None:
        raise OSError("away")

    letters.arrive(letter().as_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "remove", away)
        with pytest.raises(OSError, match="away"):
            mailing.take_mail(NOW)
    assert (Filing.objects.count(), len(letters.lie_in())) == (1, 1)
    assert mailing.take_mail(NOW) == 1
    assert (Filing.objects.count(), OutboxRow.objects.count(), letters.lie_in()) == (1, 1, [])


def test_nothing_leaves_the_folder_before_it_is_kept(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("gongshi.cases.actions.mail.file_filing", full)
    with pytest.raises(OSError, match="no room"):
        taken(letters, letter())
    assert (len(letters.lie_in()), OutboxRow.objects.count()) == (1, 0)


def test_an_answer_in_the_thread_is_an_addition(letters: Letters, post: Mailbox) -> None:
    taken(letters, letter())
    deliver("w", NOW)
    ours = post.message_ids[0]
    more = letter("又摔了一个人。\n\n在 2026年3月2日，公示 写道：\n> 认领码", id="<b@x>", In_Reply_To=ours)
    third = letter("还有照片。", id="<c@x>", References="<first@example.org> <b@x>")
    assert taken(letters, more, third) == 2
    case = Case.objects.get()
    assert [row.by for row in History.objects.filter(code="case.added")] == ["mail", "mail"]
    assert [row.kind for row in Message.objects.all()] == ["mailed", "mailed"]
    assert OutboxRow.objects.count() == 1
    assert (case.stage, case.holder) == (Case.objects.get().stage, "office")


def test_row_48_somebody_elses_answer_in_the_thread_is_a_filing_of_their_own(letters: Letters) -> None:
    taken(letters, letter())
    taken(letters, letter("我也是。pothole", sender=STRANGER, id="<s@y>", References="<first@example.org>"))
    assert Filing.objects.count() == 2
    assert History.objects.filter(code="case.added").count() == 0


@pytest.mark.parametrize("whose", ["hers", "nobody's"])
def test_row_48_a_reference_in_a_subject_opens_nothing_and_tells_nothing(
    whose: str, letters: Letters, town: Town
) -> None:
    """A stranger who names a reference is answered alike, whether there is such a filing or not."""
    reference = lin_files(town)[0].filing.reference if whose == "hers" else new_reference("TT", b"12345")
    before = (Filing.objects.count(), OutboxRow.objects.count())
    taken(letters, letter("告诉我办到哪了。", sender=STRANGER, subject=f"Re: {reference}"))
    assert (HeldMail.objects.get().reason, Filing.objects.count()) == ("not_by_mail", before[0])
    assert [row.template for row in OutboxRow.objects.all()][before[1] :] == ["held_not_by_mail"]
    assert History.objects.filter(code="case.added").count() == 0


def test_who_left_their_address_adds_by_naming_the_reference(letters: Letters, town: Town) -> None:
    filed, _ = lin_files(town)
    taken(letters, letter("又摔了一个人。", subject=f"回复: {filed.filing.reference} 有新情况"))
    assert History.objects.filter(code="case.added", by="mail").count() == 1


def test_a_withdrawn_matter_takes_nothing_by_mail(letters: Letters) -> None:
    taken(letters, letter())
    filing = Filing.objects.get()
    Case.objects.update(outcome="withdrawn")
    taken(letters, letter("再说一句。", id="<b@x>", In_Reply_To="<first@example.org>"))
    assert HeldMail.objects.get().reason == "not_by_mail"
    assert Filing.objects.get() == filing


def test_an_erased_filing_leaves_no_mark_of_its_letters(letters: Letters, post: Mailbox) -> None:
    taken(letters, letter())
    filing = Filing.objects.get()
    deliver("w", NOW)
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", post.messages[0].get_content())
    assert code
    _, row = claim_filing(filing.reference, code[0], receipt=new_receipt(), at=NOW)
    withdraw_all(filing, erase=True, actor=resident_of(filing, row.id), at=NOW)
    assert erase_due(NOW + timedelta(days=30), 10) == 1
    assert MailMark.objects.count() == 0


def resident_of(filing: Filing, receipt: object):
    from gongshi.accounts.actors import Resident

    return Resident(filing.id, receipt)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Return_Path": "<>"},
        {"List_Id": "<news.example.org>"},
        {"Precedence": "bulk"},
        {"sender": "MAILER-DAEMON@example.org"},
        {"sender": "notices@town.example"},
        {"sender": TOWN},
        {"subject": "自动回复：您好"},
    ],
)
def test_row_48_what_programs_send_is_never_filed_and_never_answered(
    headers: dict[str, str], letters: Letters
) -> None:
    taken(letters, letter(**headers))
    assert (Filing.objects.count(), OutboxRow.objects.count(), HeldMail.objects.count()) == (0, 0, 0)
    assert (letters.lie_in(), len(letters.lie_in(mailing.ASIDE))) == ([], 1)


def test_our_own_answer_sent_back_is_left_alone(letters: Letters, post: Mailbox) -> None:
    taken(letters, letter())
    deliver("w", NOW)
    taken(letters, post.messages[0].as_bytes())
    assert (Filing.objects.count(), OutboxRow.objects.count()) == (1, 1)


def test_attachments_come_in_as_files_and_the_rest_is_told(letters: Letters, post: Mailbox) -> None:
    taken(letters, with_files(letter()))
    assert [row.media_type for row in Attachment.objects.all()] == ["image/jpeg"]
    assert (letters.lie_in(), letters.lie_in(mailing.HELD)) == ([], [])
    assert [row.template for row in OutboxRow.objects.all()] == ["mail_partly"]
    assert left_out(Case.objects.get()) == ["2 all.zip"]
    replayed(Case.objects.get())
    deliver("w", NOW)
    body = post.messages[0].get_content()
    assert "第 2 个" in body
    assert "all.zip" not in body
    assert taken(letters, with_files(letter())) == 1
    assert (Filing.objects.count(), OutboxRow.objects.count()) == (1, 1)


def with_files(arriving: EmailMessage) -> EmailMessage:
    """The letter with a photo, and with one that no door takes."""
    arriving.add_attachment(picture().shown.data, maintype="image", subtype="jpeg", filename="坑.jpg")
    arriving.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="all.zip")
    return arriving


def left_out(case: Case) -> list[str]:
    """What the case's history says of files that could not be taken in."""
    key = key_of(case.id)
    rows = History.objects.filter(case=case, code="case.files_left_out")
    return [unseal_json(key, row.reason, row=row.id, field="reason") for row in rows]


def test_attachments_of_an_answer_in_the_thread_likewise(letters: Letters, post: Mailbox) -> None:
    taken(letters, letter())
    deliver("w", NOW)
    more = with_files(letter("照片。", id="<b@x>", In_Reply_To=post.message_ids[0]))
    taken(letters, more, more)
    assert Attachment.objects.count() == 1
    assert left_out(Case.objects.get()) == ["2 all.zip"]
    replayed(Case.objects.get())
    assert (letters.lie_in(), letters.lie_in(mailing.HELD), mailing.held_since(NOW)) == ([], [], 0)
    deliver("w", NOW)
    (_, answer) = post.messages
    assert (answer["To"], answer["In-Reply-To"]) == (LIN, "<b@x>")
    assert "第 2 个" in answer.get_content()
    assert HeldMail.objects.get().contact is None


def test_a_letter_of_nothing_but_what_cannot_be_taken_is_held(letters: Letters) -> None:
    bare = letter("", subject="")
    bare.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="all.zip")
    taken(letters, bare)
    assert (Filing.objects.count(), HeldMail.objects.get().reason) == (0, "empty")
    assert len(letters.lie_in(mailing.HELD)) == 1


def test_what_cannot_be_read_is_held_answered_once_and_forgotten(letters: Letters, post: Mailbox) -> None:
    sealed = letter()
    sealed.replace_header("Content-Type", "application/pkcs7-mime")
    taken(letters, sealed)
    assert (HeldMail.objects.get().reason, len(letters.lie_in(mailing.HELD))) == ("encrypted", 1)
    assert LIN.encode() not in bytes(HeldMail.objects.get().contact or b"")
    deliver("w", NOW)
    assert [one["To"] for one in post.messages] == [LIN]
    assert HeldMail.objects.get().contact is None
    taken(letters, sealed)
    assert (OutboxRow.objects.count(), Filing.objects.count(), mailing.held_since(NOW)) == (1, 0, 1)


@pytest.mark.parametrize(("most", "reason"), [(100, "too_large"), (25_000_000, "too_long")])
def test_what_is_too_large_is_held(
    most: int, reason: str, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "MOST_BYTES", most)
    taken(letters, letter("坑" * 5_001))
    assert (HeldMail.objects.get().reason, len(letters.lie_in(mailing.HELD))) == (reason, 1)
    assert [row.template for row in OutboxRow.objects.all()] == [f"held_{reason}"]


def test_a_flood_from_one_address_is_held_unanswered_and_others_come_through(letters: Letters) -> None:
    flood = [letter(f"pothole {number}", id=f"<{number}@x>", sender=STRANGER) for number in range(14)]
    taken(letters, *flood, letter())
    assert Filing.objects.count() == 13
    assert (letters.lie_in(), len(letters.lie_in(mailing.HELD))) == ([], 2)
    assert OutboxRow.objects.filter(state=State.WAITING).count() == 13


def test_one_letter_that_breaks_something_keeps_no_other(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = mailing.read_mail

    def broken(raw: bytes):
        if b"poison" in raw:
            raise RuntimeError
        return whole(raw)

    monkeypatch.setattr(mailing, "read_mail", broken)
    taken(letters, letter("poison", id="<p@x>"), letter())
    assert (Filing.objects.count(), HeldMail.objects.get().reason) == (1, "broken")


COMPLAINT = "窗口的人态度很差。conduct"
TIP_OFF = "我要举报三楼的老李。pothole"


@pytest.fixture
def listed(town: Town) -> None:
    """The place lists words of tip-offs."""
    Place.objects.update(words={"tip_off_words": {"zh": "我要举报", "en": "inform on"}})
    forget()


@pytest.mark.parametrize(
    "text",
    [
        COMPLAINT,
        "pothole noise leak how-to conduct",
        "quarrel",
        "quarrel leak",
        TIP_OFF,
        f"{COMPLAINT}{'坑' * 5_001}",
    ],
)
def test_what_must_not_reach_those_it_is_about_is_not_taken_and_not_kept(
    text: str, letters: Letters, post: Mailbox, listed: None, caplog: pytest.LogCaptureFixture
) -> None:
    """Its sender is told once where to go, and nobody who looks into the mailbox reads it."""
    taken(letters, letter(text))
    taken(letters, letter(text))
    assert (Case.objects.count(), Attachment.objects.count()) == (0, 0)
    assert (letters.lie_in(), letters.lie_in(mailing.HELD)) == ([], [])
    deliver("w", NOW)
    (answer,) = post.messages
    body = answer.get_content()
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "http" in body
    assert "/file/about-persons/" in body
    assert not {"conduct", "quarrel", "老李", "窗口"} & set(re.findall(r"\w+", f"{body}{answer['Subject']}"))
    assert (HeldMail.objects.get().contact, mailing.held_since(NOW)) == (None, 0)
    assert caplog.messages == []


def test_a_complaint_that_names_a_reference_does_not_lie_in_the_mailbox_either(
    letters: Letters, town: Town
) -> None:
    reference = lin_files(town)[0].filing.reference
    taken(letters, letter(COMPLAINT, sender=STRANGER, subject=f"Re: {reference}"))
    assert (Filing.objects.count(), HeldMail.objects.get().reason) == (1, "form_only")
    assert letters.lie_in(mailing.HELD) == []


def test_a_complaint_is_answered_once_though_it_could_not_be_removed(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: Folder, letter: object) -> None:
        raise OSError("away")

    letters.arrive(letter(COMPLAINT).as_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "remove", away)
        with pytest.raises(OSError, match="away"):
            mailing.take_mail(NOW)
    assert mailing.take_mail(NOW) == 1
    assert (OutboxRow.objects.count(), letters.lie_in(), letters.lie_in(mailing.HELD)) == (1, [], [])
    assert (Filing.objects.count(), HeldMail.objects.get().reason) == (0, "form_only")


def test_marks_do_not_tell_of_a_sender(letters: Letters) -> None:
    """Two letters of one sender leave nothing alike."""
    taken(letters, letter(), letter("noise", id="<b@x>", subject="噪声"))
    marks = [bytes(row.hash) for row in MailMark.objects.all()]
    assert (len(marks), len(set(marks)), Claim.objects.count()) == (4, 4, 2)


def test_marks_and_what_was_held_go_in_time(letters: Letters) -> None:
    sealed = letter(id="<b@x>")
    sealed.replace_header("Content-Type", "application/pkcs7-mime")
    taken(letters, letter(), sealed)
    kept = []
    for days in (89, 91, 366):
        mailing.forget_old(NOW + timedelta(days=days))
        kept.append((MailMark.objects.count(), HeldMail.objects.count()))
    assert kept == [(2, 1), (2, 0), (0, 0)]


@pytest.mark.parametrize("folder", [mailing.HELD, mailing.ASIDE])
def test_what_lies_in_the_mailbox_for_a_season_is_deleted(folder: str, letters: Letters) -> None:
    for days, text in ((92, "old"), (89, "young")):
        letters.arrive(letter(text).as_bytes(), folder=folder, at=NOW - timedelta(days=days))
    letters.arrive(letter("waits").as_bytes(), at=NOW - timedelta(days=92))
    assert mailing.forget_old(NOW) == 1
    (left,) = letters.lie_in(folder)
    assert b"young" in left
    assert len(letters.lie_in()) == 1


def test_nobody_is_asked_where_no_folder_is_set(town: Town) -> None:
    assert mailing.take_mail(NOW) == 0


def test_who_runs_it_is_told_what_was_held(letters: Letters, post: Mailbox) -> None:
    assert [one.level for one in work.mail()] == [WELL, WELL]
    taken(letters, letter("坑" * 5_001))
    sent, held = work.mail()
    assert (sent.level, held.level) == (WELL, NOTE)
    assert "1" in held.en
    assert [one.level for one in work._letters(NOW)] == [NOTE]


def test_letters_need_a_way_to_be_answered_and_an_address_of_their_own(settings: Settings) -> None:
    settings.IMAP_URL, settings.MAIL_ADDRESS, settings.DEMO = "imaps://u:p@mail.example", "", False
    for smtp, address, wrong in (
        ("", TOWN, "smtp_url"),
        ("smtp://mail", "", "mail_address"),
        ("smtp://mail", TOWN, ""),
    ):
        settings.SMTP_URL, settings.MAIL_ADDRESS = smtp, address
        if wrong:
            with pytest.raises(ServerSettingError, match=wrong):
                check_settings()
        else:
            check_settings()
