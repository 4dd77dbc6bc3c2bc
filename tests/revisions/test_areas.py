"""Areas changed at the desk: names, other names, an end in favour of another; undone with their boundaries."""

from typing import Any

import pytest

from gongshi.accounts.actors import StaffActor
from gongshi.formats.pack import Pack
from gongshi.places.models import Alias, Area
from gongshi.revisions.actions import Edit, SettingsRefused
from gongshi.revisions.checks import check_files
from gongshi.revisions.loading import load, pack_of_instance
from gongshi.revisions.models import Revision
from gongshi.revisions.queries import in_force
from tests.packs.town import proved
from tests.revisions.conftest import ADA, APRIL
from tests.revisions.test_changes import change, newest, undo

pytestmark = pytest.mark.django_db


def named(code: str, **properties: Any) -> Edit:
    """An area with other properties."""
    row = in_force().row("area", code)
    assert row is not None
    return Edit("area", code, {"data": {**row, "properties": {**row["properties"], **properties}}})


def test_an_area_is_named_anew_and_undone(ada: StaffActor) -> None:
    drawn = Area.objects.get(code="east").boundary
    change(ada, named("east", name_en="Eastgate"))
    (row,) = newest()
    assert row.after is not None
    assert set(row.after) == {"data", "boundary"}
    assert "geometry" not in row.after["data"]
    undo(ada, row.number)
    east = Area.objects.get(code="east")
    assert (east.name["en"], east.boundary) == ("East Street", drawn)


def test_a_retired_area_comes_back_with_its_boundary(ada: StaffActor, newtown: Pack) -> None:
    before = in_force().data
    change(
        ada,
        Edit("area", "west", None),
        Edit("alias", "北站 (west)", None),
        Edit("office", "west-office", {"data": {**in_force().row("office", "west-office"), "serves": []}}),  # type: ignore[dict-item]
    )
    assert Area.objects.get(code="west").valid_to == APRIL.date()
    assert not Alias.objects.filter(name="北站").exists()
    undo(ada, newest()[0].number)
    assert Area.objects.get(code="west").valid_to is None
    after = pack_of_instance()
    assert after is not None
    assert in_force().data == before


def test_a_boundary_comes_back_from_a_file_alone(ada: StaffActor) -> None:
    files = proved()
    moved = files["areas.geojson"].replace("120.5", "120.4")
    pack, _faults = check_files({**files, "staff.toml": files["staff.toml"] + ADA, "areas.geojson": moved})
    assert pack is not None
    load(pack, at=APRIL)
    with pytest.raises(SettingsRefused, match="in_files"):
        undo(ada, newest()[0].number)


def test_what_older_programs_kept_of_an_area_is_not_undone(ada: StaffActor) -> None:
    change(ada, named("east", name_en="Eastgate"))
    (row,) = newest()
    assert row.before is not None
    Revision.objects.filter(pk=row.pk).update(before={"data": row.before["data"]})
    with pytest.raises(SettingsRefused, match="in_files"):
        undo(ada, row.number)
