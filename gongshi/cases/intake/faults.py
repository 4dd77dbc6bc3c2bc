"""What keeps a draft from going on: each problem with the page and the field that it belongs to."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongshi.cases.drafts import MAX_TEXT
from gongshi.cases.intake.choices import (
    children,
    leaf,
    office_called,
    point_of,
    top,
)
from gongshi.cases.intake.draft import DOORS, NO_PLACE, SAME, Draft, Matter
from gongshi.notifications.addresses import AddressError, email_address, phone_number
from gongshi.notifications.transports import connected_channels
from gongshi.places.queries import area_by_code, area_index
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.questions import CONTROL, LONGEST, answer_fault, longest
from gongshi.words import in_language, say

LIMITS = {
    "wish": 1_000,
    "place": 200,
    "earlier": 60,
    "name": 100,
    "for_somebody": 200,
    "answer": LONGEST,
}

LABELS: dict[str, Any] = {
    "door": say("什么事", "What it is about"),
    "category": say("类别", "Category"),
    "subject": say("哪个单位", "Which office"),
    "place": say("地点", "Place"),
    "area": say("区域", "Area"),
    "text": say("发生了什么", "What happened"),
    "question": say("您的问题", "Your question"),
    "wish": say("希望怎样", "What should be done"),
    "earlier": say("以前的编号", "Earlier number"),
    "name": say("称呼", "Name"),
    "email": say("电子邮箱", "E-mail"),
    "phone": say("电话", "Phone"),
    "notify": say("怎样通知您", "How to tell you"),
    "for_somebody": say("替谁反映", "Who it is for"),
    "who_is_told": say("有进展告诉谁", "Who is told"),
    "files": say("照片和文件", "Photos and files"),
}
WORDS: dict[str, Any] = {
    "door": say("请选一项。说不清就选最后一项。", "Choose one. If you are not sure, choose the last."),
    "category": say(
        "请选一个类别。都不合适就选“都不是”。", "Choose a category. If none fits, choose “none of these”."
    ),
    "own_category": say("请选一个类别。", "Choose a category."),
    "subject": say("请选您要反映的单位。", "Choose the office that it is about."),
    "nobody_above": say(
        "没有比它更高的单位在这里受理。请走下面列出的其他路。",
        "No office above it takes filings here. Please use one of the other routes listed below.",
    ),
    "area": say(
        "没有这个区域。请再选一次，或选“说不清”。", "There is no such area. Choose again, or “not sure”."
    ),
    "point": say(
        "读不出这个位置。请从地图或列表里选。",
        "This position cannot be read. Choose from the map or the list.",
    ),
    "outside": say(
        "这个位置不在本地范围内。请从地图或列表里选，或写出地名。",
        "This position lies outside the area that we serve. Choose from the map or the list, or name the place.",
    ),
    "text": say("请写下发生了什么。一句话也可以。", "Write what happened. One sentence is enough."),
    "control": say(
        "里面有看不见的控制字符或读不出的字，可能是粘贴时带进来的。请删掉那一处，或重新打一遍。",
        "It holds control characters or some that cannot be read, perhaps from pasting. "
        "Remove them, or type that part again.",
    ),
    "email": say(
        "这不像一个邮箱地址。例：name@example.org", "This is not an e-mail address. Example: name@example.org"
    ),
    "email_needed": say(
        "要用邮件通知您，请填邮箱。", "To be told by e-mail, leave an address, or choose not to be told."
    ),
    "phone": say(
        "这不像一个电话号码。请只写数字，可以带区号。",
        "This is not a phone number. Digits only, with the area code.",
    ),
    "phone_needed": say(
        "要用短信通知您，请填电话。", "To be told by text message, leave a number, or choose not to be told."
    ),
    "notify": say("请选一种通知方式。", "Choose how to be told."),
    "choice": say("请从列出的答案里选。", "Choose one of the answers listed."),
    "number": say("请只写数字。", "Write a number."),
    "day": say("读不出这个日期。例：2026-03-02", "This date cannot be read. Example: 2026-03-02"),
    "far_day": say(
        "这个日期太早或太晚。请看看年份。", "This date is too long ago or too far ahead. Check the year."
    ),
    "too_long": say("太长了，请写短些。", "This is too long. Make it shorter."),
    "required": say("请回答这个问题。", "Please answer this question."),
    "them_needed": say(
        "要告诉当事人，请在“联系方式”里留他的电话或邮箱；也可以改选“告诉我”。",
        "To tell the person it is for, leave their phone or e-mail under “contact”, or choose “Me”.",
    ),
    "for_somebody": say("请写替谁反映，例如“我母亲”。", "Write who it is for, for example “my mother”."),
}


@dataclass(frozen=True)
class Problem:
    """One thing to put right. ``page``: "what", "where", "text" or "check"; ``code``: as in `WORDS`."""

    page: str
    name: str
    text: Any
    label: Any
    code: str = "refused"

    @property
    def target(self) -> str:
        """The id of the control that it belongs to."""
        return f"id_{self.name}"


def too_long(text: str, limit: int) -> Any:
    """What to say of a text that is longer than ``limit`` characters."""
    over = len(text) - limit
    return say("最多{limit}字，多了{over}字。", "Up to {limit} characters; this is {over} too many.").format(
        limit=limit, over=over
    )


def problems(draft: Draft, today: date) -> list[Problem]:
    """Everything that is wrong with a draft, in the order of its pages."""
    return [
        *what_problems(draft),
        *where_problems(draft),
        *text_problems(draft, today),
        *check_problems(draft),
    ]


def _problem(page: str, name: str, word: str, label: str = "") -> Problem:
    return Problem(page, name, WORDS[word], LABELS[label or name.partition("-")[0]], word)


def what_problems(draft: Draft) -> Iterator[Problem]:
    """What is wrong with step one."""
    if draft.door not in DOORS:
        yield _problem("what", "door", "door")
        return
    category = leaf(draft.first.category)
    if draft.first.category and category is None:
        yield _problem("what", "category-1", "category")
    about_office = draft.door == "office" or (category is not None and is_about_an_office(category))
    if about_office:
        subject = office_called(draft.first.subject)
        if subject is None or subject.above is None:
            yield _problem("what", "subject-1", "nobody_above" if subject else "subject")


def where_problems(draft: Draft) -> Iterator[Problem]:
    """What is wrong with step two, for the first matter."""
    yield from _place_problems(draft.first, 1, "where")


def _place_problems(matter: Matter, number: int, page: str) -> Iterator[Problem]:
    yield from _line(page, f"place-{number}", matter.place, LIMITS["place"])
    if matter.area and matter.area != NO_PLACE and area_by_code(matter.area) is None:
        yield _problem(page, f"area-{number}", "area")
    if matter.lat or matter.lon:
        wrong = point_fault(matter)
        if wrong:
            yield _problem(page, f"place-{number}", wrong)


def point_fault(matter: Matter) -> str:
    """What is wrong with the matter's point: "", "point" (unreadable) or "outside" (of all areas)."""
    try:
        point = point_of(matter)
        if point is None or not all(math.isfinite(degrees) for degrees in point):
            return "point"
        found = area_index().areas_at(*point)
    except ValueError:
        return "point"
    return "" if found or not children(top()) else "outside"


