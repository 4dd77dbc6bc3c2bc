"""A town in whose desk every page has much to show, for tests that open all of them.

Nobody is random: the cast of `tests.cast`, with an operator (fan), an administrator (ada), somebody with roles in two
offices (fei), a supervisor of another office (pan), and two readers from outside (wen, tan).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from gongshi.accounts.covering import note_absence, set_roster
from gongshi.bulletin.actions.pages import publish_page
from gongshi.bulletin.actions.prepared import write_prepared
from gongshi.bulletin.actions.receptions import book
from gongshi.bulletin.prepared import ANSWER, PHRASE, PreparedDraft
from gongshi.cases.actions import desk_drafts, glass
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply, write_note
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import give_consent, publish
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.actions.samples import keep_copy, lay_out, open_to_check, say_of_copy, take_seat
from gongshi.cases.actions.saved_views import keep_view
from gongshi.cases.actions.undoing import forget_undo
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import BreakGlass, Case, Consent, SampledAnswer
from gongshi.cases.recusing import Whom
from gongshi.places.queries import local_day
from gongshi.receivers.actions import add_receiver, pause, resume
from gongshi.receivers.events import EVENTS
from gongshi.receivers.models import Receiver
from gongshi.revisions.actions import noted
from gongshi.revisions.models import Revision
from gongshi.revisions.queries import in_force
from gongshi.rules.receptions import bookable
from gongshi.words import pair
from tests.bulletin.days import announced_day, new_code
from tests.bulletin.outages import announced
from tests.bulletin.pages import write
from tests.cases.test_claims import called
from tests.casework import ANSWER as CASEWORK_ANSWER
from tests.casework import add_office, add_staff, answered, picture
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import Clock, local
from tests.figures.samples import add_readers

MANY = 12
LATER = "2026-03-16 09:00"


def fill(town: Town, clock: Clock) -> dict[str, str]:
    """Fill the desk, on 2 March and a fortnight later; what names its things in the addresses of pages."""
    _people(town)
    rich = _rich_case(town)
    found = (
        {"case": _place(rich)}
        | _sample(town)
        | _storm(town)
        | _prepared(town)
        | _receptions(town)
        | _settings(town)
    )
    clock.set(LATER)
    run_clocks(clock())
    _cover(town, clock)
    _drafts(town, Case.objects.select_related("filing", "promise").get(pk=rich.pk))
    found |= _glass(town, clock)
    return found


def _place(case: Case) -> str:
    return f"{case.filing.reference}/{case.number}"


def _people(town: Town) -> None:
    add_office(town, "parks", "hall")
    add_staff(town, "fan", water=["operator"])
    add_staff(town, "ada", hall=["administrator"])
    add_staff(town, "fei", roads=["handler"], water=["handler"])
    add_staff(town, "pan", parks=["supervisor"])
    add_readers(town)
    RecoveryCodes.activate(town.staff["zhou"])


def _rich_case(town: Town) -> Case:
    """Everything that a case can hold: two matters, notes, a question, photos, a joint office, a recusal, a day."""
    filed, _ = lin_files(town, *(matter(town, kind) for kind in ("pothole", *["noise"] * 3)))
    zhou, lin = town.actor("zhou"), resident(filed)
    case = make_move(case_of(filed), "accept", actor=zhou, at=NOW)
    for n in range(4):
        case = write_note(case, f"第{n}次去看。", actor=zhou, at=NOW)
        case = ask_resident(case, "ask", "哪一头？", actor=zhou, at=NOW)
        case = reply(case, "reply", "东头。", actor=lin, at=NOW)
        case = add_to_case(case, "又塌了。", [("坑.png", picture())], actor=lin, at=NOW)
    params = {"office": town.offices["water"].id, "reason": "看一下水管"}
    case = make_move(case, "invite_office", actor=zhou, at=NOW, params=params)
    later = NewAnswer(
        "will_do", "坑深。", date(2026, 3, 2), "会补。", "0000", date(2026, 4, 30), by_whom="养护队"
    )
    case = send_answer(case, "promise", later, actor=zhou, at=NOW)
    recuse(
        case,
        Whom("staff", town.staff["fei"].pk, town.offices["roads"].pk),
        "亲戚",
        actor=town.actor("qin"),
        at=NOW,
    )
    return case


def _storm(town: Town) -> dict[str, str]:
    """Many of everything that is filed: new, escalated, to be shown in public, sealed, by telephone, recused."""
    for kind in ("pothole", "noise", "how-to"):
        for n in range(MANY):
            filed, _ = lin_files(town, matter(town, kind, place=f"{n}号"))
            case = case_of(filed)
            if n % 3 == 0:
                make_move(case, "escalate", actor=resident(filed), at=NOW)
            elif n % 3 == 1:
                give_consent(case, PublicCopy("老桥的坑", "路面塌了。"), actor=resident(filed), at=NOW)
    for kind in ("conduct", "quarrel"):
        lin_files(town, matter(town, kind, subject=town.offices["roads"].id if kind == "conduct" else None))
    for who in ("fei", "he"):
        case = case_of(lin_files(town)[0])
        whom = Whom("staff", town.staff[who].pk, town.offices["roads"].pk)
        recuse(case, whom, "亲戚", actor=town.actor("qin"), at=NOW)
    for _ in range(MANY):
        called(town, town.actor("fan"), way="letter")
    for n in range(MANY):
        query = {"kind": "request", "order": "newest"} if n % 2 else {"show": "soon"}
        keep_view(f"第{n}个", query, shared=n % 2 == 0, actor=town.actor("zhou"), at=NOW)
    first: Consent = Consent.objects.first()  # type: ignore[assignment]
    return {"consent": str(first.id), "cause": _cause(town), "answer_consent": _answered_in_public(town)}


def _answered_in_public(town: Town) -> str:
    """The consent under which an answer waits to be shown."""
    copy = PublicCopy("老桥的灯", "不亮了。", answers=True)
    filed, _ = lin_files(town, matter(town, "pothole", public=copy))
    case, su = make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=NOW), town.actor("su")
    consent = Consent.objects.get(case=case)
    publish(consent.id, copy, actor=su, at=NOW)
    said = replace(CASEWORK_ANSWER, found_on=date(2026, 3, 2))
    send_answer(case_of(filed), "answer", said, actor=town.actor("zhou"), at=NOW)
    forget_undo(local(LATER))
    return str(consent.id)


def _cause(town: Town) -> str:
    category, area = town.categories["pothole"], town.areas["river-street"]
    return f"category={category.code}&area={area.code}&week=2026-03-02"


def _sample(town: Town) -> dict[str, str]:
    """Answers of the quarter, half of them checked by Su, one read by Wen; and one more answer."""
    cases, su, wen = [answered(town)[1] for _ in range(7)], town.actor("su"), town.actor("wen")
    drawn = [(case.id, case.office_id) for case in cases[:6]]
    lay_out("2026-Q1", drawn, size=6, batch=1, closes_on=date(2026, 6, 20), at=NOW)
    rows = list(SampledAnswer.objects.order_by("id"))
    for row in rows[:3]:
        _, copy = open_to_check(row.id, su, at=NOW)
        keep_copy(row.id, copy, actor=su, at=NOW)
    take_seat(actor=wen)
    say_of_copy(rows[0].id, {"found": "yes"}, actor=wen, at=NOW)
    return {"copy": str(rows[1].id), "unchecked": str(rows[-1].id), "answered": _place(cases[-1])}


def _prepared(town: Town) -> dict[str, str]:
    """Answer pages (every other past its day), templates, phrases, notices."""
    parts = {
        ANSWER: {"name": pair("已修好", "Mended"), "decided": pair("已经修好。", "It is mended.")},
        PHRASE: {"name": pair("谢谢", "Thanks"), "text": pair("谢谢您告诉我们。", "Thank you.")},
    }
    he = town.actor("he")
    noting: dict[str, Any] = {"why": "核对过", "actor": he, "at": NOW}
    for n in range(MANY):
        draft = write(town, "he", review_by=date(2026, 3, 10) if n % 2 else date(2026, 12, 31))
        page = noted(draft, partial(publish_page, draft, seen=1, actor=he, at=NOW), **noting)
        kind = (ANSWER, PHRASE)[n % 2]
        words = PreparedDraft(kind, parts[kind])
        prepared = noted(None, partial(write_prepared, None, words, actor=he, at=NOW), **noting)
        notice = announced(town)
    found = {"page": page.code, "template": prepared.code, "notice": notice.code}
    for name in ("page", "template"):
        found[f"{name}_change"] = str(Revision.objects.get(code=found[name]).number)
    return found


def _receptions(town: Town) -> dict[str, str]:
    """A reception each day from the fortnight on, the first of them booked up."""
    days = [announced_day(town, begins_at=local(f"2026-03-{16 + n} 10:00")) for n in range(MANY)]
    for position in bookable(days[0].slots):
        book(days[0], [position], new_code(), at=NOW)
    return {"reception": str(days[0].id)}


def _settings(town: Town) -> dict[str, str]:
    """Many changes of the settings, of three things each."""
    things = [(key, kept) for key, kept in in_force().things.items() if key[0] in ("office", "category")]
    Revision.objects.bulk_create(
        Revision(
            number=number,
            kind=kind,
            code=code,
            before=kept,
            after={**kept, "data": {**kept["data"], "name": pair("新名", "New")}},
            by=town.staff["ada"],
            at=NOW + timedelta(minutes=number),
            why="议定的",
        )
        for number in range(101, 126)
        for (kind, code), kept in things[:3]
    )
    return {"revision": "107", "receiver": str(_receiver(town).id)}


def _receiver(town: Town) -> Receiver:
    """Somebody who is told what becomes public, with a history."""
    ada = town.actor("ada", keys=False)
    row, _ = add_receiver("河边广播", "大屏", "https://app.example.org/hook", list(EVENTS), actor=ada, at=NOW)
    for n in range(5):
        pause(row, actor=ada, at=NOW + timedelta(hours=n))
        resume(row, actor=ada, at=NOW + timedelta(hours=n, minutes=30))
    return row


def _cover(town: Town, clock: Clock) -> None:
    he, today = town.actor("he"), local_day(clock())
    for n in range(4):
        for who, other in (("zhou", "fei"), ("he", "zhou")):
            note_absence(
                town.staff[who].pk,
                town.staff[other].pk,
                from_on=today + timedelta(days=7 * n),
                until_on=today + timedelta(days=7 * n + 2),
                actor=he,
                today=today,
                at=clock(),
            )
    set_roster(dict.fromkeys(_weekends(today), town.staff["fei"].pk), actor=he)


def _weekends(today: date) -> Iterator[date]:
    return (on for n in range(40) if (on := today + timedelta(days=n)).weekday() > 4)


def _drafts(town: Town, case: Case) -> None:
    """What Zhou typed and has not sent, in several forms."""
    typed = {
        "note": {"text": "再看一次。"},
        "answer": {"found": "看了。"},
        "move-hand_over": {"reason": "水管。"},
    }
    for form, texts in typed.items():
        desk_drafts.keep_draft(
            case, form, texts, page="", seen=0, actor=town.actor("zhou"), at=case.opened_at
        )


def _glass(town: Town, clock: Clock) -> dict[str, str]:
    """Pan asks for cases of Roads; Officer He lets them read two."""
    known = Case.objects.filter(office=town.offices["roads"], kind="request", recusals=None)
    for case in known.select_related("filing")[:8]:
        glass.ask(case.filing.reference, case.number, "桥塌了。", actor=town.actor("pan"), at=clock())
    glass.find_asked(clock())
    for row in BreakGlass.objects.exclude(case=None).order_by("id")[:2]:
        glass.approve(row.id, actor=town.actor("he"), at=clock())
    opened = BreakGlass.objects.filter(approved_at__isnull=False).select_related("case__filing").first()
    return {"glass": _place(opened.case)}  # type: ignore[union-attr, arg-type]
