"""Who must not see a sealed matter, as it stands in a draft; and who runs this server, where it is about them.

Named are offices by code, each as a whole or by what somebody does there: "roads: depot:lead". It holds for every
matter of a sealed kind in the filing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from gongshi.accounts.queries import OfficeNode, office_by_code
from gongshi.cases.drafts import KeepOff
from gongshi.cases.intake.choices import leaf, office_called
from gongshi.cases.intake.draft import Draft, Matter
from gongshi.cases.intake.faults import Problem
from gongshi.cases.labels import NAMED_AS
from gongshi.cases.naming import MOST_NAMED, NAMED_ROLES
from gongshi.places.queries import the_place
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.ladder import is_sealed
from gongshi.words import Words, say

OPENLY = "openly"
LABEL = say("谁不能看到", "Who must not see it")
UNDECIDED = say(
    "还没有送出：您点了名不能看的，在这一类里看得到。请选怎么办。",
    "Not sent yet: whom you named could read it under this kind. Choose what it shall be.",
)


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


def undecided(draft: Draft) -> Iterator[Problem]:
    """Every matter whose filer has still to say whether those whom they named may read it."""
    for number, matter in asked(draft):
        if matter.openly != OPENLY:
            yield Problem("check", f"{OPENLY}-{number}", UNDECIDED, LABEL)


def asked(draft: Draft) -> Iterator[tuple[int, Matter]]:
    """The matters of a kind that is not sealed, by number, where somebody was named."""
    if not named(draft):
        return
    for number, matter in enumerate(draft.matters, start=1):
        category = leaf(draft.whole(matter).category)
        if category is not None and not is_sealed(category.kind):
            yield number, matter
