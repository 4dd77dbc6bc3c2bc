"""The demo town: two months of invented filings, lived through the same actions that pages use.

A pack's ``demo/filings.jsonl`` tells, for each filing, what residents and offices did and how long after the event
before. Everything is replayed in the order of time, with the clocks run each night, so that what is late is late.
"""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from gongshi.accounts.actors import Actor, Resident, StaffActor, System
from gongshi.accounts.models import Role, Staff
from gongshi.accounts.queries import acting_in, actor_for, office_by_code, offices
from gongshi.accounts.rights import may
from gongshi.cases import engine
from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import ask_resident, reply, write_note
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.filing import file_filing
from gongshi.cases.actions.hearings import Call, call_hearing, end_hearing
from gongshi.cases.actions.looks import open_content, usual_reason
from gongshi.cases.actions.moves import Changed, make_move
from gongshi.cases.actions.public_answers import answers_to_review, open_answer, publish_answer
from gongshi.cases.actions.publication import consents_to_review, open_copy, publish
from gongshi.cases.actions.reprisals import report_reprisal
from gongshi.cases.actions.supervision import decide, press
from gongshi.cases.actions.undoing import forget_undo
from gongshi.cases.drafts import Contact, KeepOff, NewFiling, NewMatter, PublicCopy
from gongshi.cases.masking import guarded
from gongshi.cases.models import Answer, Case, PublicCase, Supervision
from gongshi.cases.queries import NotFound
from gongshi.places import queries as places
from gongshi.places.prepared import Prepared
from gongshi.routing.queries import category_by_code
from gongshi.rules.calendar import add_working_days, is_working_day, next_working_day
from gongshi.rules.ladder import SEALED_KINDS
from gongshi.rules.redaction import MARK
from gongshi.safekeeping.keyrings import Keyring
from gongshi.safekeeping.pairs import PrivateHalf
from gongshi.safekeeping.receipts import new_receipt

Event = Mapping[str, Any]
# The open keys of members of staff, with which they act on sealed cases.
Keys = Mapping[UUID, PrivateHalf]


@dataclass
class Story:
    """One filing as it is told, and what came of it."""

    told: Mapping[str, Any]
    filed_at: datetime
    today: date
    reference: str = ""
    receipt: str = ""
    resident: Resident | None = None
    left: dict[int, list[Event]] = field(default_factory=dict)
    keys: Keys = field(default_factory=dict)


@dataclass
class Town:
    """What was built: the stories, and how many told events could not be acted out."""

    stories: list[Story] = field(default_factory=list)
    acted: int = 0
    passed_over: list[str] = field(default_factory=list)


def read_stories(file: Path, now: datetime) -> list[Story]:
    """The told filings that lie in the past at ``now``, oldest first."""
    zone = places.the_place().zone
    stories = []
    for line in file.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        today = now.astimezone(zone).date()
        day = today - timedelta(days=told["days_ago"])
        at = datetime.combine(day, time.fromisoformat(told["time"]), zone)
        if at < now:
            stories.append(Story(told, at, today))
    return sorted(stories, key=lambda story: story.filed_at)


LEFT_UNDECIDED, LEFT_UNREAD = timedelta(days=6), timedelta(days=3)
STORM = 3


def live(
    stories: list[Story],
    now: datetime,
    progress: Callable[[float], None],
    instructions: Sequence[str] = (),
    keys: Keys | None = None,
) -> Town:
    """Act out everything up to ``now``. ``progress`` hears the share that is done, from 0 to 1.

    ``instructions`` are what supervisors say of causes that are late; those of the last days are left to decide.
    ``keys``: everybody's own, without which nobody could act on a sealed case.
    """
    town = Town(stories)
    keys = keys or {}
    for story in stories:
        story.keys = keys
    queue = sorted(_moments(stories, now), key=lambda moment: moment[0])
    first = stories[0].filed_at if stories else now
    night = first.date()
    for at, story, number, event in queue:
        while night < at.date():
            night += timedelta(days=1)
            run_clocks(datetime.combine(night, time(0, 5), at.tzinfo))
            morning = datetime.combine(night, time(9, 30), at.tzinfo)
            if instructions and morning < now - LEFT_UNDECIDED:
                _supervise(instructions, morning, keys)
            progress((at - first) / max(now - first, timedelta(seconds=1)))
        if event is None:
            _file(story, stories)
            town.acted += 1
            continue
        try:
            _act(story, number, event, at)
            town.acted += 1
        except Exception as problem:
            town.passed_over.append(f"{story.told['key']}/{number} {event['do']}: {problem!r}")
    run_clocks(now)
    _review_answers(now)
    return town


