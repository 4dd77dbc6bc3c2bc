"""A town from a pack, with an administrator, on Wednesday 1 April 2026."""

import pytest

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actor_for
from gongshi.formats.pack import Pack
from gongshi.places.snapshots import forget
from gongshi.revisions.checks import check_files
from gongshi.revisions.loading import load
from tests.clock import local
from tests.packs.town import proved

MARCH, APRIL = local("2026-03-02 09:00"), local("2026-04-01 09:00")
ADA = """
[[staff]]
login = "ada"
name = { zh = "艾达", en = "Ada" }
appointments = [{ office = "hall", role = "administrator" }]
"""


@pytest.fixture
def newtown(db: None) -> Pack:
    """The small pack, loaded, with an administrator who holds no other role."""
    return load_newtown()


def load_newtown() -> Pack:
    """The same, for whoever has a database of their own."""
    forget()
    files = proved()
    pack, faults = check_files({**files, "staff.toml": files["staff.toml"] + ADA})
    assert pack is not None, faults
    load(pack, at=MARCH)
    return pack


@pytest.fixture
def ada(newtown: Pack) -> StaffActor:
    """The administrator."""
    actor = actor_for(Staff.objects.get(username="ada"))
    assert actor is not None
    return actor
