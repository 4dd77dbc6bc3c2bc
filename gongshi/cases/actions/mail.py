"""Taking in one letter by mail: a filing, or an addition to the one it belongs to; or held back, with an answer.

Each is one transaction, the answer's outbox row in it. Done again, nothing more happens.
"""

import io
from collections.abc import Iterable, Mapping
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
MOST_NAMED = 20
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
    files, left_out = _prepared(mail.files)
    if not whole.strip() and not files:
        raise HeldBack("empty")
    kept = [keep_upload(prepared, name, receipt=receipt, at=at).id for name, prepared in files]
    new = NewFiling(
        matters=(NewMatter(_category(text).id, text, uploads=tuple(kept), left_out=_names(left_out)),),
        language=language,
        channel="email",
        contact=Contact(name=mail.name[:LONGEST_NAME], email=received.sender, notify="email"),
        handing=Handing("email"),
        letter=Letter(received.marks(), _answered(mail), _numbers(left_out)),
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
    files, left_out = _prepared(received.mail.files, min(room_for_files(case), MOST_FILES))
    if not words.strip() and not files:
        raise HeldBack("empty")
    try:
        with transaction.atomic():
            if left_out:
                _hold(
                    received.mail,
                    received.sender,
                    received.top,
                    "files",
                    language=filing.language,
                    at=at,
                    left_out=_numbers(left_out),
                )
            add_to_case(case, text, files, actor=MAIL, at=at, marks=marks, left_out=_names(left_out))
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


def _prepared(
    files: Iterable[MailFile], room: int = MOST_FILES
) -> tuple[list[tuple[str, Prepared]], dict[int, str]]:
    """The attachments as they are kept, ``room`` at most; and those that could not be taken, by number and name."""
    found: list[tuple[str, Prepared]] = []
    left_out: dict[int, str] = {}
    attached = [file for file in files if not file.inline or len(file.data) >= SMALL]
    for number, file in enumerate(attached, start=1):
        try:
            if len(found) >= room:
                raise UploadError("too_many")
            found.append((file.name, prepare(io.BytesIO(file.data))))
        except UploadError:
            if not file.inline or len(file.data) >= ORNAMENT:
                left_out[number] = file.name
    return found, left_out


def _numbers(left_out: Mapping[int, str]) -> str:
    """As in "2, 4", in either language."""
    return ", ".join([str(one) for one in left_out][:MOST_NAMED] + ["…"][: len(left_out) - MOST_NAMED > 0])


def _names(left_out: Mapping[int, str]) -> str:
    """As in "2 all.zip; 4 a.docx", in either language."""
    said = [f"{number} {name[:LONGEST_NAME]}".strip() for number, name in left_out.items()]
    return "; ".join(said[:MOST_NAMED] + ["…"][: len(said) - MOST_NAMED > 0])


def _answered(mail: Mail) -> str:
    """The Message-ID to be answered, if it can stand in a header."""
    one = mail.message_id
    return one if one.isascii() and one.isprintable() and len(one) <= LONGEST_ID else ""


def hold(head: Mail | None, sender: str, top: bytes, reason: str, *, at: datetime) -> None:
    """Write down that a mail is held back, and answer it once where `REASONS` has an answer. Done again: nothing.

    ``head``: its headers, None where they cannot be read.
    """
    language = language_of(head.subject + head.name) if head else "zh"
    with transaction.atomic():
        _hold(head, sender, top, reason, language=language, at=at)


def _hold(
    head: Mail | None,
    sender: str,
    top: bytes,
    reason: str,
    *,
    language: str,
    at: datetime,
    left_out: str = "",
) -> None:
    row, made = HeldMail.objects.get_or_create(
        hash=held_hash(top), defaults={"id": new_id(), "reason": reason, "language": language, "at": at}
    )
    template = REASONS[reason]
    if made and head and sender and template:
        writer = {"email": sender, "answers": _answered(head), "left_out": left_out}
        HeldMail.objects.filter(pk=row.pk).update(contact=seal_writer(writer, row=row.id))
        OutboxRow.objects.bulk_create(rows_for(row.id, template, ["email"], HELD_EFFECT, at))
