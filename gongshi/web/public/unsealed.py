"""Somebody was named who must not see it, and the kind that was chosen is not sealed: there nobody can be kept away.

What becomes of it is asked, never guessed: a matter of a sealed kind, kept from them, or this kind, openly. The names
stay in the draft until it is sent.
"""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from gongshi.cases.intake.choices import leaf, office_called
from gongshi.cases.intake.draft import DOORS, Draft, Matter
from gongshi.cases.intake.faults import Problem
from gongshi.cases.intake.kept_off import OPENLY, Named, asked, named
from gongshi.cases.labels import NAMED_AS
from gongshi.routing.queries import CategoryNode, categories, leaves
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.ladder import is_sealed
from gongshi.web.public.boxes import Box, Choice
from gongshi.words import in_language, language, say

KEPT = "kept"
SEALED_AS = "sealed-as"


def take_sealed(draft: Draft, data: QueryDict) -> bool:
    """Make those matters of a sealed kind of which the form says so; whether there were any."""
    done = False
    for number, matter in asked(draft):
        node = leaf(data.get(f"{SEALED_AS}-{number}") or "")
        if data.get(f"{OPENLY}-{number}") == KEPT and node is not None and is_sealed(node.kind):
            _seal(draft, matter, node)
            done = True
    return done


def _seal(draft: Draft, matter: Matter, node: CategoryNode) -> None:
    matter.category, matter.openly = node.code, ""
    if matter is draft.first and node.door in DOORS:
        draft.door = node.door
    if is_about_an_office(node) and office_called(matter.subject) is None:
        # It is about whom they named; who names nobody with a level above is asked, as for every such matter.
        matter.subject = next((one.office.code for one in named(draft) if one.office.above), "")


def asked_of(draft: Draft, found: list[Problem]) -> dict[int, dict[str, Any]]:
    """What the page asks, by the matter's number."""
    names = ("、" if language() == "zh" else ", ").join(map(_called, named(draft)))
    return {
        number: {
            "name": f"{OPENLY}-{number}",
            "names": names,
            "chosen": matter.openly,
            "wrong": [one.text for one in found if one.name == f"{OPENLY}-{number}"],
            "box": Box(
                f"{SEALED_AS}-{number}",
                say("当作哪一类", "As which kind"),
                kind="list",
                optional=False,
                value=_nearest(),
                groups=tuple(_sealed_kinds()),
            ),
        }
        for number, matter in asked(draft)
    }


def _called(one: Named) -> str:
    name = in_language(one.office.name)
    if not one.role:
        return name
    role = in_language(NAMED_AS[one.role])
    return f"{name}（{role}）" if language() == "zh" else f"{name} ({role})"


def _sealed_kinds() -> Iterator[tuple[Any, tuple[Choice, ...]]]:
    """Every category of a sealed kind, by its topmost group."""
    found: dict[Any, list[Choice]] = {}
    for node in leaves():
        if is_sealed(node.kind):
            found.setdefault(node.path[-1], []).append(Choice(node.code, node.name))
    for group, listed in found.items():
        top = categories().get(group)
        yield (top.name if top and len(listed) > 1 else ""), tuple(listed)


def _nearest() -> str:
    """What is chosen unless they choose another: how an office acted, where this place takes that."""
    sealed = [node for node in leaves() if is_sealed(node.kind)]
    about = (node.code for node in sealed if is_about_an_office(node))
    return next(about, sealed[0].code if sealed else "")
