"""When an answer is due: by table, and whatever the calendar, by property."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gongshi.rules.calendar import (
    Calendar,
    add_working_days,
    is_provisional,
    is_working_day,
    next_working_day,
    working_days_between,
)
from gongshi.rules.deadlines import (
    Deadline,
    DeadlineError,
    Pause,
    due,
    due_on,
    extended,
    is_paused,
    pause_ends_on,
    paused,
    resumed,
    warning_on,
)
from tests.rules.calendars import CN, PLAIN, calendars, dates

D = date.fromisoformat
countings = st.sampled_from(["calendar", "working"])
lengths = st.integers(1, 60)


@pytest.mark.parametrize(
    ("start_on", "days", "counting", "expected"),
    [
        ("2025-04-25", 15, "calendar", "2025-05-12"),  # the last day, a Saturday, rolls to Monday
        ("2025-01-24", 7, "calendar", "2025-02-05"),  # rolls over the festival's last days
        ("2024-02-08", 10, "calendar", "2024-02-18"),  # ends on a worked Sunday: no roll
        ("2025-09-30", 5, "working", "2025-10-14"),  # eight days off, one worked Saturday
        ("2025-01-27", 3, "working", "2025-02-07"),
        ("2026-02-14", 7, "working", "2026-03-03"),  # filed on a worked Saturday, itself not counted
        ("2025-02-01", 1, "working", "2025-02-05"),  # filed on a day off
        ("2024-12-31", 1, "calendar", "2025-01-02"),
        ("2024-02-28", 1, "calendar", "2024-02-29"),
    ],
)
def test_due_days(start_on: str, days: int, counting: str, expected: str) -> None:
    assert due_on(start_on=D(start_on), days=days, counting=counting, calendar=CN) == D(expected)


@pytest.mark.parametrize(
    ("start_on", "days", "counting", "provisional"),
    [
        ("2026-12-01", 30, "calendar", False),  # 31 December, worked
        ("2026-12-01", 31, "calendar", True),
        ("2026-12-01", 22, "working", False),
        ("2026-12-01", 23, "working", True),
        ("2023-12-20", 15, "calendar", False),  # only the last day matters, and its year is known
        ("2023-12-20", 15, "working", True),  # counts days of a year that is not
        ("2023-12-31", 2, "working", False),
        ("2023-12-01", 30, "calendar", True),  # ends on 31 December 2023, a Sunday, and rolls
    ],
)
def test_provisional(start_on: str, days: int, counting: str, provisional: bool) -> None:
    deadline = Deadline(start_on=D(start_on), days=days, counting=counting)
    assert due(deadline, CN, as_of=D(start_on)).provisional is provisional


@given(calendars, dates, lengths, countings)
def test_never_earlier_than_promised_and_always_a_working_day(
    cal: Calendar, start_on: date, days: int, counting: str
) -> None:
    end = due_on(start_on=start_on, days=days, counting=counting, calendar=cal)
    assert end >= start_on + timedelta(days=days)
    assert is_working_day(cal, end)
    if counting == "working":
        assert working_days_between(cal, start_on, end) == days
    else:
        assert end == next_working_day(cal, start_on + timedelta(days=days))


@given(calendars, dates, st.integers(0, 40), lengths, st.integers(0, 40), countings)
def test_later_filed_or_longer_is_never_due_earlier(
    cal: Calendar, start_on: date, later: int, days: int, more: int, counting: str
) -> None:
    early = due_on(start_on=start_on, days=days, counting=counting, calendar=cal)
    late = due_on(
        start_on=start_on + timedelta(days=later), days=days + more, counting=counting, calendar=cal
    )
    assert early <= late


@given(calendars, dates, lengths, countings, st.data())
def test_what_is_not_provisional_stays_whatever_a_later_notice_says(
    cal: Calendar, start_on: date, days: int, counting: str, data: st.DataObject
) -> None:
    deadline = _lived(data, cal, start_on, days, counting)[0]
    as_of = start_on + timedelta(days=200)
    result = due(deadline, cal, as_of=as_of)
    assume(not result.provisional)
    every = [start_on + timedelta(days=n) for n in range(-30, 400)]
    unknown = [day for day in every if is_provisional(cal, day)]
    changed = frozenset(data.draw(st.lists(st.sampled_from(unknown)))) if unknown else frozenset()
    off, worked = cal.holidays - set(unknown), cal.workdays - set(unknown)
    other = replace(
        cal,
        holidays=off | {day for day in changed if day.isoweekday() not in cal.weekend},
        workdays=worked | {day for day in changed if day.isoweekday() in cal.weekend},
    )
    assert due(deadline, other, as_of=as_of) == result


# Pauses: Monday 2 March 2026 to Friday 13 March is 9 working days, 11 calendar days.
BASE = Deadline(start_on=D("2026-03-02"), days=9, counting="working", pause_limit=10)


@pytest.mark.parametrize(
    ("pauses", "expected", "paused_days"),
    [
        ([], "2026-03-13", 0),
        ([("2026-03-04", "2026-03-04")], "2026-03-13", 0),  # asked and answered on one day
        ([("2026-03-04", "2026-03-06")], "2026-03-17", 2),
        ([("2026-03-06", "2026-03-08")], "2026-03-13", 0),  # answered on Sunday: no working day lost
        ([("2026-03-06", "2026-03-09")], "2026-03-16", 1),
        ([("2026-03-04", "2026-03-05"), ("2026-03-10", "2026-03-11")], "2026-03-17", 2),
        ([("2026-03-13", "2026-03-16")], "2026-03-16", 1),  # asked on the last day
        ([("2026-03-13", "2026-03-15")], "2026-03-16", 0),  # asked on the last day, answered on Sunday
        ([("2026-03-16", "2026-03-20")], "2026-03-13", 0),  # asked too late
        ([("2026-03-04", "2026-05-29")], "2026-03-27", 10),  # the limit
        ([("2026-03-04", "2026-03-16"), ("2026-03-17", "2026-03-30")], "2026-03-27", 10),
    ],
)
def test_pauses_in_working_days(pauses: list[tuple[str, str]], expected: str, paused_days: int) -> None:
    deadline = replace(BASE, pauses=tuple(Pause(D(a), D(b)) for a, b in pauses))
    result = due(deadline, PLAIN, as_of=D("2026-12-31"))
    assert (result.on, result.paused_days) == (D(expected), paused_days)


@pytest.mark.parametrize(
    ("pauses", "expected", "paused_days"),
    [
        ([], "2026-03-16", 0),  # twelve days end on Saturday the 14th
        ([("2026-03-04", "2026-03-05")], "2026-03-16", 1),  # the 15th rolls to the same Monday
        ([("2026-03-04", "2026-03-08")], "2026-03-18", 4),  # counts weekends
        ([("2026-03-16", "2026-03-18")], "2026-03-18", 2),  # asked on the rolled last day: due when answered
        ([("2026-03-04", "2026-06-04")], "2026-03-24", 10),
    ],
)
def test_pauses_in_calendar_days(pauses: list[tuple[str, str]], expected: str, paused_days: int) -> None:
    deadline = replace(BASE, days=12, counting="calendar", pauses=tuple(Pause(D(a), D(b)) for a, b in pauses))
    result = due(deadline, PLAIN, as_of=D("2026-12-31"))
    assert (result.on, result.paused_days) == (D(expected), paused_days)


def test_an_open_pause_moves_the_due_day_until_the_limit() -> None:
    waiting = paused(BASE, PLAIN, on=D("2026-03-04"))
    assert is_paused(waiting)
    assert pause_ends_on(waiting, PLAIN) == D("2026-03-18")
    seen = {
        day: due(waiting, PLAIN, as_of=D(day)).on.isoformat()
        for day in ("2026-03-04", "2026-03-10", "2026-03-18")
    }
    assert seen == {"2026-03-04": "2026-03-13", "2026-03-10": "2026-03-19", "2026-03-18": "2026-03-27"}
    assert due(waiting, PLAIN, as_of=D("2026-08-01")).on == D("2026-03-27")
    answered = resumed(waiting, on=D("2026-03-10"))
    assert not is_paused(answered)
    assert pause_ends_on(answered, PLAIN) is None
    assert due(answered, PLAIN, as_of=D("2026-08-01")).on == D("2026-03-19")


def test_a_second_pause_has_what_the_first_left() -> None:
    again = paused(
        resumed(paused(BASE, PLAIN, on=D("2026-03-04")), on=D("2026-03-10")), PLAIN, on=D("2026-03-11")
    )
    assert pause_ends_on(again, PLAIN) == D("2026-03-19")  # 6 of 10 left


def test_pauses_that_are_refused() -> None:
    waiting = paused(BASE, PLAIN, on=D("2026-03-04"))
    answered = resumed(waiting, on=D("2026-03-20"))  # twelve working days: the limit is used up
    with pytest.raises(DeadlineError) as caught:
        paused(waiting, PLAIN, on=D("2026-03-05"))
    assert caught.value.code == "open_pause"
    for deadline, on, code in [
        (answered, "2026-03-23", "pause_used_up"),
        (BASE, "2026-03-14", "too_late"),
        (BASE, "2026-03-01", "too_early"),
        (resumed(waiting, on=D("2026-03-06")), "2026-03-05", "too_early"),
        (replace(BASE, pause_limit=0), "2026-03-04", "pause_used_up"),
    ]:
        with pytest.raises(DeadlineError) as caught:
            paused(deadline, PLAIN, on=D(on))
        assert caught.value.code == code
    for deadline, code in [(BASE, "no_open_pause"), (answered, "no_open_pause"), (waiting, "too_early")]:
        with pytest.raises(DeadlineError) as caught:
            resumed(deadline, on=D("2026-03-03"))
        assert caught.value.code == code


def test_one_extension_only() -> None:
    longer = extended(BASE, PLAIN, days=5, limit=5, on=D("2026-03-13"))
    assert due(longer, PLAIN, as_of=D("2026-03-13")).on == D("2026-03-20")
    with pytest.raises(DeadlineError) as caught:
        extended(longer, PLAIN, days=1, limit=5, on=D("2026-03-13"))
    assert caught.value.code == "extended_already"


@pytest.mark.parametrize(
    ("days", "limit", "on", "code"),
    [
        (6, 5, "2026-03-10", "extension_too_long"),
        (1, 0, "2026-03-10", "extension_too_long"),
        (5, 5, "2026-03-14", "too_late"),
    ],
)
def test_extensions_that_are_refused(days: int, limit: int, on: str, code: str) -> None:
    with pytest.raises(DeadlineError) as caught:
        extended(BASE, PLAIN, days=days, limit=limit, on=D(on))
    assert caught.value.code == code


def test_an_extension_is_of_a_day_or_more() -> None:
    with pytest.raises(ValueError, match="one day"):
        extended(BASE, PLAIN, days=0, limit=5, on=D("2026-03-10"))


@pytest.mark.parametrize(
    "changes",
    [
        {"days": 0},
        {"pause_limit": -1},
        {"extension": -1},
        {"counting": "hours"},
        {"pauses": (Pause(D("2026-03-01"), D("2026-03-03")),)},  # before the period began
        {"pauses": (Pause(D("2026-03-05"), D("2026-03-04")),)},
        {"pauses": (Pause(D("2026-03-05")), Pause(D("2026-03-06")))},
        {"pauses": (Pause(D("2026-03-05"), D("2026-03-08")), Pause(D("2026-03-07")))},
    ],
)
def test_periods_that_cannot_be(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"day|pause"):
        replace(BASE, **changes)


moves = st.lists(
    st.tuples(st.sampled_from(["ask", "hear", "extend"]), st.integers(0, 12), st.integers(1, 20)), max_size=6
)


def _lived(
    data: st.DataObject, cal: Calendar, start_on: date, days: int, counting: str
) -> tuple[Deadline, list[Deadline], list[date]]:
    """A period after moves that an office might try, in order of time, with how it was after each, and when."""
    limit = data.draw(st.integers(0, 20))
    deadline, today = Deadline(start_on=start_on, days=days, counting=counting, pause_limit=limit), start_on
    stages, times = [deadline], [today]
    for move, wait, more in data.draw(moves):
        today += timedelta(days=wait)
        try:
            if move == "ask":
                deadline = paused(deadline, cal, on=today)
            elif move == "hear":
                deadline = resumed(deadline, on=today)
            else:
                deadline = extended(deadline, cal, days=more, limit=15, on=today)
        except DeadlineError:
            continue
        stages.append(deadline)
        times.append(today)
    return deadline, stages, times


@given(calendars, dates, lengths, countings, st.data())
def test_a_due_date_never_moves_backwards(
    cal: Calendar, start_on: date, days: int, counting: str, data: st.DataObject
) -> None:
    deadline, stages, times = _lived(data, cal, start_on, days, counting)
    ends = [due(stage, cal, as_of=on).on for stage, on in zip(stages, times, strict=True)]
    ends += [due(deadline, cal, as_of=times[-1] + timedelta(days=n)).on for n in range(0, 60, 7)]
    assert ends == sorted(ends)
    assert ends[0] == due_on(start_on=start_on, days=days, counting=counting, calendar=cal)
    assert all(is_working_day(cal, end) for end in ends)


@given(calendars, dates, lengths, countings, st.data())
def test_pauses_and_the_extension_are_bounded(
    cal: Calendar, start_on: date, days: int, counting: str, data: st.DataObject
) -> None:
    deadline, _, times = _lived(data, cal, start_on, days, counting)
    assert deadline.extension <= 15
    result = due(deadline, cal, as_of=times[-1] + timedelta(days=365))
    assert result.paused_days <= deadline.pause_limit
    unpaused = due_on(start_on=start_on, days=days + deadline.extension, counting=counting, calendar=cal)
    assert 0 <= working_days_between(cal, unpaused, result.on) <= deadline.pause_limit


@given(calendars, dates, lengths, st.integers(0, 60), st.integers(0, 30))
def test_a_pause_leaves_the_office_the_working_days_it_had(
    cal: Calendar, start_on: date, days: int, asked: int, answered: int
) -> None:
    from_on = start_on + timedelta(days=asked)
    until_on = from_on + timedelta(days=answered)
    left = days - working_days_between(cal, start_on, from_on)
    assume(left > 0)
    deadline = Deadline(
        start_on=start_on, days=days, counting="working", pause_limit=60, pauses=(Pause(from_on, until_on),)
    )
    assert working_days_between(cal, until_on, due(deadline, cal, as_of=until_on).on) == left


@given(calendars, dates, lengths, countings, st.integers(0, 60), st.integers(1, 20))
def test_nobody_is_late_while_waiting_for_the_resident(
    cal: Calendar, start_on: date, days: int, counting: str, asked: int, limit: int
) -> None:
    deadline = Deadline(start_on=start_on, days=days, counting=counting, pause_limit=limit)
    on = start_on + timedelta(days=asked)
    assume(on <= due(deadline, cal, as_of=on).on)
    waiting = paused(deadline, cal, on=on)
    ends_on = pause_ends_on(waiting, cal)
    assert ends_on is not None
    for today in (on + timedelta(days=n) for n in range((ends_on - on).days + 1)):
        assert due(waiting, cal, as_of=today).on >= today
    used_up = due(waiting, cal, as_of=ends_on)
    assert used_up.paused_days == limit
    assert due(waiting, cal, as_of=ends_on + timedelta(days=90)) == used_up
    assert due(waiting, cal, as_of=ends_on - timedelta(days=1)).paused_days < limit


@pytest.mark.parametrize(
    ("due_day", "days", "expected"),
    [
        ("2026-03-13", 2, "2026-03-11"),
        ("2026-03-16", 1, "2026-03-13"),
        ("2026-03-13", 0, "2026-03-13"),
        ("2026-03-03", 5, "2026-03-02"),  # a short promise: warned at once
    ],
)
def test_warning(due_day: str, days: int, expected: str) -> None:
    assert warning_on(D(due_day), days=days, calendar=PLAIN, start_on=D("2026-03-02")) == D(expected)


@given(calendars, dates, lengths, countings, st.integers(0, 10))
def test_a_warning_comes_working_days_before_the_end(
    cal: Calendar, start_on: date, days: int, counting: str, before: int
) -> None:
    end = due_on(start_on=start_on, days=days, counting=counting, calendar=cal)
    warned = warning_on(end, days=before, calendar=cal, start_on=start_on)
    assert start_on <= warned <= end
    if warned > start_on:
        assert working_days_between(cal, warned, end) == before
        assert add_working_days(cal, warned, before) == end
