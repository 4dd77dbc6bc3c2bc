"""Rows 1, 2, 3, 11, 39: what is others' is not there, fields that no form has do nothing, no stage is skipped."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from gongshi.accounts.actors import Resident
from gongshi.accounts.models import Appointment
from gongshi.accounts.queries import actors_for
from gongshi.cases import engine
from gongshi.cases.actions.publication import give_consent
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Attachment, Case, Consent, History, Look, PublicCase, Supervision, Upload
from gongshi.places.snapshots import forget
from tests.attacks.conftest import SignIn
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.web.public.walker import Walker, files_a_report, photo, to_text_page

pytestmark = pytest.mark.django_db
HIDDEN = (404, 405)


def address(case: Case, tail: str = "") -> str:
    return f"/desk/cases/{case.filing.reference}/{case.number}/{tail}"


def everything() -> tuple[Any, ...]:
    """What a refused request leaves alone."""
    return (
        list(Case.objects.order_by("id").values_list("id", "stage", "seq", "office", "handler", "due_at")),
        History.objects.count(),
        Look.objects.count(),
        PublicCase.objects.count(),
        list(Consent.objects.order_by("id").values_list("id", "revoked_at", "reviewed_at")),
    )


def with_a_file(walker: Walker) -> Attachment:
    """A filing with one photo."""
    to_text_page(walker).press("go=next", {"text-1": "路塌了。"}, files={"files-1": photo()})
    walker.press("go=send")
    return Attachment.objects.latest("at", "id")


def test_row_02_a_file_under_another_case_is_not_there_for_staff_either(
    town: Town, walker: Walker, sign_in: SignIn
) -> None:
    theirs = with_a_file(walker)
    other = case_of(lin_files(town)[0])
    zhou = sign_in("zhou")
    own = Case.objects.select_related("filing").get(pk=theirs.case_id)
    assert zhou.get(address(own, f"files/{theirs.id}/")).status_code == 200
    before = everything()
    for tail in (f"files/{theirs.id}/", f"files/{theirs.id}/picture/", f"files/{uuid4()}/"):
        assert zhou.get(address(other, tail)).status_code == 404
    assert everything() == before


def test_row_02_a_file_under_another_matter_of_the_same_filing_is_not_there(
    town: Town, walker: Walker
) -> None:
    to_text_page(walker).press("go=add")
    walker.press("go=next", {"text-1": "路塌了。", "text-2": "灯灭了。"}, files={"files-2": photo()})
    walker.press("go=send")
    theirs = Attachment.objects.select_related("case").get()
    assert theirs.case.number == 2
    assert walker.client.get(f"/filing/2/files/{theirs.id}/").status_code == 200
    assert walker.client.get(f"/filing/1/files/{theirs.id}/").status_code == 404


@pytest.mark.parametrize("what", ["unfile", "adopt"])
def test_row_02_a_file_of_another_draft_is_neither_dropped_nor_taken(
    town: Town, walker: Walker, what: str
) -> None:
    other = Walker()
    to_text_page(other).press("go=next", {"text-1": "别人的"}, files={"files-1": photo()})
    theirs = Upload.objects.get()
    to_text_page(walker)
    data = walker.fields(walker.form())
    sent = {**data, "page": "text", "text-1": "我的", "file-1": str(theirs.id), "go": f"unfile:{theirs.id}"}
    walker.client.post("/file/" if what == "unfile" else "/file/send/", sent)
    assert Upload.objects.get().id == theirs.id
    other.press("go=send")
    assert Attachment.objects.get().id == theirs.id
    del town


@pytest.mark.parametrize("who", ["ma", "su", "tang"])
def test_row_03_every_move_of_every_procedure_is_shut_to_other_offices(
    town: Town, sign_in: SignIn, fresh: Case, who: str
) -> None:
    client, before = sign_in(who), everything()
    codes = set(engine.procedure_of(fresh).moves) | {"close", "delete", "answer"}
    for code in codes:
        sent = {"seen": fresh.seq, "reason": "x", "question": "x", "office": str(town.offices["water"].id)}
        assert client.post(address(fresh, f"moves/{code}/"), sent).status_code == 404, code
    assert everything() == before


def test_row_39_no_stage_is_skipped_at_the_desk(town: Town, sign_in: SignIn, fresh: Case) -> None:
    """Whoever owes the answer still cannot make a move of another stage, nor one of the resident's."""
    zhou = sign_in("zhou")
    moves = engine.procedure_of(fresh).moves
    now = {move.code for move in engine.moves_for(fresh, town.actor("zhou"), NOW)}
    before = everything()
    for code in set(moves) - now:
        sent = {
            "seen": fresh.seq,
            "reason": "x",
            "question": "x",
            "date": "2026-03-20",
            "office": str(town.offices["water"].id),
            "words": "x",
            "instruction": "x",
            "extra": "x",
        }
        assert zhou.post(address(fresh, f"moves/{code}/"), sent).status_code in (404, 409, 422), code
    answer = {"seen": fresh.seq, "act": "send", "decision": "done", "found": "x", "decided": "x"}
    assert zhou.post(address(fresh, "answer/"), answer).status_code in (404, 409)
    seen, same = everything(), before
    assert (seen[0], seen[1]) == (same[0], same[1])


