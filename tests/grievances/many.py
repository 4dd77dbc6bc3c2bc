"""Steps with which many bring one grievance together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.moves import make_move
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Case, Filing
from gongshi.cases.visiting import Visitor
from gongshi.grievances.actions.beginning import begin
from gongshi.grievances.actions.joining import join_collective
from gongshi.grievances.models import Collective
from gongshi.grievances.queries import member_of
from gongshi.grievances.reading import Joint, read_joint
from gongshi.safekeeping.receipts import new_receipt
from tests.cast import NOW, Town, case_of, lin_files, matter
from tests.web.public.walker import Walker

TEXT = "道路所把河边的路封了三个月，没有说为什么，也没有说到什么时候。"
SECRET = "我家孩子每天绕路上学"
ANSWER = NewAnswer("explained", "路下有管道在修。", NOW.date(), "四月底开通。", "镇政府 0000-1")


@dataclass
class Somebody:
    """A member: their filing, and what they hold."""

    filing: Filing
    receipt_id: Any
    receipt: str

    @property
    def case(self) -> Case:
        """Their own case, fresh from the database."""
        return Case.objects.select_related("filing", "promise").get(filing=self.filing)

    @property
    def actor(self) -> Resident:
        return Resident(self.filing.id, self.receipt_id, self.receipt)

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.filing, self.receipt_id, self.receipt)

    def reads(self) -> Joint:
        """The joint case, as their page shows it."""
        return read_joint(member_of(self.case), self.visitor)


def at_home(somebody: Somebody) -> Walker:
    """Their browser, with their filing open."""
    opened = {"reference": somebody.filing.reference, "receipt": somebody.receipt}
    return Walker().get("/open/").press("打开", opened)


def complains(town: Town, at: datetime = NOW, **extra: Any) -> Somebody:
    """Somebody files about Roads, alone."""
    given = {name: extra.pop(name) for name in ("keep_off",) if name in extra}
    one = matter(town, "conduct", subject=town.offices["roads"].id, text=extra.pop("text", SECRET), **given)
    filed, receipt = lin_files(town, one, at=at, **extra)
    return Somebody(filed.filing, filed.receipt_id, receipt)


def begins(town: Town, at: datetime = NOW, **extra: Any) -> tuple[Somebody, Collective]:
    """Somebody files about Roads and lets others join."""
    lin = complains(town, at, **extra)
    return lin, begin(lin.case, TEXT, actor=lin.actor, at=at)


def joins(code: str, at: datetime = NOW, contact: Contact | None = None, language: str = "zh") -> Somebody:
    """Somebody joins with the code that they were given."""
    receipt = new_receipt()
    given = contact or Contact()
    filed = join_collective(code, receipt=receipt, language=language, contact=given, at=at, text=TEXT)
    return Somebody(filed.filing, filed.receipt_id, receipt)


def joint_of(collective: Collective) -> Case:
    """The joint case, fresh from the database."""
    return Case.objects.select_related("filing", "promise", "supervision").get(pk=collective.case_id)


def code_of(somebody: Somebody) -> str:
    """The code that one who speaks hands on."""
    spoken = somebody.reads().spoken
    assert spoken is not None
    return spoken.code


def answers(town: Town, collective: Collective, at: datetime = NOW) -> Case:
    """The hall takes the joint case on and answers it."""
    qin = town.actor("qin")
    make_move(joint_of(collective), "accept", actor=qin, at=at)
    return send_answer(joint_of(collective), "answer", ANSWER, actor=qin, at=at)


def own(filed: Any) -> Case:
    """The one case of a filing."""
    return case_of(filed)
