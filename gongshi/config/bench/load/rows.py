"""One case as the rows of every table, as filing, accepting, answering and confirming would have left them.

What the program commits to, seals and wraps is committed to, sealed and wrapped here by the same functions; a case that
is made here opens at the desk and with its receipt, folds from its history, and stands in the audited ledger.
"""

import os
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import acting_in, lead_of
from gongshi.accounts.rights import may
from gongshi.cases import engine
from gongshi.cases.actions.moves import NOTICES
from gongshi.cases.actions.public_state import public_area, public_state
from gongshi.cases.claiming import STAND_IN
from gongshi.cases.drafts import Contact, NewMatter
from gongshi.cases.letters import open_routes
from gongshi.cases.models import Answer, Case, Clock, Consent, Filing, History, Look, Receipt
from gongshi.cases.record import CONTACT_EFFECT
from gongshi.cases.routes import Route, route_for
from gongshi.cases.sealed import clean, seal_json, seal_words
from gongshi.config.bench.load.batches import Batch, id_at, new, receipt_of
from gongshi.config.bench.load.shape import Shape
from gongshi.config.bench.load.stories import OFFICE, RESIDENT, STEPS, Plan, Step, told
from gongshi.config.bench.published_rows import copy_of, spots, words_of
from gongshi.notifications.models import OutboxRow, State
from gongshi.places.queries import local_day, the_place
from gongshi.routing.queries import CategoryNode, categories, leaves, procedure_for
from gongshi.rules.geometry import snap
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import OFFICE as ABOUT_OFFICE
from gongshi.rules.references import RANDOM_BYTES, new_reference
from gongshi.safekeeping import ledger
from gongshi.safekeeping.actions import wraps_for
from gongshi.safekeeping.receipts import receipt_hash
from gongshi.safekeeping.sealing import new_data_key

KEPT_NOTICES = timedelta(days=30)
PUBLISHED, WITH_MAIL, CLAIMED = 0.3, 0.5, 0.6
"""Of all: those of which a copy may be shown, those who are told by mail, and of calls those taken over since."""
CONFIRM, REOPEN = 0.35, 0.06
"""Of answers: those that are confirmed, and those that are not accepted. The others are met with silence."""
_STRIDE = 0x5DEECE66D
_PARTS = {
    "found": "已到现场查看，情况属实。",
    "decided": "已经处理完毕，请您看看。",
    "call": "县服务中心 12345",
}
_SHOWN = f"{_PARTS['found']}\n\n{_PARTS['decided']}"


@dataclass(frozen=True)
class _Chosen:
    """What a case is about, before it has a story."""

    category: CategoryNode
    spot: tuple[str, UUID, float, float]
    days: tuple[float, ...]


class Maker:
    """Makes cases of one instance. It reads the place once, and needs no statement after that."""

    def __init__(self, shape: Shape, *, seed: int, now: datetime) -> None:
        self._shape, self._seed, self._now = shape, seed, now
        self._zone, self._prefix = the_place().zone, the_place().reference_prefix
        self._today = local_day(now)
        self._metres = the_place().snap_metres
        self._categories = [leaf for leaf in leaves() if _is_plain(leaf)]
        self._spots = spots()
        self._kinds = [one.share for one in shape.kinds]
        self._route = cache(self._routed)
        self._handler = cache(self._handling)
        self._routes = lru_cache(maxsize=50_000)(self._open_routes)

    def make(self, number: int, on: date, chance: random.Random, last: list[_Chosen], batch: Batch) -> None:
        """The ``number``th case, filed on ``on``. ``last``: what was chosen lately, of which some is filed again."""
        chosen = chance.choice(last) if last and chance.random() < self._shape.again else self._choose(chance)
        if len(last) < 50:
            last.append(chosen)
        else:
            last[number % 50] = chosen
        _Making(self, (number, on), chance, chosen, batch).run()

    def _choose(self, chance: random.Random) -> _Chosen:
        """Types in the order of how many there are stand for the place's categories in turn, districts for spots."""
        rank = chance.choices(range(len(self._kinds)), self._kinds)[0]
        district = chance.choices(range(len(self._shape.places)), self._shape.places)[0]
        near = self._spots[district :: len(self._shape.places)] or self._spots
        category = self._categories[rank % len(self._categories)]
        return _Chosen(category, chance.choice(near), self._shape.kinds[rank].days)

    def _routed(self, category: UUID, area: UUID, channel: str) -> Route:
        noon = datetime.combine(self._today, time(12), self._zone)
        return route_for(NewMatter(category, "", area=area), categories()[category], channel=channel, at=noon)

    def _handling(self, office: UUID) -> StaffActor | None:
        return next((actor for actor in acting_in(office) if may(actor, "case.work")), None)

    def _open_routes(self, procedure: UUID, stage: str, on: date) -> list[dict[str, Any]]:
        routes: list[dict[str, Any]] = clean(
            {"all": open_routes(Case(procedure_id=procedure, stage=stage), on)}
        )["all"]
        return routes


