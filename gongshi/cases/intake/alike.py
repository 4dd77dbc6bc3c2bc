"""Whether a matter is published already, and going with it: asked once, on a press, before the page to check.

It is asked of what was written before somebody went on, never while they type, and shows of a published case no more
than its own page. Which one was chosen travels in the form (`Matter.joins`). docs/guides/joining.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from gongshi.accounts.queries import offices
from gongshi.cases import engine
from gongshi.cases.companions import WITH_LEAD, bands_of
from gongshi.cases.intake.choices import Destination, area_id, leaf, point_of
from gongshi.cases.intake.draft import APART, DOORS, Draft, Matter, as_uuid
from gongshi.cases.intake.handing_in import text_of
from gongshi.cases.labels import PUBLIC_STATES
from gongshi.cases.likeness import Told, compared, go_together, is_joinable, joinable, twins_of
from gongshi.cases.models import PublicCase
from gongshi.cases.queries import is_filed
from gongshi.places.queries import areas, the_place
from gongshi.routing.queries import CategoryNode, categories
from gongshi.routing.suggesting import opinion
from gongshi.rules.bands import Band
from gongshi.rules.ladder import is_sealed
from gongshi.rules.retrieval import tokens
from gongshi.rules.searching import Piece, pieces
from gongshi.rules.similarity import Reason
from gongshi.words import in_language, language, say

EXCERPT = 140
SAID = 3
STEP = 50
"""Metres: distances are told in steps of so many, and never finer than the grid of public points."""
GONE = say(
    "您要一起跟进的那件事，现在办完了，或者不再公开，所以还没有送出。您写的都还在：再按一次“送出”，就作为单独的一件来办。",
    "The case that you wanted to join is over by now, or is no longer public, so nothing was sent yet. All that you "
    "wrote is still here: press “Send” once more, and it is dealt with by itself.",
)


@dataclass(frozen=True)
class Alike:
    """A published case that is probably the same matter. ``reasons``: why, in words; hits of the texts are shared.

    ``because``: the same as data; ``said``: words that both texts hold.
    """

    case: PublicCase
    title: list[Piece]
    text: list[Piece]
    told: Any
    state: Any
    reasons: list[Any]
    band: Band | None = None
    because: tuple[Reason, ...] = ()
    said: tuple[str, ...] = ()


Offers = dict[int, list[Alike]]


def offers(draft: Draft, at: datetime, *, again: bool = False) -> Offers:
    """What each matter that was not asked about is probably a report of, by its number; ``again``: of all of them.

    One statement for each matter that has a place and is of an ordinary kind, as far as that is known, and one for how
    many others go with what was found.
    """
    found: Offers = {}
    today = engine.today(at)
    for number, matter in enumerate(draft.matters, start=1):
        if again or not matter.joins:
            rows = _alike(draft, matter, number, today)
            if rows:
                found[number] = rows
    bands = bands_of({one.case.id for rows in found.values() for one in rows}) if found else {}
    return {
        number: [replace(one, band=bands.get(one.case.id)) for one in rows] for number, rows in found.items()
    }


def _alike(draft: Draft, matter: Matter, number: int, today: date) -> list[Alike]:
    whole = draft.whole(matter)
    category = leaf(whole.category) or _likeliest(matter, draft.door if number == 1 else "write")
    if category is None or is_sealed(category.kind):
        return []
    told = Told(category.id, matter.title, matter.text, area_id(whole), point_of(whole), today)
    mine = set(tokens(compared(f"{matter.title}\n{matter.text}"), alone=False))
    return [
        _shown(row, twin.reasons, mine, today)
        for row, twin in twins_of(told)
        if is_joinable(row) and go_together(category.id, row)
    ]


def _likeliest(matter: Matter, door: str) -> CategoryNode | None:
    nodes = opinion(f"{matter.text}\n{matter.wish}", door).nodes
    return nodes[0] if nodes else None


def _shown(row: PublicCase, reasons: tuple[Reason, ...], mine: set[str], today: date) -> Alike:
    title, text = pieces(row.title, mine), pieces(row.text, mine, around=EXCERPT)
    hits = dict.fromkeys(piece.text.strip() for piece in (*title, *text) if piece.hit)
    said = tuple(sorted(hits, key=len, reverse=True)[:SAID])
    told = filed_ago((today - row.filed_on).days)
    found = Alike(row, title, text, told, PUBLIC_STATES[row.state], [], None, reasons, said)
    return replace(found, reasons=reasons_of(found))


def reasons_of(one: Alike) -> list[Any]:
    """Why it is offered, in the words of the active language."""
    why = [_why(reason, one.case, one.said) for reason in one.because if reason.code != "days"]
    return [each for each in why if each]


def filed_ago(days: int) -> Any:
    """Since when it is known."""
    if days < 2:
        return say("昨天有人反映", "Reported yesterday") if days else say("今天有人反映", "Reported today")
    return say("{n}天前有人反映", "Reported {n} days ago").format(n=days)


def _why(reason: Reason, row: PublicCase, said: tuple[str, ...]) -> Any:
    node = categories().everything.get(row.category_id)
    if reason.code == "metres":
        return how_far(reason.number, the_place().snap_metres)
    if reason.code == "same_area":
        area = areas().everything.get(row.area_id) if row.area_id else None
        return say("同在{area}", "Also in {area}").format(area=in_language(area.name)) if area else ""
    if reason.code == "words":
        words = ("、" if language() == "zh" else ", ").join(said)
        return say("都写到：{words}", "Both say: {words}").format(words=words) if words else ""
    if node is None:
        return ""
    if reason.code == "same_category":
        return say("同一类：{name}", "The same kind: {name}").format(name=in_language(node.name))
    group = categories().everything.get(node.path[-1])
    name = in_language(group.name) if group else ""
    return say("同一大类：{name}", "The same group: {name}").format(name=name)


def how_far(metres: int, grid: int) -> Any:
    """How far away, as roughly as the public point is: it lies somewhere in a square of ``grid`` metres."""
    if metres <= max(grid, STEP):
        return say("就在附近（{n}米左右以内）", "Close by (within about {n} m)").format(n=max(grid, STEP))
    return say("距这里约{n}米", "About {n} m from here").format(n=round(metres / STEP) * STEP)


def asks(draft: Draft, at: datetime, *, slowed: Callable[[], int]) -> Offers:
    """What is asked before the page to check. ``slowed``: whoever presses very often is asked nothing, and goes on."""
    settle(draft)
    if all(matter.joins for matter in draft.matters) or slowed():
        return {}
    return offers(draft, at)


def settle(draft: Draft) -> bool:
    """Forget what can no longer be joined; whether there was any. A matter without a category takes that of the case.

    One statement where something was chosen, else none.
    """
    rows = chosen(draft)
    gone = False
    for number, matter in enumerate(draft.matters, start=1):
        row = rows.get(number)
        if row is None:
            gone, matter.joins = gone or matter.is_joining, APART if matter.joins == APART else ""
            continue
        if not leaf(draft.whole(matter).category):
            matter.category = categories()[row.category_id].code
        matter.public, matter.left = "", []
    return gone


def chosen(draft: Draft) -> dict[int, PublicCase]:
    """The published cases that matters shall go with and still can, by the matter's number."""
    ids = {n: as_uuid(m.joins) for n, m in enumerate(draft.matters, start=1) if m.is_joining}
    rows = joinable(key for key in ids.values() if key)
    found = {number: rows[key] for number, key in ids.items() if key in rows}
    return {number: row for number, row in found.items() if _fits(draft, number, row)}


