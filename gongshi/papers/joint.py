"""What a matter's papers show of it, and for one that follows a joint one, what its member was told of that (0023)."""

from types import SimpleNamespace
from typing import Any

from gongshi.accounts.queries import offices
from gongshi.cases import labels
from gongshi.cases.copies import plain
from gongshi.cases.following import follows, was_never_alone
from gongshi.cases.queries import NotFound
from gongshi.cases.showing import answer_shown, shown
from gongshi.cases.visiting import OwnCase, Visitor
from gongshi.grievances.queries import member_of
from gongshi.grievances.reading import Joint, Told, read_joint
from gongshi.papers.blocks import text_of
from gongshi.places.queries import local_day
from gongshi.words import Words, pair

JOINT: Words = pair("共同事项", "A joint matter")
STAGE = SimpleNamespace(
    name=JOINT,
    says=pair(
        "大家一起反映，由单位一并答复。答复给每一个人，各人自己决定怎么走。",
        "Brought together, answered together. The answer is for each, and each decides how to go on.",
    ),
)
NOTHING_WRITTEN: Words = pair("没有另外写什么。", "Nothing was written with it.")
# Of who joined others: whose matter it is and what it is counted as stands with the joint one.
OF_THE_OFFICE = {
    **dict.fromkeys(("office", "lead", "lead_since", "subject", "answer_by")),
    **dict.fromkeys(("why", "area"), ""),
    "category": JOINT,
}


def page_of(visitor: Visitor, own: OwnCase, at: Any) -> dict[str, Any]:
    """Everything that a matter's papers show."""
    page = shown(visitor, own, at)
    if not follows(own.case):
        return page
    page |= {"stage": STAGE}
    if was_never_alone(own.case, own.file.events[0].params):
        page |= OF_THE_OFFICE
    joint = _joint(visitor, own)
    if joint is None:
        return page
    told = [_as_letter(one) for one in reversed(joint.told)]
    answers = [{**answer_shown(one), "on": local_day(one.sent_at)} for one in reversed(joint.answers)]
    text = joint.text if joint.text != own.file.text else ""
    return page | {"answers": answers, "letters": [*told, *page["letters"]], "joint_text": text}


def joint_as_data(visitor: Visitor, own: OwnCase) -> dict[str, Any] | None:
    """The joint matter as values fit for JSON, as its member reads it; None for a matter that follows none."""
    joint = _joint(visitor, own) if follows(own.case) else None
    return joint_told(joint) if joint else None


def joint_told(joint: Joint) -> dict[str, Any]:
    """A joint matter as every member of it reads it, as values fit for JSON."""
    kept = ("number", "decision", "found_on", "by_on", "route_until_on", "parts", "letter")
    found: dict[str, Any] = plain(
        {
            "text": joint.text,
            "about_how_many": list(joint.band),
            "answers": [
                {
                    **{name: getattr(one, name) for name in kept},
                    "office": _named(one.office),
                    "sent_on": local_day(one.sent_at),
                }
                for one in joint.answers
            ],
            "told": [
                {
                    "on": one.on,
                    "code": one.code,
                    "office": _named(one.office),
                    "reason": one.reason,
                    "letter": one.letter,
                }
                for one in joint.told
            ],
        }
    )
    return found


def _joint(visitor: Visitor, own: OwnCase) -> Joint | None:
    try:
        return read_joint(member_of(own.case), visitor)
    except NotFound:
        return None


def _as_letter(one: Told) -> dict[str, Any]:
    said = one.reason or text_of(NOTHING_WRITTEN)
    letter = one.letter or {"name": text_of(labels.HISTORY[one.code]), "text": said}
    sent = SimpleNamespace(name=letter["name"], text=letter["text"], at=one.on)
    return {"letter": sent, "office": offices().everything.get(one.office) if one.office else None}


def _named(office: Any) -> dict[str, Any] | None:
    node = offices().everything.get(office) if office else None
    return {"code": node.code, "name": node.name} if node else None
