"""Every fault of a pack is found, says where it is, what is wrong and what to do, in both languages."""

import json
import re

import pytest

from gongshi.formats.pack import PackFault, read_pack
from tests.packs.town import FILES, changed

CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUOTED = re.compile(r'"[^"]*"')


def the_fault(files: dict[str, str]) -> PackFault:
    """The one fault of ``files``, said in both languages."""
    pack, faults = read_pack(files)
    assert len(faults) == 1, [f"{f.file}:{f.line} {f.where} {f.what['en']}" for f in faults]
    fault = faults[0]
    for words in (fault.what, fault.fix):
        assert CHINESE.search(words["zh"])
        assert words["en"]
        assert not CHINESE.search(QUOTED.sub("", words["en"]))
    assert (pack is None) == (fault.severity == "fault")
    return fault


def line_with(files: dict[str, str], file: str, text: str) -> int:
    return next(n for n, line in enumerate(files[file].splitlines(), start=1) if text in line)


# (file, what is replaced, by what, where the fault is, its English words, text on its line or None)
ONE_CHANGE = {
    "unknown key": ("pack.toml", "language =", "languag =", "place", '"language" is missing', None),
    "missing key": ("aliases.toml", 'name = "北站"\n', "", "alias[2]", '"name" is missing', "[[alias]]"),
    "wrong type": (
        "pack.toml", "snap_metres = 200", 'snap_metres = "200"', "publication.snap_metres", "a whole number",
        "snap"),
    "no number": (
        "pack.toml", "snap_metres = 200", "snap_metres = true", "publication.snap_metres", "a whole number",
        "snap"),
    "grid too fine": (
        "pack.toml", "snap_metres = 200", "snap_metres = 5", "publication.snap_metres", "out of range", "snap"),
    "threshold too low": (
        "pack.toml", "threshold = 20", "threshold = 5", "figures.threshold", "out of range", "threshold"),
    "unknown licence": (
        "pack.toml", 'licence = "CC-BY-4.0"', 'licence = "mine"', "open_data.licence", "mine", "licence"),
    "kept for too short": (
        "pack.toml", "months = 18", "months = 5", "retention[1].months", "out of range", "months"),
    "kept for ever": ("pack.toml", "months = 18", "months = 1200", "retention[1].months", "out of range", "months"),
    "kept without a basis": (
        "pack.toml", 'basis = { zh = "新镇承诺", en = "Newtown\'s promise" }\n', "", "retention[1]",
        '"basis" is missing', "[[retention]]"),
    "an unknown kind is kept": (
        "pack.toml", 'kind = "request"', 'kind = "rumour"', "retention[1].kind", "not known here", "rumour"),
    "kept twice": (
        "pack.toml", "[publication]", '[[retention]]\nkind = "request"\nmonths = 7\n'
        'basis = { zh = "又", en = "again" }\n\n[publication]', "retention[2].kind", "there twice", "kind"),
    "one language": (
        "pack.toml", 'zh = "新镇", en = "Newtown"', 'zh = "新镇"', "place.name", "The English is missing",
        "name"),
    "no words": ("pack.toml", '{ zh = "新镇", en = "Newtown" }', '"Newtown"', "place.name", "both languages", "name"),
    "third language": (
        "pack.toml", 'en = "Newtown" }', 'en = "Newtown", fr = "N" }', "place.name.fr", "no language", "fr"),
    "blank words": ("pack.toml", 'en = "Newtown" }', 'en = " " }', "place.name", "The English is missing", "name"),
    "bad code": ("pack.toml", '"newtown"', '"new town"', "place.code", "is not a code", "new town"),
    "long code": ("pack.toml", '"newtown"', f'"{"n" * 61}"', "place.code", "is not a code", "nnn"),
    "bad prefix": ("pack.toml", '"NT"', '"nt1"', "place.reference_prefix", "cannot begin a reference", "nt1"),
    "time zone": ("pack.toml", "Asia/Shanghai", "Asia/Shangai", "place.time_zone", "no time zone", "Shangai"),
    "time zone path": ("pack.toml", "Asia/Shanghai", "../../etc/passwd", "place.time_zone", "no time zone", "passwd"),
    "bad language": ("pack.toml", 'language = "zh"', 'language = "de"', "place.language", "not known here", "de"),
    "latitude": ("pack.toml", "[30.5, 120.5]", "[95.5, 95.5]", "place.centre", "not on earth", "centre"),
    "swapped": ("pack.toml", "[30.5, 120.5]", "[120.5, 30.5]", "place.centre", "not on earth", "centre"),
    "nan": ("pack.toml", "[30.5, 120.5]", "[nan, 120.5]", "place.centre", "[latitude, longitude]", "centre"),
    "three numbers": ("pack.toml", "[30.5, 120.5]", "[30.5, 120.5, 1]", "place.centre", "[latitude", "centre"),
    "operator": ("pack.toml", 'operator = "hall"', 'operator = "hal"', "place.operator", 'no office "hal"', "hal"),
    "calendar": (
        "pack.toml", 'calendar = "plain"', 'calendar = "moon"', "place.calendar", 'no calendar "moon"', "moon"),
    "control": ("pack.toml", '"Newtown" }', '"New\\u0007town" }', "place.name.en", "U+0007", "u0007"),
    "direction": ("pack.toml", '"Newtown" }', '"New\\u202Etown" }', "place.name.en", "U+202E", "202E"),
    "route days": ("pack.toml", 'code = "court"', 'code = "court"\ndays = 60', "routes[court]",
        "go together", "routes"),
    "two serve one area": ("offices.toml", 'serves = ["west"]', 'serves = ["west", "east"]',
        "rule[streets].among", "both", None),
    "identity key": (
        "staff.toml", 'login = "bo"\n', 'login = "bo"\nid_number = "1"\n', "staff[bo].id_number",
        "who a person is", "id_"),
    "alias area": ("aliases.toml", '"west"', '"wset"', "alias[2].area", 'no area "wset"', "wset"),
    "alias long": ("aliases.toml", "北站", "站" * 121, "alias[2].name", "Too long", "站"),
    "above": (
        "offices.toml", 'above = "hall"\nserves = ["east"]', 'above = "hal"\nserves = ["east"]',
        "office[east-office].above", 'no office "hal"', '"hal"'),
    "serves": (
        "offices.toml", '["west"]', '["west", "north"]', "office[west-office].serves[2]", 'no area "north"',
        "north"),
    "serves twice": (
        "offices.toml", '["west"]', '["west", "west"]', "office[west-office].serves", "Listed twice", "serves"),
    "page office": (
        "pages.toml", '"hall"', '"hal"', "page[lamp-number].office", 'no office "hal"', "hal"),
    "page category": (
        "pages.toml", 'category = "lamp"', 'category = "lmap"', "page[lamp-number].category",
        'no category "lmap"', "lmap"),
    "page area": ("pages.toml", '["east"]', '["north"]', "page[lamp-number].areas[1]", 'no area "north"', "north"),
    "template office": (
        "templates.toml", '"hall"\ncategory', '"hal"\ncategory', "template[lamp-mended].office", 'no office "hal"',
        "hal"),
    "template category": (
        "templates.toml", '"lamp"', '"lmap"', "template[lamp-mended].category", 'no category "lmap"', "lmap"),
    "template decided": (
        "templates.toml", 'decided = { zh = "{地点}的灯修好了。", en = "The lamp at {place} is mended." }', "",
        "template[lamp-mended]", '"decided" is missing', "[[template]]"),
    "phrase long": (
        "templates.toml", "没解决请重启。", "没" * 1001, "phrase[reopen].text.zh", "Too long", "没"),
    "page day": ("pages.toml", "2027-05-31", '"2027-05-31"', "page[lamp-number].review_by", "should be a day", "2027"),
    "page instant": (
        "pages.toml", "2027-05-31", "2027-05-31T10:00:00", "page[lamp-number].review_by", "should be a day", "2027"),
    "page long": ("pages.toml", "在灯杆上离地一米处。", "杆" * 4001, "page[lamp-number].answer.zh", "Too long", "杆"),
    "page answer": ("pages.toml", "fee = {", "fees = {", "page[lamp-number].fees", "not known", "fees"),
    "login": ("staff.toml", '"bo"', '"b o"', "staff[2].login", "not a code", "b o"),
    "role": (
        "staff.toml", '"handler"', '"handlr"', "staff[bo].appointments[1].role", '"handlr" is not known',
        "handlr"),
    "staff office": (
        "staff.toml", '"west-office"', '"north-office"', "staff[bo].appointments[2]", "no office", "north"),
    "appointed twice": (
        "staff.toml", 'role = "administrator"', 'role = "lead"', "staff[mei.lin].appointments", "given twice",
        "hall"),
    "parent": (
        "categories.toml", 'parent = "roads"\nname = { zh = "路灯"', 'parent = "road"\nname = { zh = "路灯"',
        "category[lamp].parent", 'no category "road"', '"road"'),
    "kind": ("categories.toml", '"conduct"\nproc', '"wish"\nproc', "category[manner].kind", "not known", "wish"),
    "door": ("categories.toml", 'door = "office"\n', "", "category[manner]", "needs its door", None),
    "procedure": (
        "categories.toml", 'procedure = "conduct"', 'procedure = "condct"', "category[manner].procedure",
        'no procedure "condct"', "condct"),
    "empty group": (
        "categories.toml", '[[category]]\ncode = "roads"',
        '[[category]]\ncode = "hole"\nname = { zh = "空", en = "Empty" }\n[[category]]\ncode = "roads"',
        "category[hole]", "holds no other", "[[category]]"),
    "promise days": (
        "categories.toml", "days = 10", "days = 0", "category[lamp].promise.days", "out of range", "days = 0"),
    "promise counting": (
        "categories.toml", '"calendar" }', '"moons" }', "category[lamp].promise.counting", "not known",
        "moons"),
    "question type": (
        "categories.toml", 'type = "number"', 'type = "numbr"', "category[pothole].questions[depth].type",
        "not known", "numbr"),
    "identity question": (
        "categories.toml", "有多深（厘米）？", "您的身份证号码？", "category[pothole].questions[depth]",
        "who a person is", "depth"),
    "identity in English": (
        "categories.toml", "How deep (cm)?", "Your ID number?", "category[pothole].questions[depth]",
        "who a person is", "depth"),
    "identity code": (
        "categories.toml", '"surface"', '"national_id"', "category[pothole].questions[national_id]",
        "who a person is", "national"),
    "choices of no choice": (
        "categories.toml", 'type = "choice"', 'type = "text"', "category[pothole].questions[surface].choices",
        "Only a choice", "choices"),
    "choice twice": (
        "categories.toml", '"stone"', '"asphalt"', "category[pothole].questions[surface].choices",
        "used twice", "choices"),
    "question twice": (
        "categories.toml", '"surface"', '"depth"', "category[pothole].questions", "used twice", "questions"),
    "rule category": (
        "routing.toml", '["roads"]', '["roads", "rails"]', "rule[streets].categories[2]", "no category",
        "rails"),
    "rule area": (
        "routing.toml", 'areas = ["east"]', 'areas = ["eats", "east"]', "rule[phoned].areas[1]",
        'no area "eats"', "eats"),
    "rule office": (
        "routing.toml", 'code = "rest"\noffice = "hall"', 'code = "rest"\noffice = "ball"',
        "rule[rest].office", "no office", "ball"),
    "rule among": ("routing.toml", '"west-office"]', '"wets-office"]', "rule[streets].among[2]", "no office", "wets"),
    "rule lead": (
        "routing.toml", '"mei.lin"', '"mei.ling"', "rule[night-lamps].lead", "no member of staff", "mei.ling"),
    "lead elsewhere": (
        "routing.toml", '"mei.lin"', '"bo"', "rule[night-lamps].lead", "holds no role in hall", '"bo"'),
    "months": (
        "routing.toml", "[11, 12, 1]", "[11, 12, 13]", "rule[night-lamps].months[3]", "13 is out of range",
        "13"),
    "hours": ("routing.toml", "[18, 6]", "[18, 18]", "rule[night-lamps].hours", "[from, to]", "18"),
    "hours too late": ("routing.toml", "[18, 6]", "[18, 25]", "rule[night-lamps].hours", "[from, to]", "18"),
    "channel": ("routing.toml", '"phone"', '"fax"', "rule[phoned].channels[1]", "not known", "fax"),
    "two ways": (
        "routing.toml", "office_serving = true", 'office = "hall"\noffice_serving = true', "rule[streets]",
        "exactly one of the two", "[[rule]]"),
    "no way": ("routing.toml", 'office = "east-office"\n', "", "rule[phoned]", "exactly one of the two", "[[rule]]"),
    "not catching all": (
        "routing.toml", 'code = "rest"\n', 'code = "rest"\nchannels = ["web"]\n', "rule[rest]",
        "last rule has conditions", "[[rule]]"),
    "bad words key": ("words.toml", "home-title", '"home title"', "words.home title", "not a code", "home"),
    "calendar code": (
        "calendars/plain.toml", 'name = { zh = "普通", en = "Plain" }', 'name = "Plain"', "name", "both",
        "Plain"),
}  # fmt: skip


