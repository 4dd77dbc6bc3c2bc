"""Step three: one box for each matter, the contact, and whom it is for."""

from datetime import datetime
from typing import Any

from gongshi.cases.actions.uploads import name_of, uploads_of
from gongshi.cases.drafts import MAX_MATTERS, MAX_TEXT
from gongshi.cases.intake import choices
from gongshi.cases.intake.alike import chosen
from gongshi.cases.intake.draft import CONTACT, NO_PLACE, SAME, Draft, Matter
from gongshi.cases.intake.faults import LIMITS, Problem
from gongshi.cases.intake.tip_offs import is_tip_off
from gongshi.notifications.transports import connected_channels
from gongshi.places.queries import areas
from gongshi.rules.questions import longest
from gongshi.web.public.boxes import Box, Choice, wrong_with
from gongshi.web.public.known import known_beside
from gongshi.web.public.steps import Outcome
from gongshi.words import say

MISTYPED = say(
    "像是这里的编号，但有一位对不上，请再看一眼。",
    "It looks like one of our references, but one letter or digit does not fit: look once more.",
)
Own = tuple[dict[str, Any], set[str]]


def text_page(draft: Draft, outcome: Outcome, at: datetime) -> Own:
    """The context of step three, and the names of the boxes that it shows."""
    shown = set(CONTACT)
    names = {row.id: row for row in uploads_of(draft.receipt)} if any(m.files for m in draft.matters) else {}
    matters = []
    kinds = {
        number: [node]
        for number, matter in enumerate(draft.matters, start=1)
        if (node := choices.leaf(draft.whole(matter).category))
    }
    known = known_beside(draft, kinds, outcome, at)
    joined = chosen(draft)
    for number, matter in enumerate(draft.matters, start=1):
        shown |= {f"{part}-{number}" for part in ("text", "wish")}
        shown |= {f"q-{number}-{code}" for code in matter.answers}
        if number > 1:
            shown |= {f"{part}-{number}" for part in ("category", "area", "place")}
        files = [
            {"id": str(upload), "name": name_of(names[upload], draft.receipt)}
            for upload in matter.files
            if upload in names and not names[upload].original
        ]
        boxes = _matter_boxes(draft, matter, number, outcome, files)
        matters.append({**boxes, "known": known.get(number, []), "joined": joined.get(number)})
    return {
        "matters": matters,
        "several": len(matters) > 1,
        "may_add": len(matters) < MAX_MATTERS,
        "earlier": _line(
            draft,
            outcome,
            "earlier",
            say("以前反映过？写下编号", "Reported before? Its number"),
            hint=MISTYPED if choices.is_mistyped(draft.earlier) else "",
        ),
        **_contact(draft, outcome),
    }, shown


def _matter_boxes(
    draft: Draft, matter: Matter, number: int, outcome: Outcome, files: list[dict[str, str]]
) -> dict[str, Any]:
    problems = outcome.problems
    category = choices.leaf(draft.whole(matter).category)
    text = Box(
        f"text-{number}",
        say("发生了什么？", "What happened?"),
        kind="words",
        value=matter.text,
        hint=say("什么时候、在哪里、怎么回事。写一件事。", "When, where, how. One matter in each box."),
        wrong=wrong_with(problems, f"text-{number}"),
        optional=matter.is_joining,
        limit=MAX_TEXT,
    )
    wish = Box(
        f"wish-{number}",
        say("希望怎样解决？", "What should be done?"),
        kind="words",
        value=matter.wish,
        wrong=wrong_with(problems, f"wish-{number}"),
        limit=LIMITS["wish"],
    )
    return {
        "number": number,
        "cut": bool(matter.whole),
        "text": text,
        "wish": wish,
        "category": category,
        "tip_off": is_tip_off(draft.whole(matter)),
        "questions": [
            question_box(matter, number, q, problems) for q in (category.questions if category else ())
        ],
        "more": _more_boxes(matter, number, problems) if number > 1 else [],
        "files": files,
        "files_box": Box(
            f"files-{number}",
            say("照片或PDF文件", "Photos or PDF files"),
            kind="files",
            hint=say(
                "最多8个，每个不超过15兆。照片里的位置、时间等隐藏信息会去掉。",
                "Up to 8, each under 15 MB. Hidden data in photos, such as the position, is removed.",
            ),
            wrong=wrong_with(problems, f"files-{number}"),
        ),
    }


def question_box(
    matter: Matter,
    number: int,
    asked: dict[str, Any],
    problems: list[Problem],
) -> Box:
    """One of the questions of a matter's category."""
    name = f"q-{number}-{asked['code']}"
    value = matter.answers.get(asked["code"], "")
    kinds = {
        "choice": "choice",
        "choices": "several",
        "date": "day",
        "number": "number",
        "long_text": "words",
    }
    chosen = value.split() if asked["type"] == "choices" else [value]
    return Box(
        name,
        asked["name"],
        kind=kinds.get(asked["type"], "line"),
        value=value,
        wrong=wrong_with(problems, name),
        optional=not asked.get("required"),
        limit=longest(asked),
        choices=tuple(
            Choice(choice["code"], choice["name"], chosen=choice["code"] in chosen)
            for choice in asked.get("choices", ())
        ),
    )