def _supervise(instructions: Sequence[str], at: datetime, keys: Keys) -> None:
    """On working days supervisors decide the small causes; a storm's many cases are left to whoever tries the demo."""
    if not is_working_day(places.calendar(), at.date()):
        return
    waiting = Supervision.objects.filter(decided_at=None).annotate(size=Count("cases"))
    for number, supervision in enumerate(waiting.filter(size__lt=STORM).order_by("opened_at")):
        supervisor = next(
            (a for a in _people(supervision.supervisor_id, keys) if may(a, "case.supervise")), None
        )
        if supervisor is None:
            continue
        words = instructions[(at.toordinal() + number) % len(instructions)]
        alone = Case.objects.filter(supervision=supervision, kind__in=SEALED_KINDS, closed_at=None)
        if (case := alone.select_related("filing", "promise").first()) is not None:
            press(case, words, None, actor=supervisor, at=at)
            continue
        with contextlib.suppress(Changed):
            decide(supervision, words, answer_by=None, actor=supervisor, at=at)


def _moments(stories: Iterable[Story], now: datetime) -> Iterator[tuple[datetime, Story, int, Event | None]]:
    for story in stories:
        yield story.filed_at, story, 0, None
        for number, matter in enumerate(story.told["matters"], start=1):
            at = story.filed_at
            for event in matter["story"]:
                if event["do"] == "silent":
                    continue
                at = _after(at, event, story.today)
                if at < now:
                    yield at, story, number, event


def _after(at: datetime, event: Event, today: date) -> datetime:
    """When the event happens: so many days after the one before or before today, at its time, and never before it.

    Counted from today it is a working day.
    """
    if "days_ago" in event:
        day = last_working_day(today, event["days_ago"])
    elif "after_working_days" in event:
        day = add_working_days(places.calendar(), at.date(), event["after_working_days"])
        day = next_working_day(places.calendar(), day)
    else:
        day = at.date() + timedelta(days=event["after_days"])
    then = datetime.combine(day, time.fromisoformat(event["time"]), at.tzinfo)
    if then <= at and "days_ago" in event:
        later = next_working_day(places.calendar(), at.date())
        then = datetime.combine(later, time.fromisoformat(event["time"]), at.tzinfo)
    return max(then, at + timedelta(minutes=1))


def _file(story: Story, stories: Iterable[Story]) -> None:
    told = story.told
    story.receipt = new_receipt()
    new = NewFiling(
        matters=tuple(
            replace(matter_told(one, told), joins=_published(one.get("joins"), stories))
            for one in told["matters"]
        ),
        language=told["language"],
        channel=told["channel"],
        contact=_contact(told.get("contact", {})),
    )
    filed = file_filing(new, receipt=story.receipt, actor=System("demo"), at=story.filed_at)
    story.reference = filed.filing.reference
    story.resident = Resident(filed.filing.id, filed.receipt_id, story.receipt)


def _published(key: str | None, stories: Iterable[Story]) -> UUID | None:
    """The published case of the filing that is told under this key; None where it is not published yet."""
    reference = next((one.reference for one in stories if key and one.told["key"] == key), "")
    found = PublicCase.objects.filter(case__filing__reference=reference, case__number=1)
    return found.values_list("id", flat=True).first() if reference else None


def _contact(told: Mapping[str, str]) -> Contact:
    notify = "email" if told.get("email") else "sms" if told.get("phone") else ""
    return Contact(told.get("name", ""), told.get("email", ""), told.get("phone", ""), notify=notify)


