"""A matter that everything happened to, for papers: asked, extended, answered late, reopened, promised, withdrawn."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply, write_note
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Case
from gongshi.cases.visiting import Visitor
from gongshi.safekeeping.photos import Prepared, prepare
from gongshi.safekeeping.sequencing import sequence
from gongshi.safekeeping.tokens import visit_token
from tests.casework import ANSWER
from tests.cast import Town, case_of, lin_files, matter
from tests.cast import resident as filer
from tests.clock import Clock, local

MARKUP = '老桥东头 #import "x.typ": * #panic("y") $ a^2 $ *粗* _斜_ \\ @nobody <label> // 注 /* */ `raw` ~ --- “引”'
TOLD_TO_STAFF = "内部的话，不给人看"
CONTACT = Contact(
    name="林月月月", email="lin-42@example.org", phone="13900004242", address="东街42号", notify="email"
)
ENDS = "2026-04-02 10:00"


@dataclass(frozen=True)
class Story:
    """A filing that was lived, and the browser of whoever holds its receipt."""

    visitor: Visitor
    client: Client
    case: Case


def opened(visitor: Visitor) -> Client:
    """A browser with the filing open."""
    client = Client()
    token = visit_token(visitor.filing.id, visitor.receipt_id, visitor.receipt)
    client.cookies["gongshi_visit"] = token
    return client


def photo(shade: str) -> Prepared:
    """A small photo, checked and ready to be stored, with its original."""
    target = BytesIO()
    Image.new("RGB", (8, 8), shade).save(target, "PNG")
    return prepare(SimpleUploadedFile("a.png", target.getvalue(), "image/png"), evidence=True)


def lived(town: Town, clock: Clock, *, text: str = MARKUP) -> Story:
    """Two matters of one filing; the first one goes through everything until `ENDS`."""
    filed, receipt = lin_files(
        town,
        matter(town, text=text, place="老桥 #东头"),
        matter(town, "leak", text="水管漏水"),
        contact=CONTACT,
    )
    lin, zhou, qin = filer(filed), town.actor("zhou"), town.actor("qin")

    def case() -> Case:
        return case_of(filed)

    files = [("坑 #1.png", photo("grey")), ("照片.png", photo("red"))]
    add_to_case(case(), "又摔了一次。", files, actor=lin, at=local("2026-03-02 09:30"))
    open_content(case(), zhou, why="assignment", at=local("2026-03-02 10:00"))
    make_move(case(), "accept", actor=zhou, at=local("2026-03-02 10:05"))
    ask_resident(case(), "ask", "哪一头？", actor=zhou, at=local("2026-03-02 11:00"))
    reply(case(), "reply", "东头。", actor=lin, at=local("2026-03-04 12:00"))
    write_note(case(), TOLD_TO_STAFF, actor=zhou, at=local("2026-03-04 13:00"))
    given = {"reason": "等沥青到货。"}
    make_move(case(), "extend", actor=zhou, at=local("2026-03-05 09:00"), params=given)
    for day in range(6, 24):
        run_clocks(local(f"2026-03-{day:02} 00:05"))
    open_content(case(), qin, why="supervision", at=local("2026-03-23 09:00"))
    send_answer(
        case(),
        "answer",
        replace(ANSWER, found_on=date(2026, 3, 20)),
        actor=zhou,
        at=local("2026-03-23 16:00"),
    )
    said = Verdict(False, None, "只补了一半 #全部。")
    give_verdict(case(), "reopen", said, actor=lin, at=local("2026-03-24 09:00"))
    promise = replace(
        ANSWER, decision="will_do", found_on=date(2026, 3, 25), by_on=date(2026, 4, 10), by_whom="道路所"
    )
    send_answer(case(), "promise", promise, actor=zhou, at=local("2026-03-26 16:00"))
    sequence(local("2026-03-27 00:00"))
    clock.set(ENDS)
    visitor = Visitor(filed.filing, filed.receipt_id, receipt)
    return Story(visitor, opened(visitor), case())


def days_later(clock: Clock, days: int) -> None:
    """Some days on."""
    clock.now += timedelta(days=days)
