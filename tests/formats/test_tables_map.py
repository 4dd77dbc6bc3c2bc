"""Every fault of a map is found, says where it is, what is wrong and what to do, in both languages."""

import re
from pathlib import Path

import pytest

from gongshi.formats.pack import PackFault
from gongshi.formats.tables import REASONS, TableMap, header_faults, read_map
from gongshi.formats.tables.model import Choice
from tests.formats.table_maps import HEADER, MAP, changed

CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUOTED = re.compile(r'"[^"]*"')


def good_map(text: str = MAP) -> TableMap:
    found, faults = read_map("map.toml", text)
    assert found is not None, [f"{f.line} {f.where} {f.what['en']}" for f in faults]
    return found


def both_languages(fault: PackFault) -> PackFault:
    for words in (fault.what, fault.fix):
        assert CHINESE.search(words["zh"])
        assert words["en"]
        assert not CHINESE.search(QUOTED.sub("", words["en"]))
    return fault


def the_fault(text: str) -> PackFault:
    found, faults = read_map("map.toml", text)
    assert len(faults) == 1, [f"{f.line} {f.where} {f.what['en']}" for f in faults]
    assert found is None
    return both_languages(faults[0])


def test_a_good_map_is_read() -> None:
    found = good_map()
    assert found.key == ("no",)
    assert found.category == Choice("type", {"Hole": "pothole"}, "type-", "other")
    assert found.office == Choice("department", {"Roads Dept": "roads"}, None, "hall")
    assert found.where.nowhere == {(0.0, 0.0)}
    assert (found.encoding, found.separator, found.language, found.decision) == ("utf-8-sig", ",", "", "done")
    assert not found.whole_row
    assert header_faults(found, HEADER, "map.toml") == []


# What is replaced, by what, where the fault is, its English words.
ONE_CHANGE = {
    "not TOML": ('source = "old-system"', 'source = "old-system', "", "a quote is not closed"),
    "no source": ('source = "old-system"\n', "", "", '"source" is missing'),
    "bad source": ('"old-system"', '"old system"', "source", "is not a code"),
    "unknown key": ('due_at = "target"', 'dew_at = "target"', "dew_at", "is not known here"),
    "unknown key inside": ("longest = 30", "longest = 30\nshortest = 2", "forwarded.shortest", "not known"),
    "no key": ('key = ["no"]\n', "", "", '"key" is missing'),
    "key as a word": ('key = ["no"]', 'key = "no"', "key", '"no" is not known here'),
    "no times": ('times = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d"]\n', "", "", '"times" is missing'),
    "time without a day": ('"%Y/%m/%d"]', '"%H:%M"]', "times[2]", "does not give a year, month and day"),
    "time of no form": ('"%Y/%m/%d"]', '"YYYY/MM/DD"]', "times[2]", "does not give a year, month and day"),
    "no opening": ('opened_at = "opened"\n', "", "", '"opened_at" is missing'),
    "no text": ('text = ["title", "story"]\n', "", "", '"text" is missing'),
    "encoding": ('key = ["no"]', 'key = ["no"]\nencoding = "latin"', "encoding", "not known here"),
    "separator": ('key = ["no"]', 'key = ["no"]\nseparator = "x"', "separator", "is no separator"),
    "language": ('key = ["no"]', 'key = ["no"]\nlanguage = "de"', "language", "not known here"),
    "decision": ('"done"', '"finished"', "answer.decision", "not known here"),
    "answers without a time": ('answered_at = "answered"\n', "", "answer", "no column says when they were given"),
    "values without a column": ('column = "department"\n', "", "office", "values, but no column"),
    "column without values": (
        '[office.values]\n"Roads Dept" = "roads"\n', "", "office.column", "nothing says what its values mean"),
    "value that is no code": ('"Roads Dept" = "roads"', '"Roads Dept" = "the roads"', "office.values.Roads Dept",
                              "is not a code"),
    "half a point": ('longitude = "lon"\n', "", "area", "go together"),
    "nowhere on earth": ("[[0.0, 0.0]]", "[[0.0, 190.0]]", "area.nowhere", "not on earth"),
    "unknown channel": ('"Call" = "phone"', '"Call" = "telegram"', "channel", "no channel"),
    "staff without a column": (
        'column = "source"\nstaff_logged = ["Crew"]\n[channel.values]\n"Call" = "phone"\n',
        'staff_logged = ["Crew"]\n', "channel", "There is staff_logged, but no column"),
    "half a status": ('open = ["Open", "New"]\n', "", "status", "Both open and closed"),
    "phrases without a length": ("longest = 30\n", "", "forwarded.phrases", "goes with longest"),
    "nothing forwarded": (
        'values = ["Received."]\nphrases = ["passed on"]\nlongest = 30\n', "", "forwarded", "values or phrases"),
    "mapped and ignored": ('ignore = ["电话", "notes"]', 'ignore = ["电话", "notes", "road"]', "ignore",
                           "Mapped and ignored: road"),
    "number for a column": ('due_at = "target"', "due_at = 3", "due_at", "a text in quotes"),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_CHANGE)