def _is_plain(leaf: CategoryNode) -> bool:
    """Ordinary kinds alone: what is sealed is for offices' own keys, and what is about an office names one."""
    procedure = procedure_for(leaf).procedure
    lettered = any(procedure.letter_of(move) for move in procedure.moves)
    return leaf.kind in ("question", "request") and not (
        is_sealed(leaf.kind) or lettered or procedure.subject == ABOUT_OFFICE
    )


class _Making:
    """One case under way."""

    def __init__(
        self, maker: Maker, filed: tuple[int, date], chance: random.Random, chosen: _Chosen, batch: Batch
    ) -> None:
        self._m, self._chance, self._batch = maker, chance, batch
        self._number, self._on = filed
        self._chosen, self._words = chosen, words_of(chance, chosen.spot[0])
        self._key = new_data_key()
        self._at = self._moment(self._on)
        self._seq = 0

    def run(self) -> None:
        """All rows."""
        chance, category = self._chance, self._chosen.category
        phoned = chance.random() < self._m._shape.phone
        filing, receipt = self._filing(phoned)
        self._phoned, self._filing_row = phoned, filing
        route = self._m._route(category.id, self._chosen.spot[1], filing.channel)
        case = self._case = self._case_row(filing, route)
        self._handler = self._m._handler(case.office_id)
        story = told(
            case.procedure_id,
            engine.promise_of(category),
            self._on,
            self._plan(),
            self._m._today - timedelta(days=1),
        )
        shown = category.public and chance.random() < PUBLISHED and (not phoned or filing.claimed)
        for place, step in enumerate(story.steps):
            self._step(step, route if place == 0 else None)
            if place == 0 and shown:
                self._agree()
        if shown and case.answered_on:
            self._publish()
        engine.take_state(case, story.state)
        case.seq = self._seq
        for code, clock in story.state.clocks.items():
            self._batch.add(
                engine.fill_clock(new(Clock, id=id_at(self._at), case_id=case.id, code=code), clock)
            )
        for run in _earlier_runs(story.steps, story.state):
            self._batch.add(
                engine.fill_clock(new(Clock, id=id_at(self._at), case_id=case.id, code=run[0]), run[1])
            )
        self._batch.add(filing, case)
        opener = new(
            Receipt,
            id=id_at(self._at),
            filing_id=filing.id,
            hash=receipt_hash(receipt),
            created_at=filing.filed_at,
        )
        if phoned and not filing.claimed:
            opener.role = STAND_IN
        wraps = wraps_for(case.id, self._key, receipt=receipt, receipt_id=opener.id, at=filing.filed_at)
        self._batch.add(opener, *wraps)
        self._batch.add(
            *wraps_for(filing.id, self._contact, receipt=receipt, receipt_id=opener.id, at=filing.filed_at)
        )
        if shown and case.answered_on:
            self._show()

    def _filing(self, phoned: bool) -> tuple[Filing, str]:
        chance, number = self._chance, self._number
        row = new(
            Filing,
            id=id_at(self._at),
            reference=new_reference(
                self._m._prefix, (number * _STRIDE % 2**40).to_bytes(RANDOM_BYTES, "big")
            ),
            channel="phone" if phoned else "web",
            staff_logged=phoned,
            claimed=phoned and chance.random() < CLAIMED,
            language=self._words.language,
            filed_at=self._at,
            filed_on=self._on,
            body_digest=os.urandom(32),
        )
        self._contact = new_data_key()
        row.notify = "email" if chance.random() < WITH_MAIL else ""
        contact = (
            Contact(email=f"resident{number}@example.org") if row.notify else Contact(phone="139 0000 0000")
        )
        row.contact = seal_json(self._contact, contact.as_data(), row=row.id, field="contact")
        return row, receipt_of(self._m._seed, number)

    def _case_row(self, filing: Filing, route: Route) -> Case:
        category, area = self._chosen.category, self._chosen.spot[1]
        return new(
            Case,
            id=id_at(self._at),
            filing_id=filing.id,
            number=1,
            kind=category.kind,
            category_id=category.id,
            area_id=area,
            office_id=route.office,
            lead_id=lead_of(route.office, named=route.lead),
            procedure_id=procedure_for(category).id,
            promise_id=category.promise.id if category.promise else None,
            route=route.as_data(),
            opened_at=filing.filed_at,
            opened_on=filing.filed_on,
        )

    def _plan(self) -> Plan:
        chance = self._chance
        wanted = chance.choice(self._chosen.days)
        answer = min(STEPS, key=lambda step: abs(step - wanted))
        accept = min(answer, chance.choice((0, 0, 1, 1, 2)))
        drawn = chance.random()
        if drawn < CONFIRM:
            return Plan(accept, answer - accept, "confirm", chance.choice((1, 2, 4, 7)))
        if drawn < CONFIRM + REOPEN:
            return Plan(accept, answer - accept, "reopen", chance.choice((1, 3)), chance.choice((5, 10)))
        return Plan(accept, answer - accept)

    def _step(self, step: Step, route: Route | None) -> None:
        at = self._at if route else self._next(step)
        for place, entry in enumerate(step.made.entries):
            self._seq += 1
            params = dict(entry.params)
            row = self._entry(entry.code, entry.by, at, params)
            if place == 0 and route:
                row.by = "operator" if self._phoned else RESIDENT
                params |= self._opening(route)
            elif place == 0 and step.by == OFFICE:
                self._by_office(step, row, at)
            elif step.by == RESIDENT:
                self._said(step, row, at)
            self._columns(step, entry.code, at)
            row.params = clean(params) if route and place == 0 else {**params, **row.params}
            self._batch.commit(row)
            self._notice(NOTICES.get(entry.code, "filed" if route and not self._phoned else ""), at)

    def _entry(self, code: str, by: str, at: datetime, params: dict[str, Any]) -> History:
        return new(
            History,
            id=id_at(at),
            case_id=self._case.id,
            seq=self._seq,
            at=at,
            code=code,
            by=by,
            params=params,
            salt=ledger.new_salt(),
        )

    def _opening(self, route: Route) -> dict[str, Any]:
        spot, case = self._chosen.spot, self._case
        matter = NewMatter(
            case.category_id, self._words.text, wish="请尽快处理。", point=spot[2:], place=spot[0]
        )
        case.content, committed = seal_words(self._key, matter.content(), row=case.id, field="content")
        why = dict(route.reason)
        return {
            "office": route.office,
            "lead": route.lead,
            "rule": route.rule,
            "why": why,
            "words": committed,
        }

    def _by_office(self, step: Step, row: History, at: datetime) -> None:
        """A look before the move, and with an answer its letter."""
        if self._handler is None:
            return
        staff, office = self._handler.staff_id, self._handler.office_id
        row.staff_id, row.office_id = staff, office
        look = new(
            Look,
            id=id_at(at),
            case_id=self._case.id,
            at=at - timedelta(minutes=3),
            staff_id=staff,
            office_id=office,
            role="handler",
            why="assignment",
            what="content",
            salt=ledger.new_salt(),
        )
        self._batch.commit(look)
        if step.effect != "answer":
            return
        row.reason = seal_json(self._key, _PARTS["decided"], row=row.id, field="reason")
        self._answered = self._answer(step, at)
        row.params = {"words": self._committed}
        self._batch.add(self._answered)

    def _answer(self, step: Step, at: datetime) -> Answer:
        case = self._case
        routes = self._m._routes(case.procedure_id, step.made.state.stage, step.on)
        before = self._batch.rows[Answer][-1:] if case.reopenings else []
        row = new(
            Answer,
            id=id_at(at),
            case_id=case.id,
            number=len(before) + 1,
            office_id=case.office_id,
            staff_id=self._handler.staff_id if self._handler else None,
            decision="done",
            found_on=step.on,
            route_until_on=min(
                (date.fromisoformat(one["until_on"]) for one in routes if one.get("until_on")), default=None
            ),
            sent_at=at,
        )
        row.content = seal_json(self._key, _PARTS, row=row.id, field="content")
        language = self._words.language
        letter = {
            **_PARTS,
            "decision": "done",
            "found_on": step.on.isoformat(),
            "by_on": None,
            "routes": routes,
            "language": language,
        }
        row.letter, self._committed = seal_words(self._key, letter, row=row.id, field="letter")
        return row

    def _said(self, step: Step, row: History, at: datetime) -> None:
        """What the resident says of the answer that lies there."""
        said = "" if step.effect == "confirm" else "还是老样子，没有修。"
        self._answered.points_answered = step.effect == "confirm"
        self._answered.verdict_at = at
        self._answered.verdict = seal_json(self._key, said, row=self._answered.id, field="verdict")
        if said:
            row.reason = seal_json(self._key, said, row=row.id, field="reason")

    def _columns(self, step: Step, code: str, at: datetime) -> None:
        """As `actions.moves` writes them."""
        case, procedure = self._case, engine.procedure_of(self._case)
        if code == "case.accepted" and self._handler:
            case.handler_id = self._handler.staff_id
        elif code == "case.reopened":
            case.reopenings += 1
        elif code == "case.answered":
            kept = engine.answer_kept(procedure, step.made)
            case.answered_at, case.answered_on = at, step.on
            case.on_time = False if case.on_time is False else (kept if kept is not None else case.on_time)
        stage = procedure.stages[step.made.state.stage]
        if stage.end:
            case.closed_at, case.closed_on, case.outcome = at, step.on, stage.outcome
        else:
            case.closed_at = case.closed_on = None
            case.outcome = ""

    def _agree(self) -> None:
        self._seq += 1
        consent = self._consent = new(Consent, id=id_at(self._at), case_id=self._case.id, given_at=self._at)
        copy = {"title": self._words.title, "text": self._words.text}
        consent.copy = seal_json(self._key, copy, row=consent.id, field="copy")
        self._batch.commit(self._entry("case.publication_agreed", RESIDENT, self._at, {}))
        self._batch.add(consent)

    def _publish(self) -> None:
        """Reviewed a little after the last thing that happened."""
        self._seq += 1
        at = self._published_at = self._later(self._last)
        self._consent.reviewed_at = at
        row = self._entry("case.published", OFFICE, at, {})
        if self._handler:
            row.staff_id, row.office_id = self._handler.staff_id, self._handler.office_id
        self._batch.commit(row)
        if self._case.answered_at:
            self._publish_answer()

    def _publish_answer(self) -> None:
        """Right after the copy: agreed to with it."""
        self._seq += 1
        self._consent.answers, self._consent.answer_seen = True, self._answered.number
        row = self._entry("case.answer_published", OFFICE, self._published_at, {})
        if self._handler:
            row.staff_id, row.office_id = self._handler.staff_id, self._handler.office_id
        self._batch.commit(row)

    def _show(self) -> None:
        case, spot = self._case, self._chosen.spot
        point = (self._chance.gauss(spot[2], 0.006), self._chance.gauss(spot[3], 0.007))
        self._batch.add(
            copy_of(
                self._words,
                number=self._number + 1,
                case=case.id,
                category=case.category_id,
                area=public_area(case.area_id),
                office=case.office_id,
                point=snap(*point, self._m._metres),
                state=public_state(case),
                answer=_SHOWN if case.answered_at else "",
                filed_on=case.opened_on,
                answered_on=case.answered_on,
                published_on=local_day(self._published_at),
                chance=self._chance,
            )
        )

    def _notice(self, template: str, at: datetime) -> None:
        """What was sent lately; older notices are swept away."""
        if not template or not self._filing_row.notify or self._m._now - at > KEPT_NOTICES:
            return
        self._batch.add(
            new(
                OutboxRow,
                id=id_at(at),
                case=self._case.id,
                template=template,
                channel="email",
                effect=CONTACT_EFFECT,
                state=State.SENT,
                attempts=1,
                next_at=at,
                created_at=at,
                sent_at=at + timedelta(seconds=20),
            )
        )

    def _moment(self, on: date) -> datetime:
        """An instant of the day, as often at each hour as requests come in."""
        hour = self._chance.choices(range(24), self._m._shape.hours)[0]
        second = self._chance.randrange(3_600)
        self._last = datetime.combine(on, time(hour), self._m._zone).astimezone(UTC) + timedelta(
            seconds=second
        )
        return self._last

    def _next(self, step: Step) -> datetime:
        """When a step of the day is made: by an office in its hours, by the program after midnight; never backwards."""
        hour = {OFFICE: self._chance.uniform(8.5, 17.4), RESIDENT: self._chance.uniform(7, 22)}.get(
            step.by, 0.1
        )
        at = datetime.combine(step.on, time(), self._m._zone).astimezone(UTC) + timedelta(hours=hour)
        self._last = max(at.replace(microsecond=0), self._last + timedelta(minutes=5))
        return self._last

    def _later(self, at: datetime) -> datetime:
        self._last = min(at + timedelta(hours=2), self._m._now)
        return self._last


def _earlier_runs(steps: tuple[Step, ...], state: Any) -> list[tuple[str, Any]]:
    """Clocks that began anew keep a row of each run before."""
    found: dict[tuple[str, int], Any] = {}
    for step in steps:
        for change in step.made.changes:
            found[change.clock, change.state.run] = change.state
    return [(code, one) for (code, run), one in found.items() if state.clocks[code].run != run]
