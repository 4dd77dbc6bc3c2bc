"""Break-glass of a sealed case: its key is there for one reader's own key, and only until the time is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gongshi.accounts.actors import Resident
from gongshi.accounts.queries import actor_for
from gongshi.cases.actions import glass
from gongshi.cases.actions.glass import ReaderWithoutKey, approve, ask, end, find_asked, tell_ends
from gongshi.cases.actions.looks import BREAK_GLASS, open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.changing import Changed
from gongshi.cases.jobs import sweep_keys, tick_glass
from gongshi.cases.models import BreakGlass, Case
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import KeyClosed, key_for, key_through_glass, read_asked_reason, read_reason
from gongshi.cases.record import Record
from gongshi.cases.recusing import Whom
from gongshi.cases.visiting import Visitor, own_case
from gongshi.safekeeping.models import KeyPair, KeyWrap, LockedKey, Wrap
from gongshi.safekeeping.sealing import SealError
from tests.casework import add_office, add_staff
from tests.cast import NOW, Town, case_of, lin_files, matter

pytestmark = pytest.mark.django_db
WHY = "同一名工作人员，别处也有举报，要合起来看。"


@pytest.fixture
def wide(town: Town) -> Town:
    """Beside Roads and Water there are Parks, with a supervisor who sees nothing of theirs."""
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    return town


def about_roads(town: Town) -> tuple[Visitor, Case]:
    filed, receipt = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    return Visitor(filed.filing, filed.receipt_id, receipt), case_of(filed)


def asks(town: Town, case: Case) -> BreakGlass:
    ask(case.filing.reference, 1, WHY, actor=town.actor("pan"), at=NOW)
    assert find_asked(NOW) == 1
    return BreakGlass.objects.get()


def glass_wraps(subject: UUID) -> int:
    return Wrap.objects.filter(subject=subject, recipient="glass").count()


def test_it_opens_for_the_one_reader_and_nobody_else(wide: Town) -> None:
    _, case = about_roads(wide)
    row = asks(wide, case)
    approve(row.id, actor=wide.actor("qin"), at=NOW)
    assert "老桥" in open_content(case, wide.actor("pan"), why=BREAK_GLASS, at=NOW).text
    # Neither a colleague's key nor Parks' own, nor Pan's where it was not opened, nor the key file.
    add_staff(wide, "pei", parks=["supervisor", "lead"])
    for name in ("pei", "ma"):
        with pytest.raises(NotFound):
            open_content(case, wide.actor(name), why=BREAK_GLASS, at=NOW)
        with pytest.raises(KeyClosed):
            key_for(case.id, wide.actor(name))
    with pytest.raises(KeyClosed, match="locked"):
        open_content(case, wide.actor("pan", keys=False), why=BREAK_GLASS, at=NOW)
    with pytest.raises(KeyClosed):
        key_for(case.id, wide.actor("pan"))


def test_the_key_goes_when_it_is_over(wide: Town, django_capture_on_commit_callbacks) -> None:
    _, case = about_roads(wide)
    row = asks(wide, case)
    approve(row.id, actor=wide.actor("qin"), at=NOW)
    assert glass_wraps(case.id) == 1
    hour = NOW + timedelta(minutes=60)
    with pytest.raises(NotFound):
        open_content(case, wide.actor("pan"), why=BREAK_GLASS, at=hour)
    with django_capture_on_commit_callbacks(execute=True):
        assert tell_ends(hour) == 1
    assert glass_wraps(case.id) == 0
    with pytest.raises(KeyClosed, match="not_wrapped"):
        key_through_glass(case.id, row.id, wide.actor("pan"))


def test_the_key_goes_with_an_early_end_and_with_a_recusal(
    wide: Town, django_capture_on_commit_callbacks
) -> None:
    visitor, case = about_roads(wide)
    row = asks(wide, case)
    approve(row.id, actor=wide.actor("qin"), at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        end(row.id, actor=wide.actor("pan"), at=NOW)
    assert glass_wraps(case.id) == 0
    BreakGlass.objects.all().delete()
    approve(asks(wide, case).id, actor=wide.actor("qin"), at=NOW)
    assert glass_wraps(case.id) == 1
    case = Case.objects.select_related("filing").get(pk=case.pk)
    filed = resident_of(visitor)
    with django_capture_on_commit_callbacks(execute=True):
        recuse(case, Whom.all_of(wide.offices["parks"].id), "有牵连。", actor=filed, at=NOW)
    assert glass_wraps(case.id) == 0
    with pytest.raises(NotFound):
        open_content(case, wide.actor("pan"), why=BREAK_GLASS, at=NOW)


def resident_of(visitor: Visitor) -> Resident:
    return Resident(visitor.filing.id, visitor.receipt_id, visitor.receipt)


def told(visitor: Visitor) -> list[str]:
    """The reasons as whoever filed reads them."""
    return [reason for _, reason in own_case(visitor, 1).glass]


def recipients(subject: UUID) -> list[tuple[str, UUID | None]]:
    return list(Wrap.objects.filter(subject=subject).values_list("recipient", "recipient_id"))


def test_while_it_waits_the_reason_opens_to_the_offices_that_decide_alone(wide: Town) -> None:
    visitor, case = about_roads(wide)
    row = asks(wide, case)
    assert recipients(row.id) == [("office", wide.offices["hall"].id)]
    with pytest.raises(SealError):
        read_asked_reason(row)
    for actor in (wide.actor("zhou"), wide.actor("pan"), wide.actor("qin", keys=False)):
        with pytest.raises(KeyClosed):
            glass.reason_of(row, actor)
    assert glass.reason_of(row, wide.actor("qin")) == WHY
    assert told(visitor) == [""]


@pytest.mark.parametrize("decide", [approve, glass.refuse])
def test_once_it_is_decided_whoever_filed_reads_the_reason(
    wide: Town, decide: Callable[..., None], django_capture_on_commit_callbacks: Any
) -> None:
    visitor, case = about_roads(wide)
    row = asks(wide, case)
    with pytest.raises(KeyClosed):
        decide(row.id, actor=wide.actor("qin", keys=False), at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        decide(row.id, actor=wide.actor("qin"), at=NOW)
    assert told(visitor) == [WHY]
    row.refresh_from_db()
    assert row.asked_reason is None
    assert recipients(row.id) == []
    key = key_for(case.id, wide.actor("qin"))
    assert read_reason(row, key) == WHY


def test_where_nobody_decides_for_a_day_the_words_are_gone_and_the_rest_stays(wide: Town) -> None:
    visitor, case = about_roads(wide)
    row = asks(wide, case)
    day = NOW + timedelta(hours=24)
    assert tick_glass(day - timedelta(seconds=1)) == 0
    assert glass.reason_of(row, wide.actor("qin")) == WHY
    assert (tick_glass(day), tick_glass(day)) == (1, 0)
    ((kept, reason),) = own_case(visitor, 1).glass
    assert (kept.office, kept.staff, kept.asked_at, reason) == (row.office, row.staff, NOW, "")
    assert (kept.asked_reason, kept.reason, recipients(row.id)) == (None, None, [])


def test_the_words_go_with_the_case_to_who_decides_now(
    wide: Town, django_capture_on_commit_callbacks: Any
) -> None:
    filed, _ = lin_files(wide, matter(wide, "quarrel"))
    case = case_of(filed)
    row = asks(wide, case)
    where = {"office": wide.offices["water"].id, "reason": "水管引起的。"}
    with django_capture_on_commit_callbacks(execute=True):
        make_move(case_of(filed), "hand_over", actor=wide.actor("he"), at=NOW, params=where)
    assert {office for _, office in recipients(row.id)} == {
        wide.offices[code].id for code in ("water", "hall")
    }
    assert glass.reason_of(row, wide.actor("ma")) == WHY
    with pytest.raises(KeyClosed):
        glass.reason_of(row, wide.actor("he"))


def test_a_crash_between_the_two_databases_leaves_no_key(wide: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    _, case = about_roads(wide)
    ask(case.filing.reference, 1, WHY, actor=wide.actor("pan"), at=NOW)

    def fails(_record: Record) -> None:
        raise Changed

    with monkeypatch.context() as patched:
        patched.setattr(Record, "store", fails)
        assert find_asked(NOW) == 0
    row = BreakGlass.objects.get()
    assert (row.case, recipients(row.id)) == (None, [])
    assert find_asked(NOW) == 1


def test_what_waits_keeps_its_key_and_what_is_gone_does_not(wide: Town) -> None:
    _, case = about_roads(wide)
    row = asks(wide, case)
    later = NOW + timedelta(hours=25)
    assert sweep_keys(later) == 0
    BreakGlass.objects.filter(pk=row.pk).update(asked_reason=None)
    assert sweep_keys(later) == 1
    assert recipients(row.id) == []


def test_an_approver_whose_key_is_closed_opens_nothing(wide: Town) -> None:
    _, case = about_roads(wide)
    row = asks(wide, case)
    with pytest.raises(KeyClosed):
        approve(row.id, actor=wide.actor("qin", keys=False), at=NOW)
    row.refresh_from_db()
    assert row.approved_at is None
    assert glass_wraps(case.id) == 0


def test_a_reader_without_a_key_of_their_own_is_not_let_in(wide: Town) -> None:
    _, case = about_roads(wide)
    row = asks(wide, case)
    pairs = list(
        KeyPair.objects.filter(owner="staff", owner_id=wide.staff["pan"].id).values_list("id", flat=True)
    )
    KeyWrap.objects.filter(for_pair__in=pairs).delete()
    LockedKey.objects.filter(pair__in=pairs).delete()
    KeyPair.objects.filter(id__in=pairs).delete()
    with pytest.raises(ReaderWithoutKey):
        approve(row.id, actor=wide.actor("qin"), at=NOW)
    assert glass_wraps(case.id) == 0


def test_the_office_it_is_about_finds_nothing_to_ask_for(wide: Town) -> None:
    add_staff(wide, "rui", roads=["supervisor"])
    _, case = about_roads(wide)
    rui = wide.acting(actor_for(wide.staff["rui"]))  # type: ignore[arg-type]
    ask(case.filing.reference, 1, WHY, actor=rui, at=NOW)
    assert find_asked(NOW) == 0
