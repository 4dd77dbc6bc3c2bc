"""The folder of letters, looked through once a minute: each is taken in, held back or put aside, and leaves the folder.

It leaves after what it says is durably kept: a crash in between finds it again, and knows it.
"""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from gongshi.cases.actions.mail import hold, take_in
from gongshi.cases.by_mail import NOT_KEPT, HeldBack, Received, held_because
from gongshi.cases.models import HeldMail, MailMark
from gongshi.formats.mail import Mail, Unreadable, read_mail, read_top
from gongshi.notifications.addresses import AddressError, email_address
from gongshi.notifications.faults import where
from gongshi.notifications.mailbox import Failure, Mailbox, Waiting, opened
from gongshi.notifications.servers import mail_store
from gongshi.places.queries import NoPlace, the_place
from gongshi.rules.automatic import why_automatic
from gongshi.safekeeping.keys import KeyFileError
from gongshi.safekeeping.limits import attempt_of

logger = logging.getLogger(__name__)
HELD, ASIDE = "Gongshi-held", "Gongshi-automatic"
"""Folders: what an administrator should look at, and what programs wrote."""
MOST_AT_ONCE = 200
MOST_BYTES = 25_000_000
LONGEST_SECONDS = 120.0
MARKS_KEPT = timedelta(days=365)
HELD_KEPT = timedelta(days=90)


def take_mail(at: datetime) -> int:
    """Empty the folder; how many letters left it. 0 where none is set, or no place is loaded."""
    if not settings.IMAP_URL:
        return 0
    try:
        the_place()
    except NoPlace:
        return 0
    done, end = 0, time.monotonic() + LONGEST_SECONDS
    with opened(mail_store(settings.IMAP_URL)) as box:
        for letter in box.waiting(MOST_AT_ONCE):
            if time.monotonic() > end or attempt_of("mail_everywhere", b"").wait:
                break
            _settle(box, letter, at)
            done += 1
    return done


def forget_old(at: datetime) -> int:
    """Marks of mail that nobody answered for a year; what came in a season ago and was held back or put aside.

    How many rows and letters.
    """
    done = MailMark.objects.filter(at__lt=at - MARKS_KEPT).delete()[0]
    if settings.IMAP_URL:
        with opened(mail_store(settings.IMAP_URL)) as box:
            done += sum(box.forget(folder, (at - HELD_KEPT).date()) for folder in (HELD, ASIDE))
    return done + HeldMail.objects.filter(at__lt=at - HELD_KEPT).delete()[0]


def held_since(at: datetime) -> int:
    """How many letters of the last month lie in the folder of those held back."""
    return HeldMail.objects.filter(at__gte=at - timedelta(days=30)).exclude(reason__in=NOT_KEPT).count()


def _settle(box: Mailbox, letter: Waiting, at: datetime) -> None:
    """What becomes of one letter is decided and durably written; then it leaves the folder."""
    top = box.top(letter)
    try:
        head = read_top(top)
    except Unreadable:
        head = None
    if head and why_automatic(head.headers, head.sender, (settings.MAIL_FROM, settings.MAIL_ADDRESS)):
        box.move(letter, ASIDE)
        return
    if held_because(top) is None:
        try:
            _take(box, letter, head, top, at)
        except HeldBack as held:
            hold(head, _address(head), top, held.reason, at=at)
            if held.reason not in NOT_KEPT:
                logger.warning("a letter by mail is held back: %s", held.reason)
    if held_because(top) in (None, *NOT_KEPT):
        box.remove(letter)
    else:
        box.move(letter, HELD)


def _address(head: Mail | None) -> str:
    try:
        return email_address(head.sender) if head else ""
    except AddressError:
        return ""


def _take(box: Mailbox, letter: Waiting, head: Mail | None, top: bytes, at: datetime) -> None:
    """Take a letter in. Raises HeldBack."""
    sender = _address(head)
    if not sender:
        raise HeldBack("no_sender")
    attempt = attempt_of("mail", sender.casefold().encode())
    if attempt.wait:
        raise HeldBack("too_often")
    if letter.size > MOST_BYTES:
        raise HeldBack("too_large")
    try:
        if take_in(Received(read_mail(box.whole(letter)), sender, top), at=at) == "there":
            attempt.take_back()
    except Unreadable as error:
        raise HeldBack(error.code) from error
    except (HeldBack, DatabaseError, InterfaceError, KeyFileError, *Failure):
        # Of the letter, and told; or nothing that it did: then it waits.
        raise
    except Exception as error:
        logger.error("a letter by mail: %s", where(error))
        raise HeldBack("broken") from error
