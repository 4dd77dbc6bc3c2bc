"""Changes that the demo's administrator made to the settings, and took back: the history has something to show."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actor_for
from gongshi.places.queries import the_place
from gongshi.revisions.actions import Edit, change_settings, edits_to_undo
from gongshi.revisions.queries import act, in_force
from gongshi.words import in_language


def change_all(file: Path, now: datetime) -> None:
    """Make every change of a file in its order, and undo it where it says so. Nothing where there is no file."""
    if not file.is_file():
        return
    for told in tomllib.loads(file.read_text(encoding="utf-8"))["change"]:
        actor = actor_for(Staff.objects.get(username=told["by"]))
        if actor is None:
            raise LookupError(told["by"])
        _change(told, actor, now)


def _change(told: Mapping[str, Any], actor: StaffActor, now: datetime) -> None:
    kept = in_force().things[told["kind"], told["code"]]
    edit = Edit(told["kind"], told["code"], {**kept, "data": {**kept["data"], **told["data"]}})
    _made([edit], told["why"], actor, now - timedelta(days=told["days_ago"]))
    if "undone_why" in told:
        number = in_force().number
        done = act(number, actor)
        if done is None:
            raise LookupError(number)
        at = now - timedelta(days=told["undone_days_ago"])
        _made(edits_to_undo(done), told["undone_why"], actor, at, undoes=number)


def _made(
    edits: list[Edit], why: Mapping[str, str], actor: StaffActor, at: datetime, undoes: int | None = None
) -> None:
    said = in_language(why, the_place().language)
    change_settings(edits, seen=in_force().number, why=said, actor=actor, at=at, undoes=undoes)
