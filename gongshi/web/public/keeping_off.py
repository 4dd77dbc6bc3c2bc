"""Who must not see a sealed matter: what the form asks, how it travels in the draft, and what it comes to.

Named are offices by code, each as a whole or by what somebody does there: "roads: depot:lead". It holds for every
matter of a sealed kind in the filing. The form adds one at a time, so that it works without JavaScript.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from gongshi.accounts.queries import OfficeNode, office_by_code, offices
from gongshi.cases.drafts import KeepOff
from gongshi.cases.labels import NAMED_AS
from gongshi.cases.naming import MOST_NAMED, NAMED_ROLES
from gongshi.places.queries import the_place
from gongshi.routing.suggesting import is_about_an_office
from gongshi.web.public.boxes import Box, Choice
from gongshi.web.public.choices import leaf, office_called
from gongshi.web.public.draft import Draft
from gongshi.words import Words, say

OFFICE, ROLE = "keep-office", "keep-role"
SHOWN = {OFFICE, ROLE}


@dataclass(frozen=True)
class Named:
    """One office, or somebody in it by role. ``code``: how the button that takes it out calls it."""

    code: str
    office: OfficeNode
    role: str

    @property
    def who(self) -> Words | None:
        """The role in words; None for the office as a whole."""
        return NAMED_AS[self.role] if self.role else None


def named(draft: Draft) -> list[Named]:
    """Whoever was named so far; what is no office here, or no role, is passed over."""
    found: dict[str, Named] = {}
    for code in draft.keep_off.split()[:MOST_NAMED]:
        office, _, role = code.partition(":")
        node = office_called(office)
        if node and (role in NAMED_ROLES or not role):
            found.setdefault(code, Named(code, node, role))
    return list(found.values())


def keep_off(draft: Draft) -> tuple[KeepOff, ...]:
    """The same for the action that files."""
    return tuple(KeepOff(one.office.id, one.role) for one in named(draft))


def take_named(draft: Draft, data: QueryDict) -> bool:
    """Take in the office that stands in the form's two boxes, and take out the one whose button was pressed; whether
    an office came in.
    """
    verb, _, gone = (data.get("go") or "").partition(":")
    codes = [one.code for one in named(draft)]
    if verb == "unkeep":
        codes = [code for code in codes if code != gone]
    office = office_called(data.get(OFFICE) or "")
    role = data.get(ROLE) or ""
    came = f"{office.code}:{role if role in NAMED_ROLES else ''}" if office else ""
    fresh = bool(came) and came not in codes
    before, draft.keep_off = draft.keep_off, " ".join([*codes, came] if fresh else codes)
    if draft.keep_off != before:
        # What was said of the others is not said of these.
        for matter in draft.matters:
            matter.openly = ""
    return fresh


def keeping_boxes(draft: Draft, wrong: tuple[Any, ...] = ()) -> dict[str, Any]:
    """What the part of the form shows: whoever is named, and the boxes for one more."""
    listed = [Choice(node.code, node.name) for node in offices().values()]
    roles = [Choice("", say("整个单位，连同下属单位", "The whole office and all beneath it"))]
    roles += [Choice(code, NAMED_AS[code]) for code in NAMED_ROLES]
    chosen = named(draft)
    return {
        "named": chosen,
        "may_name": len(chosen) < MOST_NAMED,
        "office_box": Box(
            OFFICE,
            say("哪个单位", "Which office"),
            kind="list",
            wrong=wrong,
            groups=(("", (Choice("", say("没有", "None")), *listed)),),
        ),
        "role_box": Box(
            ROLE,
            say("整个单位，还是其中的谁", "All of it, or who in it"),
            kind="list",
            groups=(("", tuple(roles)),),
        ),
    }


def runs_server(draft: Draft) -> OfficeNode | None:
    """Whoever runs this server, where the matter is about them or one above them, or they must not see it."""
    category = leaf(draft.first.category)
    about = draft.door == "office" or (category is not None and is_about_an_office(category))
    subject = office_called(draft.first.subject) if about else None
    meant = {one.office.id for one in named(draft)} | ({subject.id} if subject else set())
    return server_among(meant)


def server_among(meant: Collection[UUID]) -> OfficeNode | None:
    """Whoever runs this server, if these offices are that one or stand over it."""
    operator = office_by_code(the_place().operator)
    return operator if operator and not {operator.id, *operator.supervisors}.isdisjoint(meant) else None
