"""Who must not see a sealed matter: what the form asks and takes in.

Named are offices by code, each as a whole or by what somebody does there: "roads: depot:lead". It holds for every
matter of a sealed kind in the filing. The form adds one at a time, so that it works without JavaScript.
"""

from typing import Any

from django.http import QueryDict

from gongshi.accounts.queries import offices
from gongshi.cases.intake.choices import office_called
from gongshi.cases.intake.draft import Draft
from gongshi.cases.intake.kept_off import named
from gongshi.cases.labels import NAMED_AS
from gongshi.cases.naming import MOST_NAMED, NAMED_ROLES
from gongshi.web.public.boxes import Box, Choice
from gongshi.words import say

OFFICE, ROLE = "keep-office", "keep-role"
SHOWN = {OFFICE, ROLE}


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
