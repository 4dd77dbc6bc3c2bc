"""The paper of one's own filing: what its pages show, to be read in ten years. In the active language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.dates import MONTHS

from gongshi import words
from gongshi.cases import engine
from gongshi.cases.models import Clock
from gongshi.cases.visiting import OwnCase, Visitor, own_contact
from gongshi.formats.paper import Block, Paper, Part
from gongshi.places.queries import the_place
from gongshi.rules.procedure import ClockRule
from gongshi.web.public.showing import shown
from gongshi.words import say

YES_NO = {True: say("是", "yes"), False: say("否", "no")}


def paper_of(visitor: Visitor, matters: list[OwnCase], at: datetime) -> Paper:
    """The whole filing as a paper, each matter on pages of its own."""
    place, contact = the_place(), own_contact(visitor)
    facts = [(say("送来", "Filed"), moment(visitor.filing.filed_at))]
    names = {
        "name": say("称呼", "Name"),
        "phone": say("电话", "Phone"),
        "email": say("电子邮箱", "E-mail"),
        "address": say("地址", "Address"),
        "for_somebody": say("替谁反映", "For"),
    }
    facts += [(name, contact[code]) for code, name in names.items() if contact.get(code)]
    return Paper(
        language=words.language(),
        kicker=f"{_text(place.name)} · {say('公事 · 公示 · 共识', 'Gongshi')}",
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
        facts=tuple((str(name), value) for name, value in facts),
        parts=tuple(_part(visitor, own, at, len(matters)) for own in matters),
    )


def day(value: date | None) -> str:
    """A day with its year."""
    if value is None:
        return ""
    if words.language() == "en":
        return f"{value.day} {MONTHS[value.month]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """A moment on the place's clock, with its year."""
    local = value.astimezone(the_place().zone)
    comma = ", " if words.language() == "en" else " "
    return f"{day(local.date())}{comma}{local:%H:%M}"


def _text(value: Any) -> str:
    return words.in_language(value) if isinstance(value, Mapping) else str(value or "")


def _part(visitor: Visitor, own: OwnCase, at: datetime, count: int) -> Part:
    page = shown(visitor, own, at)
    several = str(say("第{n}件，共{count}件", "Matter {n} of {count}")).format(n=own.case.number, count=count)
    blocks = [
        *_standing(own, page),
        *_written(own, page),
        *_answers(page),
        *_messages(page),
        *_history(page),
        *_looks(page),
        *_clocks(own),
        *_routes(page),
    ]
    return Part(_text(page["category"]), several if count > 1 else "", tuple(blocks))


def _facts(*rows: tuple[Any, Any]) -> Block:
    return Block("facts", rows=tuple((_text(name), _text(value)) for name, value in rows if value))


def _standing(own: OwnCase, page: dict[str, Any]) -> Iterable[Block]:
    case, stage, office, lead = own.case, page["stage"], page["office"], page["lead"]
    yield Block("box", text=_text(stage.name), by=_text(stage.says))
    who = _text(lead.name) if lead else ""
    yield _facts(
        (say("单位", "Office"), office.name if office else ""),
        (say("单位电话", "Its telephone"), office.phone if office else ""),
        (say("责任人", "Lead officer"), who),
        (say("为什么是它", "Why them"), page["why"]),
        (say("反映的单位", "About"), page["subject"].name if page["subject"] else ""),
        (say("最晚答复", "Answer by"), day(page["answer_by"])),
        (say("删除", "Erased on"), day(case.erase_on)),
    )


