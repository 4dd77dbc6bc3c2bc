"""A good pack is read whole, and what is written from it reads the same."""

import json
import tomllib
from datetime import date

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from gongshi.formats.pack import (
    Alias,
    Appointment,
    AreaData,
    CalendarData,
    CategoryData,
    Choice,
    Emergency,
    ExtraQuestion,
    Level,
    OfficeData,
    Pack,
    PageData,
    Place,
    Promise,
    Retention,
    Route,
    RoutingRuleData,
    StaffData,
    read_pack,
    write_pack,
)
from tests.packs.town import FILES, changed


def good(files: dict[str, str]) -> Pack:
    pack, faults = read_pack(files)
    assert faults == []
    assert pack is not None
    return pack


def test_everything_in_the_files_is_read() -> None:
    pack = good(FILES)
    assert pack.place == Place(
        "newtown",
        {"zh": "新镇", "en": "Newtown"},
        "NT",
        "Asia/Shanghai",
        "zh",
        (30.5, 120.5),
        "plain",
        "hall",
        (Emergency("112", {"zh": "求救", "en": "Emergency"}),),
        (
            Route(
                "court",
                {"zh": "法院", "en": "The court"},
                {"zh": "随时可以起诉。", "en": "You can go to court at any time."},
            ),
            Route(
                "review",
                {"zh": "复议", "en": "Review"},
                {"zh": "可以申请复议。", "en": "You can ask for a review."},
                60,
                "calendar",
            ),
        ),
        200,
        20,
        (Retention("request", 18, {"zh": "新镇承诺", "en": "Newtown's promise"}),),
        licence="CC-BY-4.0",
    )
    assert pack.levels[1] == Level("street", {"zh": "街", "en": "Street"})
    assert [(a.code, a.level, a.parent) for a in pack.areas] == [
        ("newtown-all", "town", None),
        ("east", "street", "newtown-all"),
        ("west", "street", "newtown-all"),
    ]
    assert pack.areas[1].name == {"zh": "东街", "en": "East Street"}
    assert pack.areas[1].geometry == json.loads(FILES["areas.geojson"])["features"][1]["geometry"]
    assert pack.aliases == (Alias("老桥", "east", (30.25, 120.75)), Alias("北站", "west", None))
    assert pack.offices[0] == OfficeData(
        "hall",
        {"zh": "镇政府", "en": "Town hall"},
        None,
        ("newtown-all",),
        "0000-1",
        {"zh": "正街1号", "en": "1 Main Street"},
    )
    assert pack.staff[1] == StaffData(
        "bo",
        {"zh": "波", "en": "Bo"},
        {},
        (Appointment("east-office", "handler"), Appointment("west-office", "lead")),
    )
    assert pack.pages == (
        PageData(
            code="lamp-number",
            office="hall",
            category="lamp",
            areas=("east",),
            question={"zh": "灯杆编号在哪里？", "en": "Where is the number of a lamp post?"},
            answer={"zh": "在灯杆上离地一米处。", "en": "On the post, one metre above the ground."},
            fee={"zh": "不收费", "en": "Free"},
            review_by=date(2027, 5, 31),
        ),
    )
    assert pack.words == {"home-title": {"zh": "新镇公事", "en": "Newtown's public business"}}
    assert pack.procedures == {"service": 'code = "service"\n', "conduct": 'code = "conduct"\n'}


def test_matters_are_read() -> None:
    pack = good(FILES)
    assert pack.categories[1] == CategoryData(
        "pothole",
        {"zh": "坑洞", "en": "Pothole"},
        "roads",
        "request",
        "service",
        "broken",
        ("坑", "pothole"),
        ("门口路上有个大坑。",),
        Promise(5, "working"),
        True,
        (
            ExtraQuestion("depth", {"zh": "有多深（厘米）？", "en": "How deep (cm)?"}, "number"),
            ExtraQuestion(
                "surface",
                {"zh": "什么路面？", "en": "Which surface?"},
                "choice",
                (
                    Choice("asphalt", {"zh": "沥青", "en": "Asphalt"}),
                    Choice("stone", {"zh": "石板", "en": "Stone"}),
                ),
                True,
            ),
        ),
    )
    assert pack.categories[2].public is False
    night, streets, phoned, rest = pack.rules
    assert (night.months, night.hours, night.lead) == ((11, 12, 1), (18, 6), "mei.lin")
    assert (streets.office, streets.among) == (None, ("east-office", "west-office"))
    assert (phoned.channels, phoned.areas, phoned.office) == (("phone",), ("east",), "east-office")
    assert rest == RoutingRuleData(
        "rest", {"zh": "其余由镇政府办。", "en": "The town hall takes the rest."}, office="hall"
    )


