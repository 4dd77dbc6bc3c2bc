"""The guided first set-up: a place built from nothing at the desk, as far as pages carry, beside its pack."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from django.test import Client, RequestFactory

from gongshi.accounts.models import Staff
from gongshi.config.cli import main
from gongshi.config.founding.answers import Answers
from gongshi.config.founding.making import pack_with_administrator
from gongshi.config.founding.starter import begun, with_days_off
from gongshi.config.packs import read_checked
from gongshi.formats.pack import Pack
from gongshi.places.snapshots import forget
from gongshi.revisions.loading import load
from gongshi.revisions.starter import starter
from gongshi.web.desk.setup import STEPS
from gongshi.web.desk.signin import StaffAdapter
from tests.clock import local
from tests.conftest import ROOT
from tests.statements import captured
from tests.web.desk.helpers import text
from tests.web.desk.test_settings import changed, entered

pytestmark = pytest.mark.django_db
WRENFIELD = ROOT / "packs" / "wrenfield"
SETUP, SETTINGS = "/en/desk/setup/", "/en/desk/settings/"
GIVEN = Answers(
    starter(),
    Path("/srv/wrenfield"),
    place_name="雷恩菲尔德住房协会 / Wrenfield",
    language="en",
    reference_prefix="WF",
    holidays="GB-ENG",
    time_zone="Europe/London",
    administrator="tom.whitcombe",
    administrator_name="汤姆·惠特科姆 / Tom Whitcombe",
)


@pytest.fixture
def tom(db: None) -> Iterator[Client]:
    """The administrator of a place that was founded without a pack, signed in."""
    forget()
    load(with_days_off(GIVEN, pack_with_administrator(begun(GIVEN)), 2026), at=local("2026-03-02 09:00"))
    yield entered("tom.whitcombe")
    forget()


@pytest.fixture
def model() -> Pack:
    return read_checked(WRENFIELD)


def states(client: Client) -> dict[str, str]:
    page = BeautifulSoup(client.get(SETUP).content, "html.parser")
    return {str(one["id"]): str(one["class"][0]) for one in page.select("ol.timeline > li")}


def done(client: Client) -> set[str]:
    return {code for code, state in states(client).items() if state == "step-done"}


def both(name: str, words: Any) -> dict[str, str]:
    return {f"{name}_zh": words["zh"], f"{name}_en": words["en"]}


def make(client: Client, path: str, **typed: Any) -> None:
    answer = changed(client, f"{SETTINGS}{path}", "first set-up", **typed)
    assert answer.status_code == 302, text(answer)


def test_an_untouched_place_leads_its_administrator_here(tom: Client) -> None:
    assert done(tom) == {"calendar"}
    assert [code for code, state in states(tom).items() if state == "step-here"] == ["place"]
    assert list(states(tom)) == [step.code for step in STEPS]
    request = RequestFactory().get("/")
    request.user = Staff.objects.get(username="tom.whitcombe")
    assert StaffAdapter().get_login_redirect_url(request).endswith("/desk/setup/")
    make(tom, "offices/of/board/", **both("name", {"zh": "居民组", "en": "Panel"}))
    assert StaffAdapter().get_login_redirect_url(request).endswith("/desk/")


def test_a_step_is_left_for_later_and_comes_back(tom: Client) -> None:
    page = BeautifulSoup(tom.get(f"{SETUP}?after=place").content, "html.parser")
    assert [one["id"] for one in page.select(".step-here")] == ["emergency"]
    last = BeautifulSoup(tom.get(f"{SETUP}?after=report").content, "html.parser")
    assert [one["id"] for one in last.select(".step-here")] == ["place"]
    assert tom.get(f"{SETUP}?after=<script>").status_code == 200


def test_it_costs_few_statements_and_is_for_administrators(tom: Client) -> None:
    tom.get(SETUP)
    with captured() as statements:
        tom.get(SETUP)
    assert len(statements) <= 10
    make(
        tom,
        "staff/new/",
        login="ann",
        **both("name", {"zh": "安", "en": "Ann"}),
        office_0="office",
        role_0="handler",
    )
    assert entered("ann").get(SETUP).status_code == 404


def test_a_place_is_built_at_the_desk_and_is_its_pack(
    tom: Client, model: Pack, instance_directory: Path, tmp_path: Path
) -> None:
    """The names, levels, promises and people of packs/wrenfield, typed in; its law, calendar and map are files."""
    _place(tom, model)
    _offices(tom, model)
    _areas(tom, model)
    _categories(tom, model)
    _staff(tom, model)
    found = done(tom)
    assert found >= {"place", "emergency", "offices", "areas", "categories", "promises", "calendar"}
    assert "passwords" not in found
    folder = tmp_path / "pack"
    assert (
        CliRunner().invoke(main, ["dump-pack", str(folder), "--dir", str(instance_directory)]).exit_code == 0
    )
    assert CliRunner().invoke(main, ["check-pack", str(folder)]).exit_code == 0
    built = read_checked(folder)
    assert (built.place.code, built.place.language, built.place.reference_prefix) == ("wrenfield", "en", "WF")
    assert built.place.name == model.place.name
    assert built.place.emergency == model.place.emergency
    assert built.words["about_place"] == model.words["about_place"]
    assert {one.name["en"]: (one.name, one.phone, one.duty) for one in built.offices} == {
        one.name["en"]: (one.name, one.phone, one.duty) for one in model.offices if one.code in OFFICES
    }
    estates = {one.name["en"]: one.name for one in model.areas if one.level == "estate"}
    assert {one.name["en"]: one.name for one in built.areas if one.level == "part"} == estates
    assert _matters(built) >= _matters(model, "repairs", "leak", "heating")
    assert {one.login: one.name for one in built.staff} == {
        one.login: one.name for one in model.staff if one.login in STAFF
    }
    assert [one.office for one in built.rules] == ["repairs-team", "office"]


OFFICES = ("panel", "complaints", "repairs")
STAFF = {
    "tom.whitcombe": "",
    "marian.tolley": "board",
    "ruth.calloway": "office",
    "stella.okafor": "repairs-team",
}


def _matters(pack: Pack, *codes: str) -> set[tuple[str, str, Any]]:
    chosen = [one for one in pack.categories if not codes or one.code in codes]
    return {(one.name["zh"], one.name["en"], one.promise) for one in chosen}


def _place(tom: Client, model: Pack) -> None:
    numbers: dict[str, str] = {}
    for n, one in enumerate(model.place.emergency):
        numbers |= {f"number_{n}": one.number, **both(f"called_{n}", one.name)}
    about = both("about", model.words["about_place"])
    make(tom, "place/", **both("name", model.place.name), **about, **numbers)


def _offices(tom: Client, model: Pack) -> None:
    """The starter's two are named anew, the third is added beneath them."""
    by_code = {one.code: one for one in model.offices}
    for path, code in (("of/board/", "panel"), ("of/office/", "complaints"), ("new/", "repairs")):
        one = by_code[code]
        above = {"above": "office"} if code == "repairs" else {}
        words = both("name", one.name) | both("duty", one.duty)
        make(tom, f"offices/{path}", **words, phone=one.phone, **above)


