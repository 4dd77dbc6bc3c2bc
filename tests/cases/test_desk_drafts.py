"""Drafts of officers: sealed with the case, one for each form, theirs alone, never overwritten unseen, soon gone."""

from datetime import timedelta
from typing import Any

import pytest

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Appointment
from gongshi.accounts.rights import NotAllowed
from gongshi.cases.actions.desk_drafts import (
    DISCARDED_KEPT,
    DRAFTS_KEPT,
    DraftChanged,
    discard_draft,
    drop_sent,
    keep_draft,
    sweep_desk_drafts,
)
from gongshi.cases.actions.erasure import erase_due, erased_from, withdraw
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, DeskDraft, History, Look
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased, KeyClosed, key_of, read_typed
from gongshi.cases.texts import TextRefused
from gongshi.places.snapshots import forget
from gongshi.safekeeping.sealing import SealError
from tests.casework import accepted, add_office, add_staff
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local

HERE, THERE = "a" * 16, "b" * 16
WORDS = {"found": "坑深十厘米，明天补。"}


def keep(case: Case, actor: StaffActor, texts: dict[str, str] = WORDS, **more: Any) -> int:
    """Keep a draft of the answer, by default on one page that knows of none."""
    given = {"form": "answer", "page": HERE, "seen": 0, "at": NOW, **more}
    return keep_draft(case, given.pop("form"), texts, actor=actor, **given)


def shown(case: Case, actor: StaffActor) -> dict[str, dict[str, str]]:
    """The drafts that come with the content, by form, without those thrown away."""
    content = open_content(case, actor, why="assignment", at=NOW)
    return {form: dict(one.texts) for form, one in content.drafts.items() if not one.discarded}


def test_it_comes_back_with_the_content_and_leaves_no_trace_of_its_own(town: Town) -> None:
    _, case = accepted(town)
    zhou = town.actor("zhou")
    before = History.objects.count(), Look.objects.count()
    keep(case, zhou)
    keep(case, zhou, {"text": "问过张师傅"}, form="note")
    assert (History.objects.count(), Look.objects.count()) == before
    assert shown(case, zhou) == {"answer": WORDS, "note": {"text": "问过张师傅"}}
    assert Look.objects.count() == before[1] + 1


def test_nobody_else_is_shown_it(town: Town) -> None:
    _, case = accepted(town)
    keep(case, town.actor("zhou"))
    assert shown(case, town.actor("he")) == {}
    keep(case, town.actor("he"), {"found": "不深"})
    assert shown(case, town.actor("zhou")) == {"answer": WORDS}


def test_it_is_sealed_with_the_cases_key_for_its_own_row(town: Town) -> None:
    _, case = accepted(town)
    keep(case, town.actor("zhou"))
    keep(case, town.actor("he"), {"found": "不深"})
    mine, other = DeskDraft.objects.order_by("id")
    assert WORDS["found"].encode() not in bytes(mine.content)
    assert read_typed(mine, key_of(case.id)).texts == WORDS
    other.content = mine.content
    with pytest.raises(SealError):
        read_typed(other, key_of(case.id))


def test_a_sealed_case_takes_an_open_key(town: Town) -> None:
    filed, _ = lin_files(town, matter(town, "quarrel"))
    case = case_of(filed)
    with pytest.raises(KeyClosed):
        keep(case, town.actor("zhou", keys=False), form="note")
    keep(case, town.actor("zhou"), form="note")
    assert shown(case, town.actor("zhou")) == {"note": WORDS}


@pytest.mark.parametrize(("name", "error"), [("ma", NotFound), ("su", NotAllowed)])
def test_who_does_not_see_the_case_keeps_nothing_on_it(town: Town, name: str, error: type[Exception]) -> None:
    _, case = accepted(town)
    with pytest.raises(error):
        keep(case, town.actor(name))
    assert not DeskDraft.objects.exists()


def test_one_row_for_each_officer_case_and_form(town: Town) -> None:
    _, case = accepted(town)
    zhou = town.actor("zhou")
    assert keep(case, zhou) == 1
    assert keep(case, zhou, {"found": "再写"}, seen=1) == 2
    assert DeskDraft.objects.get().revision == 2
    assert shown(case, zhou)["answer"] == {"found": "再写"}


def test_another_device_is_never_overwritten_unseen(town: Town) -> None:
    _, case = accepted(town)
    zhou = town.actor("zhou")
    keep(case, zhou)
    keep(case, zhou, {"found": "手机上写的"}, page=THERE, seen=1)
    for late in (0, 1):
        with pytest.raises(DraftChanged):
            keep(case, zhou, {"found": "电脑上写的"}, seen=late)
    with pytest.raises(DraftChanged):
        discard_draft(case, "answer", page=HERE, seen=1, actor=zhou, at=NOW)
    assert shown(case, zhou)["answer"] == {"found": "手机上写的"}
    # Having been shown both, they keep theirs.
    assert keep(case, zhou, {"found": "电脑上写的"}, seen=2) == 3


