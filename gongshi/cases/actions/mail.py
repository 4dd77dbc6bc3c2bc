"""Taking in one letter by mail: a filing, or an addition to the one it belongs to; or held back, with an answer.

Each is one transaction, the answer's outbox row in it. Done again, nothing more happens.
"""

import io
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from gongshi.accounts.actors import System
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.actions.filing import file_filing
from gongshi.cases.actions.uploads import MOST_FILES, keep_upload, room_for_files
from gongshi.cases.by_mail import (
    REASONS,
    HeldBack,
    Received,
    case_to_add_to,
    held_hash,
    is_for_the_form,
    language_of,
)
from gongshi.cases.changing import Changed
from gongshi.cases.drafts import Contact, Handing, Letter, NewFiling, NewMatter
from gongshi.cases.models import Filing, HeldMail, MailMark
from gongshi.cases.reading import Erased, KeyClosed
from gongshi.cases.record import HELD_EFFECT
from gongshi.cases.sealed import seal_writer
from gongshi.cases.texts import TextRefused, checked_text
from gongshi.formats.mail import Mail, MailFile
from gongshi.notifications.actions import rows_for
from gongshi.notifications.models import OutboxRow
from gongshi.routing.queries import CategoryNode, leaves
from gongshi.routing.suggesting import is_about_an_office, suggested
from gongshi.rules.ladder import is_sealed
from gongshi.rules.quoting import own_words
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.photos import Prepared, UploadError, prepare
from gongshi.safekeeping.receipts import new_receipt
from gongshi.words import in_language, pair

LONGEST_NAME = 60
LONGEST_ID = 200
# Pictures within a signature: small ones say nothing, and larger ones of a kind that is not taken are no loss.
SMALL, ORNAMENT = 4_000, 100_000
MAIL = System("mail")
NO_WORDS = pair("（信里没有文字，见附件。）", "(No words in the mail; see what is attached.)")


def take_in(received: Received, *, at: datetime) -> str:
    """Take in a mail that somebody wrote; what became of it: "filed", "added", or "there" if it was taken in before.

    Raises HeldBack: then nothing was written.
    """
    if received.is_known():
        return "there"
    words = own_words(received.mail.text)
    try:
        found = received.filing_answered()
        if found:
            _add(found, received, words, at)
            return "added"
    except HeldBack as held:
        # What is held back lies readable in the mailbox.
        raise _not_taken(received, words) or held from held
    if refused := _not_taken(received, words):
        raise refused
    _file(received, words, at)
    return "filed"


def _not_taken(received: Received, words: str) -> HeldBack | None:
    return HeldBack("form_only") if is_for_the_form(f"{received.mail.subject}\n{words}") else None


def _file(received: Received, words: str, at: datetime) -> None:
    mail = received.mail
    language = language_of(f"{mail.subject}{words}")
    whole = f"{mail.subject}\n\n{words}" if mail.subject and not words.startswith(mail.subject) else words
    text = _checked(whole, mail, language)
    receipt = new_receipt()
    files, lost = _prepared(mail.files)
    kept = [keep_upload(prepared, name, receipt=receipt, at=at).id for name, prepared in files]
    new = NewFiling(
        matters=(NewMatter(_category(text).id, text, uploads=tuple(kept)),),
        language=language,
        channel="email",
        contact=Contact(name=mail.name[:LONGEST_NAME], email=received.sender, notify="email"),
        handing=Handing("email"),
        letter=Letter(received.marks(), _answered(mail), held_hash(received.top) if lost else None),
    )
    file_filing(new, receipt=receipt, actor=MAIL, at=at)


def _category(text: str) -> CategoryNode:
    """What the words make likely, as for a form that leaves it open; never one that is about an office, or sealed.

    For words that cannot be of such a one (`is_for_the_form`).
    """
    likely = (*suggested(text, "write"), *reversed(leaves()))
    return next(node for node in likely if not is_sealed(node.kind) and not is_about_an_office(node))


def _add(filing: Filing, received: Received, words: str, at: datetime) -> None:
    case = case_to_add_to(filing)
    if case is None:
        raise HeldBack("not_by_mail")
    text = _checked(words, received.mail, filing.language)
    marks = [MailMark(filing=filing, hash=one, at=at) for one in received.marks()]
    files, lost = _prepared(received.mail.files)
    if room_for_files(case) < len(files):
        files, lost = [], True
    try:
        with transaction.atomic():
            if lost:
                _hold(held_hash(received.top), "files", filing.language, at)
            add_to_case(case, text, files, actor=MAIL, at=at, marks=marks)
    except (Changed, Erased, KeyClosed) as error:
        raise HeldBack("not_by_mail") from error


def _checked(words: str, mail: Mail, language: str) -> str:
    if not words.strip():
        if not mail.files:
            raise HeldBack("empty")
        return in_language(NO_WORDS, language)
    try:
        return checked_text(words)
    except TextRefused as refused:
        raise HeldBack("too_long" if refused.code == "too_long" else "broken") from refused


def _prepared(files: Iterable[MailFile]) -> tuple[list[tuple[str, Prepared]], bool]:
    """The attachments as they are kept, and whether some could not be taken."""
    found: list[tuple[str, Prepared]] = []
    lost = False
    for file in files:
        if file.inline and len(file.data) < SMALL:
            continue
        try:
            if len(found) >= MOST_FILES:
                raise UploadError("too_many")
            found.append((file.name, prepare(io.BytesIO(file.data))))
        except UploadError:
            lost = lost or not file.inline or len(file.data) >= ORNAMENT
    return found, lost


def _answered(mail: Mail) -> str:
    """The Message-ID to be answered, if it can stand in a header."""
    one = mail.message_id
    return one if one.isascii() and one.isprintable() and len(one) <= LONGEST_ID else ""


def hold(head: Mail | None, sender: str, top: bytes, reason: str, *, at: datetime) -> None:
    """Write down that a mail is held back, and answer it once where `REASONS` has an answer. Done again: nothing.

    ``head``: its headers, None where they cannot be read.
    """
    template = REASONS[reason]
    language = language_of(head.subject + head.name) if head else "zh"
    with transaction.atomic():
        row, made = _hold(held_hash(top), reason, language, at)
        if made and head and sender and template:
            writer = {"email": sender, "answers": _answered(head)}
            HeldMail.objects.filter(pk=row.pk).update(contact=seal_writer(writer, row=row.id))
            OutboxRow.objects.bulk_create(rows_for(row.id, template, ["email"], HELD_EFFECT, at))


def _hold(known_by: bytes, reason: str, language: str, at: datetime) -> tuple[HeldMail, bool]:
    return HeldMail.objects.get_or_create(
        hash=known_by, defaults={"id": new_id(), "reason": reason, "language": language, "at": at}
    )
