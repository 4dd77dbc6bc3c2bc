"""Who of the staff gets the week's numbers by mail, and where."""

from django.db import models

from gongshi.accounts.models import Staff
from gongshi.safekeeping.ids import new_id


class DigestWish(models.Model):
    """One member of staff and their weekly mail.

    ``sent_to`` is an address, sealed with a data key of the row's own. ``queued_on``: the day on which the last one was
    queued, so that nobody gets two in a week.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="+")
    wanted = models.BooleanField()
    sent_to = models.BinaryField()
    language = models.CharField(max_length=2)
    queued_on = models.DateField(null=True)
