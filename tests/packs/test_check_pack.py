"""`gongshi check-pack`: a folder is read safely, the rules are asked too, and every fault is told in both languages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongshi.config import packs
from gongshi.config.cli import main
from gongshi.config.packs import PackRefused, check, read_checked, read_folder
from gongshi.revisions.checks import check_files
from gongshi.rules.geometry import repair
from tests.packs.town import proved, write

QINGHE = Path(__file__).resolve().parents[2] / "packs" / "qinghe"


def said(path: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check-pack", str(path), *options])
    return result.exit_code, result.output


def english(files: dict[str, str]) -> list[str]:
    return [f"{f.severity} {f.file} {f.where}: {f.what['en']}" for f in check_files(files)[1]]


def changed(file: str, old: str, new: str) -> dict[str, str]:
    files = proved()
    assert old in files[file]
    return {**files, file: files[file].replace(old, new)}


# the command


def test_a_good_pack_says_what_it_holds(tmp_path: Path) -> None:
    folder = write(proved(), tmp_path)
    assert check(folder) == []
    code, text = said(folder)
    assert code == 0
    assert (
        text
        == "新镇的包可以载入：3个区域、2个地名、3个单位、2名工作人员、1组、3个类别、4条分派规则、2个流程、1个日历。\n"
        "建议类别靠1个例句。不到4个的有3类：坑洞、路灯、态度。\n"
    )
    code, text = said(folder, "--language", "en")
    assert code == 0
    assert text.startswith("The pack of Newtown is fit to load: 3 areas, 2 place names, 3 offices")


def test_faults_are_grouped_by_file_in_the_language_asked_for(tmp_path: Path) -> None:
    files = proved()
    files["staff.toml"] = files["staff.toml"].replace('"handler"', '"handlr"').replace('"bo"', '"b o"')
    files["pack.toml"] = files["pack.toml"].replace('"NT"', '"nt"')
    folder = write(files, tmp_path)
    code, text = said(folder, "--language", "en")
    assert code == 1
    assert text == (
        "pack.toml\n"
        '  line 4 place.reference_prefix: "nt" cannot begin a reference. Write 2 to 4 capital letters, like QH.\n'
        "\n"
        "staff.toml\n"
        '  line 8 staff[2].login: "b o" is not a code. A code uses letters, digits, "-" and "_", '
        "starts with a letter or digit, at most 60.\n"
        '  line 10 staff[2].appointments[1].role: "handlr" is not known here. Did you mean "handler"?\n'
        "\n"
        "3 faults\n"
    )
    code, text = said(folder)
    assert code == 1
    assert "  第10行 staff[2].appointments[1].role：不认识“handlr”。是不是想写“handler”？\n" in text
    assert text.endswith("\n3处错误\n")


def test_warnings_are_told_but_let_the_pack_pass(tmp_path: Path) -> None:
    files = {**proved()}
    files["staff.toml"] = files["staff.toml"].replace(', { office = "hall", role = "administrator" }', "")
    code, text = said(write(files, tmp_path), "--language", "en")
    assert code == 0
    assert "Warning: Nobody is an administrator." in text
    assert "1 warning\nThe pack of Newtown is fit to load" in text


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert said(tmp_path / "nowhere")[0] == 2


def test_an_empty_folder_names_what_is_missing(tmp_path: Path) -> None:
    code, text = said(tmp_path, "--language", "en")
    assert code == 1
    for name in ("pack.toml", "offices.toml", "staff.toml", "categories.toml", "routing.toml", "procedures/"):
        assert f"{name}\n" in text


def test_the_demo_town_has_no_fault_and_no_warning() -> None:
    assert check(QINGHE) == []


def test_checking_starts_without_django() -> None:
    script = "import sys, gongshi.config.commands.check_pack; sys.exit('django.conf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


# reading a folder


def test_only_the_files_of_a_pack_are_read(tmp_path: Path) -> None:
    files = proved()
    folder = write({**files, "README.md": "x", "demo/filings.toml": "= =", ".git/x.toml": "= ="}, tmp_path)
    assert read_folder(folder) == (files, [])


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    folder = write(proved(), tmp_path)
    text = (folder / "words.toml").read_bytes()
    (folder / "words.toml").write_bytes(b"\xef\xbb\xbf" + text)
    assert check(folder) == []


def test_what_is_not_utf8_is_one_fault_with_its_line(tmp_path: Path) -> None:
    folder = write(proved(), tmp_path)
    (folder / "staff.toml").write_bytes("# 人员\n[[staff]]\n".encode() + "login = '林'".encode("gb18030"))
    assert [(f.file, f.what["en"]) for f in check(folder)] == [("staff.toml", "Line 3 is not UTF-8.")]


def test_areas_that_cannot_be_read_are_not_called_missing_by_others(tmp_path: Path) -> None:
    folder = write(proved(), tmp_path)
    (folder / "areas.geojson").write_bytes(b"\xff")
    assert [f.file for f in check(folder)] == ["areas.geojson"]


def test_a_file_over_its_size_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(packs.MOST_BYTES, ".geojson", 100)
    assert [(f.file, f.fix["en"]) for f in check(write(proved(), tmp_path))] == [
        ("areas.geojson", "Simplify the boundaries, or split the file.")
    ]


def test_too_many_files_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "MOST_FILES", 3)
    files, faults = read_folder(write(proved(), tmp_path))
    assert files == {}
    assert faults[0].what["en"].startswith("Too many files")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.toml"
    secret.write_text('key = "secret"', encoding="utf-8")
    folder = write(proved(), tmp_path / "pack")
    (folder / "words.toml").unlink()
    (folder / "words.toml").symlink_to(secret)
    files, faults = read_folder(folder)
    assert "words.toml" not in files
    assert [f.file for f in faults] == ["words.toml"]


def test_a_folder_named_like_a_file_is_a_fault(tmp_path: Path) -> None:
    folder = write(proved(), tmp_path)
    (folder / "aliases.toml").unlink()
    (folder / "aliases.toml").mkdir()
    assert [f.file for f in check(folder)] == ["aliases.toml"]


# what the rules find


def test_a_procedure_that_is_not_proved_is_refused_with_its_line() -> None:
    files = changed("procedures/service.toml", 'holder = "office"', 'holder = "nobody"')
    faults = check_files(files)[1]
    assert faults
    assert {fault.file for fault in faults} == {"procedures/service.toml"}
    assert any(fault.line for fault in faults)


def test_a_conduct_category_cannot_use_the_procedure_of_a_request() -> None:
    """Else a complaint could be sent to those it is about."""
    files = changed("categories.toml", 'procedure = "conduct"', 'procedure = "service"')
    assert any("The category is a conduct, but its procedure" in line for line in english(files))
    assert check_files(files)[0] is None


@pytest.mark.parametrize(("door", "fitting"), [("dispute", "dispute"), ("office", "conduct")])
def test_what_is_promised_to_be_sealed_is_of_a_sealed_kind(door: str, fitting: str) -> None:
    files = proved()
    files["categories.toml"] = files["categories.toml"].replace('door = "broken"', f'door = "{door}"', 1)
    faults = check_files(files)[1]
    assert [(fault.where, fault.severity) for fault in faults] == [("category[pothole].kind", "fault")]
    assert faults[0].what == {
        "zh": f"“{door}”后面的事要密封，request 不是密封的：偷走数据库和钥匙文件的人读得到。",
        "en": f'Matters behind "{door}" are sealed, but a request is not: whoever steals the database and the key file '
        "could read it.",
    }
    assert f'kind = "{fitting}"' in faults[0].fix["zh"]
    assert f'kind = "{fitting}"' in faults[0].fix["en"]


def test_a_route_that_the_place_does_not_describe_is_a_fault() -> None:
    files = changed("pack.toml", 'code = "court"', 'code = "ombudsman"')
    assert [line for line in english(files) if "procedures/conduct.toml" in line] == [
        'fault procedures/conduct.toml routes: pack.toml has no route "court".'
    ]


def test_a_procedure_that_reaches_higher_than_the_offices_is_a_fault() -> None:
    files = proved()
    files["procedures/conduct.toml"] = files["procedures/conduct.toml"].replace('"above"', '"above_2"')
    assert any("It reaches 2 levels up, but offices have at most 1" in line for line in english(files))


GRIEVANCE = """
[[category]]
code = "appeal"
name = { zh = "信访", en = "Grievance" }
kind = "grievance"
procedure = "service"
door = "grievance"
"""


@pytest.mark.parametrize(
    ("rule", "told"),
    [("", ["rest"]), ('office = "hall"', ["appeals"]), ('office = "east-office"', []),
     ('office = "east-office"\nchannels = ["phone"]', ["rest"])],
)  # fmt: skip
def test_grievances_are_not_routed_where_nobody_could_review(rule: str, told: list[str]) -> None:
    files = proved()
    files["categories.toml"] += GRIEVANCE
    if rule:
        words = 'reason = { zh = "归它。", en = "It is theirs." }'
        rule = f'[[rule]]\ncode = "appeals"\ncategories = ["appeal"]\n{rule}\n{words}\n\n'
        files["routing.toml"] = rule + files["routing.toml"]
    told_all = [line for line in english(files) if "Grievances go to" in line]
    found = [line for line in told_all if line.startswith("fault")]
    warned = {line for line in told_all if line.startswith("warning")}
    assert all(
        "which has one level above: after a review nobody here may re-review" in line for line in warned
    )
    assert any('"east-office"' in line for line in warned) == ("east-office" in rule or told == ["rest"])
    what = 'Grievances go to "hall", which has no office above: nobody could review its answer.'
    assert found == [f"fault routing.toml rule[{code}]: {what}" for code in told]


def test_routes_of_the_demo_place_say_how_long_they_stay_open() -> None:
    place = read_checked(QINGHE).place
    routes = {route.code: route for route in place.routes}
    assert (routes["labour"].days, routes["labour"].counting) == (365, "calendar")
    assert "reviewed or re-reviewed here extends them" in routes["court"].words["en"]
    assert "at any time" not in routes["court"].words["en"]


def test_a_category_without_the_promise_that_its_procedure_uses_is_a_warning() -> None:
    files = changed("categories.toml", 'promise = { days = 10, counting = "calendar" }\n', "")
    assert english(files) == [
        "warning categories.toml category[lamp]: No promise of days; the procedure's own default counts."
    ]


def test_a_calendar_is_counted_by_the_rules() -> None:
    files = changed("calendars/plain.toml", '"2026-01-04"', '"2026-01-05"')
    (fault,) = check_files(files)[1]
    assert (fault.file, fault.line) == ("calendars/plain.toml", 9)


def test_a_broken_ring_is_a_warning_and_comes_back_mended(tmp_path: Path) -> None:
    old = "[[[120, 30], [120.5, 30], [120.5, 31], [120, 31], [120, 30]]]"
    bow_tie = "[[[120, 30], [120.5, 31], [120.5, 30], [120, 31], [120, 30]]]"
    files = changed("areas.geojson", old, bow_tie)
    assert english(files) == ["warning areas.geojson features[west].geometry: The boundary crosses itself."]
    pack = read_checked(write(files, tmp_path))
    assert pack.areas[2].geometry is not None
    assert pack.areas[2].geometry["type"] == "MultiPolygon"


def test_a_ring_without_an_area_is_a_fault() -> None:
    old = "[[[120, 30], [120.5, 30], [120.5, 31], [120, 31], [120, 30]]]"
    line = "[[[120, 30], [120.2, 30], [120.4, 30], [120, 30]]]"
    assert any(
        line.startswith("fault areas.geojson") for line in english(changed("areas.geojson", old, line))
    )


def test_areas_over_each_other_and_outside_their_parent_are_warnings() -> None:
    east = "[[[120.5, 30], [121, 30], [121, 31], [120.5, 31], [120.5, 30]]]"
    wider = "[[[120.25, 30], [121.25, 30], [121.25, 31], [120.25, 31], [120.25, 30]]]"
    assert english(changed("areas.geojson", east, wider)) == [
        'warning areas.geojson features[east]: 25% of it lies outside "newtown-all".',
        'warning areas.geojson features[west]: It lies over "east", by 50%.',
    ]


def test_points_outside_their_area_are_warnings() -> None:
    assert english(changed("aliases.toml", "[30.25, 120.75]", "[30.25, 120.25]")) == [
        'warning aliases.toml alias[1].point: This point does not lie in "east".'
    ]
    assert english(changed("pack.toml", "[30.5, 120.5]", "[10.5, 120.5]")) == [
        "warning pack.toml place.centre: The centre lies in no area."
    ]


def test_a_pack_with_faults_is_not_handed_out(tmp_path: Path) -> None:
    folder = write(changed("pack.toml", '"NT"', '"nt"'), tmp_path)
    with pytest.raises(PackRefused) as refused:
        read_checked(folder)
    assert refused.value.faults == check(folder)


@pytest.mark.real
def test_the_broken_rings_of_a_real_county_are_told_and_mended(real_data: Path, tmp_path: Path) -> None:
    text = (real_data / "areas" / "jiangshan_townships.geojson").read_text(encoding="utf-8")
    features = json.loads(text)["features"]
    for number, feature in enumerate(features):
        name = feature["properties"]["name"]
        feature["properties"] = {"code": f"t{number}", "name_zh": name, "name_en": name, "level": "town"}
    files = {name: text for name, text in proved().items() if name != "aliases.toml"}
    files["areas.geojson"] = json.dumps({"type": "FeatureCollection", "features": features})
    files["pack.toml"] = files["pack.toml"].replace("[30.5, 120.5]", "[28.74, 118.61]")
    for name in ("offices.toml", "routing.toml", "pages.toml"):
        files[name] = re.sub(r"newtown-all|\beast(?=\")", "t0", re.sub(r"\bwest(?=\")", "t1", files[name]))
    faults = check_files(files)[1]
    broken = [fault for fault in faults if fault.where.endswith(".geometry")]
    assert [fault.what["en"] for fault in broken] == ["A hole lies outside its outer ring."] * 2
    assert {fault.severity for fault in faults} == {"warning"}
    pack = read_checked(write(files, tmp_path))
    assert all(repair(area.geometry)[1] == [] for area in pack.areas if area.geometry)