def matter_told(one: Mapping[str, Any], told: Mapping[str, Any]) -> NewMatter:
    """One matter of a told filing."""
    category = category_by_code(one["category"])
    if category is None:
        raise LookupError(f"{told['key']}: no category {one['category']}")
    alias = next((a for a in places.aliases() if a.name == one.get("alias")), None)
    area = places.area_by_code(one["area"]) if "area" in one else None
    subject = office_by_code(one["about"]) if "about" in one else None
    point = (alias.latitude, alias.longitude) if alias and alias.latitude and alias.longitude else None
    return NewMatter(
        category=category.id,
        text=one["text"],
        wish=one["wish"],
        area=alias.area_id if alias else area.id if area else None,
        point=point,
        place=alias.name if alias else "",
        subject=subject.id if subject else None,
        keep_off=tuple(
            KeepOff(office.id) for code in one.get("keep_off", ()) if (office := office_by_code(code))
        ),
        public=PublicCopy(guarded(one["title"])[0], guarded(one["text"])[0], answers=True)
        if told["consent"]
        else None,
    )


def _of_filing(filing: UUID, number: int) -> "QuerySet[Case]":
    return Case.objects.select_related("filing", "promise").filter(filing=filing, number=number)


_case = Prepared(_of_filing, fixed=True)


def _act(story: Story, number: int, event: Event, at: datetime) -> None:
    assert story.resident is not None
    (case,) = _case(story.resident.filing_id, number)
    _ACTS[event["do"]](story, case, event, at)


def _worker(story: Story, case: Case, effect: str, at: datetime) -> tuple[StaffActor, str]:
    """Somebody who may make a move of this effect now, and the move."""
    for actor in _candidates(case, story.keys):
        for move in engine.moves_for(case, actor, at):
            if move.effect == effect:
                return actor, move.code
    raise NotFound


def _candidates(case: Case, keys: Keys) -> Iterator[StaffActor]:
    for office in (case.office_id, *offices()[case.office_id].supervisors):
        yield from _people(office, keys)


def _people(office: UUID | None, keys: Keys) -> Iterator[StaffActor]:
    for actor in acting_in(office) if office else ():
        yield with_key(actor, keys)


def with_key(actor: StaffActor, keys: Keys) -> StaffActor:
    """The same member of staff with their own key open, as after signing in."""
    half = keys.get(actor.staff_id)
    return replace(actor, keys=Keyring(lambda: half)) if half else actor


def _move(effect: str, *names: str) -> Callable[[Story, Case, Event, datetime], None]:
    def act(story: Story, case: Case, event: Event, at: datetime) -> None:
        actor, move = _worker(story, case, effect, at)
        params: dict[str, Any] = {name: event[name] for name in names}
        if "office" in params:
            node = office_by_code(params["office"])
            params["office"] = node.id if node else None
        make_move(case, move, actor=actor, at=at, params=params)

    return act


def _own(effect: str) -> Callable[[Story, Case, Event, datetime], None]:
    def act(story: Story, case: Case, event: Event, at: datetime) -> None:
        actor, move = _residents(story, case, effect, at)
        make_move(case, move, actor=actor, at=at, params={"reason": event["reason"]})

    return act


def _withdraw(story: Story, case: Case, event: Event, at: datetime) -> None:
    assert story.resident is not None
    erase = event.get("erase", False)
    withdraw(case, erase=erase, actor=story.resident, at=at, reason=event["reason"])


def _residents(story: Story, case: Case, effect: str, at: datetime) -> tuple[Resident, str]:
    assert story.resident is not None
    found = next((m for m in engine.moves_for(case, story.resident, at) if m.effect == effect), None)
    if found is None:
        raise NotFound
    return story.resident, found.code


def _look(story: Story, case: Case, event: Event, at: datetime) -> None:
    for actor in _candidates(case, story.keys):
        if event["role"] in actor.roles:
            open_content(case, actor, why=usual_reason(case, actor) or "supervision", at=at)
            return


def _answering(effect: str) -> Callable[[Story, Case, Event, datetime], None]:
    def act(story: Story, case: Case, event: Event, at: datetime) -> None:
        actor, move = _worker(story, case, effect, at)
        today: date = engine.today(at)
        answer = NewAnswer(
            decision="will_do" if effect == "promise" else event["decision"],
            found=event["found"],
            found_on=max(add_working_days(places.calendar(), today, -event["found_before"]), case.opened_on),
            decided=event["done"],
            by_whom=event.get("by_whom", ""),
            call=event["contact"],
            by_on=today + timedelta(days=event["within_days"]) if "within_days" in event else None,
            law=event.get("law", ""),
        )
        send_answer(case, move, answer, actor=actor, at=at)

    return act