def test_row_39_no_stage_is_skipped_by_the_resident(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    case = Case.objects.get()
    before = everything()
    may = {m.code for m in engine.moves_for(case, resident_of(case), NOW)}
    walker.get("/filing/")
    data = walker.fields(walker.form("#form-add form"))
    for code in set(engine.procedure_of(case).moves) - may:
        sent = {**data, "move": code, "seen": case.seq, "text": "x", "reason": "x", "points": "yes"}
        assert walker.client.post("/filing/1/move/", sent).status_code == 409, code
    assert everything() == before


def resident_of(case: Case) -> Resident:
    return Resident(case.filing_id, case.filing.receipts.get().id)


def test_row_11_fields_that_no_form_has_do_nothing_at_the_desk(
    town: Town, sign_in: SignIn, fresh: Case
) -> None:
    extra = {
        "stage": "confirmed",
        "status": "closed",
        "outcome": "confirmed",
        "lead": str(town.staff["ma"].id),
        "case.office": str(town.offices["water"].id),
        "is_staff": "1",
        "at": "2001-01-01",
        "due_on": "2099-01-01",
        "actor": str(town.staff["qin"].id),
    }
    sign_in("zhou").post(address(fresh, "moves/accept/"), {"seen": fresh.seq, **extra})
    case = Case.objects.get(pk=fresh.pk)
    assert (case.stage, case.office_id) == ("handling", fresh.office_id)
    assert (case.lead_id, case.outcome) == (fresh.lead_id, "")
    assert case.due_on is not None
    assert case.due_on.year == 2026
    assert History.objects.filter(case=case).latest("seq").staff_id == town.staff["zhou"].id


def test_row_03_a_person_of_two_offices_never_meets_the_matter_about_one(town: Town, sign_in: SignIn) -> None:
    """He acts for the hall, which has the complaint; but he also works at Roads, which it is about."""
    Appointment.objects.create(staff=town.staff["he"], office=town.offices["hall"], role="supervisor")
    Appointment.objects.create(staff=town.staff["he"], office=town.offices["hall"], role="handler")
    forget()
    case = case_of(lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))[0])
    assert case.office.code == "hall"
    qin, he = sign_in("qin"), sign_in("he")
    assert qin.get(address(case)).status_code == 200
    before = everything()
    for actor in actors_for(town.staff["he"]):
        assert he.post("/desk/offices/", {"office": str(actor.office_id)}).status_code == 302
        for tail in ("", "answer/"):
            assert he.get(address(case, tail)).status_code == 404
        for tail in ("note/", "look/", "contact/", "answer/", "moves/accept/", "moves/hand_over/"):
            sent = {"seen": case.seq, "text": "x", "why": "supervision", "reason": "x"}
            assert he.post(address(case, tail), sent).status_code == 404, tail
        for page in ("/desk/", "/desk/?kind=conduct", "/desk/board/", "/desk/board/?list=late"):
            assert case.filing.reference not in he.get(page).content.decode()
    assert everything() == before


def test_row_03_a_cause_of_another_office_cannot_be_decided(town: Town, sign_in: SignIn, fresh: Case) -> None:
    row = Supervision(
        office=fresh.office, supervisor=town.offices["water"], category=fresh.category, opened_at=NOW
    )
    row.save()
    before = everything()
    sent = {"words": "马上办", "answer_by": "2026-03-20"}
    for who in ("qin", "ma", "zhou", "su"):
        for key in (row.id, uuid4()):
            assert sign_in(who).post(f"/desk/board/{key}/", sent).status_code in (403, 404)
    assert everything() == before


def test_row_39_a_consent_is_reviewed_by_reviewers_alone_and_once(town: Town, sign_in: SignIn) -> None:
    filed, _ = lin_files(town)
    consent = give_consent(case_of(filed), PublicCopy("坑", "路上有坑"), actor=resident(filed), at=NOW)
    before = everything()
    sent = {"title": "坑", "text": "路上有坑"}
    for who in ("zhou", "he", "ma", "qin", "tang"):
        for method in ("get", "post"):
            assert getattr(sign_in(who), method)(f"/desk/publication/{consent.id}/", sent).status_code == 404
    assert everything() == before
    su = sign_in("su")
    added = {"title": "坑", "text": "路上有坑，责任人张三"}
    assert su.post(f"/desk/publication/{consent.id}/", added).status_code == 422
    assert su.post(f"/desk/publication/{consent.id}/", sent).status_code == 302
    assert su.post(f"/desk/publication/{consent.id}/", sent).status_code == 404
    assert PublicCase.objects.count() == 1


@pytest.mark.parametrize("number", [0, 2, 99, 2**31, 2**63, 10**30])
def test_row_01_numbers_of_no_matter(town: Town, walker: Walker, sign_in: SignIn, number: int) -> None:
    files_a_report(walker)
    reference = Case.objects.select_related("filing").get().filing.reference
    assert walker.client.get(f"/filing/{number}/").status_code == 404
    assert sign_in("zhou").get(f"/desk/cases/{reference}/{number}/").status_code == 404


def test_row_01_a_neighbours_reference_is_no_key(town: Town, walker: Walker) -> None:
    """Chen Bo, signed in to his own filing, knows Lin Yue's reference."""
    files_a_report(walker)
    lin, _ = lin_files(town, matter(town, "leak"))
    for path in (
        f"/filing/{lin.filing.reference}/",
        f"/filing/?reference={lin.filing.reference}",
        f"/filing/1/?filing={lin.filing.id}",
        f"/filing/{lin.filing.id}/",
    ):
        page = walker.get(path).page.find("main")
        assert page is not None
        assert lin.filing.reference not in page.get_text()
    assert Client().get(f"/published/{UUID(int=1)}/").status_code == 404