@pytest.mark.parametrize("change", ONE_CHANGE.values(), ids=ONE_CHANGE.keys())
def test_one_change_one_fault(change: tuple[str, str, str, str, str, str | None]) -> None:
    file, old, new, where, said, on_line = change
    files = changed(file, old, new)
    if (
        said == '"language" is missing'
    ):  # a misspelt key is missing under its right name, and unknown under its wrong one
        missing, unknown = read_pack(files)[1]
        assert "language" in missing.what["en"]
        assert unknown.fix["en"] == 'Did you mean "language"?'
        assert unknown.line == line_with(files, file, "languag =")
        return
    fault = the_fault(files)
    assert fault.where == where
    assert fault.file == file or on_line is None
    assert said in fault.what["en"]
    if on_line is not None:
        assert fault.line is not None
        assert on_line in files[file].splitlines()[fault.line - 1]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("routing.toml", '"phone"', '"phon"', 'Did you mean "phone"?'),
        ("staff.toml", '"handler"', '"handlr"', 'Did you mean "handler"?'),
        ("aliases.toml", '"west"', '"wset"', 'Did you mean "west"?'),
        ("pack.toml", "Asia/Shanghai", "Asia/Shangai", 'Did you mean "Asia/Shanghai"?'),
        ("pack.toml", "[30.5, 120.5]", "[120.5, 30.5]", "They look swapped: latitude first, then longitude."),
        ("staff.toml", '"handler"', '"xyz"',
         "It may be one of: handler, lead, dispatcher, supervisor, reviewer, operator, reader, administrator."),
    ],
)  # fmt: skip
def test_what_to_do_is_the_nearest_thing_that_is_right(file: str, old: str, new: str, said: str) -> None:
    assert the_fault(changed(file, old, new)).fix["en"] == said


