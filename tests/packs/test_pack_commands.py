"""`gongshi load-pack` and `gongshi dump-pack`, as an operator meets them."""

from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongshi.accounts.models import Office, Staff
from gongshi.config.cli import main
from gongshi.config.packs import check
from gongshi.formats.pack import PageData, PreparedData
from gongshi.places.changes import Change
from gongshi.places.models import Area, Place
from gongshi.revisions.differences import FIELDS, KINDS, explained
from gongshi.routing.models import Category, RoutingRule
from tests.packs.test_loading import MARCH, SMALLER, case_of, filed
from tests.packs.town import proved, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(proved(), tmp_path / "pack")


def run(directory: Path, *words: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, [*words, "--dir", str(directory)], input=answer)


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


# load-pack


def test_a_sealed_category_stays_sealed(instance_directory: Path, folder: Path) -> None:
    assert run(instance_directory, "load-pack", str(folder), "--yes").exit_code == 0
    text = (folder / "categories.toml").read_text(encoding="utf-8")
    for old, new in (
        ('kind = "conduct"', 'kind = "request"'),
        ('"conduct"', '"service"'),
        ('"office"', '"write"'),
    ):
        text = text.replace(old, new)
    (folder / "categories.toml").write_text(text, encoding="utf-8")
    refused = run(instance_directory, "load-pack", str(folder), "--yes")
    assert refused.exit_code == 1
    assert "these categories are of a sealed kind and stay so: manner" in refused.output
    assert Category.objects.get(code="manner").kind == "conduct"


def test_the_difference_is_shown_and_asked_for(instance_directory: Path, folder: Path) -> None:
    refused = run(instance_directory, "load-pack", str(folder), "--language", "en", answer="n\n")
    assert refused.exit_code == 1
    assert "Areas\n  added: newtown-all, east, west\n" in refused.output
    assert "Load it? Nothing that cases use is deleted" in refused.output
    assert refused.output.endswith("Error: 没有载入 / nothing was loaded\n")
    assert not Place.objects.exists()
    agreed = run(instance_directory, "load-pack", str(folder), answer="y\n")
    assert agreed.exit_code == 0
    assert "区域\n  新增：newtown-all、east、west\n" in agreed.output
    assert "载入吗？事项用到的都不会删除" in agreed.output
    assert "改动0，停用0。\n" in agreed.output
    assert Place.objects.get().code == "newtown"


def test_loading_again_shows_no_difference_and_asks_nothing(instance_directory: Path, folder: Path) -> None:
    assert run(instance_directory, "load-pack", str(folder), "--yes").exit_code == 0
    again = run(instance_directory, "load-pack", str(folder))
    assert (again.exit_code, again.output) == (0, "没有差别。\n")
    english = run(instance_directory, "load-pack", str(folder), "--language", "en")
    assert (english.exit_code, english.output) == (0, "No difference.\n")


def test_every_kind_of_change_is_one_plain_line(instance_directory: Path, folder: Path) -> None:
    run(instance_directory, "load-pack", str(folder), "--yes")
    filed("pothole")
    change(folder, "pack.toml", "snap_metres = 200", "snap_metres = 500")
    change(folder, "offices.toml", "Town hall", "City hall")
    change(folder, "offices.toml", 'phone = "0000-1"\n', "")
    change(folder, "categories.toml", "public = false\n", "")
    change(folder, "categories.toml", "How deep (cm)?", "How deep?")
    change(folder, "words.toml", "Newtown's public business", "Public business")
    change(folder, "areas.geojson", "[[[120, 30], [120.5, 30], ", "[[[120, 30], [120.2, 30], [120.5, 30], ")
    change(folder, "routing.toml", "months = [11, 12, 1]", "months = [12]")
    change(folder, "procedures/service.toml", "version = 1\n", "version = 2\n# now\n")
    ana = '[[staff]]\nlogin = "ana"\nname = { zh = "安", en = "Ana" }\n'
    role = 'appointments = [{ office = "hall", role = "reviewer" }]\n\n'
    change(folder, "staff.toml", '[[staff]]\nlogin = "bo"', f'{ana}{role}[[staff]]\nlogin = "bo"')
    shown = run(instance_directory, "load-pack", str(folder), "--language", "en", "--yes")
    assert shown.exit_code == 0
    assert shown.output == (
        "Place\n"
        "  changed: newtown: grid of public points (m) 200 → 500; words home-title\n"
        "Areas\n"
        "  changed: west: boundary redrawn\n"
        "Offices\n"
        '  changed: hall: name "Town hall" → "City hall"; telephone 0000-1 → —\n'
        "Staff\n"
        "  added: ana\n"
        "Categories\n"
        "  changed: pothole: extra questions depth\n"
        "  changed: lamp: may be public no → yes\n"
        "Procedures\n"
        "  changed: service: version 1 → 2; 2 lines more, 1 fewer; "
        "open cases that stay on the old version: 1\n"
        "Routing rules\n"
        "  changed: night-lamps: months 11, 12, 1 → 12\n"
        "Loaded: 1 added, 7 changed, 0 retired.\n"
    )
    assert Office.objects.get(code="hall").name["en"] == "City hall"


