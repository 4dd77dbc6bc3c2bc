"""Steps that many tests of cases take, and what must hold after any of them."""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gongshi.accounts.models import Appointment, Office, Staff
from gongshi.accounts.queries import actors_for
from gongshi.cases import engine
from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.filing import Filed
from gongshi.cases.actions.moves import ANSWERS, make_move
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Case, Clock, History
from gongshi.cases.queries import QueueFilter, cases_visible_to, joint_queue, queue, supervisions_of
from gongshi.places.snapshots import forget
from gongshi.routing.models import Category
from gongshi.rules.procedure import Entry, replay
from gongshi.safekeeping.photos import Prepared, prepare
from gongshi.words import pair
from tests.cast import NOW, PASSWORD, Town, case_of, lin_files, matter, resident
from tests.clock import local
from tests.factors import give_factors

ANSWER = NewAnswer(
    "done",
    "3月3日到现场看了，坑深十厘米。",
    date(2026, 3, 3),
    "已补好。",
    "道路所 0000-1",
    law="公路法 第四十三条",
)
ACCEPTED = local("2026-03-02 10:00")
ANSWERED = local("2026-03-04 16:00")


def accepted(town: Town, *matters: Any, by: str = "zhou", **extra: Any) -> tuple[Filed, Case]:
    """Filed by Lin Yue and taken on by Clerk Zhou."""
    filed, _ = lin_files(town, *matters, **extra)
    return filed, make_move(case_of(filed), "accept", actor=town.actor(by), at=ACCEPTED)


def answered(town: Town, *matters: Any, **extra: Any) -> tuple[Filed, Case]:
    """Taken on and answered in time."""
    filed, case = accepted(town, *matters, **extra)
    return filed, send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=ANSWERED)


def reopened(town: Town) -> tuple[Filed, Case]:
    """Answered in time and reopened the day after."""
    filed, case = answered(town)
    verdict = Verdict(False, None, "又塌了。")
    return filed, give_verdict(case, "reopen", verdict, actor=resident(filed), at=local("2026-03-05 09:00"))


def add_office(town: Town, code: str, above: str) -> Office:
    """One more office, beneath another."""
    town.offices[code] = Office.objects.create(code=code, name=pair(code, code), above=town.offices[above])
    forget()
    return town.offices[code]


def add_staff(town: Town, username: str, **roles: list[str]) -> Staff:
    """One more member of staff: roles by the office's code."""
    staff = town.staff.get(username)
    if staff is None:
        staff = Staff.objects.create_user(username, PASSWORD, name=pair(username, username))
        town.staff[username] = staff
        give_factors(staff)
    for office, held in roles.items():
        for role in held:
            Appointment.objects.create(staff=staff, office=town.offices[office], role=role)
    forget()
    town.equip(username)
    return staff


def ladder_town(town: Town) -> Category:
    """The city over the hall, where Officer Gu reviews once more, and a category of grievances; returns that."""
    town.offices["city"] = Office.objects.create(code="city", name=pair("市信访局", "City"), phone="0000-9")
    Office.objects.filter(code="hall").update(above=town.offices["city"])
    add_staff(town, "gu", city=["supervisor", "handler", "lead"])
    category = Category.objects.create(
        code="grievance",
        name=pair("信访", "Grievances"),
        kind="grievance",
        procedure="grievance",
        door="grievance",
        keywords=["grievance"],
        public=False,
        position=90,
    )
    town.categories["grievance"] = category
    forget()
    return category


def grievance(town: Town, *matters: Any, at: datetime = NOW, **extra: Any) -> tuple[Filed, Case]:
    """A grievance that Lin Yue filed and Supervisor Qin forwarded to Roads. ``extra`` goes to the matter."""
    if "grievance" not in town.categories:
        ladder_town(town)
    filed, _ = lin_files(town, *(matters or (matter(town, "grievance", **extra),)), at=at)
    given = {"office": town.offices["roads"].id, "reason": "决定是道路所作的。"}
    return filed, make_move(case_of(filed), "forward", actor=town.actor("qin"), at=at, params=given)


