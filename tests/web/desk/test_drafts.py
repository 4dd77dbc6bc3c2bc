"""Drafts at the desk: kept while typing and by a button, shown again, thrown away and taken back, never lost."""

import re
from typing import Any

import pytest
from django.test import Client

from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, DeskDraft
from tests.cast import Town, case_of, lin_files
from tests.clock import Clock
from tests.statements import captured
from tests.web.desk.helpers import ANSWER, SignIn, address, move, text
from tests.web.desk.test_case import MOST_STATEMENTS

FOUND = "坑深十厘米，等沥青。"
QUIET = {"HX-Request": "true"}


def mark(page: Any, form: str = "answer") -> str:
    """What goes along with a form of a page, as a browser would send it."""
    body = page.content.decode()
    found = re.search(rf'hx-post="[^"]*/draft/{form}/".*?name="draft" value="([^"]+)"', body, re.DOTALL)
    return found[1] if found else re.findall(r'name="draft" value="([^"]+)"', body)[0]


def keep(client: Client, case: Case, form: str, mark: str, *, quiet: bool = True, **fields: str) -> Any:
    """What the page sends while somebody types, or (not ``quiet``) by the button."""
    data = {"draft": mark, "seen": case.seq, **fields}
    return client.post(address(case, "draft", form), data, headers=QUIET if quiet else {})


def test_typed_here_and_read_on_another_device(sign_in: SignIn, handled: Case) -> None:
    here, there = sign_in("zhou"), sign_in("zhou")
    line = keep(here, handled, "answer", mark(here.get(address(handled, "answer"))), found=FOUND)
    assert "草稿，今天09:00保存。" in text(line)
    page = there.get(address(handled, "answer"))
    assert FOUND in page.content.decode()
    assert "草稿，今天09:00保存。" in text(page)
    assert "草稿，今天09:00保存。" in text(there.get(address(handled)))
    assert "Draft kept at 09:00 today." in text(there.get(address(handled, "answer", english=True)))


def test_nobody_else_reads_it(sign_in: SignIn, handled: Case) -> None:
    zhou = sign_in("zhou")
    keep(zhou, handled, "answer", mark(zhou.get(address(handled, "answer"))), found=FOUND)
    for name in ("he", "qin"):
        for page in (address(handled), address(handled, "answer")):
            body = sign_in(name).get(page).content.decode()
            assert FOUND not in body
            assert "草稿，" not in body


def test_a_supervisor_sees_theirs_with_the_content_alone(sign_in: SignIn, handled: Case) -> None:
    qin = sign_in("qin")
    assert keep(qin, handled, "move-press", "", reason=FOUND).status_code == 200
    assert FOUND not in qin.get(address(handled)).content.decode()
    qin.post(address(handled, "look"), {"why": "supervision"})
    assert FOUND in qin.get(address(handled)).content.decode()


