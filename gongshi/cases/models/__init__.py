"""Tables of filings and cases. Current state is columns; history is append-only rows; originals are sealed."""

from gongshi.cases.models.answers import Answer, Message
from gongshi.cases.models.break_glass import BreakGlass
from gongshi.cases.models.call_drafts import CallDraft
from gongshi.cases.models.claims import Claim, Way
from gongshi.cases.models.companions import Companion
from gongshi.cases.models.desk_drafts import DeskDraft
from gongshi.cases.models.digests import DigestWish
from gongshi.cases.models.files import Attachment, Upload
from gongshi.cases.models.filings import Case, Clock, Filing, JointOffice, Receipt
from gongshi.cases.models.import_runs import ImportRun
from gongshi.cases.models.mail import HeldMail, MailMark
from gongshi.cases.models.publication import Consent, PublicCase, PublicGone, PublicTally
from gongshi.cases.models.records import History, Look
from gongshi.cases.models.recusals import Recusal
from gongshi.cases.models.samples import AnswerSample, SampledAnswer, SampleReading
from gongshi.cases.models.saved_views import SavedView
from gongshi.cases.models.supervision import Supervision
from gongshi.cases.models.undo_points import UndoPoint

__all__ = [
    "Answer",
    "AnswerSample",
    "Attachment",
    "BreakGlass",
    "CallDraft",
    "Case",
    "Claim",
    "Clock",
    "Companion",
    "Consent",
    "DeskDraft",
    "DigestWish",
    "Filing",
    "HeldMail",
    "History",
    "ImportRun",
    "JointOffice",
    "Look",
    "MailMark",
    "Message",
    "PublicCase",
    "PublicGone",
    "PublicTally",
    "Receipt",
    "Recusal",
    "SampleReading",
    "SampledAnswer",
    "SavedView",
    "Supervision",
    "UndoPoint",
    "Upload",
    "Way",
]
