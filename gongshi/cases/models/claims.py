"""How whoever filed through a member of staff comes to hold their own filing: a claim that waits to be taken up."""

from django.db import models
from django.db.models import Q

from gongshi.accounts.models import Office
from gongshi.cases.models.filings import Filing, Receipt
from gongshi.safekeeping.ids import new_id


class Way(models.TextChoices):
    """How the code reaches whoever filed: a message, a letter printed later at ``office``, or one printed at once."""

    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    PICK_UP = "pick_up"
    AT_ONCE = "at_once"


class Claim(models.Model):
    """A filing that nobody holds the receipt of yet. The row goes when it is claimed, and when it expires.

    ``receipt`` stands in until then: a secret of chance, in ``stand_in`` sealed under the claim code, known to nobody.
    ``hash`` is the code's. ``told``: the code itself, with what a letter is addressed to, sealed with a data key of the
    claim's own until it has gone out; null from then on, and always for what was printed at once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    filing = models.OneToOneField(Filing, on_delete=models.PROTECT, related_name="claim")
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="+")
    hash = models.BinaryField(max_length=32, unique=True)
    stand_in = models.BinaryField()
    told = models.BinaryField(null=True)
    way = models.CharField(max_length=10, choices=Way.choices)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["office", "made_at"],
                condition=Q(told__isnull=False, office__isnull=False),
                name="claim_letters",
            ),
        ]
