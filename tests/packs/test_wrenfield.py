"""The second pack: a housing association in England, English first. Nothing in the program is made for either pack."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner

from gongshi.accounts.keys import first_keys
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import offices
from gongshi.cases.models import Case, History
from gongshi.config.cli import main
from gongshi.config.packs import check, read_checked
from gongshi.config.town import Town, live, read_stories
from gongshi.formats.pack import write_pack
from gongshi.places.snapshots import forget
from gongshi.revisions.checks import check_files
from gongshi.revisions.loading import difference, load, pack_of_instance
from gongshi.safekeeping.passphrases import LOWEST
from gongshi.web.public.form_pages import doors_open
from tests.casework import replayed
from tests.clock import local
from tests.conftest import ROOT

PACK = ROOT / "packs" / "wrenfield"
LOADED = local("2026-09-01 08:00")
NOW = local("2026-11-20 18:00")
STORIES = 12


@pytest.fixture
def place(db: None) -> Iterator[None]:
    forget()
    load(read_checked(PACK), at=LOADED)
    yield
    forget()


def lived(file: Path, number: int | None = None) -> Town:
    """The stories of a file acted out by staff with keys."""
    keys = first_keys(Staff.objects.all(), "a passphrase of the place", at=LOADED, cost=LOWEST)
    stories = read_stories(file, NOW)[:number]
    return live(stories, stories[-1].filed_at + timedelta(days=40), lambda _: None, keys=keys)


def complaint(about: str, *moves: dict[str, Any]) -> dict[str, Any]:
    matter = {"category": "complaint-delay", "about": about, "text": "Nobody came.", "wish": "Come."}
    return {
        "key": about,
        "days_ago": 60,
        "time": "09:00",
        "channel": "web",
        "language": "en",
        "consent": False,
        "matters": [{**matter, "title": "", "story": list(moves)}],
    }


ACCEPT = {"do": "accept", "after_working_days": 1, "time": "10:00"}
ANSWER = {
    "do": "answer",
    "after_working_days": 2,
    "time": "10:00",
    "decision": "explained",
    "found": "It is so.",
    "found_before": 0,
    "done": "We are sorry.",
    "contact": "01632 960101",
}
STAGE_2 = {"do": "escalate", "after_days": 1, "time": "18:00", "reason": ""}


def test_it_is_clean_and_written_in_english_first() -> None:
    assert check(PACK) == []
    for file in PACK.rglob("*.toml"):
        assert "{ zh =" not in file.read_text(encoding="utf-8"), file.name


def test_its_faults_are_told_in_its_own_language(tmp_path: Path) -> None:
    assert "is fit to load" in CliRunner().invoke(main, ["check-pack", str(PACK)]).output
    copy = tmp_path / "copy"
    copytree(PACK, copy)
    (copy / "offices.toml").unlink()
    assert "1 fault" in CliRunner().invoke(main, ["check-pack", str(copy)]).output


@pytest.mark.django_db
def test_a_door_says_what_the_place_has_behind_it(place: None) -> None:
    """Groups where there are several, of a single one its categories; nothing of another place's."""
    hints = {code: str(hint) for code, _, hint in doors_open()}
    assert hints["broken"] == "维修、安全和潮湿、小区和公共部位"
    assert hints["ask"] == "关于维修、关于租金和收费、关于搬家和租约…"
    assert "business" not in hints


@pytest.mark.django_db
def test_it_is_lived_in_and_dumped_as_it_was_written(place: None) -> None:
    town = lived(PACK / "demo" / "filings.jsonl", STORIES)
    assert town.passed_over == []
    for case in Case.objects.select_related("filing"):
        replayed(case)
    dumped = pack_of_instance()
    assert dumped is not None
    written = write_pack(read_checked(PACK))
    assert sorted(write_pack(dumped)) == sorted(written)
    again, faults = check_files(write_pack(dumped))
    assert again is not None
    assert faults == []
    assert difference(again, at=NOW) == []


@pytest.mark.django_db
def test_a_complaint_goes_through_both_stages(place: None, tmp_path: Path) -> None:
    """Over the complaints team there is one level and no second: the panel does not look again at what it decided."""
    file = tmp_path / "complaints.jsonl"
    stages = {"repairs": (ACCEPT, ANSWER, STAGE_2, ACCEPT, ANSWER), "complaints": (ACCEPT, ANSWER, STAGE_2)}
    told = [json.dumps(complaint(about, *moves)) for about, moves in stages.items()]
    file.write_text("\n".join(told), encoding="utf-8")
    assert lived(file).passed_over == ["complaints/1 escalate: NotFound()"]
    found = {}
    for case in Case.objects.all():
        answered = History.objects.filter(case_id=case.id, code="case.answered").order_by("seq")
        by = [offices()[row.office_id].code for row in answered]
        found[offices()[case.subject_id].code] = (case.stage, by)
    assert found == {"repairs": ("final", ["complaints", "panel"]), "complaints": ("unconfirmed", ["panel"])}