def test_every_fault_is_explained(name: str) -> None:
    old, new, where, words = ONE_CHANGE[name]
    fault = the_fault(changed(old, new))
    assert fault.where == where
    assert words in fault.what["en"]
    assert fault.file == "map.toml"


def test_a_map_without_a_category_is_refused() -> None:
    start, end = MAP.index("[category]"), MAP.index("[office]")
    fault = the_fault(MAP[:start] + MAP[end:])
    assert (fault.where, fault.what["en"]) == ("category", "It does not say how the category is found.")


def test_all_faults_are_found_at_once_in_order_of_line() -> None:
    text = (
        changed('opened_at = "opened"\n', "").replace('"phone"', '"telegram"').replace("longest = 30\n", "")
    )
    _, faults = read_map("map.toml", text)
    assert [fault.where for fault in faults] == ["", "channel", "forwarded.phrases"]
    assert [fault.line for fault in faults][1:] == sorted(fault.line or 0 for fault in faults[1:])


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('text = ["title", "story"]', 'text = ["title", "电话"]', "text"),
        ('key = ["no"]', 'key = ["caller_phone"]', "key"),
        ('column = "source"', 'column = "Contact E-Mail"', "channel.column"),
        ('place = ["road", "quarter"]', 'place = ["home address"]', "place"),
        ('columns = ["reply"]', 'columns = ["reply", "投诉人姓名"]', "answer.columns"),
        ('column = "type"', 'column = "身份证号"', "category.column"),
        ('opened_at = "opened"', 'opened_at = "date of birth"', "opened_at"),
    ],
)
def test_columns_about_people_are_refused_wherever_they_are_mapped(old: str, new: str, where: str) -> None:
    fault = the_fault(changed(old, new).replace('ignore = ["电话", "notes"]', 'ignore = ["notes"]'))
    assert fault.where == where
    assert "promise 1" in fault.what["en"]
    assert "ignore" in fault.fix["en"]


def test_a_column_about_people_may_be_ignored() -> None:
    assert "电话" in good_map().ignore


def test_a_table_without_keys_is_known_by_its_rows() -> None:
    assert good_map(changed('key = ["no"]', 'key = "row"')).whole_row


class TestHeader:
    """A map and the table it is used for."""

    @staticmethod
    def faults(header: list[str], text: str = MAP) -> list[tuple[str, str]]:
        faults = header_faults(good_map(text), header, "map.toml")
        return [(fault.where, both_languages(fault).what["en"]) for fault in faults]

    def test_a_column_that_is_not_there(self) -> None:
        header = [name for name in HEADER if name != "lat"]
        assert self.faults(header) == [("area.latitude", 'The table has no column "lat".')]

    def test_the_nearest_name_is_suggested(self) -> None:
        header = ["Department" if name == "department" else name for name in HEADER]
        missing = header_faults(good_map(), header, "map.toml")[0]
        assert missing.fix["en"] == 'Did you mean "Department"?'

    def test_a_column_that_nobody_spoke_of(self) -> None:
        assert self.faults([*HEADER, "ward"]) == [("ignore", 'The map says nothing of "ward".')]

    def test_everything_else_is_ignored_only_when_the_map_says_so(self) -> None:
        text = changed('ignore = ["电话", "notes"]', 'ignore = ["*"]')
        assert self.faults([*HEADER, "ward", "fax"], text) == []

    def test_an_ignored_column_that_is_not_there(self) -> None:
        header = [name for name in HEADER if name != "notes"]
        assert self.faults(header) == [("ignore", 'The table has no column "notes".')]

    def test_a_column_twice(self) -> None:
        assert self.faults([*HEADER, "type"]) == [("", 'The table has the column "type" twice.')]


PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "import.md").read_text(encoding="utf-8")


def test_the_guides_example_is_a_good_map() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert good_map(example).category.otherwise == "other"


def test_the_guide_names_every_reason_and_every_key() -> None:
    assert [code for code in REASONS if f"`{code}`" not in PAGE] == []
    keys = {*re.findall(r"^\[?([a-z_]+)", MAP, re.MULTILINE)} - {"leak"}  # a category's code
    keys |= {"encoding", "separator", "language", "nowhere"}
    assert [key for key in keys if not re.search(rf"`\[?{key}\b", PAGE)] == []
