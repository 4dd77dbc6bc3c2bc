"""Rows of a foreign table as plain values: times, codes, places, words, and why a row is refused."""

import io
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.formats.tables import REASONS, RowReader, RowRefused, Rows, SourceRow, TableError
from gongshi.formats.tables.rows import code_from
from tests.formats.table_maps import HEADER, MAP, cells, changed
from tests.formats.test_tables_map import good_map


def read(text: str = MAP, **changes: str) -> SourceRow:
    return RowReader(good_map(text), HEADER)(2, cells(**changes))


def refusal(text: str = MAP, **changes: str) -> tuple[str, str]:
    with pytest.raises(RowRefused) as caught:
        read(text, **changes)
    assert caught.value.code in REASONS
    return caught.value.code, caught.value.column


def test_a_row_is_read() -> None:
    row = read()
    assert row.opened == (datetime(2026, 1, 5, 8), False)
    assert row.due == (datetime(2026, 1, 12), True)
    assert row.answered == row.closed == (datetime(2026, 1, 9, 10, 30), False)
    assert row.is_closed
    assert row.text == "A hole in the road by the bridge."
    assert row.place == "Bridge Street, East"
    assert row.answer == "It was filled on Thursday, with asphalt."
    assert row.category == ("pothole", "", "other")
    assert row.office == ("roads", "hall")
    assert row.point == (30.25, 120.75)
    assert (row.channel, row.staff_logged, row.forwarded, row.mark) == ("phone", False, False, True)


def test_the_number_is_the_spreadsheets() -> None:
    rows = Rows(io.StringIO('a,b\n1,"two\nlines"\n\n3,4\n', newline=""))
    assert [(row.number, row.cells) for row in rows] == [(2, ["1", "two\nlines"]), (4, ["3", "4"])]


class TestWords:
    """Texts of several columns."""

    def test_a_title_of_its_own_stands_first(self) -> None:
        assert read(title="Road").text == "Road\n\nA hole in the road by the bridge."

    def test_the_same_words_stand_once(self) -> None:
        assert read(title="A hole", story="A hole").text == "A hole"

    def test_white_space_around_them_goes(self) -> None:
        assert read(title=" ", story=" 坑。\n").text == "坑。"

    def test_nothing_is_nothing(self) -> None:
        assert read(title="", story="").text == ""


class TestCategory:
    """By the column, by words in the text, or the one for everything else."""

    def test_a_value_not_in_the_table_makes_a_code(self) -> None:
        assert read(type="Tree (in park)").category == ("type-tree-in-park", "", "other")

    def test_words_come_second(self) -> None:
        assert read(type="", story="楼下漏水").category == ("leak", "other")

    def test_a_value_without_letters_makes_no_code(self) -> None:
        assert read(type="？？").category == ("", "other")

    @given(st.text())
    def test_a_code_is_always_one(self, value: str) -> None:
        code = code_from(value, "x-")
        assert code == "" or (len(code) <= 60 and code.startswith("x") and code.replace("-", "").isalnum())


class TestChannel:
    """Who wrote it down, and how it came."""

    def test_staff(self) -> None:
        row = read(source="Crew")
        assert (row.channel, row.staff_logged) == ("import", True)

    def test_unknown(self) -> None:
        row = read(source="Pigeon")
        assert (row.channel, row.staff_logged) == ("import", False)


class TestPlace:
    """Coordinates that are on the earth and mean something."""

    @pytest.mark.parametrize(
        ("lat", "lon"),
        [("0", "0.00"), ("", ""), ("91", "10"), ("10", "-181"), ("nan", "1"), ("north", "1"), ("30", "")],
    )
    def test_no_point(self, lat: str, lon: str) -> None:
        assert read(lat=lat, lon=lon).point is None


class TestForwarded:
    """Passing something on, or saying that it came, is no answer."""

    @pytest.mark.parametrize("reply", ["Received.", "It was passed on to them."])
    def test_it_is(self, reply: str) -> None:
        assert read(reply=reply).forwarded

    @pytest.mark.parametrize(
        "reply", ["It was passed on to them, and they repaired it.", "Received. Done.", ""]
    )
    def test_it_is_not(self, reply: str) -> None:
        assert not read(reply=reply).forwarded


class TestStatus:
    """Open or closed."""

    def test_open_with_a_closing_time_is_open(self) -> None:
        row = read(state="Open")
        assert (row.is_closed, row.closed) == (False, None)
        assert row.answered is not None

    def test_closed_without_a_closing_time_takes_the_answers(self) -> None:
        assert read(closed="").closed == read().answered

    def test_closed_without_any_time(self) -> None:
        assert refusal(closed="", answered="", reply="") == ("closed_without_time", "closed")

    def test_unknown(self) -> None:
        assert refusal(state="Pending") == ("unknown_status", "state")

    def test_without_a_status_the_closing_time_says_it(self) -> None:
        start, end = MAP.index("[status]"), MAP.index("[forwarded]")
        text = MAP[:start] + MAP[end:]
        reader = RowReader(good_map(text.replace('"notes"]', '"notes", "state"]')), HEADER)
        assert reader(2, cells(state="?")).is_closed
        assert not reader(2, cells(state="?", closed="")).is_closed


