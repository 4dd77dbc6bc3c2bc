"""Reception days: booking without a name, what nobody learns before the day, and what is left the day after."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from gongshi.accounts.rights import NotAllowed
from gongshi.bulletin.actions import receptions as actions
from gongshi.bulletin.actions.numbering import PageChanged
from gongshi.bulletin.actions.receptions import (
    NotBookable,
    NothingFree,
    announce_reception,
    book,
    give_back,
)
from gongshi.bulletin.drafts import PageRefused
from gongshi.bulletin.jobs import forget_receptions
from gongshi.bulletin.models import Reception, ReceptionRevision, ReceptionSheet
from gongshi.bulletin.queries import PageNotFound
from gongshi.bulletin.receptions import (
    booked_with,
    day_of,
    days_ahead,
    times_of_today,
)
from gongshi.rules.receptions import bookable, most_held
from gongshi.safekeeping.booking_codes import opened_sheet
from gongshi.safekeeping.sealing import SealError
from gongshi.words import pair
from tests.bulletin.days import DAY, REASON, announced_day, day, fill, left_of, new_code
from tests.cast import NOW, Town
from tests.clock import local
from tests.statements import captured

pytestmark = pytest.mark.django_db
ALL = range(60)
MORNING = local("2026-03-05 00:00")


def uses(row: Reception, town: Town, at: Any) -> list[str]:
    return [one.use for one in times_of_today(row, actor=town.actor("he"), at=at)]


def test_a_code_takes_a_time_and_gives_it_back(town: Town) -> None:
    row, code = announced_day(town), new_code()
    slot = book(row, [4, 5], code, at=NOW)
    assert slot.position in (4, 5)
    assert slot.begins_at == DAY + timedelta(minutes=15 * slot.position)
    assert len(code) == 9
    known = booked_with(code.lower().replace("-", " "), NOW)
    assert known == slot
    assert book(row, ALL, code, at=NOW) == slot, "the same form sent again"
    assert give_back(code, at=NOW) == slot
    assert booked_with(code, NOW) is None
    assert give_back(code, at=NOW) is None
    assert "taken" not in uses(row, town, DAY)


@pytest.mark.parametrize("typed", ["", "\0", "O" * 9, "7G2K", "x" * 400, "七七七七七七七七"])
def test_what_is_no_code_opens_nothing(town: Town, typed: str) -> None:
    announced_day(town)
    assert booked_with(typed, NOW) is None


def test_a_quarter_is_never_booked_however_many_try(town: Town) -> None:
    row = announced_day(town)
    fill(row)
    with pytest.raises(NothingFree):
        book(row, ALL, new_code(), at=NOW)
    assert uses(row, town, DAY) == ["taken", "taken", "taken", "kept"] * 2


def test_which_time_is_drawn_tells_not_how_many_came_before(town: Town) -> None:
    drawn = {book(announced_day(town), ALL, new_code(), at=NOW).position for _ in range(30)}
    assert len(drawn) > 1


def test_two_for_the_last_time_and_one_gets_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading what is free and taking it, somebody else takes it."""
    row, first = announced_day(town), new_code()
    fill_but(row, 1)
    read, raced = actions.opened_sheet, []

    def slow(*given: Any) -> list[bytes]:
        marks = read(*given)
        if not raced:
            raced.append(first)
            book(row, ALL, first, at=NOW)
        return marks

    monkeypatch.setattr(actions, "opened_sheet", slow)
    with pytest.raises(NothingFree):
        book(row, ALL, new_code(), at=NOW)
    assert booked_with(first, NOW) is not None


def fill_but(row: Reception, left: int) -> None:
    """All but a few times are booked."""
    for code in [new_code() for _ in left_of(row)[left:]]:
        book(row, ALL, code, at=NOW)


def test_nothing_that_staff_read_differs_before_the_day(town: Town) -> None:
    empty, full = announced_day(town), announced_day(town)
    fill(full)
    before = MORNING - timedelta(seconds=1)
    for row in (empty, full):
        assert uses(row, town, before) == []
    told = [
        (one.words.receiver, one.words.place, one.row.slots, one.kept, len(one.revisions))
        for one in (day_of(row.id, town.actor("he")) for row in (empty, full))
    ]
    assert told[0] == told[1]
    assert uses(full, town, MORNING).count("taken") == 6
    assert uses(empty, town, MORNING).count("taken") == 0


