"""Changing the configuration from within: checked like a pack, kept with who and why, and undone."""

from typing import Any

import pytest

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Office, Staff
from gongshi.accounts.queries import actor_for
from gongshi.accounts.rights import NotAllowed
from gongshi.formats.pack import Pack, write_pack
from gongshi.revisions.actions import (
    Edit,
    SettingsChanged,
    SettingsRefused,
    change_settings,
    edits_to_undo,
    propose_change,
)
from gongshi.revisions.checks import check_files
from gongshi.revisions.loading import difference, load, pack_of_instance
from gongshi.revisions.models import Revision
from gongshi.revisions.queries import act, acts, in_force
from gongshi.routing.models import Category, Promise, RoutingRule
from tests.revisions.conftest import APRIL, MARCH

pytestmark = pytest.mark.django_db


def edit(what: str, code: str, **fields: Any) -> Edit:
    """A thing as it is, with other fields."""
    kept = in_force().things[what, code]
    return Edit(what, code, {**kept, "data": {**kept["data"], **fields}})


def change(actor: StaffActor, *edits: Edit, seen: int | None = None, **more: Any) -> Any:
    given = {"why": "镇政府决定", "actor": actor, "at": APRIL, **more}
    return change_settings(edits, seen=in_force().number if seen is None else seen, **given)


def undo(actor: StaffActor, number: int) -> None:
    done = act(number, actor)
    assert done is not None
    change(actor, *edits_to_undo(done), undoes=number)


def newest() -> list[Revision]:
    last = Revision.objects.order_by("-number").first()
    assert last is not None
    return list(Revision.objects.filter(number=last.number).order_by("kind", "code"))


def test_loading_a_pack_makes_a_revision_for_each_thing(newtown: Pack) -> None:
    rows = Revision.objects.all()
    assert {row.kind for row in rows} == {
        *("place", "area", "alias", "office", "staff", "category", "rule", "calendar", "procedure", "words"),
        *("page", "answer", "phrase"),
    }
    assert {(row.before, row.by_id, row.at) for row in rows} == {(None, None, MARCH)}
    assert len({row.number for row in rows}) == 1
    assert rows.filter(kind="office").count() == 3
    before = rows.count()
    load(newtown, at=APRIL)
    assert Revision.objects.count() == before


def test_a_change_is_a_revision_with_who_and_why(ada: StaffActor) -> None:
    change(ada, edit("office", "hall", phone="0000-2"))
    (row,) = newest()
    assert (row.kind, row.code, row.by_id, row.why, row.at) == (
        "office",
        "hall",
        ada.staff_id,
        "镇政府决定",
        APRIL,
    )
    assert row.before is not None
    assert row.after is not None
    assert (row.before["data"]["phone"], row.after["data"]["phone"]) == ("0000-1", "0000-2")
    assert Office.objects.get(code="hall").phone == "0000-2"


def test_undoing_is_another_revision(ada: StaffActor) -> None:
    before = in_force().data
    change(ada, edit("office", "hall", phone="0000-2"))
    (row,) = newest()
    undo(ada, row.number)
    assert in_force().data == before
    (back,) = newest()
    assert back.undoes == row.number
    done = act(row.number, ada)
    assert done is not None
    assert done.undone_by == back.number


def test_what_was_changed_again_is_not_undone_first(ada: StaffActor) -> None:
    change(ada, edit("office", "hall", phone="0000-2"))
    first = newest()[0].number
    change(ada, edit("office", "hall", phone="0000-3"))
    with pytest.raises(SettingsRefused, match="changed_again"):
        undo(ada, first)
    assert Office.objects.get(code="hall").phone == "0000-3"


def test_a_rule_comes_moves_and_goes(ada: StaffActor) -> None:
    new = {
        "code": "bridges",
        "categories": ["pothole"],
        "areas": ["east"],
        "office": "hall",
        "reason": {"zh": "桥由镇里管。", "en": "Bridges are the town's."},
    }
    change(ada, Edit("rule", "bridges", {"position": 1, "data": new}))
    added = newest()[0].number
    order = ["night-lamps", "bridges", "streets", "phoned", "rest"]
    assert list(RoutingRule.objects.order_by("position").values_list("code", flat=True)) == order
    change(ada, Edit("order", "rule", {"data": ["bridges", "night-lamps", "streets", "phoned", "rest"]}))
    assert [(row.kind, row.code) for row in newest()] == [("order", "rule")]
    undo(ada, newest()[0].number)
    assert list(RoutingRule.objects.order_by("position").values_list("code", flat=True)) == order
    undo(ada, added)
    assert not RoutingRule.objects.filter(code="bridges").exists()