def test_days_of_calendars_become_texts() -> None:
    calendar = good(FILES).calendars[0]
    assert calendar == CalendarData("plain", {"zh": "普通", "en": "Plain"}, calendar.content)
    assert calendar.content["years"]["2026"]["holidays"] == ["2026-01-01", "2026-01-02"]
    assert json.loads(json.dumps(calendar.content)) == calendar.content


def test_written_files_read_the_same() -> None:
    pack = good(FILES)
    written = write_pack(pack)
    assert good(written) == pack
    assert write_pack(good(written)) == written


def test_a_place_without_a_map_is_fine() -> None:
    files = {
        name: text
        for name, text in FILES.items()
        if name not in ("areas.geojson", "aliases.toml", "words.toml", "pages.toml")
    }
    files["offices.toml"] = "".join(
        line for line in files["offices.toml"].splitlines(True) if "serves" not in line
    )
    files["routing.toml"] = (
        '[[rule]]\ncode = "rest"\noffice = "hall"\nreason = { zh = "都由镇里办。", en = "All." }\n'
    )
    pack = good(files)
    assert pack.areas == ()
    assert good(write_pack(pack)) == pack


def test_an_empty_text_stands_for_nothing_above() -> None:
    files = changed("offices.toml", 'phone = "0000-1"', 'above = ""\nphone = "0000-1"')
    assert good(files).offices[0].above is None


def test_invented_filings_are_nobodys_business_here() -> None:
    assert good({**FILES, "demo/filings.toml": "not = = toml"}) == good(FILES)


texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf")), min_size=1, max_size=20).filter(
    str.strip
)
long_texts = st.lists(texts, min_size=1, max_size=3).map("\n".join)
pairs = st.fixed_dictionaries({"zh": texts, "en": texts})


@given(
    pairs, st.fixed_dictionaries({"zh": long_texts, "en": long_texts}), texts, st.lists(texts, unique=True)
)
def test_any_words_survive_writing_and_reading(
    name: dict[str, str], reason: dict[str, str], alias: str, keywords: list[str]
) -> None:
    pack = good(FILES)
    filled = Pack(
        **{
            **pack.__dict__,
            "words": {"home-title": reason},
            "aliases": (Alias(alias, "east"),),
            "rules": (*pack.rules[:-1], RoutingRuleData("rest", reason, office="hall")),
            "categories": (
                *pack.categories[:-1],
                CategoryData("manner", name, None, "conduct", "conduct", "office", tuple(keywords)),
            ),
            "areas": (
                *pack.areas[:-1],
                AreaData("west", name, "street", "newtown-all", pack.areas[2].geometry),
            ),
        }
    )
    assert good(write_pack(filled)) == filled


@given(st.dictionaries(st.sampled_from([*FILES, "other.toml", "calendars/x.toml"]), st.text(max_size=200)))
def test_whatever_stands_in_the_files_nothing_is_raised(files: dict[str, str]) -> None:
    pack, faults = read_pack({**FILES, **files})
    assert (pack is None) == any(fault.severity == "fault" for fault in faults)


scalars = st.one_of(
    st.booleans(), st.integers(-5, 50), st.floats(), st.text(max_size=5), st.just({}), st.just([])
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)


@st.composite
def muddles(draw: st.DrawFn) -> tuple[str, object]:
    """One of the good files with something of the wrong shape put into one place of it."""

    name = draw(st.sampled_from(sorted(FILES)))
    data = json.loads(FILES[name]) if name.endswith(".geojson") else tomllib.loads(FILES[name])
    spot: object = data
    for _ in range(draw(st.integers(1, 5))):
        if isinstance(spot, dict) and spot:
            key = draw(st.sampled_from(sorted(spot)))
            if draw(st.booleans()):
                spot[key] = draw(anything)
                break
            spot = spot[key]
        elif isinstance(spot, list) and spot:
            index = draw(st.integers(0, len(spot) - 1))
            if draw(st.booleans()):
                spot[index] = draw(anything)
                break
            spot = spot[index]
    return name, data


@given(muddles())
def test_a_wrong_shape_anywhere_is_a_fault_and_never_an_error(muddle: tuple[str, object]) -> None:

    name, data = muddle
    assert isinstance(data, dict)
    text = json.dumps(data) if name.endswith(".geojson") else tomli_w.dumps(data)
    pack, faults = read_pack({**FILES, name: text})
    assert (pack is None) == any(fault.severity == "fault" for fault in faults)
    for fault in faults:
        assert fault.what["zh"]
        assert fault.what["en"]
        assert fault.fix["zh"]
        assert fault.fix["en"]
    if pack is not None:
        assert read_pack(write_pack(pack))[0] == pack


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "1" * 10_000, "{}", "[]", "null"])
@pytest.mark.parametrize("name", ["areas.geojson", "pack.toml"])
def test_bombs_are_faults(name: str, text: str) -> None:
    assert read_pack({**FILES, name: text})[0] is None