def test_a_sheet_looks_alike_whatever_is_booked(town: Town) -> None:
    """As long, and another whole value after each booking: two backups do not say which time it was."""
    empty, full = announced_day(town), announced_day(town)
    fill(full)
    sheets = [ReceptionSheet.objects.get(reception=row) for row in (empty, full)]
    assert len({len(bytes(sheet.marks)) for sheet in sheets}) == 1
    assert {field.name for field in ReceptionSheet._meta.get_fields()} == {"reception", "marks"}
    before = bytes(sheets[0].marks)
    book(empty, ALL, new_code(), at=NOW)
    after = bytes(ReceptionSheet.objects.get(reception=empty).marks)
    same = sum(one == other for one, other in zip(before[5:], after[5:], strict=True))
    assert same < len(before) / 8, "past format and key version, alike only by chance"
    with pytest.raises(SealError):
        opened_sheet(full.id, after)


def test_row_versions_leave_the_same_trace_whichever_time_it_is(town: Town) -> None:
    """One row of the day is written anew, and no other row of any table of bookings is there at all."""
    if connection.vendor != "postgresql":
        pytest.skip("row versions are PostgreSQL's")
    row = announced_day(town)

    def versions() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reception_id, ctid::text, xmin::text FROM bulletin_receptionsheet")
            return list(cursor.fetchall())

    seen, statements = [], []
    for position in bookable(row.slots):
        with captured() as said:
            assert book(row, [position], new_code(), at=NOW).position == position
        statements.append([one for one in said if one.startswith(("INSERT", "UPDATE", "DELETE"))])
        seen.append(versions())
    assert {len(rows) for rows in seen} == {1}
    assert {(len(one), one[0].partition(" SET ")[0]) for one in statements} == {
        (1, 'UPDATE "bulletin_receptionsheet"')
    }
    tables = [table for table in connection.introspection.table_names() if "reception" in table]
    assert sorted(tables) == ["bulletin_reception", "bulletin_receptionrevision", "bulletin_receptionsheet"]


def test_that_a_day_is_full_says_little_of_how_many_booked(town: Town) -> None:
    """Up to a third of what can be booked is held back by lot, and free on the day."""
    room, most = set(), most_held(20)
    for _ in range(40):
        row = announce_reception(day(slots=20, minutes=10), actor=town.actor("he", keys=False), at=NOW)
        room.add(len(left_of(row)))
    assert min(room) >= len(bookable(20)) - most
    assert max(room) <= len(bookable(20))
    assert len(room) > 2
    assert most == 5
    assert "taken" not in uses(row, town, DAY)
    assert uses(row, town, DAY).count("free") == len(bookable(20))


def test_booking_it_full_twice_does_not_count_who_booked_in_between(town: Town) -> None:
    """Of the times given back a coin holds some, so the second count is another with or without anybody's booking."""
    found = set()
    for _ in range(12):
        row = announced_day(town, slots=20, minutes=10)
        for code in fill(row):
            give_back(code, at=NOW)
        found.add(len(left_of(row)))
    assert len(found) > 2
    assert max(found) < len(bookable(20))


def test_from_the_day_on_nothing_is_booked(town: Town) -> None:
    row = announced_day(town)
    assert book(row, ALL, new_code(), at=MORNING - timedelta(seconds=1))
    with pytest.raises(NotBookable):
        book(row, ALL, new_code(), at=MORNING)


def test_the_day_after_nothing_is_left(town: Town) -> None:
    row, later = announced_day(town), announced_day(town, begins_at=DAY + timedelta(days=1))
    code = fill(row)[0]
    kept = new_code()
    book(later, ALL, kept, at=NOW)
    assert forget_receptions(local("2026-03-05 23:59")) == 0
    after = local("2026-03-06 00:00")
    assert booked_with(code, after) is None, "also before the job has run"
    assert uses(row, town, after) == []
    assert forget_receptions(after) == 1
    assert not ReceptionSheet.objects.filter(reception=row).exists()
    assert booked_with(kept, after) is not None
    assert forget_receptions(after) == 0
    assert [one.row for one in days_ahead(after)] == [later]


