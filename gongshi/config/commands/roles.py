"""`gongshi roles`: who may do what, as the program asks for it. Needs no instance: roles come with the program."""

import json
import os
from typing import Any

import click

from gongshi.config.instance import SETTINGS
from gongshi.config.terminal import both


@click.command(help=both("哪个角色可以做什么。", "Which role may do what."))
@click.option("--json", "as_json", is_flag=True, help=both("输出 JSON", "print JSON"))
def command(as_json: bool) -> None:
    """Print the table of `accounts.rights`, one right after another with the roles that carry it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()
    click.echo(json.dumps(as_data(), ensure_ascii=False, indent=2) if as_json else "\n".join(lines()))


def as_data() -> dict[str, Any]:
    """Roles with their names, and rights with names, purposes and roles, in the order of the table."""
    from gongshi.accounts.rights import ROLES, TABLE

    rights = [
        {
            "right": right.code,
            "name": right.name,
            "purpose": right.purpose,
            "roles": [role for role in ROLES if role in right.roles],
        }
        for right in TABLE
    ]
    return {"roles": ROLES, "rights": rights}


def lines() -> list[str]:
    """The same for people: two lines for each right."""
    from gongshi.accounts.rights import ROLES, TABLE

    found = []
    for right in TABLE:
        names = [ROLES[role] for role in ROLES if role in right.roles]
        held = both("、".join(name["zh"] for name in names), ", ".join(name["en"] for name in names))
        found.append(f"{right.code:<24} {both(right.name['zh'], right.name['en'])}")
        found.append(f"    {both('角色', 'roles')}: {held}")
        found.append(f"    {both(right.purpose['zh'], right.purpose['en'])}")
    return found