def test_a_pages_own_late_saving_is_no_other_device(town: Town) -> None:
    _, case = accepted(town)
    zhou = town.actor("zhou")
    keep(case, zhou)
    keep(case, zhou, {"found": "二"}, seen=1)
    assert keep(case, zhou, {"found": "三"}, seen=1) == 3


def test_thrown_away_and_taken_back(town: Town) -> None:
    _, case = accepted(town)
    zhou = town.actor("zhou")
    keep(case, zhou)
    discard_draft(case, "answer", page=THERE, seen=1, actor=zhou, at=NOW)
    assert shown(case, zhou) == {}
    discard_draft(case, "answer", page=THERE, seen=2, actor=zhou, at=NOW, back=True)
    assert shown(case, zhou) == {"answer": WORDS}
    with pytest.raises(NotFound):
        discard_draft(case, "note", page=HERE, seen=0, actor=zhou, at=NOW)


def test_what_was_sent_is_gone_and_what_another_device_wrote_is_not(town: Town) -> None:
    _, case = accepted(town)
    zhou = town.actor("zhou")
    keep(case, zhou)
    keep(case, zhou, form="note", page=THERE)
    keep(case, zhou, form="note", page=THERE, seen=1)
    for form in ("answer", "note"):
        drop_sent(case, form, page=HERE, seen=1, actor=zhou)
    assert list(shown(case, zhou)) == ["note"]


@pytest.mark.parametrize("text", ["长" * 20_001, "\x00", "\ud800"])
def test_what_no_database_keeps_is_refused(town: Town, text: str) -> None:
    _, case = accepted(town)
    with pytest.raises(TextRefused):
        keep(case, town.actor("zhou"), {"found": text})


def test_a_draft_too_long_to_be_sent_is_kept(town: Town) -> None:
    _, case = accepted(town)
    keep(case, town.actor("zhou"), {"found": "长" * 6_000})
    assert len(shown(case, town.actor("zhou"))["answer"]["found"]) == 6_000


def test_old_ones_and_those_thrown_away_are_swept(town: Town) -> None:
    _, case = accepted(town)
    zhou = town.actor("zhou")
    keep(case, zhou)
    keep(case, zhou, form="note")
    discard_draft(case, "note", page=HERE, seen=1, actor=zhou, at=NOW)
    assert sweep_desk_drafts(NOW + DISCARDED_KEPT) == 0
    assert sweep_desk_drafts(NOW + DISCARDED_KEPT + timedelta(seconds=1)) == 1
    assert sweep_desk_drafts(NOW + DRAFTS_KEPT) == 0
    assert sweep_desk_drafts(NOW + DRAFTS_KEPT + timedelta(seconds=1)) == 1


def test_a_case_that_leaves_their_sight_takes_the_draft_with_it(town: Town) -> None:
    _, case = accepted(town)
    keep(case, town.actor("zhou"))
    keep(case, town.actor("qin"), form="move-press")
    assert sweep_desk_drafts(NOW) == 0
    params = {"office": town.offices["water"].id, "reason": "是水管的事。"}
    make_move(case, "hand_over", actor=town.actor("he"), at=NOW, params=params)
    assert sweep_desk_drafts(NOW) == 1
    assert DeskDraft.objects.get().staff_id == town.staff["qin"].id


def test_whoever_acts_for_two_offices_keeps_the_drafts_of_both(town: Town) -> None:
    add_office(town, "signs", "hall")
    add_staff(town, "zhou", signs=["handler"])
    _, case = accepted(town)
    keep(case, town.actor("zhou"))
    assert sweep_desk_drafts(NOW) == 0
    Appointment.objects.filter(staff=town.staff["zhou"]).update(valid_to=NOW.date())
    forget()
    assert sweep_desk_drafts(NOW) == 1


def test_withdrawing_ends_drafts_and_erasing_destroys_them(town: Town) -> None:
    filed, case = accepted(town)
    zhou = town.actor("zhou")
    keep(case, zhou)
    withdraw(case, erase=True, actor=resident(filed), at=NOW)
    with pytest.raises(Erased):
        keep(case, zhou, seen=1)
    gone = local(f"{erased_from(NOW)} 09:00")
    assert erase_due(gone, 10) == 1
    assert not DeskDraft.objects.exists()


def test_of_a_withdrawn_case_no_draft_is_left(town: Town) -> None:
    filed, case = accepted(town)
    keep(case, town.actor("zhou"))
    withdraw(case, erase=False, actor=resident(filed), at=NOW)
    assert sweep_desk_drafts(NOW) == 1