SYNTAX = [
    ('code = "newtown"', 'code "newtown"', 2, "equals sign"),
    ('code = "newtown"', 'code = "newtown', 2, "quote is not closed"),
    ('code = "newtown"', "code = newtown", 2, "cannot be read"),
    ('code = "newtown"', 'code = "newtown"\ncode = "again"', 3, "given twice"),
    ('code = "newtown"', 'code = "newtown" language = "zh"', 2, "two things stand on one line"),
    ("[30.5, 120.5]", "[30.5 120.5]", 7, "list is not closed"),
    ('en = "Newtown" }', 'en = "Newtown"', 3, "table is not closed"),
    ("[place]", "[place", 1, "header is not closed"),
    ('code = "newtown"', '代码 = "newtown"', 2, "does not begin with a name"),
    ('code = "newtown"', 'code = "new\\qtown"', 2, "backslash"),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), SYNTAX)
def test_what_is_no_toml_is_explained_with_its_line(old: str, new: str, line: int, said: str) -> None:
    fault = the_fault(changed("pack.toml", old, new))
    assert (fault.file, fault.line) == ("pack.toml", line)
    assert said in fault.what["en"]


def test_a_table_given_twice_is_explained() -> None:
    fault = the_fault({**FILES, "pack.toml": FILES["pack.toml"] + "\n[figures]\nthreshold = 11\n"})
    assert "a table is given twice" in fault.what["en"]


