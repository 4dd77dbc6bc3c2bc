"""What each page of the form shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from gongshi.accounts.queries import office_by_code, offices
from gongshi.cases.actions.uploads import name_of, uploads_of
from gongshi.cases.intake import alike, choices
from gongshi.cases.intake.consenting import proposed
from gongshi.cases.intake.draft import NO_PLACE, Draft, Matter
from gongshi.cases.intake.faults import LIMITS
from gongshi.cases.intake.kept_off import keep_off, runs_server
from gongshi.cases.intake.noticing import pieces_of
from gongshi.cases.intake.tip_offs import is_tip_off
from gongshi.cases.models import Upload
from gongshi.places.queries import aliases, areas, the_place
from gongshi.routing.queries import CategoryNode
from gongshi.rules.ladder import is_sealed
from gongshi.rules.questions import in_words
from gongshi.web.public.asking import ask_page, owner_of, pages_seen
from gongshi.web.public.boxes import Box, Choice, wrong_with
from gongshi.web.public.here import place_told
from gongshi.web.public.keeping_off import OFFICE, keeping_boxes
from gongshi.web.public.known import known_beside
from gongshi.web.public.maps import TALLEST, WIDTH, outline_map
from gongshi.web.public.offering import all_others, is_offered, offer
from gongshi.web.public.steps import Outcome
from gongshi.web.public.text_page import Own, text_page
from gongshi.web.public.unsealed import asked_of
from gongshi.words import in_language, language, pair, say

STEPS = (pair("什么事", "What"), pair("在哪里", "Where"), pair("经过和要求", "What happened"))
NAMED = 3
NUMBERS = {"what": 1, "ask": 1, "kind": 1, "operator": 1, "where": 2, "text": 3}

# A door without words of its own says what the place has behind it.
DOORS: tuple[tuple[str, Any, Any], ...] = (
    (
        "ask",
        say("问问怎么办事", "Ask how something is done"),
        None,
    ),
    (
        "broken",
        say("坏了、脏了、吵了、不安全", "Broken, dirty, noisy, unsafe"),
        None,
    ),
    (
        "business",
        say("商家或物业的事", "A business or a property manager"),
        None,
    ),
    (
        "office",
        say("某个单位或工作人员的做法", "How an office or its staff acted"),
        say("不会转给被反映的单位", "It is not sent to them"),
    ),
    (
        "grievance",
        say("不服一个决定或处理（信访）", "I do not accept a decision"),
        say("办理、复查、复核都有法定时限", "An answer, a review and a re-review, each in its time"),
    ),
    (
        "dispute",
        say("纠纷", "A dispute"),
        say("您本人是一方", "You are one side of it"),
    ),
    (
        "write",
        say("说不清，我直接写", "Not sure, let me write"),
        say("写下来，系统帮您找单位", "Write it down; we help to find the office"),
    ),
)


def doors_open() -> list[tuple[str, Any, Any]]:
    """The doors that this place has matters behind; writing freely is always possible."""
    return [
        (code, name, hint or _behind(code))
        for code, name, hint in DOORS
        if code == "write" or choices.categories_behind(code)
    ]


def _behind(door: str) -> str:
    """The first of what a place has behind a door: its groups, or of a single group the categories."""
    behind = choices.categories_behind(door)
    nodes = [group for group, _ in behind if group] if len(behind) > 1 else behind[0][1]
    names = [in_language(node.name) for node in nodes]
    more = ("…" if language() == "zh" else " …") if len(names) > NAMED else ""
    return ("、" if language() == "zh" else ", ").join(names[:NAMED]) + more


def page_context(draft: Draft, page: str, outcome: Outcome, at: datetime) -> dict[str, Any]:
    """The context of one page of the form."""
    own, shown = _BUILT[page](draft, outcome, at)
    return {
        "draft": draft,
        "page": page,
        "page_url": reverse("public:file"),
        "keep_action": reverse("public:file") + "#keeping",
        "found": outcome.problems,
        "hidden": draft.hidden(shown),
        "number": NUMBERS.get(page, 0),
        "steps": [
            {"name": name, "state": _state(place, NUMBERS.get(page, 4))}
            for place, name in enumerate(STEPS, start=1)
        ],
        "operator": office_by_code(the_place().operator),
        "operator_note": the_place().words.get("operator_note"),
        "routes": the_place().routes,
        "tip_offs_instead": the_place().words.get("tip_offs_instead"),
        "files_lost": draft.files_lost,
        **own,
    }


def _state(place: int, here: int) -> str:
    return "done" if place < here else "here" if place == here else "next"


def _what(draft: Draft, outcome: Outcome, at: datetime) -> Own:  # noqa: ARG001
    doors = [
        {"code": code, "name": name, "hint": hint, "chosen": code == draft.door}
        for code, name, hint in doors_open()
    ]
    return {"doors": doors, "joinable": choices.can_be_joint()}, set()


def _ask(draft: Draft, outcome: Outcome, at: datetime) -> Own:  # noqa: ARG001
    return ask_page(draft, outcome.problems)


def _kind(draft: Draft, outcome: Outcome, at: datetime) -> Own:  # noqa: ARG001
    groups = [
        (
            group.name if group else "",
            [Choice(node.code, node.name, chosen=node.code == draft.first.category) for node in nodes],
        )
        for group, nodes in choices.categories_behind(draft.door)
    ]
    listed = {choice.value for _, found in groups for choice in found}
    own: dict[str, Any] = {
        "door": next((name for code, name, _ in DOORS if code == draft.door), ""),
        "groups": groups,
        "none_chosen": draft.first.category not in listed,
        "wrong_category": wrong_with(outcome.problems, "category-1"),
    }
    if draft.door == "office":
        own["subject"] = Box(
            "subject-1",
            say("您要反映哪个单位？", "Which office is it about?"),
            kind="list",
            value=draft.first.subject,
            hint=say(
                "直接送到它的上一级，它看不到，也不会知道。",
                "It goes straight to the level above. The office neither sees it nor learns of it.",
            ),
            wrong=wrong_with(outcome.problems, "subject-1"),
            optional=False,
            groups=(("", tuple(Choice(node.code, node.name) for node in offices().values())),),
        )
        own["nobody_above"] = any(p.name == "subject-1" for p in outcome.problems) and draft.first.subject
    if choices.is_sealed_door(draft.door):
        own["keeping"] = keeping_boxes(draft)
    return own, {"category-1", "subject-1"} if draft.door == "office" else {"category-1"}


def _operator(draft: Draft, outcome: Outcome, at: datetime) -> Own:  # noqa: ARG001
    return {"server": runs_server(draft)}, set()


def _example() -> str:
    """A place that people here know by name, so that the example can be found; "" without one."""
    english = language() == "en"
    known = next((spot.name for spot in aliases() if spot.name.isascii() == english), "")
    words = pair("例：{place}对面", "For example: opposite {place}")
    return in_language(words).format(place=known) if known else ""


def _where(draft: Draft, outcome: Outcome, at: datetime) -> Own:  # noqa: ARG001
    first = draft.first
    node, mapped = choices.chosen_area(first), choices.mapped(first)
    drawn = outline_map(mapped) if mapped else None
    spots = choices.spots_for(first.place) if outcome.asking else []
    return {
        "place_box": Box(
            "place-1",
            say("路名、小区、附近的店", "Road, estate, a shop nearby"),
            value=first.place,
            hint=_example(),
            wrong=(*wrong_with(outcome.problems, "place-1"), *wrong_with(outcome.problems, "area-1")),
            limit=LIMITS["place"],
        ),
        "asking": outcome.asking,
        "spots": spots,
        "chosen": choices.way(node) if node else "",
        "has_point": bool(first.lat),
        "no_place": first.area == NO_PLACE,
        "mapped": mapped,
        "trail": [areas()[key] for key in reversed(mapped.path)] if mapped else [],
        "below": choices.children(mapped),
        "drawn": drawn,
        "map_width": WIDTH,
        "map_tallest": TALLEST,
        "tree": choices.tree(choices.top()),
    }, {"place-1"}


def _text(draft: Draft, outcome: Outcome, at: datetime) -> Own:
    return text_page(draft, outcome, at)


def _alike(draft: Draft, outcome: Outcome, at: datetime) -> Own:
    offers = outcome.alike if outcome.alike is not None else alike.offers(draft, at, again=True)
    joined = alike.chosen(draft)
    asked = [
        {"number": number, "matter": matter, "offers": offers.get(number, []), "joined": joined.get(number)}
        for number, matter in enumerate(draft.matters, start=1)
        if number in offers or number in joined
    ]
    own = {"asked": asked, "several": len(draft.matters) > 1}
    return own, {f"joins-{each['number']}" for each in asked if not each["joined"]}


def _check(draft: Draft, outcome: Outcome, at: datetime) -> Own:
    shown: set[str] = set()
    kept = keep_off(draft)
    rows = {row.id: row for row in uploads_of(draft.receipt)} if any(m.files for m in draft.matters) else {}
    matters = []
    kinds: dict[int, list[CategoryNode]] = {}
    joined = alike.chosen(draft)
    for number, matter in enumerate(draft.matters, start=1):
        whole = draft.whole(matter)
        category = choices.leaf(whole.category)
        kinds[number], suggested = _kinds(draft, matter, number, category)
        if not category:
            shown.add(f"category-{number}")
        shown |= {f"public-{number}", f"left-{number}"}
        ways = [
            choices.destination(draft, matter, node, at, owner=owner_of(matter), keep_off=kept)
            for node in kinds[number]
        ]
        row = joined.get(number)
        ways = [alike.with_office_of(way, row) for way in ways] if row else ways
        subject = choices.office_called(whole.subject)
        node = choices.chosen_area(whole)
        matters.append(
            {
                "number": number,
                "matter": matter,
                "whole": whole,
                "category": category,
                **suggested,
                "ways": ways,
                "where": choices.way(node) if node else "",
                "no_place": whole.area == NO_PLACE,
                **place_told(draft, matter, number, ways),
                "subject": subject,
                "tip_off": is_tip_off(whole),
                "sealed": any(is_sealed(way.category.kind) for way in ways),
                **alike.choice_shown(matter, row),
                "may_be_public": row is None
                and subject is None
                and not is_tip_off(whole)
                and any(way.category.public and not is_sealed(way.category.kind) for way in ways),
                "proposed": proposed(matter.text, matter.left),
                "wrong": wrong_with(outcome.problems, f"category-{number}"),
                "answers": answered_questions(category, matter),
                "seen": pages_seen(matter),
                "files": _names(draft, matter, rows),
            }
        )
    shown |= _asked_beside(matters, draft, kinds, outcome, at)
    perhaps_sealed = any(each["sealed"] for each in matters)
    return {
        "matters": matters,
        "keeping": keeping_boxes(draft, wrong_with(outcome.problems, OFFICE)) if perhaps_sealed else None,
        "server": runs_server(draft) if perhaps_sealed else None,
        "several": len(matters) > 1,
        "sealed": choices.is_sealed_draft(draft),
        "perhaps_sealed": perhaps_sealed,
        "earlier_mistyped": choices.is_mistyped(draft.earlier),
    }, shown


def _names(draft: Draft, matter: Matter, rows: Mapping[UUID, Upload]) -> list[str]:
    """The files that came with a matter, by the names that they were given."""
    found = (rows[upload] for upload in matter.files if upload in rows)
    return [name_of(row, draft.receipt) for row in found if not row.original]


def _kinds(
    draft: Draft, matter: Matter, number: int, category: CategoryNode | None
) -> tuple[list[CategoryNode], dict[str, Any]]:
    """The category, or those that are offered; and what the page shows of the offer."""
    shown: dict[str, Any] = {"pieces": pieces_of(matter, draft), "cut": bool(matter.whole)}
    if category:
        return [category], {**shown, "offered": is_offered(matter)}
    door = draft.door if number == 1 else "write"
    found = offer(matter, door)
    return list(found.nodes), {**shown, "how": found.how, "all": all_others(door, found)}


def _asked_beside(
    matters: list[dict[str, Any]],
    draft: Draft,
    kinds: dict[int, list[CategoryNode]],
    outcome: Outcome,
    at: datetime,
) -> set[str]:
    """What is told and asked beside each matter; the names of the boxes."""
    known = known_beside(draft, kinds, outcome, at)
    asked = asked_of(draft, outcome.problems)
    for number, each in enumerate(matters, start=1):
        each["known"], each["asked"] = known.get(number, []), asked.get(number)
    return {one["name"] for one in asked.values()}


def answered_questions(category: CategoryNode | None, matter: Matter) -> list[tuple[Any, Any]]:
    """The category's questions with the answers in words."""
    found = []
    for asked in category.questions if category else ():
        value = matter.answers.get(asked["code"], "").strip()
        if value:
            found.append((asked["name"], in_words(asked, value)))
    return found


_BUILT = {
    "what": _what,
    "ask": _ask,
    "kind": _kind,
    "operator": _operator,
    "where": _where,
    "text": _text,
    "alike": _alike,
    "check": _check,
}
