"""The paper of one's own filing: what its pages show, to be read in ten years. In the active language."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from gongshi import words
from gongshi.cases import engine
from gongshi.cases.visiting import OwnCase, Visitor, own_contact
from gongshi.formats.paper import Block, Paper, Part
from gongshi.papers.blocks import SIGNS, day, facts, moment, rest_in, table, text_of, until
from gongshi.papers.clocks import clocks
from gongshi.papers.joint import page_of
from gongshi.places.queries import the_place
from gongshi.rules.procedure import clock_runs
from gongshi.words import say

YES_NO = {True: say("是", "yes"), False: say("否", "no")}


def paper_of(visitor: Visitor, matters: list[OwnCase], at: datetime) -> Paper:
    """The whole filing as a paper, each matter on pages of its own."""
    place, contact = the_place(), own_contact(visitor)
    left = [(say("送来", "Filed"), moment(visitor.filing.filed_at))]
    names = {
        "name": say("称呼", "Name"),
        "phone": say("电话", "Phone"),
        "email": say("电子邮箱", "E-mail"),
        "address": say("地址", "Address"),
        "for_somebody": say("替谁反映", "For"),
    }
    left += [(name, contact[code]) for code, name in names.items() if contact.get(code)]
    return Paper(
        language=words.language(),
        kicker=f"{text_of(place.name)} · {say('公事 · 公示 · 共识', 'Gongshi')}",
        title=str(say("来件副本", "Copy of a filing")),
        reference=visitor.filing.reference,
        lead=str(
            say(
                "您写的、答复您的、办理经过、谁看过，都在这里。文件和照片在同一个压缩包里。",
                "What you wrote, what was answered, what happened, who looked. Files and photos lie beside this paper.",
            )
        ),
        foot=str(
            say(
                "{when}凭回执下载。没有任何地方记下这次下载。",
                "Downloaded with the receipt on {when}. Nothing records that it was.",
            )
        ).format(when=moment(at)),
        facts=tuple((str(name), value) for name, value in left),
        parts=tuple(_part(visitor, own, at, len(matters)) for own in matters),
        rest=rest_in("copy.json"),
        signs=str(SIGNS),
    )


def _part(visitor: Visitor, own: OwnCase, at: datetime, count: int) -> Part:
    page = page_of(visitor, own, at)
    several = str(say("第{n}件，共{count}件", "Matter {n} of {count}")).format(n=own.case.number, count=count)
    runs = clock_runs(engine.procedure_of(own.case), own.file.events)
    blocks = [
        *standing(own, page),
        *written(own, page),
        *answers(page),
        *letters(page),
        *messages(page),
        *_history(page),
        *looks(page, say("谁看过", "Who looked")),
        *clocks(own.case, runs, engine.today(at), title=say("时限", "Time limits")),
        *_routes(page),
    ]
    return Part(text_of(page["category"]), several if count > 1 else "", tuple(blocks))


def standing(own: OwnCase, page: dict[str, Any]) -> Iterable[Block]:
    """Where the matter is, and who answers for it."""
    case, stage, office, lead = own.case, page["stage"], page["office"], page["lead"]
    yield Block("box", text=text_of(stage.name), by=text_of(stage.says))
    who = text_of(lead.name) if lead else ""
    yield facts(
        (say("单位", "Office"), office.name if office else ""),
        (say("单位电话", "Its telephone"), office.phone if office else ""),
        (say("包案责任人", "Lead officer"), who),
        (say("为什么是它", "Why them"), page["why"]),
        (say("反映的单位", "About"), page["subject"].name if page["subject"] else ""),
        (say("最晚答复", "Answer by"), day(page["answer_by"])),
        (say("删除", "Erased on"), day(case.erase_on)),
    )


def written(own: OwnCase, page: dict[str, Any]) -> Iterable[Block]:
    """What was filed, and what may be shown of it."""
    file = own.file
    yield Block("heading", text=str(say("您写的", "What you wrote")))
    yield Block("said", text=file.text, by=moment(own.case.opened_at))
    if page.get("joint_text"):
        yield Block("subheading", text=str(say("大家一起反映的", "What all of you bring")))
        yield Block("said", text=page["joint_text"])
    if file.wish:
        yield Block("said", text=file.wish, by=str(say("希望", "What should be done")))
    yield facts(
        (say("区域", "Area"), page["area"]),
        (say("地点", "Place"), file.place),
        (say("坐标", "Position"), "{:.5f}, {:.5f}".format(*file.point) if file.point else ""),
        (say("以前的编号", "Earlier number"), file.earlier),
        (say("因为这份来件受到打击、压力", "Punished or pressed because of"), file.because_of),
        *page["questions"],
        (say("文件", "Files"), "\n".join(one.name for one in file.files)),
    )
    if own.copy:
        yield Block("subheading", text=str(say("您同意公开的", "What you agreed to show in public")))
        yield Block("said", text=f"{own.copy.title}\n{own.copy.text}")


def answers(page: dict[str, Any]) -> Iterable[Block]:
    """The answers as they were sent, oldest first, each with what its reader said of it."""
    for one in reversed(page["answers"]):
        answer, office = one["answer"], one["office"]
        title = str(say("第{n}次答复：{decision}", "Answer {n}: {decision}"))
        yield Block("heading", text=title.format(n=answer.number, decision=text_of(one["decision"])))
        yield Block(
            "note",
            text=f"{text_of(office.name) if office else ''} · {_when(one.get('on') or answer.sent_at)}",
        )
        found = str(say("查到什么（{day}）", "What was found ({day})")).format(day=day(answer.found_on))
        yield Block("said", text=answer.parts.get("found", ""), by=found)
        yield Block("said", text=answer.parts.get("decided", ""), by=str(say("怎么决定", "What is decided")))
        yield facts(
            (say("答应办好的日子", "Promised by"), day(answer.by_on)),
            (say("由谁办", "Who does it"), answer.parts.get("by_whom")),
            (say("依据", "Its basis in law"), answer.parts.get("law")),
            (say("问谁", "Whom to call"), answer.parts.get("call")),
            (say("每一点都答了", "Every point answered"), YES_NO.get(answer.points_answered)),
            (say("说到做到了", "Promise kept"), YES_NO.get(answer.promise_kept)),
        )
        if answer.verdict:
            yield Block("said", text=answer.verdict, by=str(say("您的意见", "What you said")))
        last = [route for route in one["routes"] if route.get("last_day")]
        if last:
            yield facts(*((route["name"], until(route["last_day"])) for route in last))


def letters(page: dict[str, Any]) -> Iterable[Block]:
    """Every letter as it was sent, oldest first."""
    for one in reversed(page["letters"]):
        sent, office = one["letter"], one["office"]
        yield Block("heading", text=sent.name)
        yield Block("said", text=sent.text, by=f"{text_of(office.name) if office else ''} · {_when(sent.at)}")


def _when(at: date) -> str:
    """A moment; of what went to all who follow a joint matter, the day."""
    return moment(at) if isinstance(at, datetime) else day(at)


def messages(page: dict[str, Any]) -> Iterable[Block]:
    """What office and resident wrote to each other."""
    if page["messages_shown"]:
        yield Block("heading", text=str(say("问答和补充", "Questions, replies, additions")))
    for one in page["messages_shown"]:
        message, office = one["message"], one["office"]
        who = f" · {text_of(office.name)}" if office else ""
        by = f"{text_of(one['name'])}{who} · {moment(message.at)}"
        yield Block("said", text=message.text, by=by)


def _history(page: dict[str, Any]) -> Iterable[Block]:
    rows = [(moment(one["at"]), told_of(one), one["by"]) for one in reversed(page["history"])]
    head = (say("时间", "When"), say("经过", "What"), say("谁", "Who"))
    return table(say("经过", "What happened"), head, rows, (0, 1, 0))


def told_of(one: dict[str, Any]) -> str:
    """One entry of the history in words, with the reason that was written."""
    told = [text_of(one["text"])]
    told += [f"→ {text_of(one['office'])}"] if one["office"] else []
    told += [str(say("（{name}）", "({name})")).format(name=text_of(one["clock"]))] if one["clock"] else []
    told += [day(one["date"])] if one["date"] else []
    detail = text_of(one["detail"])
    return " ".join(told) + (f"\n{detail}" if detail else "")


def looks(page: dict[str, Any], title: Any) -> Iterable[Block]:
    """Every look, newest first."""
    rows = []
    for one in page["looks"]:
        times = str(say("，{n}次", ", {n} times")).format(n=one["count"]) if one["count"] > 1 else ""
        rows.append((moment(one["at"]) + times, one["office"], one["role"], one["what"], one["why"]))
    head = (
        *(say("时间", "When"), say("单位", "Office"), say("身份", "Role")),
        *(say("看了什么", "What"), say("为什么", "Why")),
    )
    yield from table(title, head, rows, (0, 2, 1, 1, 2))
    if not rows:
        yield Block("note", text=str(say("还没有人看过。", "Nobody has looked yet.")))


def _routes(page: dict[str, Any]) -> Iterable[Block]:
    yield Block("heading", text=str(say("其他路一直开着", "Other routes stay open")))
    yield facts(*((route["name"], route["words"]) for route in page["all_routes"]))
