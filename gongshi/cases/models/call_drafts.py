"""A call that an operator is taking down, so that it outlives a crash of the browser; soon gone."""

from django.db import models

from gongshi.accounts.models import Staff


class CallDraft(models.Model):
    """What one operator has typed of one call, sealed with a key that lies in a cookie of their browser alone.

    So neither the database nor the key file opens it, whatever the call is about. ``name``: what the form is known as;
    ``mark``: tells the rows of one key from those of another, and nothing else.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=12)
    mark = models.CharField(max_length=16)
    content = models.BinaryField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "name"], name="call_draft_once")]
