"""Loading a pack: the difference first, all or nothing, nothing that cases use is ever deleted, twice is once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.actors import Resident, System
from gongshi.accounts.models import Appointment, Office, Staff
from gongshi.accounts.queries import actor_for, office_by_code, offices, offices_below
from gongshi.bulletin.loading_prepared import prepared_data
from gongshi.bulletin.models import Page, PageRevision, PageToken, PreparedRevision
from gongshi.bulletin.queries import pages_found, pages_shown
from gongshi.cases.actions.filing import Filed, file_filing
from gongshi.cases.actions.moves import make_move
from gongshi.cases.drafts import Contact, NewFiling, NewMatter
from gongshi.cases.engine import procedure_of
from gongshi.cases.models import Case
from gongshi.cases.reading import key_of, read_case
from gongshi.config.packs import read_checked
from gongshi.formats.pack import Pack, write_pack
from gongshi.places.models import Alias, Area, Calendar, Place
from gongshi.places.queries import area_by_code, area_path, areas, the_place
from gongshi.revisions import loading
from gongshi.revisions.checks import check_files
from gongshi.revisions.loading import OfficesInUse, OtherPlace, difference, load, pack_of_instance
from gongshi.routing.models import Category, ProcedureVersion, Promise, RoutingRule
from gongshi.routing.queries import categories, category_by_code
from gongshi.safekeeping.receipts import new_receipt
from tests.clock import local
from tests.packs.town import proved

pytestmark = pytest.mark.django_db

QINGHE = Path(__file__).resolve().parents[2] / "packs" / "qinghe"
MARCH = local("2026-03-02 09:00")
APRIL = local("2026-04-01 09:00")


def checked(files: Mapping[str, str]) -> Pack:
    pack, faults = check_files(files)
    assert pack is not None, [fault.what["en"] for fault in faults]
    return pack


def edited(*edits: tuple[str, str, str]) -> Pack:
    files = proved()
    for file, old, new in edits:
        assert old in files[file], (file, old)
        files[file] = files[file].replace(old, new)
    return checked(files)


def told(pack: Pack, at: datetime = APRIL) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [(one.kind, one.code, one.action, dict(one.fields)) for one in difference(pack, at=at)]


def tables() -> dict[str, list[Any]]:
    """Every configuration row there is."""
    models = (
        Place,
        Area,
        Alias,
        Calendar,
        Office,
        Staff,
        Appointment,
        Category,
        Promise,
        RoutingRule,
        ProcedureVersion,
        Page,
        PageRevision,
        PageToken,
    )
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def unordered(pack: Pack) -> Pack:
    """The same pack, with everything whose order says nothing put into one order."""
    return replace(
        pack,
        areas=tuple(sorted(pack.areas, key=lambda one: one.code)),
        aliases=tuple(sorted(pack.aliases, key=lambda one: (one.area, one.name))),
        offices=tuple(
            sorted(
                (replace(o, serves=tuple(sorted(o.serves))) for o in pack.offices), key=lambda one: one.code
            )
        ),
        staff=tuple(
            sorted(
                (
                    replace(s, appointments=tuple(sorted(s.appointments, key=lambda a: (a.office, a.role))))
                    for s in pack.staff
                ),
                key=lambda one: one.login,
            )
        ),
        rules=tuple(
            replace(r, **{name: tuple(sorted(getattr(r, name))) for name in ("categories", "areas", "among")})
            for r in pack.rules
        ),
        pages=tuple(sorted(pack.pages, key=lambda one: one.code)),
        prepared=tuple(sorted(pack.prepared, key=lambda one: (one.kind, one.code))),
    )


@pytest.fixture
def town() -> Pack:
    pack = checked(proved())
    load(pack, at=MARCH)
    return pack


# once, twice, and back


def test_a_first_load_fills_the_instance() -> None:
    pack = checked(proved())
    changes = load(pack, at=MARCH)
    assert {one.action for one in changes} == {"added"}
    assert Place.objects.get().reference_prefix == "NT"
    assert the_place().snap_metres == 200
    assert the_place().route("review") == {
        "code": "review",
        "name": {"zh": "复议", "en": "Review"},
        "words": {"zh": "可以申请复议。", "en": "You can ask for a review."},
        "days": 60,
        "counting": "calendar",
    }
    east = area_by_code("east")
    assert east is not None
    assert [areas()[area].code for area in east.path] == ["east", "newtown-all"]
    assert [node.code for node in categories().values()] == ["roads", "pothole", "lamp", "manner"]
    office = office_by_code("east-office")
    assert office is not None
    assert [offices()[one].code for one in office.supervisors] == ["hall"]
    assert Appointment.objects.filter(staff__username="bo").count() == 2


def test_nobody_gets_a_password_from_a_pack(town: Pack) -> None:
    assert not any(staff.has_usable_password() for staff in Staff.objects.all())


def test_loading_twice_is_loading_once(town: Pack) -> None:
    before = tables()
    assert difference(town, at=APRIL) == []
    assert load(town, at=APRIL) == []
    assert tables() == before


def test_the_difference_changes_nothing(town: Pack) -> None:
    before = tables()
    pack = edited(("offices.toml", "Town hall", "City hall"), ("categories.toml", "days = 10", "days = 7"))
    assert len(difference(pack, at=APRIL)) == 2
    assert tables() == before
    assert the_place().name["en"] == "Newtown"


def test_what_was_loaded_is_in_force_at_once(town: Pack) -> None:
    revision = Place.objects.get().revision
    load(edited(("offices.toml", "Town hall", "City hall")), at=APRIL)
    hall = office_by_code("hall")
    assert hall is not None
    assert hall.name["en"] == "City hall"
    assert Place.objects.get().revision == revision + 1


def test_all_or_nothing(town: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables()

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(loading, "load_rules", broken)
    with pytest.raises(OSError, match="full"):
        load(edited(("offices.toml", "Town hall", "City hall")), at=APRIL)
    assert tables() == before


def test_another_place_is_refused(town: Pack) -> None:
    before = tables()
    with pytest.raises(OtherPlace) as refused:
        load(edited(("pack.toml", 'code = "newtown"', 'code = "oldtown"')), at=APRIL)
    assert refused.value.code == "newtown"
    assert tables() == before


# what is told


CHANGES: dict[str, tuple[tuple[tuple[str, str, str], ...], list[tuple[str, str, str, dict[str, Any]]]]] = {
    "place": (
        (("pack.toml", 'en = "Newtown" }', 'en = "New Town" }'),),
        [("place", "newtown", "changed", {
            "name": ({"zh": "新镇", "en": "Newtown"}, {"zh": "新镇", "en": "New Town"})})],
    ),
    "office's level above": (
        (("offices.toml", 'above = "hall"\nserves = ["west"]', 'above = "east-office"\nserves = ["west"]'),),
        [("office", "west-office", "changed", {"above": ("hall", "east-office")})],
    ),
    "areas served": (
        (("offices.toml", 'serves = ["newtown-all"]', 'serves = ["east", "west"]'),),
        [("office", "hall", "changed", {"serves": (["newtown-all"], ["east", "west"])})],
    ),
    "role": (
        (("staff.toml", '"handler"', '"supervisor"'), ),
        [("staff", "bo", "changed", {"appointments": (
            ["handler east-office", "lead west-office"], ["lead west-office", "supervisor east-office"])})],
    ),
    "alias": (
        (("aliases.toml", "[30.25, 120.75]", "[30.25, 120.76]"), ("aliases.toml", "北站", "南站")),
        [("alias", "老桥 (east)", "changed", {"point": ((30.25, 120.75), (30.25, 120.76))}),
         ("alias", "北站 (west)", "retired", {}), ("alias", "南站 (west)", "added", {})],
    ),
    "promise": (
        (("categories.toml", "days = 10", "days = 7"),),
        [("category", "lamp", "changed", {"promise": ("10 calendar", "7 calendar")})],
    ),
    "promise dropped": (
        (("categories.toml", 'promise = { days = 10, counting = "calendar" }\n', ""),),
        [("category", "lamp", "changed", {"promise": ("10 calendar", None)})],
    ),
    "parent": (
        (("categories.toml", 'code = "lamp"\nparent = "roads"', 'code = "lamp"'),),
        [("category", "lamp", "changed", {"parent": ("roads", None)})],
    ),
    "rule": (
        (("routing.toml", "months = [11, 12, 1]", "months = [12]"),
         ("routing.toml", 'code = "rest"\noffice = "hall"', 'code = "rest"\noffice = "hall"\nlead = "mei.lin"')),
        [("rule", "night-lamps", "changed", {"months": ([11, 12, 1], [12])}),
         ("rule", "rest", "changed", {"lead": (None, "mei.lin")})],
    ),
    "rule's offices": (
        (("routing.toml", '["east-office", "west-office"]', '["east-office"]'),),
        [("rule", "streets", "changed", {"among": (["east-office", "west-office"], ["east-office"])})],
    ),
    "rule gone": (
        (("routing.toml", '[[rule]]\ncode = "phoned"\nchannels = ["phone"]\nareas = ["east"]\noffice = "east-office"\n'
          'reason = { zh = "东街来电由东街办接。", en = "Calls from East Street go to its office." }\n', ""),),
        [("rule", "rest", "changed", {"position": (3, 2)}), ("rule", "phoned", "retired", {})],
    ),
    "calendar": (
        (("calendars/plain.toml", 'working = ["2026-01-04"]', "working = []"),),
        [("calendar", "plain", "changed", {"version": (1, 2)})],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_the_difference_says_what_changes(
    town: Pack,
    edits: tuple[tuple[str, str, str], ...],
    expected: list[tuple[str, str, str, dict[str, Any]]],
) -> None:
    pack = edited(*edits)
    assert told(pack) == expected
    load(pack, at=APRIL)
    assert difference(pack, at=APRIL) == []
    in_force = pack_of_instance()
    assert in_force is not None
    assert unordered(in_force) == unordered(pack)
    assert told(town) != []
    load(town, at=APRIL)
    back = pack_of_instance()
    assert back is not None
    assert unordered(back) == unordered(town)


def test_one_pack_after_the_other_leaves_no_trace_of_the_first(town: Pack) -> None:
    packs = [edited(*edits) for edits, _ in CHANGES.values()]
    for pack in [*packs, *reversed(packs)]:
        load(pack, at=APRIL)
        in_force = pack_of_instance()
        assert in_force is not None
        assert unordered(in_force) == unordered(pack)


# retired, never deleted


SMALLER = (
    ("areas.geojson", '"code": "west"', '"code": "north"'),
    ("aliases.toml", '"west"', '"north"'),
    ("offices.toml", '"west-office"', '"north-office"'),
    ("offices.toml", '["west"]', '["north"]'),
    ("staff.toml", '"bo"', '"an"'),
    ("staff.toml", '"west-office"', '"north-office"'),
    ("routing.toml", '"west-office"', '"north-office"'),
    ("categories.toml", 'code = "lamp"', 'code = "lantern"'),
    ("routing.toml", '["lamp"]', '["lantern"]'),
    ("pages.toml", '"lamp"', '"lantern"'),
    ("templates.toml", '"lamp"', '"lantern"'),
    ("pack.toml", 'calendar = "plain"', 'calendar = "fancy"'),
    ("calendars/plain.toml", 'code = "plain"', 'code = "fancy"'),
    ("categories.toml", 'procedure = "conduct"', 'procedure = "manners"'),
    ("procedures/conduct.toml", 'code = "conduct"', 'code = "manners"'),
)


def test_what_is_gone_is_retired_today_and_what_is_new_begins_today(town: Pack) -> None:
    before = {
        model: set(model.objects.values_list("pk", flat=True)) for model in (Area, Office, Staff, Category)
    }
    changes = {(one.kind, one.code): one.action for one in load(edited(*SMALLER), at=APRIL)}
    for kind, old, new in [
        ("area", "west", "north"),
        ("office", "west-office", "north-office"),
        ("staff", "bo", "an"),
        ("category", "lamp", "lantern"),
        ("calendar", "plain", "fancy"),
        ("procedure", "conduct", "manners"),
    ]:
        assert (changes[kind, old], changes[kind, new]) == ("retired", "added")
    for model, keys in before.items():
        assert keys < set(model.objects.values_list("pk", flat=True))
    today = date(2026, 4, 1)
    for model in (Area, Office, Category):
        assert list(model.objects.filter(valid_to=today).values_list("valid_from", flat=True)) == [None]
        assert model.objects.filter(valid_from=today).count() == 1
    assert Staff.objects.get(username="bo").is_active is False
    assert set(Appointment.objects.filter(staff__username="bo").values_list("valid_to", flat=True)) == {today}
    assert area_by_code("west") is None
    assert category_by_code("lamp") is None


def test_what_comes_back_is_the_same_row_again(town: Pack) -> None:
    west = Area.objects.get(code="west")
    bo = Staff.objects.get(username="bo")
    load(edited(*SMALLER), at=APRIL)
    assert actor_for(Staff.objects.get(username="bo")) is None
    load(town, at=APRIL)
    assert Area.objects.get(code="west", valid_to=None) == west
    assert Staff.objects.get(username="bo", is_active=True) == bo
    assert actor_for(bo) is not None
    assert Calendar.objects.get(code="plain", current=True).version == 2


def test_a_new_version_leaves_the_old_one_as_it_was(town: Pack) -> None:
    old = list(Promise.objects.filter(category__code="lamp").values("version", "days", "loaded_at"))
    load(edited(("categories.toml", "days = 10", "days = 7")), at=APRIL)
    rows = Promise.objects.filter(category__code="lamp").order_by("version")
    assert [(row.version, row.days, row.current) for row in rows] == [(1, 10, False), (2, 7, True)]
    assert list(rows.values("version", "days", "loaded_at"))[:1] == old
    load(edited(("categories.toml", 'promise = { days = 10, counting = "calendar" }\n', "")), at=APRIL)
    load(town, at=APRIL)
    assert [row.version for row in rows.filter(current=True)] == [3]


# cases go on


def filed(category: str, area: str | None = "east", at: datetime = MARCH) -> Filed:
    node, place = category_by_code(category), area_by_code(area) if area else None
    assert node is not None
    matter = NewMatter(
        category=node.id, text="老桥东头的路灯灭了。", wish="请修好。", area=place.id if place else None
    )
    new = NewFiling(matters=(matter,), language="zh", channel="web", contact=Contact())
    return file_filing(new, receipt=new_receipt(), actor=System("web"), at=at)


def case_of(one: Filed) -> Case:
    return Case.objects.select_related("filing", "promise").get(filing=one.filing)


def test_open_cases_keep_their_procedure_promise_and_deadline(town: Pack) -> None:
    case = case_of(filed("pothole"))
    due, stages = case.due_at, set(procedure_of(case).stages)
    load(
        edited(
            ("categories.toml", "days = 5", "days = 1"),
            ("procedures/service.toml", "version = 1", "version = 2"),
            ("calendars/plain.toml", "2026-01-02", "2026-03-05"),
        ),
        at=APRIL,
    )
    after = case_of_id(case)
    assert ProcedureVersion.objects.get(code="service", current=True).version == 2
    assert after.procedure == case.procedure
    assert after.procedure.version == 1
    assert after.promise is not None
    assert after.promise.days == 5
    assert after.due_at == due
    assert set(procedure_of(after).stages) == stages
    new = case_of(filed("pothole", at=APRIL))
    assert new.procedure.version == 2
    assert new.promise is not None
    assert new.promise.days == 1


def case_of_id(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise", "procedure").get(pk=case.pk)


def test_an_office_that_still_owes_answers_cannot_be_retired(town: Pack) -> None:
    case = case_of(filed("pothole", "west"))
    assert case.office.code == "west-office"
    before = tables()
    for ask in (difference, load):
        with pytest.raises(OfficesInUse) as refused:
            ask(edited(*SMALLER), at=APRIL)
        assert refused.value.cases == {"west-office": 1}
    assert tables() == before
    withdraw(case)
    load(edited(*SMALLER), at=APRIL)
    assert Office.objects.get(code="west-office").valid_to == date(2026, 4, 1)


def withdraw(case: Case) -> None:
    """As the resident does it."""
    receipt = case.filing.receipts.get()
    make_move(case, "withdraw", actor=Resident(case.filing_id, receipt.id), at=MARCH)


def test_old_cases_are_read_as_before_when_everything_of_theirs_is_retired(town: Pack) -> None:
    case = case_of(filed("lamp", "west"))
    Case.objects.filter(pk=case.pk).update(closed_at=MARCH)
    text = read_case(case, key_of(case.id), internal=False)
    load(edited(*SMALLER), at=APRIL)
    after = case_of_id(case)
    assert read_case(after, key_of(after.id), internal=False) == text
    assert offices()[after.office_id].code == "west-office"
    assert categories()[after.category_id].code == "lamp"
    assert after.area_id is not None
    assert [areas()[one].code for one in area_path(after.area_id)] == ["west", "newtown-all"]
    hall = office_by_code("hall")
    assert hall is not None
    assert after.office_id in offices_below(hall.id)
    assert after.office_id not in offices()
    assert after.category_id not in categories()


# a whole town


def test_the_demo_town_loads_dumps_and_loads_again() -> None:
    pack = read_checked(QINGHE)
    load(pack, at=MARCH)
    in_force = pack_of_instance()
    assert in_force is not None
    assert unordered(in_force) == unordered(pack)
    written, faults = check_files(write_pack(in_force))
    assert faults == []
    assert written is not None
    assert difference(written, at=APRIL) == []


def test_an_instance_without_a_pack_has_none_to_write() -> None:
    assert pack_of_instance() is None


def test_a_difference_costs_a_fixed_number_of_statements_per_list() -> None:
    """What does not change is only read: a table is read once, not once a row."""
    pack = read_checked(QINGHE)
    load(pack, at=MARCH)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert difference(pack, at=APRIL) == []
    assert len(seen) < 40 + len(pack.staff)


# answer pages


def shown_pages() -> dict[str, str]:
    return {row.page.code: row.answer["en"] for row in pages_shown()}


def test_pages_of_a_pack_are_shown_and_can_be_found(town: Pack) -> None:
    assert shown_pages() == {"lamp-number": "On the post, one metre above the ground."}
    row = pages_shown().get()
    assert (row.page.office.code, [area.code for area in row.page.areas.all()]) == ("hall", ["east"])
    assert [found.shown.page.code for found in pages_found("灯杆的编号")] == ["lamp-number"]
    assert list(PageRevision.objects.order_by("number").values_list("change", "by")) == [
        ("written", None),
        ("published", None),
    ]


def test_changed_words_of_a_page_are_told_and_become_a_revision(town: Pack) -> None:
    pack = edited(("pages.toml", "one metre above", "two metres above"))
    wanted = {"zh": "在灯杆上离地一米处。", "en": "On the post, one metre above the ground."}
    changed = {**wanted, "en": "On the post, two metres above the ground."}
    assert told(pack) == [("page", "lamp-number", "changed", {"answer": (wanted, changed)})]
    assert shown_pages() == {"lamp-number": wanted["en"]}
    load(pack, at=APRIL)
    assert shown_pages() == {"lamp-number": changed["en"]}
    assert PageRevision.objects.count() == 4
    assert [one.shown.page.code for one in pages_found("metres above")] == ["lamp-number"]


def test_a_page_that_the_pack_does_not_name_stays(town: Pack) -> None:
    pack = edited(("pages.toml", 'code = "lamp-number"', 'code = "lamp-plate"'))
    assert told(pack) == [("page", "lamp-plate", "added", {})]
    load(pack, at=APRIL)
    assert set(shown_pages()) == {"lamp-number", "lamp-plate"}


# prepared words


def test_templates_of_a_pack_are_offered_and_changed_by_revisions(town: Pack) -> None:
    rows = PreparedRevision.objects.order_by("prepared__code")
    assert [(row.prepared.code, row.number, row.by) for row in rows] == [
        ("lamp-mended", 1, None),
        ("reopen", 1, None),
    ]
    assert load(town, at=APRIL) == []
    changes = load(edited(("templates.toml", "is mended", "burns again")), at=APRIL)
    assert [(one.kind, one.code, list(one.fields)) for one in changes] == [
        ("prepared", "lamp-mended", ["decided"])
    ]
    assert PreparedRevision.objects.filter(prepared__code="lamp-mended").count() == 2
    assert {one.decided.get("en") for one in prepared_data()} == {None, "The lamp at {place} burns again."}


def test_a_template_that_a_pack_does_not_name_stays(town: Pack) -> None:
    load(edited(("templates.toml", 'code = "reopen"', 'code = "reopen-it"')), at=APRIL)
    assert [one.code for one in prepared_data()] == ["lamp-mended", "reopen", "reopen-it"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{place}", "{plaec}", "{plaec}"),
        ("{地点}", "{地点", "{地点的灯修好了"),
        ("solved, reopen", "solved {now}, reopen", "{now}"),
        ('"reopen"', '"lamp-mended"', "lamp-mended"),
    ],
)
def test_what_no_template_may_hold_is_a_fault(old: str, new: str, said: str) -> None:
    files = proved()
    assert old in files["templates.toml"]
    pack, faults = check_files({**files, "templates.toml": files["templates.toml"].replace(old, new)})
    assert pack is None
    assert [one.file for one in faults] == ["templates.toml"]
    assert said in faults[0].what["zh"]