class TestTimes:
    """Times in the forms that the map lists."""

    @pytest.mark.parametrize(
        "text",
        [
            "yesterday",
            "2026-13-01 00:00:00",
            "2026-02-30 10:00:00",
            "2026-01-05",
            "05.01.2026",
            "2026-01-05 25:00:00",
        ],
    )
    def test_unreadable(self, text: str) -> None:
        assert refusal(opened=text) == ("time_unreadable", "opened")

    @pytest.mark.parametrize("column", ["target", "answered", "closed"])
    def test_unreadable_anywhere(self, column: str) -> None:
        assert refusal(**{column: "soon"}) == ("time_unreadable", column)

    def test_missing(self) -> None:
        assert refusal(opened=" ") == ("no_time", "opened")

    def test_too_early(self) -> None:
        assert refusal(opened="0001-01-01 00:00:00") == ("time_too_early", "opened")

    def test_an_answer_without_a_time(self) -> None:
        assert refusal(answered="") == ("answered_without_time", "answered")

    def test_one_digit_is_enough(self) -> None:
        assert read(opened="2026-1-5 8:00:00").opened == read().opened

    def test_forms_that_numbers_cannot_give(self) -> None:
        text = changed('"%Y/%m/%d"]', '"%b %d, %Y %I:%M %p", "%Y-%m-%dT%H:%M:%S%z"]')
        assert read(text, opened="Jan 5, 2026 01:30 PM", target="").opened == (
            datetime(2026, 1, 5, 13, 30),
            False,
        )
        stamp = read(text, opened="2026-01-05T08:00:00+08:00", target="").opened
        assert stamp.at.utcoffset() == timedelta(hours=8)

    @given(
        st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
        st.sampled_from(["%d/%m/%Y %H.%M", "%Y%m%d", "%m-%d-%Y", "[%Y] %m %d %H:%M:%S"]),
    )
    def test_numbers_are_read_as_strptime_reads_them(self, at: datetime, form: str) -> None:
        text = changed('"%Y/%m/%d"]', f'"{form}"]')
        written = at.strftime(form)
        expected = datetime.strptime(written, form)
        assert read(text, opened=written, target="").opened == (expected, "%H" not in form)


class TestKey:
    """What a row is known by."""

    def test_the_old_system_is_part_of_it(self) -> None:
        assert read().key != read(changed('"old-system"', '"other-system"')).key

    def test_other_cells_are_not(self) -> None:
        assert read().key == read(story="Another.", type="").key

    def test_missing(self) -> None:
        assert refusal(no=" ") == ("no_key", "no")

    def test_a_row_without_a_key_is_known_by_all_of_it_but_people(self) -> None:
        text = changed('key = ["no"]', 'key = "row"').replace('"notes"]', '"notes", "no"]')
        assert read(text).key == read(text, 电话="13900000000").key
        assert read(text).key != read(text, notes="x").key


class TestTable:
    """Cells as they stand in a file."""

    def test_rows_of_another_width(self) -> None:
        rows = list(Rows(io.StringIO("a,b\n1\n1,2\n1,2,3\n")))
        assert [row.refused and row.refused.code for row in rows] == ["wrong_columns", None, "wrong_columns"]

    def test_another_separator(self) -> None:
        assert next(iter(Rows(io.StringIO("a\tb\n1\t2\n"), "\t"))).cells == ["1", "2"]

    def test_one_bad_row_spoils_no_other(self) -> None:
        lines = io.TextIOWrapper(
            io.BytesIO(b"a,b\n\xff,1\nx,2\n"), encoding="utf-8", errors="surrogateescape"
        )
        assert [row.refused and row.refused.code for row in Rows(lines)] == ["unreadable_characters", None]

    def test_a_cell_that_is_too_long(self) -> None:
        rows = list(Rows(io.StringIO(f"a,b\n{'x' * 1_000_001},1\n1,2\n")))
        assert [row.refused and row.refused.code for row in rows] == ["too_long", None]
        assert rows[1].cells == ["1", "2"]

    def test_empty(self) -> None:
        with pytest.raises(TableError, match="empty"):
            Rows(io.StringIO(""))

    def test_a_header_in_another_encoding(self) -> None:
        lines = io.TextIOWrapper(
            io.BytesIO("编号,标题\n".encode("gb18030")), encoding="utf-8-sig", errors="surrogateescape"
        )
        with pytest.raises(TableError, match="wrong_encoding"):
            Rows(lines)

    def test_gb18030(self) -> None:
        lines = io.TextIOWrapper(
            io.BytesIO("编号,标题\n1,漏水\n".encode("gb18030")), encoding="gb18030", errors="surrogateescape"
        )
        rows = Rows(lines)
        assert (rows.header, next(iter(rows)).cells) == (["编号", "标题"], ["1", "漏水"])


def test_every_reason_is_said_in_both_languages() -> None:
    assert all(words["zh"] and words["en"].isascii() for words in REASONS.values())
