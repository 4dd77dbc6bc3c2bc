"""What an officer has typed into a form about a case and not sent yet."""

from django.db import models

from gongshi.accounts.models import Staff
from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id


class DeskDraft(models.Model):
    """One officer's draft of one form of one case, sealed with the case's data key; theirs alone, and soon gone.

    ``form``: "answer", "note", or "move-" and the move's code. ``page``: drawn for the page on which it was typed, so
    that a page's own late saving is told from another device's. ``discarded_at``: it can be taken back for a while.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="desk_drafts")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=50)
    revision = models.PositiveIntegerField(default=1)
    page = models.CharField(max_length=16)
    content = models.BinaryField()
    saved_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "staff", "form"], name="desk_draft_once")]
        indexes = [models.Index(fields=["staff", "saved_at"], name="desk_draft_by_staff")]
