"""Who may do what: one table, and everything that prints, documents or asks for it agrees."""

import ast
import json
import re
from uuid import UUID

import pytest
from click.testing import CliRunner

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Role
from gongshi.accounts.rights import RIGHTS, ROLES, TABLE, NotAllowed, may, require, role_shown
from gongshi.config.cli import main
from gongshi.formats import pack
from tests.structure.source import ROOT, module_of, python_files, tree

GUIDE = (ROOT / "docs" / "guides" / "rights.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_.]+)` \| ([a-z, ]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TABLES_FILE = "gongshi.accounts.rights"
# Who shows roles or plays them; nobody here decides by them.
SHOWING = {
    # Names people by what they do, for whoever must not see a sealed matter.
    "gongshi.accounts.queries",
    "gongshi.config.town",
    "gongshi.config.commands.roles",
    "gongshi.rules.procedure.asking",
    "gongshi.web.desk.offices",
    "gongshi.web.desk.queue",
    "gongshi.web.desk.signin",
    "gongshi.web.desk.why",
}


def acting(*roles: str) -> StaffActor:
    return StaffActor(UUID(int=1), UUID(int=2), frozenset(roles))


def test_roles_are_the_same_everywhere() -> None:
    assert set(ROLES) == set(Role.values) == set(pack.ROLES)
    assert {role for right in TABLE for role in right.roles} <= set(ROLES)
    assert len(RIGHTS) == len(TABLE)


@pytest.mark.parametrize("right", TABLE, ids=lambda right: right.code)
def test_each_right_goes_by_roles_alone(right) -> None:
    for role in ROLES:
        assert may(acting(role), right.code) == (role in right.roles)
    assert not may(acting(), right.code)
    with pytest.raises(NotAllowed, match=right.code):
        require(acting(*(set(ROLES) - right.roles)), right.code)


def test_what_stands_nowhere_is_an_error() -> None:
    with pytest.raises(KeyError):
        may(acting(*ROLES), "case.delete")


def test_the_resident_reads_the_most_particular_role() -> None:
    assert role_shown(acting("supervisor", "handler", "lead")) == "lead"
    assert role_shown(acting("supervisor", "dispatcher")) == "dispatcher"


def strings(module: str) -> set[str]:
    path = next(path for path in python_files() if module_of(path) == module)
    return {node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)}


def test_every_right_is_asked_for() -> None:
    """A right that nothing asks for would promise an officer what the program does not do."""
    asked = set().union(
        *(strings(module_of(path)) for path in python_files() if "accounts/rights" not in str(path))
    )
    built = {f"look.{why}" for why in ("supervision", "dispatch") if why in asked}
    assert RIGHTS.keys() - asked - built == set()


def test_nothing_decides_by_roles_past_the_table() -> None:
    """Only the table's own module, and what shows roles, reads them of an actor."""
    reading = {
        module_of(path)
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "roles"
    }
    assert reading - SHOWING == {TABLES_FILE}
    assert reading >= SHOWING


def test_the_guide_has_the_table() -> None:
    told = {code: (set(roles.split(", ")), zh, en) for code, roles, zh, en in ROW.findall(GUIDE)}
    assert told == {one.code: (set(one.roles), one.name["zh"], one.purpose["en"]) for one in TABLE}


def test_the_command_prints_it() -> None:
    printed = CliRunner().invoke(main, ["roles"])
    assert printed.exit_code == 0
    found = json.loads(CliRunner().invoke(main, ["roles", "--json"]).stdout)
    assert {one["right"]: set(one["roles"]) for one in found["rights"]} == {
        one.code: set(one.roles) for one in TABLE
    }
    for one in TABLE:
        assert one.name["zh"] in printed.stdout
        assert one.purpose["en"] in printed.stdout