def test_a_pack_with_faults_is_explained_and_not_loaded(instance_directory: Path, folder: Path) -> None:
    change(folder, "pack.toml", '"NT"', '"nt"')
    refused = run(instance_directory, "load-pack", str(folder), "--yes", "--language", "en")
    assert refused.exit_code == 1
    assert '  line 4 place.reference_prefix: "nt" cannot begin a reference.' in refused.output
    assert "nothing was loaded" in refused.output
    assert not Place.objects.exists()


def test_offices_that_owe_answers_are_named(instance_directory: Path, folder: Path) -> None:
    run(instance_directory, "load-pack", str(folder), "--yes")
    assert case_of(filed("pothole", "west", at=MARCH)).office.code == "west-office"
    for file, old, new in SMALLER:
        change(folder, file, old, new)
    refused = run(instance_directory, "load-pack", str(folder), "--yes")
    assert refused.exit_code == 1
    assert "west-office (1)" in refused.output
    assert "Hand those over first" in refused.output


def test_the_pack_of_another_place_is_refused(instance_directory: Path, folder: Path) -> None:
    run(instance_directory, "load-pack", str(folder), "--yes")
    change(folder, "pack.toml", 'code = "newtown"', 'code = "oldtown"')
    refused = run(instance_directory, "load-pack", str(folder), "--yes")
    assert refused.exit_code == 1
    assert "this instance serves newtown" in refused.output


def test_a_folder_without_an_instance_is_named(tmp_path: Path, folder: Path) -> None:
    refused = run(tmp_path / "nowhere", "load-pack", str(folder), "--yes")
    assert refused.exit_code == 1
    assert "no instance in" in refused.output


# dump-pack


def test_a_dumped_pack_is_clean_and_loads_without_a_difference(
    instance_directory: Path, folder: Path, tmp_path: Path
) -> None:
    run(instance_directory, "load-pack", str(folder), "--yes")
    Office.objects.filter(code="hall").update(name={"zh": "新镇政府", "en": "The new hall"})
    dumped = run(instance_directory, "dump-pack", str(tmp_path / "dumped"))
    assert dumped.exit_code == 0
    assert check(tmp_path / "dumped") == []
    assert "新镇政府" in (tmp_path / "dumped" / "offices.toml").read_text(encoding="utf-8")
    assert run(instance_directory, "load-pack", str(tmp_path / "dumped")).output == "没有差别。\n"
    back = run(instance_directory, "load-pack", str(folder), "--yes", "--language", "en")
    assert 'changed: hall: name "The new hall" → "Town hall"' in back.output


def test_nothing_is_written_over(instance_directory: Path, folder: Path) -> None:
    run(instance_directory, "load-pack", str(folder), "--yes")
    before = sorted(folder.rglob("*"))
    assert run(instance_directory, "dump-pack", str(folder)).exit_code == 1
    assert sorted(folder.rglob("*")) == before


def test_an_instance_without_a_pack_says_so(instance_directory: Path, tmp_path: Path) -> None:
    refused = run(instance_directory, "dump-pack", str(tmp_path / "dumped"))
    assert refused.exit_code == 1
    assert "no pack was loaded" in refused.output


# how changes are told


def test_long_lists_and_long_texts_are_cut_short() -> None:
    added = [Change("area", f"grid-{n}", "added") for n in range(1, 20)]
    assert explained(added, "en")[1].endswith("grid-12 and 7 more")
    assert explained(added, "zh")[1].endswith("grid-12，另有7个")
    long = {"reason": ({"zh": "因" * 100, "en": "b" * 100}, {"zh": "短", "en": "short"})}
    (line,) = explained([Change("rule", "x", "changed", long)], "en")[1:]
    assert line == f'  changed: x: reason "{"b" * 59}…" → "short"'


def test_a_mere_change_of_order_is_one_line() -> None:
    moved = [Change("category", code, "changed", {"position": (1, 2)}) for code in ("b", "c")]
    assert explained(moved, "en") == ["Categories", "  order: b, c"]
    assert explained(moved, "zh") == ["类别", "  顺序：b、c"]


def test_every_column_that_can_change_has_its_words() -> None:
    own = {"id", "code", "username", "password", "last_login", "valid_from", "successor", "position", "rank"}
    for model in (Area, Office, Category, RoutingRule, Staff):
        names = {field.name for field in [*model._meta.concrete_fields, *model._meta.many_to_many]}
        assert names - own <= set(FIELDS), model
    for data in (PageData, PreparedData):
        assert {field.name for field in fields(data)} - own <= set(FIELDS)
    assert set(KINDS) == {
        "place",
        "calendar",
        "area",
        "alias",
        "office",
        "staff",
        "category",
        "procedure",
        "rule",
        "order",
        "words",
        "page",
        "prepared",
    }