def test_without_scripts_a_button_keeps_notes_and_moves(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    page = client.get(address(handled))
    for form, field in (("note", "text"), ("move-hand_over", "reason")):
        sent = keep(client, handled, form, mark(page, form), quiet=False, **{field: f"{FOUND}{form}"})
        assert (sent.status_code, sent["Location"]) == (302, address(handled))
    page = client.get(address(handled))
    body = page.content.decode()
    assert "只有您看得到" in text(page)
    assert body.count(FOUND) == 2
    assert body.count("<details open>") == 2


def test_sent_is_gone(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    one = mark(client.get(address(handled, "answer")))
    latest = mark(keep(client, handled, "answer", one, found=FOUND))
    # One more saving is on its way while the form is sent.
    keep(client, handled, "answer", latest, found=FOUND)
    preview = client.post(address(handled, "answer"), {**ANSWER, "seen": handled.seq, "draft": latest})
    assert f'name="draft" value="{latest}"' in preview.content.decode()
    client.post(address(handled, "answer"), {**ANSWER, "seen": handled.seq, "draft": latest, "act": "send"})
    assert not DeskDraft.objects.exists()


def test_notes_and_moves_that_were_made_are_gone(town: Town, sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    page = client.get(address(handled))
    for form, field in (("note", "text"), ("move-hand_over", "reason")):
        keep(client, handled, form, mark(page, form), **{field: FOUND})
    client.post(address(handled, "note"), {"seen": handled.seq, "text": FOUND, "draft": mark(page, "note")})
    handled.refresh_from_db()
    water, sent = str(town.offices["water"].id), mark(page, "move-hand_over")
    move(client, handled, "hand_over", office=water, reason=FOUND, draft=sent)
    assert not DeskDraft.objects.exists()


def test_two_devices_both_shown_and_one_chosen(sign_in: SignIn, handled: Case) -> None:
    here, there = sign_in("zhou"), sign_in("zhou")
    old = mark(here.get(address(handled, "answer")))
    keep(there, handled, "answer", mark(there.get(address(handled, "answer"))), found="手机上写的")
    line = keep(here, handled, "answer", old, found="电脑上写的")
    assert "另一个页面或设备今天09:00存了不同的草稿" in text(line)
    assert "手机上写的" not in line.content.decode()  # no content without a look
    both = keep(here, handled, "answer", old, found="电脑上写的", quiet=False)
    assert both.status_code == 409
    assert "电脑上写的" in text(both)
    assert "手机上写的" in text(both)
    assert "hx-trigger" not in both.content.decode().partition('class="draft')[2]
    theirs = re.findall(r'name="draft" value="([^"]+)" formnovalidate', both.content.decode())
    assert keep(here, handled, "answer", theirs[0], found="电脑上写的", quiet=False).status_code == 302
    page = there.get(address(handled, "answer")).content.decode()
    assert "电脑上写的" in page
    assert "手机上写的" not in page


@pytest.mark.parametrize(("form", "field"), [("note", "text"), ("move-hand_over", "reason")])
def test_two_devices_on_the_page_of_a_case(sign_in: SignIn, handled: Case, form: str, field: str) -> None:
    client = sign_in("zhou")
    keep(client, handled, form, "", **{field: "手机上写的"})
    both = keep(client, handled, form, "", quiet=False, **{field: "电脑上写的"})
    assert both.status_code == 409
    assert "电脑上写的" in text(both)
    assert "手机上写的" in text(both)
    assert "要填" not in text(both)


def test_thrown_away_and_taken_back(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    keep(client, handled, "answer", mark(client.get(address(handled, "answer"))), found=FOUND)
    for step, there in (("discard", False), ("undo", True)):
        data = {"draft": mark(client.get(address(handled, "answer"))), "found": FOUND}
        sent = client.post(address(handled, "draft", "answer", step), data)
        assert sent["Location"] == address(handled, "answer")
        page = client.get(sent["Location"])
        assert (FOUND in page.content.decode()) == there
        assert ("草稿已丢弃" in text(page)) == (not there)


def test_what_cannot_be_sent_any_more_is_shown_to_be_copied(
    town: Town, sign_in: SignIn, handled: Case, clock: Clock
) -> None:
    client = sign_in("zhou")
    keep(client, handled, "answer", "", found=FOUND)
    params = {"question": "哪一段？"}
    make_move(handled, "ask", actor=town.actor("he"), at=clock(), params=params)
    page = client.get(address(handled))
    assert "没有送出的草稿" in text(page)
    assert FOUND in text(page)
    client.post(address(handled, "draft", "answer", "discard"), {"draft": mark(page)})
    assert FOUND not in text(client.get(address(handled)))


@pytest.mark.parametrize("form", ["move-nothing", "move-answer", "nothing", "recuse"])
def test_a_form_that_is_not_there_keeps_nothing(sign_in: SignIn, handled: Case, form: str) -> None:
    assert keep(sign_in("zhou"), handled, form, "", text=FOUND).status_code == 404
    assert not DeskDraft.objects.exists()


def test_of_a_case_that_somebody_may_not_see_nothing_is_kept_nor_told(
    town: Town, sign_in: SignIn, handled: Case
) -> None:
    hidden = keep(sign_in("ma"), handled, "note", "", text=FOUND)
    missing = sign_in("ma").post("/desk/cases/TT-0000-0000-0/1/draft/note/", {"text": FOUND}, headers=QUIET)
    assert hidden.status_code == missing.status_code == 404
    assert not DeskDraft.objects.exists()


def test_other_fields_are_not_kept(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    keep(client, handled, "note", "", text=FOUND, colour="red")
    page = client.get(address(handled))
    assert page.context["content"].drafts["note"].texts == {"text": FOUND}


def test_an_empty_form_keeps_nothing(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    assert "保存。" not in text(keep(client, handled, "note", "", text=" "))
    assert not DeskDraft.objects.exists()
    keep(client, handled, "note", "", text=FOUND)
    assert "保存。" in text(
        keep(client, handled, "note", mark(client.get(address(handled)), "note"), text="")
    )


def test_too_long_a_draft_is_said_to_be_so(sign_in: SignIn, handled: Case) -> None:
    client = sign_in("zhou")
    assert keep(client, handled, "note", "", text="长" * 20_001).status_code == 422
    page = keep(client, handled, "note", "", text="长" * 20_001, quiet=False)
    assert page.status_code == 422
    assert "太长了" in text(page)


def test_statements_with_drafts(town: Town, sign_in: SignIn, handled: Case, clock: Clock) -> None:
    client = sign_in("zhou")
    for form in ("answer", "note", "move-hand_over"):
        keep(client, handled, form, "", found=FOUND, text=FOUND, reason=FOUND)
    client.get(address(handled))
    with captured() as statements:
        client.get(address(handled))
    assert len(statements) <= MOST_STATEMENTS
    other = case_of(lin_files(town, at=clock())[0])
    assert "草稿，" not in text(client.get(address(other)))