@pytest.mark.parametrize(
    "name", ["pack.toml", "offices.toml", "staff.toml", "categories.toml", "routing.toml"]
)
def test_a_missing_file_is_one_fault(name: str) -> None:
    fault = the_fault({key: text for key, text in FILES.items() if key != name})
    assert (fault.file, fault.what["en"]) == (name, "This file is missing.")


@pytest.mark.parametrize("folder", ["procedures/", "calendars/"])
def test_an_empty_folder_is_one_fault(folder: str) -> None:
    fault = the_fault({key: text for key, text in FILES.items() if not key.startswith(folder)})
    assert (fault.file, fault.severity) == (folder, "fault")


def test_a_misspelt_file_is_noticed() -> None:
    fault = the_fault({**FILES, "alias.toml": ""})
    assert fault.fix["en"] == 'Did you mean "aliases.toml"?'


def test_a_file_in_a_deeper_folder_is_noticed() -> None:
    assert the_fault({**FILES, "procedures/old/x.toml": ""}).file == "procedures/old/x.toml"


DUPLICATES = [
    ("offices.toml", 'code = "west-office"', 'code = "east-office"', 'office[east-office]', 'first on line 8'),
    ("staff.toml", 'login = "bo"', 'login = "mei.lin"', "staff[mei.lin]", "first on line 1"),
    ("categories.toml", 'code = "lamp"', 'code = "pothole"', "category[pothole]", "first on line 5"),
    ("routing.toml", 'code = "phoned"', 'code = "streets"', "rule[streets]", "first on line 10"),
    ("areas.geojson", '"code": "west"', '"code": "east"', "features[east]", "first features[east]"),
    ("aliases.toml", 'name = "北站"\narea = "west"', 'name = "老桥"\narea = "east"', "alias[2]", "first on line 1"),
    ("pack.toml", 'code = "street"\n', 'code = "town"\n', "level[town]", "first on line 11"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "where", "first"), DUPLICATES)