def _areas(tom: Client, model: Pack) -> None:
    estates = [one.name for one in model.areas if one.level == "estate"]
    lines = "\n".join(f"{one['zh']} / {one['en']}" for one in estates)
    make(tom, "areas/new/", within="all", names=lines)
    newest = tom.get("/en/desk/settings/history/").content.decode().partition('<ol class="history"')[2]
    newest = newest.partition("</div></li>")[0]
    assert estates[0]["en"] in newest
    assert "Undo" in newest


def _categories(tom: Client, model: Pack) -> None:
    """A group with two matters, whose promise is set on the page of promises, and the rule that sends them."""
    by_code = {one.code: one for one in model.categories}
    make(tom, "categories/of/things/", **both("name", by_code["repairs"].name))
    for path, code in (("of/broken/", "leak"), ("of/dirty/", "heating")):
        make(tom, f"categories/{path}", **both("name", by_code[code].name))
    days = {f"days-{was}": by_code[code].promise for was, code in (("broken", "leak"), ("dirty", "heating"))}
    make(tom, "promises/", **{name: str(one.days) for name, one in days.items() if one})
    reason = next(one for one in model.rules if one.code == "repairs").reason
    make(
        tom,
        "rules/new/",
        **both("reason", reason),
        to="repairs-team",
        categories=["things"],
        place="everything",
    )


def _staff(tom: Client, model: Pack) -> None:
    for one in model.staff:
        if office := STAFF.get(one.login):
            role = "supervisor" if office == "board" else "lead"
            names = both("name", one.name) | both("title", one.title)
            make(tom, "staff/new/", login=one.login, **names, office_0=office, role_0=role)


def test_the_starter_has_nothing_of_the_model(model: Pack) -> None:
    """So that what is found afterwards was built."""
    first = starter()
    assert not {one.name["en"] for one in first.offices} & {one.name["en"] for one in model.offices}
    assert replace(first.place, code="x").emergency == ()
