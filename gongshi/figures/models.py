"""What was released of each month and each quarter, and what from. Counts alone: nothing here names a case."""

from django.db import models

from gongshi.safekeeping.ids import new_id


class ReleasedMonth(models.Model):
    """The tables of the cases filed in one month, as they stood on the day ``as_of``; written once and never changed.

    ``tables``: for each row its table, codes, counts in the order of ``columns`` (null: withheld) and waits.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first_on = models.DateField(unique=True)
    as_of = models.DateField()
    threshold = models.PositiveSmallIntegerField()
    # What it was counted by: a code of `gongshi.figures.definitions`. Months from before there were any: the first.
    definition = models.CharField(max_length=40, default="first", db_default="first")
    columns = models.JSONField()
    tables = models.JSONField()


class ReleasedQuarter(models.Model):
    """How good the answers of one quarter were, as it stood on the day ``as_of``; written once and never changed.

    ``tables``: for each office and category its table, code and counts in the order of ``columns`` (null: withheld).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first_on = models.DateField(unique=True)
    as_of = models.DateField()
    threshold = models.PositiveSmallIntegerField()
    definition = models.CharField(max_length=40, default="first", db_default="first")
    columns = models.JSONField()
    tables = models.JSONField()


class CountedMonth(models.Model):
    """The true numbers that a released month was made from: for `released.admitting` alone, and never shown.

    ``at``: when. ``counted``: for each office, category and public area the counts in the order of ``columns``;
    ``known``: the same of published cases, with those that were published since; ``local``: the codes of offices that
    served one public area alone, each with that area's (none of a month that an older version released).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first_on = models.DateField(unique=True)
    at = models.DateTimeField()
    columns = models.JSONField()
    counted = models.JSONField()
    known = models.JSONField()
    local = models.JSONField(null=True)


class CountedQuarter(models.Model):
    """The same of a released quarter. ``tallies``: office, category, month of filing, whether agreed to; the counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first_on = models.DateField(unique=True)
    at = models.DateTimeField()
    columns = models.JSONField()
    tallies = models.JSONField()