def text_problems(draft: Draft, today: date) -> Iterator[Problem]:
    """What is wrong with step three."""
    for number, matter in enumerate(draft.matters, start=1):
        yield from _words(f"text-{number}", matter.text, MAX_TEXT, needed=not matter.is_joining)
        yield from _words(f"wish-{number}", matter.wish, LIMITS["wish"])
        if number > 1:
            if matter.category not in ("", SAME) and leaf(matter.category) is None:
                yield _problem("text", f"category-{number}", "own_category")
            yield from _place_problems(matter, number, "text")
        yield from answer_problems(draft, matter, number, today)
    yield from _contact_problems(draft)


def answer_problems(draft: Draft, matter: Matter, number: int, today: date) -> Iterator[Problem]:
    """What is wrong with the answers to the category's own questions."""
    category = leaf(draft.whole(matter).category)
    for question in category.questions if category else ():
        given = matter.answers.get(question["code"], "").strip()
        word = answer_fault(question, given, today=today)
        if word:
            name = f"q-{number}-{question['code']}"
            text = too_long(given, longest(question)) if word == "too_long" else WORDS[word]
            yield Problem("text", name, text, in_language(question["name"]), word)


def _contact_problems(draft: Draft) -> Iterator[Problem]:
    yield from _line("text", "earlier", draft.earlier, LIMITS["earlier"])
    yield from _line("text", "name", draft.name, LIMITS["name"])
    yield from _line("text", "for_somebody", draft.for_somebody, LIMITS["for_somebody"])
    if draft.notify not in ("", *connected_channels()):
        yield _problem("text", "notify", "notify")
    if draft.email.strip():
        if not _is_address(draft.email):
            yield _problem("text", "email", "email")
    elif draft.notify == "email":
        yield _problem("text", "email", "email_needed")
    if draft.phone.strip():
        if not _is_phone(draft.phone):
            yield _problem("text", "phone", "phone")
    elif draft.notify == "sms":
        yield _problem("text", "phone", "phone_needed")
    if "them" in (draft.who_is_told, draft.who_holds_receipt) and not draft.for_somebody.strip():
        yield _problem("text", "for_somebody", "for_somebody")
    if draft.who_is_told == "them" and not (draft.email.strip() or draft.phone.strip()):
        yield _problem("text", "who_is_told", "them_needed")


def _is_address(text: str) -> bool:
    try:
        return bool(email_address(text))
    except AddressError:
        return False


def _is_phone(text: str) -> bool:
    try:
        return bool(phone_number(text.strip()))
    except AddressError:
        return False


def check_problems(draft: Draft) -> Iterator[Problem]:
    """What is still open on the page before sending: a category for each matter."""
    for number, matter in enumerate(draft.matters, start=1):
        whole = draft.whole(matter)
        category = leaf(whole.category)
        if category is None:
            yield _problem("check", f"category-{number}", "own_category")
        elif number > 1 and is_about_an_office(category) and office_called(whole.subject) is None:
            yield _problem("text", f"category-{number}", "subject", "subject")


def _words(name: str, text: str, limit: int, *, needed: bool = False) -> Iterator[Problem]:
    label = LABELS[name.partition("-")[0]]
    if CONTROL.search(text):
        yield Problem("text", name, WORDS["control"], label, "control")
    elif len(text.strip()) > limit:
        yield Problem("text", name, too_long(text.strip(), limit), label, "too_long")
    elif needed and not text.strip():
        yield Problem("text", name, WORDS["text"], label, "text")


def _line(page: str, name: str, text: str, limit: int) -> Iterator[Problem]:
    label = LABELS[name.partition("-")[0]]
    if CONTROL.search(text) or "\n" in text:
        yield Problem(page, name, WORDS["control"], label, "control")
    elif len(text) > limit:
        yield Problem(page, name, too_long(text, limit), label, "too_long")
