"""Calendar files: what RFC 5545 asks for, byte by byte where programs are strict, and read back by another reader."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar

from gongshi.formats.icalendar_file import Day, calendar_file

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LONG = "到期没有办，自动督办；再到期，报上一级。, ; \\ " * 8
DAYS = [
    Day("a@gongshi", date(2026, 12, 31), "最后一天：答复（承办单位）", f"第一行\n{LONG}", tentative=True),
    Day("b@gongshi", date(2028, 2, 29), "Last day: Answer", ""),
]


def made() -> bytes:
    return calendar_file(DAYS, name="诉求 · 清禾", language="zh", at=AT)


def test_lines_end_and_fold_as_the_standard_says() -> None:
    body = made()
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")  # no character is cut in two
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"VERSION:2.0" in lines
    assert any(line.startswith(b"PRODID:") for line in lines)


def test_every_day_is_a_whole_day_that_blocks_no_time() -> None:
    lines = made().split(b"\r\n")
    for wanted in (
        b"DTSTART;VALUE=DATE:20261231",
        b"DTEND;VALUE=DATE:20270101",
        b"DTEND;VALUE=DATE:20280301",
    ):
        assert wanted in lines
    assert lines.count(b"TRANSP:TRANSPARENT") == lines.count(b"DTSTAMP:20260302T010000Z") == 2
    assert lines.count(b"STATUS:TENTATIVE") == lines.count(b"STATUS:CONFIRMED") == 1


def test_what_is_read_back_is_what_was_written() -> None:
    read = Calendar.from_ical(made()).walk("VEVENT")
    assert [str(one["UID"]) for one in read] == ["a@gongshi", "b@gongshi"]
    for one, day in zip(read, DAYS, strict=True):
        assert one["DTSTART"].dt == day.on
        assert one["DTEND"].dt == day.on + timedelta(days=1)
        assert str(one["SUMMARY"]) == day.summary
        assert str(one["DESCRIPTION"]) == day.description
        assert not {"ORGANIZER", "ATTENDEE", "LOCATION", "URL"} & set(one)