def test_a_promise_is_a_new_version_and_undone_by_another(ada: StaffActor) -> None:
    change(ada, edit("category", "pothole", promise={"days": 3, "counting": "working"}))
    undo(ada, newest()[0].number)
    rows = Promise.objects.filter(category__code="pothole").order_by("version")
    assert [(row.days, row.current) for row in rows] == [(5, False), (3, False), (5, True)]


def test_only_an_administrator_changes_settings(ada: StaffActor) -> None:
    bo = actor_for(Staff.objects.get(username="bo"))
    assert bo is not None
    wanted = edit("office", "hall", phone="0000-2")
    with pytest.raises(NotAllowed):
        change(bo, wanted)
    with pytest.raises(NotAllowed):
        propose_change([wanted], seen=0, actor=bo, at=APRIL)
    with pytest.raises(NotAllowed):
        acts(bo)


def test_a_change_is_checked_like_a_pack(ada: StaffActor) -> None:
    for wanted in (
        edit("office", "hall", above="east-office"),
        edit("rule", "rest", channels=["web"]),
        edit("category", "manner", door="broken", kind="request"),
        Edit("rule", "rest", None),
        Edit("office", "east-office", None),
    ):
        with pytest.raises(SettingsRefused) as refused:
            change(ada, wanted)
        assert refused.value.faults, wanted
    assert not Revision.objects.exclude(by=None).exists()


def test_a_reason_is_needed(ada: StaffActor) -> None:
    for why, code in ((" \n\0", "no_reason"), ("x" * 301, "too_long")):
        with pytest.raises(SettingsRefused, match=code):
            change(ada, edit("office", "hall", phone="0000-2"), why=why)


def test_trying_out_changes_nothing(ada: StaffActor) -> None:
    wanted = edit("office", "hall", phone="0000-2")
    proposal = propose_change([wanted], seen=in_force().number, actor=ada, at=APRIL)
    assert [(one.kind, one.code, dict(one.fields)) for one in proposal.changes] == [
        ("office", "hall", {"phone": ("0000-1", "0000-2")})
    ]
    assert in_force().row("office", "hall")["phone"] == "0000-1"  # type: ignore[index]
    with pytest.raises(SettingsRefused, match="nothing"):
        propose_change([edit("office", "hall")], seen=in_force().number, actor=ada, at=APRIL)


def test_whoever_was_slower_is_told_so(ada: StaffActor) -> None:
    seen = in_force().number
    change(ada, edit("office", "hall", phone="0000-2"), seen=seen)
    with pytest.raises(SettingsChanged):
        change(ada, edit("office", "west-office", phone="0000-3"), seen=seen)
    change(ada, edit("category", "pothole", public=False), seen=seen)


def test_nobody_gives_themselves_a_role(ada: StaffActor) -> None:
    roles = [{"office": "hall", "role": "administrator"}, {"office": "hall", "role": "supervisor"}]
    with pytest.raises(SettingsRefused, match="own_roles"):
        change(ada, edit("staff", "ada", appointments=roles))
    with pytest.raises(SettingsRefused, match="own_roles"):
        change(ada, Edit("staff", "ada", None))
    change(ada, edit("staff", "bo", appointments=[*in_force().row("staff", "bo")["appointments"], roles[1]]))  # type: ignore[index]


def test_a_sealed_kind_stays_sealed(ada: StaffActor) -> None:
    """Whether or not there are cases of it: that is nobody's to learn from a refusal."""
    wanted = edit("category", "manner", kind="request", procedure="service", door="write")
    with pytest.raises(SettingsRefused, match="unsealed"):
        change(ada, wanted)
    assert Category.objects.get(code="manner").kind == "conduct"


def test_the_result_is_a_pack_without_faults(ada: StaffActor) -> None:
    change(ada, edit("office", "hall", phone="0000-2"), edit("category", "pothole", public=False))
    pack = pack_of_instance()
    assert pack is not None
    again, faults = check_files(write_pack(pack))
    assert faults == []
    assert again is not None
    assert difference(again, at=APRIL) == []