def test_a_moved_day_takes_its_bookings_along_and_says_so(town: Town) -> None:
    row, code, he = announced_day(town), new_code(), town.actor("he")
    position = book(row, ALL, code, at=NOW).position
    later = local("2026-03-06 14:00")
    actions.change_reception(row, day(begins_at=later, reason=REASON), seen=1, actor=he, at=NOW)
    slot = booked_with(code, NOW)
    assert slot is not None
    assert slot.begins_at == later + timedelta(minutes=15 * position)
    shown = days_ahead(NOW)[0]
    assert (shown.moved_from, shown.words.reason) == (DAY, REASON)
    assert forget_receptions(local("2026-03-06 08:00")) == 0


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"begins_at": DAY - timedelta(days=1)}, ("begins_at", "earlier")),
        ({"begins_at": datetime(9999, 12, 31, 9, 0, tzinfo=UTC)}, ("begins_at", "too_far")),
        ({"reason": pair("有会", "")}, ("reason", "needed")),
        ({"begins_at": local("2026-03-05 23:00")}, ("begins_at", "next_day")),
        ({"begins_at": None}, ("begins_at", "needed")),
    ],
)
def test_it_moves_to_no_earlier_day_and_never_without_a_reason(
    town: Town, changed: dict[str, Any], fault: tuple[str, str]
) -> None:
    row = announced_day(town)
    draft = day(**{"reason": REASON, **changed})
    with pytest.raises(PageRefused) as refused:
        actions.change_reception(row, draft, seen=1, actor=town.actor("he"), at=NOW)
    assert [(one.part, one.code) for one in refused.value.faults] == [fault]
    row.refresh_from_db()
    assert (row.begins_at, row.number) == (DAY, 1)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"begins_at": local("2026-03-02 15:00")}, ("begins_at", "too_soon")),
        ({"begins_at": datetime(9999, 12, 31, 9, 0, tzinfo=UTC)}, ("begins_at", "too_far")),
        ({"minutes": 7}, ("minutes", "needed")),
        ({"slots": 3}, ("slots", "out_of_range")),
        ({"slots": 61}, ("slots", "out_of_range")),
        ({"slots": 60, "minutes": 60}, ("slots", "next_day")),
        ({"receiver": pair("", "Head")}, ("receiver", "needed")),
    ],
)
def test_what_is_wrong_is_refused(town: Town, changed: dict[str, Any], fault: tuple[str, str]) -> None:
    with pytest.raises(PageRefused) as refused:
        announced_day(town, **changed)
    assert [(one.part, one.code) for one in refused.value.faults] == [fault]
    assert not Reception.objects.exists()


def test_called_off_it_says_why_and_takes_nobody_more(town: Town) -> None:
    row, code, he = announced_day(town), new_code(), town.actor("he")
    book(row, ALL, code, at=NOW)
    with pytest.raises(PageRefused):
        actions.call_off(row, pair("", ""), seen=1, actor=he, at=NOW)
    actions.call_off(row, REASON, seen=1, actor=he, at=NOW)
    with pytest.raises(NotBookable):
        book(row, ALL, new_code(), at=NOW)
    slot = booked_with(code, NOW)
    assert slot is not None
    assert slot.reception.called_off_at == NOW
    assert [one.words.reason for one in days_ahead(NOW)] == [REASON]
    with pytest.raises(PageChanged):
        actions.call_off(row, REASON, seen=2, actor=he, at=NOW)
    assert [one.change for one in ReceptionRevision.objects.order_by("number")] == ["announced", "called_off"]


def test_on_the_day_nobody_on_the_list_is_put_off(town: Town) -> None:
    row, he, morning = announced_day(town), town.actor("he"), DAY - timedelta(hours=1)
    later = day(begins_at=DAY + timedelta(days=7), reason=REASON)
    with pytest.raises(PageRefused) as refused:
        actions.change_reception(row, later, seen=1, actor=he, at=morning)
    assert [one.code for one in refused.value.faults] == ["on_the_day"]
    hour = day(begins_at=DAY + timedelta(hours=1), reason=REASON)
    actions.change_reception(row, hour, seen=1, actor=he, at=morning)
    with pytest.raises(PageRefused) as refused:
        actions.call_off(row, REASON, seen=2, actor=he, at=morning)
    assert [one.code for one in refused.value.faults] == ["on_the_day"]
    row.refresh_from_db()
    assert row.called_off_at is None


def test_who_comes_second_is_told(town: Town) -> None:
    row, he = announced_day(town), town.actor("he")
    actions.change_reception(row, day(reason=REASON), seen=1, actor=he, at=NOW)
    with pytest.raises(PageChanged):
        actions.change_reception(row, day(reason=REASON), seen=1, actor=he, at=NOW)


def test_only_its_own_office_and_only_who_may(town: Town) -> None:
    row = announced_day(town)
    for name in ("ma", "tang"):
        with pytest.raises(PageNotFound):
            day_of(row.id, town.actor(name))
        with pytest.raises(PageNotFound):
            actions.call_off(row, REASON, seen=1, actor=town.actor(name), at=NOW)
        assert times_of_today(row, actor=town.actor(name), at=DAY) == []
    for name in ("zhou", "su"):
        with pytest.raises(NotAllowed):
            announced_day(town, name)
        with pytest.raises(NotAllowed):
            times_of_today(row, actor=town.actor(name), at=DAY)


def test_days_ahead_cost_two_statements(town: Town) -> None:
    for _ in range(3):
        announced_day(town)
    days_ahead(NOW)
    with captured() as statements:
        days_ahead(NOW)
    assert len(statements) == 2
