"""A collective grievance: one joint case, what everybody in it may read, and the filings that it goes on for.

No row knows anybody: a member is a filing, opened by its own receipt. Whether two members are one person nobody asks.
"""

from django.db import models
from django.db.models import Q

from gongshi.cases.models import Case, Filing
from gongshi.safekeeping.ids import new_id

# 信访工作条例 (2022) Art. 20: a collective filing names at most five representatives.
MOST_SPEAKERS = 5


class Collective(models.Model):
    """A matter of many. ``case``: the joint case, in a filing that nobody's receipt opens; the office works on it.

    ``text``: the joint text, sealed with the group's key, which opens nothing else of the case. ``join_hash`` finds it
    by the code that is handed on, ``join_key`` is the group's key under that code; null while nobody can join.
    ``codes``: the code itself, for those who speak, sealed with the joint case's key. ``seat_hash``, ``seat_voice``: an
    invitation to speak, and what it opens: the joint filing's own receipt, with which those who speak act. ``vacant``:
    that receipt under the group's key, while nobody speaks and members offer to.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    begun_on = models.DateField()
    text = models.BinaryField()
    join_hash = models.BinaryField(max_length=32, null=True, unique=True)
    join_key = models.BinaryField(null=True)
    codes = models.BinaryField(null=True)
    seat_hash = models.BinaryField(max_length=32, null=True, unique=True)
    seat_voice = models.BinaryField(null=True)
    vacant = models.BinaryField(null=True)


class Member(models.Model):
    """A filing whose case follows the joint one. Gone without a trace when it goes on alone, or is erased.

    ``since``: how far the joint case's history went when they joined; what an office told before is not theirs to read.
    ``group_key``: the group's key, sealed for the filing's receipt. ``seat``: 1 to 5 for one that speaks, and ``voice``
    the joint filing's receipt, sealed for their own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    collective = models.ForeignKey(Collective, on_delete=models.CASCADE, related_name="members")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    since = models.PositiveIntegerField(default=0, db_default=0)
    group_key = models.BinaryField()
    seat = models.PositiveSmallIntegerField(null=True)
    voice = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collective", "seat"], name="member_seat_once"),
            models.CheckConstraint(
                condition=Q(seat=None, voice=None)
                | Q(seat__gte=1, seat__lte=MOST_SPEAKERS, voice__isnull=False),
                name="member_seat_of_five",
            ),
        ]


class Offer(models.Model):
    """Somebody offers to speak for all, while nobody does. ``mark``: what they tell those who know them.

    ``maker``: what only their receipt gives (`group_codes.consent_mark`), so that they find it again; no row says who
    it is. It stands for `rules.consent.OPEN_DAYS` from ``made_on``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    collective = models.ForeignKey(Collective, on_delete=models.CASCADE, related_name="offers")
    mark = models.CharField(max_length=8)
    maker = models.BinaryField(max_length=32)
    made_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collective", "mark"], name="offer_mark_once"),
            models.UniqueConstraint(fields=["collective", "maker"], name="offer_maker_once"),
        ]


class Backing(models.Model):
    """One member consents to an offer, and counts once. ``token``: as `Offer.maker`, for this offer alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="backings")
    token = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "token"], name="backing_once")]


class JointWord(models.Model):
    """What an office told all of them, at ``seq`` of the joint case's history: an answer, or why it took a step.

    ``words`` are sealed with the group's key. Questions to those who speak and what they write are not here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    collective = models.ForeignKey(Collective, on_delete=models.CASCADE, related_name="words")
    seq = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    answer_id = models.UUIDField(null=True)
    words = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collective", "seq"], name="joint_word_once")]