def _more_boxes(matter: Matter, number: int, problems: list[Problem]) -> list[Box]:
    """Category and place of a further matter. Its words decide what it is; its place is the first's if none is said."""
    groups = [
        (group.name if group else "", tuple(Choice(node.code, node.name) for node in nodes))
        for group, nodes in choices.categories_behind("write")
    ]
    by_words = ("", (Choice("", say("按我写的来定", "Decide by what I write")),))
    same = ("", (Choice("", say("同第一件", "As the first")),))
    same_kind = ("", (Choice(SAME, say("和第一件同类", "The same kind as the first")),))
    return [
        Box(
            f"category-{number}",
            say("什么事", "What it is about"),
            kind="list",
            value=matter.category,
            wrong=wrong_with(problems, f"category-{number}"),
            groups=(by_words, same_kind, *groups),
        ),
        Box(
            f"area-{number}",
            say("在哪里", "Where"),
            kind="list",
            value=matter.area,
            wrong=wrong_with(problems, f"area-{number}"),
            groups=(same, *listed_areas()),
        ),
        Box(
            f"place-{number}",
            say("路名、小区、附近的店", "Road, estate, a shop nearby"),
            value=matter.place,
            wrong=wrong_with(problems, f"place-{number}"),
            limit=LIMITS["place"],
        ),
    ]


def listed_areas() -> list[tuple[Any, tuple[Choice, ...]]]:
    """Every area as a list to choose from, by the largest, after "no place"."""
    places: list[tuple[Any, tuple[Choice, ...]]] = [
        ("", (Choice(NO_PLACE, say("没有具体地点", "No place")),))
    ]
    for node in choices.children(choices.top()):
        below = [each for each in areas().values() if node.id in each.path]
        places.append((node.name, tuple(Choice(each.code, choices.way(each)) for each in below)))
    return places


def _line(draft: Draft, outcome: Outcome, name: str, label: Any, **more: Any) -> Box:
    return Box(
        name,
        label,
        value=getattr(draft, name),
        wrong=wrong_with(outcome.problems, name),
        limit=LIMITS.get(name, 0),
        **more,
    )


def _contact(draft: Draft, outcome: Outcome) -> dict[str, Any]:
    sealed = choices.is_sealed_draft(draft)
    private = {"private": True}
    return {
        "contact": [
            _line(draft, outcome, "name", say("怎么称呼您", "What to call you"), complete="name", **private),
            _line(draft, outcome, "phone", say("电话", "Phone"), kind="tel", complete="tel", **private),
            _line(
                draft, outcome, "email", say("电子邮箱", "E-mail"), kind="email", complete="email", **private
            ),
            *([] if sealed else [_notify(draft, outcome)]),
        ],
        "sealed": sealed,
        "has_contact": any(getattr(draft, name) for name in ("name", "phone", "email", "notify")),
        "other": _other(draft, outcome),
        "has_other": bool(draft.for_somebody),
        "wrong_contact": any(
            p.name in CONTACT and p.name not in ("earlier", "for_somebody") for p in outcome.problems
        ),
        "wrong_other": any(p.name in ("for_somebody", "who_is_told") for p in outcome.problems),
    }


def _notify(draft: Draft, outcome: Outcome) -> Box:
    """Whether and how to be told. Not asked for sealed kinds: nothing about those goes out by itself."""
    channels = connected_channels()
    ways = [("", say("不用通知，我自己来看", "No messages; I will look myself"))]
    ways += [("email", say("发邮件", "By e-mail"))] if "email" in channels else []
    ways += [("sms", say("发短信", "By text message"))] if "sms" in channels else []
    return Box(
        "notify",
        say("有进展怎样告诉您？", "How should we tell you of progress?"),
        kind="choice",
        value=draft.notify,
        wrong=wrong_with(outcome.problems, "notify"),
        hint=say(
            "通知里只说“有进展”，不说内容。",
            "A message only says that something happened, never what.",
        ),
        choices=tuple(Choice(code, name, chosen=code == draft.notify) for code, name in ways),
    )


def _other(draft: Draft, outcome: Outcome) -> list[Box]:
    """For somebody else: who it is, who is told, who holds the receipt."""
    told = (
        ("me", say("告诉我", "Me")),
        ("them", say("告诉当事人（留他的联系方式）", "The person it is for (leave their contact)")),
    )
    holds = (("me", say("我保管", "I keep it")), ("them", say("交给当事人", "I hand it to them")))
    return [
        _line(
            draft,
            outcome,
            "for_somebody",
            say("替谁反映？", "Who is it for?"),
            hint=say("例：我母亲，78岁", "For example: my mother, 78"),
            private=True,
        ),
        _two(draft, outcome, "who_is_told", say("有进展告诉谁？", "Who should be told of progress?"), told),
        _two(
            draft,
            outcome,
            "who_holds_receipt",
            say(
                "回执由谁保管？谁有回执，谁就能打开来件。",
                "Who keeps the receipt? Whoever holds it can open the filing.",
            ),
            holds,
        ),
    ]


def _two(draft: Draft, outcome: Outcome, name: str, label: Any, answers: tuple[tuple[str, Any], ...]) -> Box:
    value = getattr(draft, name)
    found = tuple(Choice(code, words, chosen=code == value) for code, words in answers)
    wrong = wrong_with(outcome.problems, name)
    return Box(name, label, kind="choice", value=value, choices=found, wrong=wrong)