def test_a_code_used_twice_names_its_first_place(
    file: str, old: str, new: str, where: str, first: str
) -> None:
    faults = [f for f in read_pack(changed(file, old, new))[1] if "used twice" in f.what["en"]]
    assert [(f.file, f.where) for f in faults] == [(file, where)]
    assert first in faults[0].what["en"]


def test_a_procedure_code_used_twice_names_the_other_file() -> None:
    fault = the_fault({**FILES, "procedures/z.toml": 'code = "service"\n'})
    assert (fault.file, fault.line) == ("procedures/z.toml", 1)
    assert "procedures/service.toml" in fault.what["en"]


CIRCLES = [
    ("offices.toml", 'code = "hall"\n', 'code = "hall"\nabove = "west-office"\n', "hall → west-office → hall"),
    ("offices.toml", 'code = "hall"\n', 'code = "hall"\nabove = "hall"\n', "hall → hall"),
    ("categories.toml", 'code = "roads"\n', 'code = "roads"\nparent = "pothole"\n', "roads → pothole → roads"),
    (
        "areas.geojson", '"level": "town", "parent": null', '"level": "town", "parent": "east"',
        "newtown-all → east → newtown-all"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "way"), CIRCLES)
def test_circles_are_shown_once(file: str, old: str, new: str, way: str) -> None:
    faults = [f for f in read_pack(changed(file, old, new))[1] if "circle" in f.what["en"]]
    assert [f.what["en"] for f in faults] == [f"This goes in a circle: {way}."]
    assert faults[0].file == file