def _ask(story: Story, case: Case, event: Event, at: datetime) -> None:
    actor, move = _worker(story, case, "ask", at)
    ask_resident(case, move, event["question"], actor=actor, at=at)


def _reply(story: Story, case: Case, event: Event, at: datetime) -> None:
    actor, move = _residents(story, case, "reply", at)
    reply(case, move, event["text"], actor=actor, at=at)


def _verdict(effect: str) -> Callable[[Story, Case, Event, datetime], None]:
    def act(story: Story, case: Case, event: Event, at: datetime) -> None:
        actor, move = _residents(story, case, effect, at)
        words = event.get("words") or event.get("reason", "")
        verdict = Verdict(event["points_answered"], event["promise_kept"], words)
        give_verdict(case, move, verdict, actor=actor, at=at)

    return act


def _note(story: Story, case: Case, event: Event, at: datetime) -> None:
    worker = next(actor for actor in _candidates(case, story.keys) if may(actor, "case.work"))
    write_note(case, event["text"], actor=worker, at=at)


def _reviewers() -> Iterator[StaffActor]:
    for staff in Staff.objects.filter(appointments__role=Role.REVIEWER, appointments__valid_to=None):
        actor: Actor | None = actor_for(staff)
        if isinstance(actor, StaffActor):
            yield actor


def _review_answers(now: datetime) -> None:
    """What was answered some days ago is shown where it was agreed to; the newest still wait."""
    forget_undo(now)
    old = Answer.objects.filter(undone_at=None, sent_at__lt=now - LEFT_UNREAD).values("case")
    settled = set(old.values_list("case", flat=True))
    for actor in _reviewers():
        for waiting in answers_to_review(actor):
            if waiting.case_id in settled:
                _, number, text = open_answer(waiting.id, actor, at=now)
                publish_answer(waiting.id, number, guarded(text)[0], actor=actor, at=now)


def _publish(_story: Story, case: Case, event: Event, at: datetime) -> None:
    for actor in _reviewers():
        waiting = next((c for c in consents_to_review(actor) if c.case_id == case.id), None)
        if waiting is None:
            return
        _, copy = open_copy(waiting.id, actor, at=at)
        text = event.get("text", copy.text).replace("▇▇", MARK)
        publish(waiting.id, PublicCopy(copy.title, text), actor=actor, at=at)
        return


def _reprisal(story: Story, case: Case, event: Event, at: datetime) -> None:
    language = story.told["language"]
    report_reprisal(case, event["text"], Contact(), receipt=new_receipt(), language=language, at=at)


def last_working_day(today: date, days_ago: int) -> date:
    """The last working day that lies so many days before ``today``, or more."""
    return add_working_days(places.calendar(), today - timedelta(days=days_ago - 1), -1)


def _hear(story: Story, case: Case, event: Event, at: datetime) -> None:
    actor, move = _worker(story, case, "hear", at)
    if "in_days" in event:
        on = next_working_day(places.calendar(), story.today + timedelta(days=event["in_days"]))
    else:
        on = last_working_day(story.today, event["on_days_ago"])
    call = Call(on, event["hour"], event["place"], event["about"], event["invited"])
    call_hearing(case, move, call, actor=actor, at=at)


def _record(story: Story, case: Case, event: Event, at: datetime) -> None:
    actor, move = _worker(story, case, "record", at)
    end_hearing(case, move, event["minutes"], event["outcome"], actor=actor, at=at)


_ACTS: dict[str, Callable[[Story, Case, Event, datetime], None]] = {
    "look": _look,
    "accept": _move("accept"),
    "hand_over": _move("hand_over", "office", "reason"),
    "refer": _move("refer", "reason"),
    "assign": _move("assign", "office", "reason"),
    "extend": _move("extend", "reason"),
    "direct": _move("direct", "instruction"),
    "answer": _answering("answer"),
    "promise": _answering("promise"),
    "report_done": _answering("report_done"),
    "ask": _ask,
    "reply": _reply,
    "note": _note,
    "confirm": _verdict("confirm"),
    "reopen": _verdict("reopen"),
    "escalate": _own("escalate"),
    "withdraw": _withdraw,
    "publish": _publish,
    "reprisal": _reprisal,
    "hear": _hear,
    "record": _record,
}