def _fits(draft: Draft, number: int, row: PublicCase) -> bool:
    category = leaf(draft.whole(draft.matters[number - 1]).category)
    return category is None or go_together(category.id, row)


def not_joined(draft: Draft) -> set[int]:
    """The numbers of matters that shall go with a published case and cannot. Two statements at most, else none.

    None once the draft was filed: then the same draft again is the same filing, whatever became of the other since.
    """
    wanted = {number for number, matter in enumerate(draft.matters, start=1) if matter.is_joining}
    missing = wanted - chosen(draft).keys() if wanted else set()
    return missing if missing and not is_filed(draft.receipt) else set()


def begin(draft: Draft, public_id: str) -> bool:
    """Fill a new draft's first matter in from a published case that it shall go with; whether there is one to join."""
    key = as_uuid(public_id)
    row = joinable([key]).get(key) if key else None
    if row is None:
        return False
    node, first = categories()[row.category_id], draft.first
    draft.door = node.door if node.door in DOORS else "write"
    first.category, first.joins = node.code, str(row.id)
    area = areas().get(row.area_id) if row.area_id else None
    first.area = area.code if area else ""
    return True


def take_apart(draft: Draft, number: str = "") -> None:
    """What was offered is another matter: for one matter, or for all that chose nothing."""
    for at, matter in enumerate(draft.matters, start=1):
        if str(at) == number or (not number and not matter.joins):
            matter.joins = APART


def has_words(draft: Draft) -> bool:
    """Whether each matter says what it is about, with words or by what it goes with."""
    return all(matter.is_joining or matter.text.strip() for matter in draft.matters)


def choice_shown(matter: Matter, row: PublicCase | None) -> dict[str, Any]:
    """What the page to check says of what was chosen, and the words that are sent."""
    return {"joined": row, "apart": matter.joins == APART, "words": text_of(matter)}


def with_office_of(way: Destination, row: PublicCase) -> Destination:
    """Where a matter goes that goes with a published case: to the office that has that."""
    office = offices().get(row.office_id)
    if office is None or way.route is None or way.route.office == office.id:
        return way
    return replace(way, office=office, route=replace(way.route, office=office.id, reason=WITH_LEAD))
