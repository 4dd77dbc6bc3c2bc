"""Offices, and the staff who act for them. Residents have no account and no row here."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from gongshi.places.models import Area, Dated
from gongshi.safekeeping.ids import new_id


class Office(Dated):
    """An office that owes answers. ``above`` is the level that supervises it and decides matters about it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    name = models.JSONField()
    above = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below")
    serves = models.ManyToManyField(Area, related_name="offices")
    phone = models.CharField(max_length=60, blank=True)
    address = models.JSONField(default=dict)
    hours = models.JSONField(default=dict)
    duty = models.JSONField(default=dict)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class StaffManager(BaseUserManager["Staff"]):
    """Makes staff accounts; there is no other kind of account."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Staff":
        """A staff account with an argon2 password, or an unusable one if ``password`` is None."""
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """A member of staff who signs in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.JSONField()
    title = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[StaffManager] = StaffManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Role(models.TextChoices):
    """What somebody may be in an office; `accounts.rights` says what each may do."""

    HANDLER = "handler"
    LEAD = "lead"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    READER = "reader"
    ADMINISTRATOR = "administrator"


class Appointment(Dated):
    """One role that a member of staff holds in one office."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="appointments")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "office", "role"], name="appointment_once"),
        ]


class StaffSession(AbstractBaseSession):
    """One sign-in: what its owner sees of it and can end. Without ``staff``: somebody on the way to sign in.

    Named by a hash and sealed with the browser's cookie (`accounts.sessions`). ``used_at`` is a full hour: enough to
    know one's own sessions again, too little to tell when somebody worked.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField()
    used_at = models.DateTimeField()


class OneTimeCode(models.Model):
    """A code that an administrator handed to one person, with which they set a password of their own, once.

    ``digest``: the keyed hash of user name and code (`safekeeping.hashing`). A new code replaces the one before.
    """

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="+")
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()


class Absence(models.Model):
    """Somebody of an office is away, from one day to another, and a colleague stands in. Why is nobody's business.

    Clocks never stop for it. ``ended_at``: taken back, or back early.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(staff=F("substitute")), name="absence_has_somebody_else"),
        ]


class DutyDay(models.Model):
    """Who of an office is there on a day on which it is closed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "on"], name="duty_day_once")]


class ProgramKey(models.Model):
    """A key with which an organisation's program files for residents; ``holder`` and ``website`` are public.

    ``hash``: the key itself is kept nowhere. ``per_day``: how many filings a day it is good for.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    holder = models.CharField(max_length=120)
    website = models.CharField(max_length=200)
    hash = models.BinaryField(max_length=32, unique=True)
    per_day = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
