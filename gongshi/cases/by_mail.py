"""Letters by mail: by what one is known again, which filing it belongs to, and what is told to whoever wrote it.

A mail proves nothing about who sent it. So it may add words to a filing, and nothing else: it opens, withdraws, reads
and reveals nothing, and what answers it goes to the address in it alone.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from gongshi.cases.models import Case, Filing, HeldMail, MailMark
from gongshi.cases.reading import Erased, KeyClosed, KeyMissing, key_of, read_contact
from gongshi.cases.sealed import unseal_writer
from gongshi.formats.mail import Mail
from gongshi.notifications.models import OutboxRow
from gongshi.places.queries import the_place
from gongshi.places.tip_offs import reads_as_tip_off
from gongshi.routing.suggesting import may_be_sealed
from gongshi.rules.accusing import may_accuse
from gongshi.rules.references import BadReferenceError, normalise
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes

MARKS, HELD = "mail", "held mail"
# Why a mail is held back, with the message that its writer gets; "" for none.
REASONS = {
    "too_large": "held_too_large",
    "too_long": "held_too_long",
    "encrypted": "held_unreadable",
    "broken": "held_unreadable",
    "empty": "held_unreadable",
    "not_by_mail": "held_not_by_mail",
    "form_only": "held_form_only",
    "too_often": "",
    "no_sender": "",
    "files": "added_partly",
}
# Of these nothing stays in the mailbox.
NOT_KEPT = ("form_only", "files")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_HAN = re.compile(r"[\u3400-\u9fff]")
_REFERENCE = re.compile(r"[A-Z]{1,6}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", re.ASCII | re.IGNORECASE)


class HeldBack(Exception):
    """A mail that is not taken in. ``reason``: a key of `REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Received:
    """A mail as it came: what it says, its sender's address as it can be written to, its headers byte by byte."""

    mail: Mail
    sender: str
    top: bytes

    def marks(self) -> tuple[bytes, ...]:
        """The keyed hashes by which it will be known: of all that it says, and of its Message-ID if that is a new one.

        A program may give two mails one Message-ID.
        """
        said = keyed_hash(MARKS, self._said())
        if not self.mail.message_id or _marked(self._bound(self.mail.message_id)):
            return (said,)
        return said, keyed_hash(MARKS, self._bound(self.mail.message_id))

    def is_known(self) -> bool:
        """Whether it was taken in before, under whichever key version."""
        return _marked(self._said())

    def filing_answered(self) -> Filing | None:
        """The filing that it answers: through an earlier mail of the same sender, or through a message of ours.

        For messages of ours and for references the sender has to be the contact that was left with the filing. Raises
        HeldBack for one that names a reference and belongs to none: alike whether there is such a filing or not.
        """
        earlier = [self._bound(one) for one in self.mail.earlier]
        hashes = [one for bound in earlier for one in keyed_hashes(MARKS, bound)]
        known = Filing.objects.filter(mail_marks__hash__in=hashes, erased_at=None)
        found = known.order_by("-filed_at").first()
        if found:
            return found
        named = references_in(self.mail.subject)
        for filing in _named(self.mail.earlier, named):
            if _is_contact(filing, self.sender):
                return filing
        if named:
            raise HeldBack("not_by_mail")
        return None

    def _bound(self, *parts: str) -> bytes:
        """What is hashed: never the sender alone, so that two filings of one cannot be found by it."""
        assert any(parts)
        return "\0".join((self.sender.casefold(), *parts)).encode("utf-8", "surrogatepass")

    def _said(self) -> bytes:
        mail = self.mail
        files = hashlib.sha256(b"".join(hashlib.sha256(one.data).digest() for one in mail.files))
        return self._bound(mail.message_id, mail.subject, mail.text, files.hexdigest())


def _marked(bound: bytes) -> bool:
    return MailMark.objects.filter(hash__in=keyed_hashes(MARKS, bound)).exists()


def held_hash(top: bytes) -> bytes:
    """The keyed hash of a mail's headers, by which one that was held back is known."""
    return keyed_hash(HELD, top)


def held_because(top: bytes) -> str | None:
    """Why a mail with these headers was held back, or some of it; None if it was not."""
    found = HeldMail.objects.filter(hash__in=keyed_hashes(HELD, top))
    return found.values_list("reason", flat=True).first()


def is_for_the_form(words: str) -> bool:
    """Whether what somebody wrote may be what no mail may bring: a sealed kind, or a tip-off about a person.

    It must not reach those it is about, and a letter does not say reliably who they are. In doubt it may be.
    """
    return may_accuse(words) or may_be_sealed(words) or reads_as_tip_off(words)


def references_in(subject: str) -> list[str]:
    """References of this place that stand in a subject, three at most."""
    found = []
    for written in _REFERENCE.findall(subject)[:3]:
        try:
            found.append(normalise(written, prefix=the_place().reference_prefix))
        except BadReferenceError:
            continue
    return found


def _named(earlier: tuple[str, ...], references: list[str]) -> Iterator[Filing]:
    """Filings that we wrote about in a message which a mail answers, and those whose references it names."""
    ids = [UUID(one[:36]) for one in earlier if _UUID.fullmatch(one[:36]) and one[36:37] == "@"]
    cases = OutboxRow.objects.filter(id__in=ids[:10]).values_list("case", flat=True)
    yield from Filing.objects.filter(cases__id__in=list(cases), erased_at=None).distinct()
    yield from Filing.objects.filter(reference__in=references, erased_at=None)


def _is_contact(filing: Filing, sender: str) -> bool:
    try:
        contact = read_contact(filing, key_of(filing.id))
    except (Erased, KeyMissing, KeyClosed):
        return False
    return str(contact.get("email", "")).casefold() == sender.casefold()


def case_to_add_to(filing: Filing) -> Case | None:
    """The first matter of a filing that staff still see; None where a mail can add nothing."""
    if filing.sealed:
        return None
    cases = Case.objects.filter(filing=filing, erased_at=None).exclude(
        outcome__in=("withdrawn", "merged", "joined")
    )
    return cases.select_related("filing").order_by("number").first()


def read_writer(row: HeldMail) -> dict[str, str]:
    """Whom the answer to a mail goes to that was held back: "email", and what it "answers"."""
    assert row.contact is not None
    return unseal_writer(row.contact, row=row.id)


def language_of(words: str) -> str:
    """The language of the answer: "zh" where a Han character stands in the mail."""
    return "zh" if _HAN.search(words) else "en"