# areas


AREA_CHANGES = [
    ('"level": "street", "parent": "newtown-all"}, "geometry": {"type": "Polygon", "coordinates": [[[120.5',
     '"level": "town", "parent": "newtown-all"}, "geometry": {"type": "Polygon", "coordinates": [[[120.5',
     'An area of level "town" cannot lie in "newtown-all" of level "town".'),
    ('"level": "town", "parent": null', '"level": "street", "parent": null', "not of the top level"),
    ('"level": "town"', '"level": "twon"', 'There is no level "twon".'),
    ('"name_zh": "新镇", ', "", '"name_zh" is missing.'),
    ('"name_en": "Newtown"', '"name_en": "Newtown", "population": 5', '"population" is not known here.'),
    ("[120, 31], [120, 30]]]}}\n]}", "[120, 31]]]}}\n]}", 'Ring 1 of "west": it is not closed.'),
    ("[120.5, 30], [120.5, 31], [120, 31], [120, 30]]]}}\n]}", "[120.5, 30], [120, 30]]]}}\n]}", "only 3 points."),
    ("[[[120, 30], [120.5, 30], ", '[[["120", 30], [120.5, 30], ', "a point is not [longitude, latitude]."),
    ("[[[120, 30], [120.5, 30], ", "[[[120, 30], [1205, 30], ", "the coordinates are not on earth."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), AREA_CHANGES)
def test_areas_are_checked(old: str, new: str, said: str) -> None:
    faults = read_pack(changed("areas.geojson", old, new))[1]
    assert any(said in fault.what["en"] for fault in faults), faults
    assert {fault.file for fault in faults} == {"areas.geojson"}


def test_swapped_coordinates_are_named_so() -> None:
    collection = json.loads(FILES["areas.geojson"])
    ring = collection["features"][2]["geometry"]["coordinates"][0]
    collection["features"][2]["geometry"]["coordinates"] = [[[lat, lon] for lon, lat in ring]]
    fault = the_fault({**FILES, "areas.geojson": json.dumps(collection)})
    assert fault.where == "features[west].geometry"
    assert "swapped" in fault.what["en"]


@pytest.mark.parametrize(
    "geometry", [{"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": []}, 7]
)
def test_a_boundary_must_be_an_area(geometry: object) -> None:
    collection = json.loads(FILES["areas.geojson"])
    collection["features"][2]["geometry"] = geometry
    fault = the_fault({**FILES, "areas.geojson": json.dumps(collection)})
    assert fault.where == "features[west].geometry"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"type": "FeatureCollection",\n"features": [}', "Column 14"),
        ('{"type": "Topology"}', "no FeatureCollection"),
        ('{"type": "FeatureCollection", "type": "x", "features": []}', "given twice"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "NaN is no number"),
    ],
)
def test_what_is_no_geojson_is_one_fault(text: str, said: str) -> None:
    assert said in the_fault({**FILES, "areas.geojson": text}).what["en"]


def test_areas_need_levels() -> None:
    text = FILES["pack.toml"]
    without = text[: text.index("[[level]]")] + text[text.index("[[emergency]]") :]
    faults = read_pack({**FILES, "pack.toml": without})[1]
    assert "There are areas, but no levels." in [fault.what["en"] for fault in faults]


