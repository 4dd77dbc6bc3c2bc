"""A matter's dossier as a paper for a court: cover, facts, course, answers, clocks, looks, routes, proofs, files."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gongshi import words
from gongshi.accounts.queries import office_by_code
from gongshi.cases import engine, labels
from gongshi.cases.dossier import Dossier
from gongshi.cases.reading import ReadEvent
from gongshi.cases.visiting import Visitor
from gongshi.formats.paper import Block, Cover, Paper, Part
from gongshi.papers.blocks import SIGNS, day, facts, moment, rest_in, table, text_of, until
from gongshi.papers.clocks import balance, clocks
from gongshi.papers.dossier_parts import Rules, attachments, proofs
from gongshi.papers.joint import page_of
from gongshi.papers.paper import answers, letters, looks, messages, standing, told_of, written
from gongshi.places.queries import the_place
from gongshi.words import say


def dossier_paper(visitor: Visitor, dossier: Dossier) -> Paper:
    """The paper, in the active language. It bears the day on which it was made and no hour."""
    own, made = dossier.own, day(engine.today(dossier.at))
    page = page_of(visitor, own, dossier.at)
    matter = text_of(page["category"])
    return Paper(
        language=words.language(),
        kicker=f"{text_of(the_place().name)} · {say('公事 · 公示 · 共识', 'Gongshi')}",
        title=str(say("卷宗：{matter}", "Dossier: {matter}")).format(matter=matter),
        reference=_reference(visitor, dossier),
        lead=str(
            say(
                "一件事从送来到{day}的全部经过：写了什么、答复了什么、每一步是谁在哪天依据哪一条办的、哪些时限守住了、"
                "哪些没有、谁看过，以及能证明这些的签名。可以交给法院、复议机关、上级或律师。文中“您”指来件人。",
                "One matter from its filing to {day}: what was brought, what was answered, who took each step on "
                "which day by which rule, which time limits were kept and which were not, who looked, and the "
                "signatures that prove it. It can be handed to a court, a body of "
                "reconsideration, a higher level or a lawyer. 'You' in it is whoever filed.",
            )
        ).format(day=made),
        foot=str(
            say(
                "{day}凭回执做成，工作人员做不了。没有任何地方记下它做过。",
                "Made with the receipt on {day}; staff cannot make one. Nothing records that it was made.",
            )
        ).format(day=made),
        facts=tuple(_cover_facts(visitor, dossier, page)),
        parts=(Part("", "", tuple(_sections(dossier, page))),),
        cover=_cover(),
        rest=rest_in("dossier.json"),
        signs=str(SIGNS),
    )


def _reference(visitor: Visitor, dossier: Dossier) -> str:
    return f"{visitor.filing.reference}/{dossier.own.case.number}"


def _cover() -> Cover:
    return Cover(
        contents=str(say("目录", "Contents")),
        sign=tuple(
            str(one) for one in (say("提交人", "Submitted by"), say("签名", "Signature"), say("日期", "Date"))
        ),
        note=str(
            say(
                "联系方式没有印在里面：交给谁，就由您自己在这里写给谁。",
                "No contact details are printed in it: write yours here for whoever you hand it to.",
            )
        ),
    )


def _cover_facts(visitor: Visitor, dossier: Dossier, page: dict[str, Any]) -> Iterable[tuple[str, str]]:
    case, filing = dossier.own.case, visitor.filing
    procedure, office, subject = engine.procedure_of(case), page["office"], page["subject"]
    operator = office_by_code(the_place().operator)
    rows = (
        (say("性质", "Kind"), labels.KINDS[case.kind]),
        (say("送来", "Filed"), f"{moment(filing.filed_at)} · {text_of(labels.CHANNELS[filing.channel])}"),
        (say("负责答复的单位", "Answering office"), office.name if office else ""),
        (say("反映的单位", "About"), subject.name if subject else ""),
        (
            say("办理程序", "Procedure"),
            str(say("{name}，第{n}版", "{name}, version {n}")).format(
                name=text_of(procedure.name), n=procedure.version
            ),
        ),
        (say("程序的依据", "Its basis"), procedure.basis),
        (say("现在", "As it stands"), page["stage"].name),
        (say("由谁保存记录", "Records kept by"), operator.name if operator else ""),
        (say("做成", "Made on"), day(engine.today(dossier.at))),
    )
    return [(str(name), text_of(value)) for name, value in rows if value]


def _sections(dossier: Dossier, page: dict[str, Any]) -> Iterable[Block]:
    """Every section, numbered, so that a brief can point at one."""
    own, rules = dossier.own, Rules()
    sections = (
        (
            say("事实：反映了什么", "The facts: what was brought"),
            [*standing(own, page), *written(own, page), *messages(page)],
        ),
        (say("经过：哪天、谁、依据", "The course: day, who, by which rule"), _course(dossier, page, rules)),
        (say("答复和书面通知，照发出的原样", "Answers and letters, as they were sent"), _answered(page)),
        (say("时限：守住的和没守住的", "Time limits, kept and broken"), _clocks(dossier, rules)),
        (say("谁看过", "Who looked"), [*looks(page, ""), *_glass(page), *_kept(page)]),
        (say("其他途径和最后一天", "Other routes, and their last days"), _routes(page)),
        (say("凭证：能证明什么", "The proofs, and what they prove"), proofs(dossier)),
        (say("附件", "Attachments"), attachments(dossier)),
    )
    for number, (title, blocks) in enumerate(sections, start=1):
        yield Block("heading", text=f"{number}. {title}")
        for block in blocks:
            yield replace(block, type="subheading") if block.type == "heading" else block


def _course(dossier: Dossier, page: dict[str, Any], rules: Rules) -> Iterable[Block]:
    """Every entry of the history with its number, and beneath them the rules that they cite."""
    rows = [
        (
            str(event.seq),
            moment(event.at),
            told_of(entry),
            _who(event, entry["by"]),
            _cited(dossier, event, rules),
        )
        for event, entry in zip(dossier.own.file.events, reversed(page["history"]), strict=True)
    ]
    head = (
        *(say("序号", "No."), say("时间", "When"), say("经过", "What")),
        *(say("单位（身份）", "Office (role)"), say("依据", "Rule")),
    )
    yield from table("", head, rows, (0, 0, 5, 3, 0))
    yield from rules.listed()


def _who(event: ReadEvent, by: Any) -> str:
    """The office and its role towards the matter; whoever has no office, by role alone."""
    if event.by == "resident":
        return str(say("来件人", "whoever filed"))
    role = labels.BY.get(event.by, labels.BY["system"])
    if event.office is None or by == role or event.by == "operator":
        return text_of(by)
    return str(say("{office}（{role}）", "{office} ({role})")).format(office=text_of(by), role=text_of(role))


def _cited(dossier: Dossier, event: ReadEvent, rules: Rules) -> str:
    """The rules that an entry rests on: of the procedure at its beginning, of a move, of the clocks it started."""
    procedure = engine.procedure_of(dossier.own.case)
    move = procedure.moves.get(str(event.params.get("move") or ""))
    bases = [procedure.basis] if event.seq == 1 else []
    bases += [move.basis] if move else []
    changed = [told["clock"] for told in event.params.get("clocks", ()) if told["change"] == "started"]
    changed += [event.params["clock"]] if event.params.get("clock") else []
    bases += [procedure.clocks[code].basis for code in changed if code in procedure.clocks]
    return rules.cite(*bases)


def _clocks(dossier: Dossier, rules: Rules) -> Iterable[Block]:
    case, today = dossier.own.case, engine.today(dossier.at)
    yield Block("box", text=balance(case, dossier.runs, today))
    yield from clocks(case, dossier.runs, today, cite=rules.cite)


def _answered(page: dict[str, Any]) -> Iterable[Block]:
    found = [*answers(page), *letters(page)]
    return found or [Block("note", text=str(say("还没有答复。", "There is no answer yet.")))]


def _glass(page: dict[str, Any]) -> Iterable[Block]:
    """Requests to break glass: who asked, who approved, until when and why."""
    rows = []
    for one in page["glass"]:
        asked = [text_of(getattr(one["office"], "name", one["office"])), text_of(one["who"])]
        approved = [text_of(getattr(one["by_office"], "name", "")), text_of(one["by"])]
        span = f"{moment(one['approved_at'])} – {moment(one['until'])}" if one["approved_at"] else ""
        rows.append(
            (
                moment(one["asked_at"]),
                " · ".join(filter(None, asked)),
                text_of(one["state"]) + (f"\n{' · '.join(filter(None, approved))}\n{span}" if span else ""),
                one["reason"] or one["no_reason"],
            )
        )
    if rows:
        head = (
            *(say("申请", "Asked"), say("谁申请", "Who asked")),
            *(say("结果", "What came of it"), say("为什么", "Why")),
        )
        yield from table(say("紧急查阅", "Break-glass"), head, rows, (0, 2, 2, 2))


def _kept(page: dict[str, Any]) -> Iterable[Block]:
    if page["kept"]:
        yield Block("subheading", text=str(say("谁看不到", "Who is kept from it")))
        yield facts(*((moment(one["at"]), " · ".join(map(text_of, one["names"]))) for one in page["kept"]))


def _routes(page: dict[str, Any]) -> Iterable[Block]:
    """Every way that is open whatever the stage; with its last day where the latest answer counted one."""
    latest = page["answers"][0]["routes"] if page["answers"] else []
    last_days = {route["code"]: route["last_day"] for route in latest if route["last_day"]}
    text = say(
        "在这里反映，不影响走其中任何一条。最后一天写在最近一次答复里；没有写的，不因这里而计。",
        "Filing here takes none of these away. The last days are those of the latest answer; where none stands, "
        "nothing here counts one.",
    )
    yield Block("note", text=str(text))
    yield facts(
        *(
            (
                route["name"],
                "\n".join(
                    filter(
                        None,
                        (
                            until(last_days[route["code"]]) if route["code"] in last_days else "",
                            text_of(route["words"]),
                        ),
                    )
                ),
            )
            for route in page["all_routes"]
        )
    )