def _written(own: OwnCase, page: dict[str, Any]) -> Iterable[Block]:
    file = own.file
    yield Block("heading", text=str(say("您写的", "What you wrote")))
    yield Block("said", text=file.text, by=moment(own.case.opened_at))
    if file.wish:
        yield Block("said", text=file.wish, by=str(say("希望", "What should be done")))
    yield _facts(
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
        yield Block("said", text=f"{own.copy['title']}\n{own.copy['text']}")


def _answers(page: dict[str, Any]) -> Iterable[Block]:
    for one in reversed(page["answers"]):
        answer, office = one["answer"], one["office"]
        title = str(say("第{n}次答复：{decision}", "Answer {n}: {decision}"))
        yield Block("heading", text=title.format(n=answer.number, decision=_text(one["decision"])))
        yield Block("note", text=f"{_text(office.name) if office else ''} · {moment(answer.sent_at)}")
        found = str(say("查到什么（{day}）", "What was found ({day})")).format(day=day(answer.found_on))
        yield Block("said", text=answer.parts.get("found", ""), by=found)
        yield Block("said", text=answer.parts.get("decided", ""), by=str(say("怎么决定", "What is decided")))
        yield _facts(
            (say("答应办好的日子", "Promised by"), day(answer.by_on)),
            (say("由谁办", "Who does it"), answer.parts.get("by_whom")),
            (say("问谁", "Whom to call"), answer.parts.get("call")),
            (say("每一点都答了", "Every point answered"), YES_NO.get(answer.points_answered)),
            (say("说到做到了", "Promise kept"), YES_NO.get(answer.promise_kept)),
        )
        if answer.verdict:
            yield Block("said", text=answer.verdict, by=str(say("您的意见", "What you said")))
        last = [route for route in one["routes"] if route.get("last_day")]
        if last:
            yield _facts(*((route["name"], _until(route["last_day"])) for route in last))


def _until(last_day: date) -> str:
    return str(say("最晚{day}", "until {day}")).format(day=day(last_day))


def _messages(page: dict[str, Any]) -> Iterable[Block]:
    if page["messages_shown"]:
        yield Block("heading", text=str(say("问答和补充", "Questions, replies, additions")))
    kinds = {
        "question": say("单位问", "The office asks"),
        "reply": say("您回复", "You replied"),
        "addition": say("您补充", "You added"),
        "mailed": say("邮件补充", "Added by mail"),
    }
    for one in page["messages_shown"]:
        message, office = one["message"], one["office"]
        who = f" · {_text(office.name)}" if office else ""
        by = f"{kinds.get(message.kind, '')}{who} · {moment(message.at)}"
        yield Block("said", text=message.text, by=by)


def _table(
    title: Any, head: tuple[Any, ...], rows: list[tuple[Any, ...]], widths: tuple[int, ...]
) -> Iterable[Block]:
    yield Block("heading", text=str(title))
    if rows:
        yield Block(
            "table",
            head=tuple(str(cell) for cell in head),
            rows=tuple(tuple(_text(cell) for cell in row) for row in rows),
            widths=widths,
        )


def _history(page: dict[str, Any]) -> Iterable[Block]:
    rows = []
    for one in reversed(page["history"]):
        told = [_text(one["text"])]
        told += [f"→ {_text(one['office'])}"] if one["office"] else []
        told += [f"（{_text(one['clock'])}）"] if one["clock"] else []
        told += [day(one["date"])] if one["date"] else []
        detail = _text(one["detail"])
        text = " ".join(told) + (f"\n{detail}" if detail else "")
        rows.append((moment(one["at"]), text, one["by"]))
    head = (say("时间", "When"), say("经过", "What"), say("谁", "Who"))
    return _table(say("经过", "What happened"), head, rows, (0, 1, 0))


def _looks(page: dict[str, Any]) -> Iterable[Block]:
    rows = []
    for one in page["looks"]:
        times = str(say("，{n}次", ", {n} times")).format(n=one["count"]) if one["count"] > 1 else ""
        rows.append((moment(one["at"]) + times, one["office"], one["role"], one["what"], one["why"]))
    head = (
        *(say("时间", "When"), say("单位", "Office"), say("身份", "Role")),
        *(say("看了什么", "What"), say("为什么", "Why")),
    )
    yield from _table(say("谁看过", "Who looked"), head, rows, (0, 2, 1, 1, 2))
    if not rows:
        yield Block("note", text=str(say("还没有人看过。", "Nobody has looked yet.")))


def _clocks(own: OwnCase) -> Iterable[Block]:
    rules = engine.procedure_of(own.case).clocks
    rows = [
        (rules[one.code].name, day(one.started_on), day(one.due_on), _ended(one, rules[one.code]))
        for one in own.clocks
        if one.code in rules
    ]
    head = (
        say("时限", "Time limit"),
        say("从", "From"),
        say("最后一天", "Last day"),
        say("结果", "What became of it"),
    )
    return _table(say("时限", "Time limits"), head, rows, (2, 0, 0, 2)) if rows else ()


def _ended(clock: Clock, rule: ClockRule) -> str:
    if clock.stopped_on is None:
        if clock.paused_on:
            return str(say("{day}起暂停", "paused since {day}")).format(day=day(clock.paused_on))
        late = clock.expired_on is not None
        return str(say("已超期", "late") if late else say("在走", "running"))
    kept = clock.stopped_on <= clock.due_on
    if rule.waits_for == "resident" or kept:
        return str(say("{day}停止", "stopped on {day}")).format(day=day(clock.stopped_on))
    return str(say("{day}停止，晚了", "stopped on {day}, late")).format(day=day(clock.stopped_on))


def _routes(page: dict[str, Any]) -> Iterable[Block]:
    yield Block("heading", text=str(say("其他路一直开着", "Other routes stay open")))
    yield _facts(*((route["name"], route["words"]) for route in page["all_routes"]))
