"""Who must not see a case: an office, or one member of staff. For them it does not exist."""

from django.db import models
from django.db.models import Q

from gongshi.accounts.models import Office, Staff
from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id

# Kept from a joint matter, by whoever: whoever goes on alone from it is not told of whom it was.
BY_OTHERS = "others"


class Recusal(models.Model):
    """One office or one member of staff kept from one case, by themselves, a superior or whoever filed.

    ``by`` says who asked for it: "self", "superior" or "resident"; "others": it held for the joint case that this one
    followed, and whoever filed this one is not told of it. ``reason`` is sealed with the case's data key. It
    stands until a superior undoes it. ``beneath``: every office under the one named is kept from it, too.

    ``named_as``: whoever filed named no person but a role ("handler" ... of the office ``named_in``), or those who
    dealt with an earlier matter ("earlier_matter").
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recusals")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    beneath = models.BooleanField(default=False, db_default=False)
    named_as = models.CharField(max_length=20, blank=True, default="", db_default="")
    named_in = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=12)
    at = models.DateTimeField()
    reason = models.BinaryField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(office=None, staff__isnull=False) | Q(office__isnull=False, staff=None),
                name="recusal_of_one",
            ),
            models.UniqueConstraint(
                fields=["case", "office"], condition=Q(undone_at=None), name="recusal_office_once"
            ),
            models.UniqueConstraint(
                fields=["case", "staff"], condition=Q(undone_at=None), name="recusal_staff_once"
            ),
        ]