# categories and routing


def test_a_group_has_no_procedure() -> None:
    files = changed(
        "categories.toml",
        'en = "Roads" }\n',
        'en = "Roads" }\nprocedure = "service"\npromise = { days = 1, counting = "working" }\n',
    )
    faults = read_pack(files)[1]
    assert [f.where for f in faults] == ["category[roads].procedure", "category[roads].promise"]


def test_a_choice_may_name_papers_but_not_ask_for_a_number() -> None:
    files = changed("categories.toml", "什么路面？", "办身份证还是户口簿？")
    assert read_pack(files)[1] == []


@pytest.mark.parametrize("name", ["身份证办理", "How to renew an identity card"])
def test_a_category_may_be_about_papers(name: str) -> None:
    assert read_pack(changed("categories.toml", '"Street lamp"', f'"{name}"'))[1] == []


def test_a_procedure_that_nobody_uses_is_only_a_warning() -> None:
    fault = the_fault({**FILES, "procedures/extra.toml": 'code = "extra"\n'})
    assert (fault.file, fault.severity) == ("procedures/extra.toml", "warning")


# offices and staff


def test_matters_about_an_office_need_a_level_above_it() -> None:
    fault = the_fault(changed("offices.toml", 'above = "hall"\nserves = ["east"]', 'serves = ["east"]'))
    assert (fault.where, fault.severity) == ("office[east-office]", "fault")
    assert "matters about it could go nowhere" in fault.what["en"]


def test_matters_about_the_topmost_office_need_another_route() -> None:
    text = FILES["pack.toml"]
    without = text[: text.index("[[routes]]")] + text[text.index("[publication]") :]
    fault = the_fault({**FILES, "pack.toml": without})
    assert "the topmost office" in fault.what["en"]


def test_offices_need_nobody_above_where_no_matter_is_about_an_office() -> None:
    files = changed("offices.toml", 'above = "hall"\nserves = ["east"]', 'serves = ["east"]')
    files["categories.toml"] = files["categories.toml"].replace('kind = "conduct"', 'kind = "request"')
    assert read_pack(files)[1] == []


def test_an_office_that_gets_matters_without_staff_is_a_warning() -> None:
    fault = the_fault(changed("staff.toml", ', { office = "west-office", role = "lead" }', ""))
    assert (fault.where, fault.severity) == ("office[west-office]", "warning")


def test_nobody_to_administer_is_a_warning() -> None:
    fault = the_fault(changed("staff.toml", ', { office = "hall", role = "administrator" }', ""))
    assert (fault.file, fault.severity) == ("staff.toml", "warning")


# all of them at once


def test_all_faults_are_found_in_one_go() -> None:
    files = dict(FILES)
    for file, old, new in [
        ("pack.toml", '"NT"', '"nt1"'),
        ("offices.toml", '["west"]', '["north"]'),
        ("staff.toml", '"handler"', '"handlr"'),
        ("categories.toml", "days = 10", "days = 0"),
        ("routing.toml", '"fax"', '"fax"'),
        ("routing.toml", '"phone"', '"fax"'),
        ("words.toml", 'zh = "新镇公事"\n', ""),
        ("pages.toml", "2027-05-31", "2027"),
        ("templates.toml", '"hall"', '"hal"'),
        ("aliases.toml", "[30.25, 120.75]", "[30.25]"),
    ]:
        files[file] = files[file].replace(old, new)
    files["calendars/plain.toml"] = "code = "
    faults = read_pack(files)[1]
    assert {fault.file for fault in faults} >= {*FILES} - {
        "areas.geojson",
        "procedures/service.toml",
        "procedures/conduct.toml",
    }
    assert faults == sorted(faults, key=lambda f: (f.file, f.line or 0, f.where, f.what["en"]))
