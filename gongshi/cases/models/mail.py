"""What is kept of mail: by what it is known again, and what could not be taken in. Never an address in the clear."""

from django.db import models

from gongshi.cases.models.filings import Filing
from gongshi.safekeeping.ids import new_id


class MailMark(models.Model):
    """A mail that was taken into a filing, as a keyed hash; two for each.

    One is of its Message-ID together with its sender, so that an answer to it finds the filing, if it has the same
    sender; one of all that it says, so that it is taken in once. Nothing can be looked up by sender alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="mail_marks")
    hash = models.BinaryField(max_length=32, unique=True)
    at = models.DateTimeField(db_index=True)


class HeldMail(models.Model):
    """A mail, or some of its attachments, that could not be taken in. Most lie in a folder of the mailbox meanwhile.

    ``hash``: keyed, of its headers, so that it is answered once. ``contact``: the sender's address, and the
    Message-ID that is answered, sealed until the answer has left. ``reason``: a code of `cases.by_mail`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hash = models.BinaryField(max_length=32, unique=True)
    reason = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    contact = models.BinaryField(null=True)
    at = models.DateTimeField(db_index=True)