def reviewed_at_the_top(town: Town) -> tuple[Filed, Case]:
    """A grievance that the hall answered in Roads' place, under review by the city: nobody stands above that."""
    filed, case = grievance(town)
    at = local("2026-03-03 10:00")
    make_move(case, "accept", actor=town.actor("zhou"), at=at)
    for _press in range(3):
        make_move(case_of(filed), "press", actor=town.actor("qin"), at=at, params={"reason": "请抓紧。"})
    at = local("2026-04-01 10:00")
    send_answer(case_of(filed), "answer_raised", ANSWER, actor=town.actor("qin"), at=at)
    return filed, make_move(case_of(filed), "ask_review", actor=resident(filed), at=at)


def picture() -> Prepared:
    """A small photo, checked and ready to be stored."""
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "grey").save(buffer, "PNG")
    return prepare(SimpleUploadedFile("a.png", buffer.getvalue(), "image/png"), evidence=False)


def replayed(case: Case) -> None:
    """The stored history, folded from nothing, is what stands in the case's columns and clocks."""
    rows = list(History.objects.filter(case=case).order_by("seq"))
    state = replay(engine.procedure_of(case), [Entry(row.code, row.by, row.params) for row in rows])
    fresh = Case.objects.select_related("promise").get(pk=case.pk)
    assert state == engine.state_of(fresh, Clock.objects.filter(case=case))
    assert [row.seq for row in rows] == list(range(1, fresh.seq + 1))
    rows = standing(rows)
    assert str(fresh.office_id) == _office(fresh, rows)
    assert fresh.hand_overs == sum(row.code == "case.handed_over" for row in rows)
    assert fresh.reopenings == sum(row.code == "case.reopened" for row in rows)
    told = [row for row in rows if row.code in ANSWERS]
    assert str(fresh.answered_on) == (told[-1].params["on"] if told else "None")
    over = engine.procedure_of(fresh).stages[fresh.stage].end or fresh.merged_into is not None
    assert (fresh.closed_at is not None) == over


def standing(rows: list[History]) -> list[History]:
    """The entries that were not undone."""
    undone = {seq for row in rows for seq in row.params.get("undoes", ())}
    return [row for row in rows if row.seq not in undone]


def _office(case: Case, rows: list[History]) -> str:
    office, first, stages = "", "", engine.procedure_of(case).stages
    for row in rows:
        if row.code == "case.taken_over":
            office = str(row.office_id)
        elif row.code in ("case.opened", "case.handed_over", "case.assigned", "case.handed_up"):
            office = row.params["office"]
        elif row.code == "case.acceptance_ordered":
            office, first = first, ""
        elif row.code in ("case.escalated", "case.reopened") and row.params["stage"] in stages:
            # A stage that a level above holds gives the case to that level.
            first = first or office
            office = str(engine.office_for_holder(case, stages[row.params["stage"]].holder) or office)
    return office


def sees(town: Town, name: str, case: Case) -> bool:
    """Whether this member of staff meets the case anywhere at all."""
    found = []
    for actor in actors_for(town.staff[name]):
        found += [
            cases_visible_to(actor).filter(pk=case.pk).exists(),
            case in queue(actor, QueueFilter(), at=NOW),
            case in joint_queue(actor, QueueFilter(), at=NOW),
            bool(engine.roles_in(case, actor)),
            bool(engine.moves_for(case, actor, NOW)),
            bool(case.supervision and case.supervision in supervisions_of(actor)),
        ]
    return any(found)


def marked_contact(mark: Mapping[str, str]) -> Contact:
    """Everything that somebody can leave of themselves, each with a marker of its own."""
    return Contact(
        name=mark["name"],
        email=f"{mark['email']}@example.org",
        phone=mark["phone"],
        address=mark["address"],
        notify="email",
        for_somebody=mark["somebody"],
        who_is_told=mark["told"],
    )
