"""What a member reads, in which language, and what each does for their own while it follows the joint case."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from pypdf import PdfReader

from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.recusals import NobodyLeft
from gongshi.cases.actions.reprisals import report_reprisal
from gongshi.cases.drafts import Contact, KeepOff
from gongshi.cases.models import Case, Recusal
from gongshi.cases.naming import EARLIER_MATTER
from gongshi.cases.queries import cases_visible_to
from gongshi.cases.recusing import recusals_of
from gongshi.cases.visiting import own_case
from gongshi.grievances.actions.beginning import begin
from gongshi.grievances.actions.keeping import keep_off, let_see
from gongshi.grievances.actions.leaving import go_alone
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import add_staff, ladder_town
from tests.cast import NOW, Town, lin_files, matter
from tests.grievances.many import (
    ANSWER,
    TEXT,
    Somebody,
    answers,
    at_home,
    begins,
    code_of,
    complains,
    joins,
    joint_of,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def test_who_joins_later_reads_what_is_told_from_then_on(town: Town) -> None:
    lin, collective = begins(town)
    code, qin = code_of(lin), town.actor("qin")
    first = joins(code)
    make_move(joint_of(collective), "accept", actor=qin, at=NOW)
    make_move(joint_of(collective), "extend", actor=qin, at=LATER, params={"reason": "等鉴定。"})
    second = joins(code, LATER)
    assert [[one.reason for one in each.reads().told if one.reason] for each in (lin, first, second)] == [
        ["等鉴定。"],
        ["等鉴定。"],
        [],
    ]
    case = go_alone(second.case, actor=second.actor, at=LATER)
    assert not [entry for entry in own_case(second.visitor, 1).file.events if entry.reason]
    # Stage and days are theirs all the same.
    assert (case.stage, case.due_on) == (joint_of(collective).stage, joint_of(collective).due_on)


def test_each_reads_letters_in_the_language_of_their_own_filing(town: Town) -> None:
    ladder_town(town)
    filed, receipt = lin_files(town, matter(town, "grievance"))
    lin = Somebody(filed.filing, filed.receipt_id, receipt)
    collective = begin(lin.case, TEXT, actor=lin.actor, at=NOW)
    chen, ma = joins(code_of(lin)), joins(code_of(lin), language="en")
    roads = {"office": town.offices["roads"].id, "reason": "由道路所办。"}
    make_move(joint_of(collective), "forward", actor=town.actor("qin"), at=NOW, params=roads)
    names = [one.reads().told[0].letter for one in (lin, chen, ma)]
    assert [one and (one["name"], one["language"]) for one in names] == [
        ("登记转送告知书", "zh"),
        ("登记转送告知书", "zh"),
        ("Notice of registration and forwarding", "en"),
    ]
    go_alone(ma.case, actor=ma.actor, at=LATER)
    assert [one.language for one in own_case(ma.visitor, 1).file.letters] == ["en"]


def test_an_office_that_a_member_names_does_not_get_theirs(town: Town) -> None:
    ladder_town(town)
    lin, collective = begins(town)
    chen, hall = joins(code_of(lin)), town.offices["hall"]
    keep_off(chen.case, hall.id, actor=chen.actor, at=NOW)
    keep_off(chen.case, hall.id, actor=chen.actor, at=NOW)
    assert [(row.office_id, row.beneath) for row in recusals_of(chen.case)] == [(hall.id, True)]
    # The joint case is everybody's: it stays where it is.
    assert cases_visible_to(town.actor("qin")).get() == joint_of(collective)
    case = go_alone(chen.case, actor=chen.actor, at=LATER)
    assert case.office == town.offices["city"]
    assert cases_visible_to(town.actor("qin")).get() == joint_of(collective)
    assert case in cases_visible_to(town.actor("gu"))


def test_where_nobody_would_be_left_it_is_said_and_withdrawing_stays_open(town: Town) -> None:
    lin, _ = begins(town)
    chen, wu = joins(code_of(lin)), joins(code_of(lin))
    for one in (chen, wu):
        page = at_home(one).press("do=keep", {"office": "hall"}, form='form:has(button[value="keep"])')
        assert "镇政府" in page.form("#form-keep .chosen").get_text()
    page.press("do=alone", form='form:has(button[value="alone"])')
    assert page.status == 409
    assert "没有单位能接着办" in page.text
    with pytest.raises(NobodyLeft):
        go_alone(wu.case, actor=wu.actor, at=NOW)
    page.get("/filing/1/withdraw/").press("撤回", {"content": "keep"}, form="main .narrow form")
    assert wu.case.outcome == "withdrawn"
    let_see(chen.case, recusals_of(chen.case)[0].id, actor=chen.actor, at=NOW)
    assert go_alone(chen.case, actor=chen.actor, at=NOW).office == town.offices["hall"]


def test_a_member_reports_in_one_step_that_they_are_pressed(town: Town) -> None:
    ladder_town(town)
    lin = complains(town, keep_off=(KeepOff(town.offices["water"].id),))
    begin(lin.case, TEXT, actor=lin.actor, at=NOW)
    chen = joins(code_of(lin))
    page = at_home(chen)
    page.get(str(page.form('a[href$="/reprisal/"]')["href"]))
    told = page.form("main").get_text()
    assert not [name for name in ("镇政府", "水务所", "道路所") if name in told]
    page.press("送出", {"text": "有人上门。"}, form="main form[data-keep]")
    case = Case.objects.exclude(filing__in=[lin.filing, chen.filing]).order_by("-id").first()
    assert case is not None
    assert (case.office, case.subject) == (town.offices["city"], town.offices["hall"])
    water = Recusal.objects.get(case=case, office=town.offices["water"])
    assert (water.named_as, water.beneath) == (EARLIER_MATTER, True)
    assert not cases_visible_to(town.actor("qin")).filter(pk=case.pk).exists()
    page.get("/filing/")
    assert "办过、看过前一件事的人" in page.text
    assert "水务所" not in page.text


def test_the_joint_answer_is_in_a_members_dossier_and_copy(town: Town) -> None:
    lin, collective = begins(town)
    chen = joins(code_of(lin))
    answers(town, collective)
    browser = at_home(chen).client
    for address, name in (("/filing/1/dossier/?as=zip", "dossier"), ("/filing/download/", "copy")):
        made = b"".join(browser.get(address).streaming_content)  # type: ignore[attr-defined]
        with zipfile.ZipFile(io.BytesIO(made)) as bundle:
            data = json.loads(bundle.read(f"{name}.json"))
            reader = PdfReader(io.BytesIO(bundle.read(f"{name}.pdf")))
        printed = "".join("".join(one.extract_text() for one in reader.pages).split())
        assert ANSWER.decided in printed, name
        case = data["case"] if name == "dossier" else data["cases"][0]
        [answer] = case["joint"]["answers"]
        assert (answer["parts"]["decided"], answer["sent_on"]) == (ANSWER.decided, NOW.date().isoformat())
        assert (case["office"], case["lead"], case["looks"]) == (None, None, [])


def test_a_report_goes_by_what_was_dealt_with_before_and_since(town: Town) -> None:
    """Who looked into one's own before it became joint is kept from the report, too."""
    ladder_town(town)
    add_staff(town, "lu", hall=["handler"])
    lin, lu = complains(town), town.actor("lu")
    open_content(lin.case, lu, why="assignment", at=NOW)
    collective = begin(lin.case, TEXT, actor=lin.actor, at=NOW)
    filed = report_reprisal(
        joint_of(collective),
        "",
        Contact(),
        receipt=new_receipt(),
        language="zh",
        at=NOW,
        own=lin.case,
    )
    assert Recusal.objects.filter(case__filing=filed.filing, staff=lu.staff_id).exists()
