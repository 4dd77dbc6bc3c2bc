"""`gongshi init` without a pack: the starter, made a place's own by four answers."""

from dataclasses import replace
from pathlib import Path

import pytest

from gongshi.config.founding.answers import Answers, Unusable, answered
from gongshi.config.founding.making import pack_with_administrator
from gongshi.config.founding.starter import STARTER_QUESTIONS, begun, both_names, with_days_off
from gongshi.formats.pack import write_pack
from gongshi.revisions.checks import check_files
from gongshi.revisions.starter import starter
from tests.config.founding.process import gongshi

BY_NAME = {question.name: question for question in STARTER_QUESTIONS}
START = Answers(
    starter(),
    Path("/srv/town"),
    place_name="水边 / Waterside Homes",
    language="en",
    reference_prefix="WH",
    holidays="GB-ENG",
    time_zone="Europe/London",
    administrator="ada",
    administrator_name="艾达 / Ada",
)


def test_the_starter_becomes_a_place_of_its_own_without_a_fault() -> None:
    made = with_days_off(START, pack_with_administrator(begun(START)), 2026)
    pack, faults = check_files(write_pack(made))
    assert pack is not None
    assert [fault.what["en"] for fault in faults] == []
    place = pack.place
    assert (place.code, place.name) == ("waterside-homes", {"zh": "水边", "en": "Waterside Homes"})
    assert (place.language, place.reference_prefix, place.time_zone) == ("en", "WH", "Europe/London")
    assert "2026-04-06" in pack.calendars[0].content["years"]["2026"]["holidays"]
    assert [(one.login, one.name["en"]) for one in pack.staff] == [("ada", "Ada")]


def test_without_holidays_no_year_is_called_official() -> None:
    pack = with_days_off(replace(START, holidays=""), starter(), 2030)
    years = pack.calendars[0].content["years"]
    assert {year: one["published"] for year, one in years.items()} == dict.fromkeys(
        ("2030", "2031", "2032"), False
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [("language", "fr"), ("reference_prefix", "w1"), ("holidays", "Narnia"), ("place_name", "")],
)
def test_answers_that_cannot_be_used(name: str, text: str) -> None:
    with pytest.raises(Unusable):
        answered(START, BY_NAME[name], text)


def test_defaults_come_from_the_name() -> None:
    assert BY_NAME["reference_prefix"].default(START) == "WH"
    assert BY_NAME["reference_prefix"].default(replace(START, place_name="水边")) == "NP"
    assert both_names("水边") == {"zh": "水边", "en": "水边"}


def test_a_pack_says_its_own_name(tmp_path: Path) -> None:
    done = gongshi("init", "--pack", "packs/qinghe", "--dir", tmp_path / "x", "--place-name", "Elsewhere")
    assert done.returncode == 2
    assert "--place-name" in done.stderr
    assert not (tmp_path / "x").exists()


def test_an_instance_without_a_pack(tmp_path: Path) -> None:
    done = gongshi("init", "--dir", tmp_path / "x", "--yes", "--place-name", "Waterside", "--language", "en")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'language = "en"' in (tmp_path / "x" / "gongshi.toml").read_text()
