"""Filings, their cases, the receipts that open them and the clocks that run on them."""

from django.db import models
from django.db.models import Q

from gongshi.accounts.models import Office, Staff
from gongshi.places.models import Area
from gongshi.routing.models import Category, ProcedureVersion, Promise
from gongshi.safekeeping.ids import new_id


class Channel(models.TextChoices):
    """The door a filing came through. PHONE, WALK_IN and POST are written down by staff."""

    WEB = "web"
    PHONE = "phone"
    WALK_IN = "walk_in"
    POST = "post"
    EMAIL = "email"
    OPEN311 = "open311"
    IMPORT = "import"


class Filing(models.Model):
    """What one resident brought at one time. ``contact`` is sealed with the filing's data key.

    ``erased_at``: all of its cases and the contact are erased, and no receipt opens it any more.
    ``sealed``: one of its matters is of a sealed kind, so that the contact is for that matter's offices alone.
    ``claimed``: staff typed it in, and whoever filed has taken it over since. ``phone_code``: six digits for asking by
    telephone how it stands, sealed like the contact; null where nobody may ask so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    staff_logged = models.BooleanField(default=False)
    language = models.CharField(max_length=2)
    filed_at = models.DateTimeField()
    filed_on = models.DateField()
    contact = models.BinaryField(null=True)
    notify = models.CharField(max_length=10, blank=True)
    body_digest = models.BinaryField(max_length=32, null=True)
    source = models.BinaryField(max_length=32, null=True, unique=True)
    erased_at = models.DateTimeField(null=True)
    sealed = models.BooleanField(default=False, db_default=False)
    claimed = models.BooleanField(default=False, db_default=False)
    phone_code = models.BinaryField(null=True)


class Receipt(models.Model):
    """A keyed hash of a secret that opens a filing. The secret itself is stored nowhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="receipts")
    role = models.CharField(max_length=20, default="filer")
    hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Case(models.Model):
    """One matter that one office owes an answer on.

    ``content`` is sealed JSON: text, wish, place in words, exact point, answers to extra questions. Everything in
    the clear is about the office's work, not about the person. ``withdrawn_from`` is where a withdrawn case stood
    (stage, day, clocks), ``first_starts`` what an undone move started first (by clock: run, day).

    ``first_instance``: while a level above has it (a review), the office that owed the first answer. Levels are counted
    from there, and to it the case goes back; null while that office has it.

    ``stand_in``: who history says answers for it while its lead is away (`actions.cover`).

    ``merged_into``: the number of the matter of the same filing that goes on in its place.

    ``erase_on``: the day on which what was written on it is erased, as whoever filed it chose; staff are not told.
    ``erased_at``: from then on nobody reads it; while ``erase_on`` still stands, erasing is under way.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="cases")
    subject = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    first_instance = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    lead = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    stand_in = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    handler = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    procedure = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.BinaryField()
    route = models.JSONField(default=dict)
    stage = models.CharField(max_length=40)
    stage_on = models.DateField()
    holder = models.CharField(max_length=12)
    counts = models.JSONField(default=dict)
    withdrawn_from = models.JSONField(null=True)
    first_starts = models.JSONField(null=True)
    seq = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    due_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    paused = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    on_time = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    reopenings = models.PositiveSmallIntegerField(default=0)
    hand_overs = models.PositiveSmallIntegerField(default=0)
    merged_into = models.PositiveSmallIntegerField(null=True)
    erase_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    recused = models.BooleanField(default=False, db_default=False)
    supervision = models.ForeignKey(
        "cases.Supervision", on_delete=models.PROTECT, null=True, related_name="cases"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="case_number_once")]
        indexes = [
            models.Index(fields=["office", "due_at", "id"], condition=Q(closed_at=None), name="case_queue"),
            models.Index(fields=["due_at", "id"], condition=Q(closed_at=None), name="case_queue_all"),
            # All that is asked of a case to count what somebody works on (`worklists.loads_of`): no row is read for it.
            models.Index(
                fields=["office", "handler", "kind", "due_at", "recused", "subject", "merged_into", "id"],
                condition=Q(closed_at=None, handler__isnull=False),
                name="case_load",
            ),
            models.Index(fields=["opened_on", "office"], name="case_opened_by_office"),
            models.Index(fields=["-closed_at"], condition=Q(outcome="unconfirmed"), name="case_unconfirmed"),
            models.Index(fields=["erase_on"], condition=Q(erase_on__isnull=False), name="case_to_erase"),
            models.Index(
                fields=["kind", "closed_on"],
                condition=Q(closed_on__isnull=False, erased_at=None),
                name="case_kept_closed",
            ),
        ]


class JointOffice(models.Model):
    """An office that was asked to work on a case together with the office that owes the answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="joint_offices")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    since_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "office"], name="joint_office_once")]


class Clock(models.Model):
    """One run of one of a procedure's clocks. A clock that starts afresh is a new row.

    ``due_at`` is the first instant after the last day that counts (``due_on``), in the place's time zone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    code = models.CharField(max_length=40)
    run = models.PositiveSmallIntegerField(default=1)
    started_on = models.DateField()
    due_on = models.DateField()
    due_at = models.DateTimeField()
    warn_on = models.DateField(null=True)
    paused_on = models.DateField(null=True)
    paused_days = models.PositiveSmallIntegerField(default=0)
    extended = models.PositiveSmallIntegerField(default=0)
    withdrawn_days = models.PositiveIntegerField(default=0)
    stopped_on = models.DateField(null=True)
    warned_on = models.DateField(null=True)
    expired_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code", "run"], name="clock_run_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(stopped_on=None, expired_on=None, paused_on=None),
                name="clock_due",
            ),
            models.Index(
                fields=["warn_on"],
                condition=Q(stopped_on=None, warned_on=None, paused_on=None),
                name="clock_warn",
            ),
        ]
