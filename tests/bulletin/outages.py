"""Notices that tests announce: believable, in both languages."""

from datetime import timedelta
from typing import Any

from gongshi.bulletin.actions.disruptions import announce
from gongshi.bulletin.drafts import DisruptionDraft
from gongshi.bulletin.models import Disruption
from gongshi.words import pair
from tests.cast import NOW, Town

TITLE = pair("老桥一带停水", "No water around the Old Bridge")


def outage(town: Town, **changed: Any) -> DisruptionDraft:
    """No water in the east since eight, back at six; except for what is ``changed``."""
    told: dict[str, Any] = {
        "title": TITLE,
        "begins_at": NOW - timedelta(hours=1),
        "expected_until": NOW + timedelta(hours=9),
        "categories": (town.categories["leak"].id,),
        "areas": (town.areas["east-grid"].id,),
    }
    return DisruptionDraft(**{**told, **changed})


def announced(town: Town, name: str = "ma", **changed: Any) -> Disruption:
    """The same as an officer announced it."""
    return announce(outage(town, **changed), actor=town.actor(name, keys=False), at=NOW)
