"""A month in the small town, told twice: with one thing more that Roads must not learn of, and without it.

Roads is the office X: somebody of every role works there, there is a depot beneath it, and somebody works for Roads and
for Water. The thing more happens on 3 March, amid filings before and after it.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from gongshi.accounts.models import Role
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.conversation import ask_resident, reply, write_note
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.filing import Filed
from gongshi.cases.actions.glass import approve, ask, find_asked, refuse
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import consents_to_review, open_copy, publish
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.actions.samples import keep_copy, lay_out, open_to_check, take_seat
from gongshi.cases.actions.uploads import keep_upload
from gongshi.cases.drafts import Contact, PublicCopy
from gongshi.cases.glass import waiting
from gongshi.cases.models import Attachment, BreakGlass, Case, Recusal, SampledAnswer
from gongshi.cases.recusing import Whom
from gongshi.figures.queries import first_answers
from gongshi.notifications import schedule
from gongshi.notifications.jobs import deliver
from gongshi.places.snapshots import forget
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.receipts import new_receipt
from tests.bulletin.outages import announced
from tests.bulletin.pages import show
from tests.casework import add_office, add_staff, picture
from tests.cast import Town, build_town, case_of, lin_files, matter, resident
from tests.clock import Clock, local
from tests.instance import DIRECTORY
from tests.twins.chance import Chance
from tests.twins.ladder import RUNGS, Step, people, standing, the_whole_ladder

# From then on hardly anything happens in either world, and a few steps of the agenda in half a day fill no batch.
QUIET, AT_ONCE = "2026-03-12 00:00", 4
# Then jobs run once a day, and what would not keep until the end is done, until thirty days have passed since the first
# answers.
LATE, LATE_AT_ONCE = "2026-04-01 00:00", 2
ENDS = "2026-04-17 09:00"
DATABASES = ("default", STORE)
# Whoever must learn nothing: everybody who holds a role in Roads or beneath it, and strangers to the matter.
# Zhou is their handler and He their lead.
OTHERS = [role for role in Role.values if role not in ("handler", "lead")]
INSIDE = ("zhou", "he", *(f"roads-{role}" for role in OTHERS), "depot-lead", "two", "ma")
Thing = Callable[["World"], None]


@dataclass
class World:
    """The town with its clock and chance, and what was filed: by name."""

    town: Town
    clock: Clock
    chance: Chance
    filed: dict[str, tuple[Filed, str]] = field(default_factory=dict)
    agenda: list[Step] = field(default_factory=list)
    late_agenda: list[Step] = field(default_factory=list)

    def files(self, name: str, *matters: Any, contact: Contact | None = None, photo: bool = False) -> Case:
        """Somebody files, with chance of their own."""
        with self.chance.of(name):
            receipt = new_receipt()
            chosen = list(matters) or [matter(self.town)]
            if photo:
                upload = keep_upload(picture(), "照片.png", receipt=receipt, at=self.clock())
                chosen[0] = _with(chosen[0], upload.id)
            more = {"contact": contact} if contact else {}
            self.filed[name] = lin_files(self.town, *chosen, at=self.clock(), receipt=receipt, **more)
        return self.case(name)

    def case(self, name: str, number: int = 1) -> Case:
        """One matter of what was filed under this name, as it is now."""
        return case_of(self.filed[name][0], number)

    def does(self, name: str, act: Callable[[], Any]) -> None:
        """Somebody does something, with chance of its own."""
        with self.chance.of(name):
            act()

    def goes_on(self, until: str) -> None:
        """Time passes, and every job runs twice a day, after some steps of what is on the agenda."""
        at, end = self.clock(), self.clock.set(until)
        while at < end:
            at = min(at + timedelta(hours=12 if at < local(LATE) else 24), end)
            self.clock.now = at
            agenda, steps = (self.late_agenda, LATE_AT_ONCE) if at >= local(LATE) else (self.agenda, AT_ONCE)
            for number in range(steps if at >= local(QUIET) else 0):
                if agenda:
                    self.does(f"agenda at {at}, {number}", agenda.pop(0))
            with self.chance.of(f"jobs at {at}"):
                schedule.run_due("worker", at)
                deliver("worker", at, 500)


def _with(one: Any, upload: UUID) -> Any:
    from dataclasses import replace

    return replace(one, uploads=(upload,))


def build(clock: Clock, chance: Chance) -> World:
    """The town before anything is filed, with everybody whom the walk needs."""
    cache.clear()
    forget()
    with chance.of("the town"):
        town = build_town()
        add_office(town, "depot", "roads")
        add_office(town, "parks", "hall")
        for role in Role.values:
            add_staff(town, f"roads-{role}", roads=[role])
        add_staff(town, "depot-lead", depot=["handler", "lead"])
        add_staff(town, "pan", parks=["supervisor"])
        people(town)
        add_staff(town, "two", roads=["handler"], water=["handler", "lead"])
        show(town)
        announced(town)
    return World(town, clock, chance)


@contextmanager
def undone(*, configured: bool = True) -> Iterator[None]:
    """What the block writes, in either database, is gone afterwards.

    ``configured``: it may have changed offices, categories or whatever else of the place is kept at hand.
    """
    points = [(name, transaction.savepoint(using=name)) for name in DATABASES]
    try:
        yield
    finally:
        for name, point in points:
            transaction.savepoint_rollback(point, using=name)
        if configured:
            forget()
        cache.clear()


# Batches of the ledger are filled up to 16, 64, ... entries. Both worlds file so much in these hours that one thing
# more carries the batch over no step: a step can be seen by everybody, and says how much was going on, not what.
def a_month(world: World, thing: Thing | None, *, until: str = ENDS) -> None:
    """Everything until then, with the thing more on 3 March. Files and mail of an earlier month are gone first."""
    for folder in (DIRECTORY / "files", Path(settings.OUTBOX_DIRECTORY)):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    world.filed.clear()
    world.agenda.clear()
    world.late_agenda.clear()
    world.clock.set("2026-03-02 09:00")
    _before(world)
    world.goes_on("2026-03-03 10:00")
    if thing is not None:
        thing(world)
    world.clock.set("2026-03-03 11:00")
    _after(world)
    world.goes_on(until)


def _answer(world: World) -> NewAnswer:
    return NewAnswer("done", "到现场看了，坑深十厘米。", world.clock().date(), "已补好。", "道路所 0000-1")


def _before(world: World) -> None:
    town, clock = world.town, world.clock
    for number in range(1, 8):
        world.files(f"pothole {number}", photo=number == 1)
    world.files("leak", matter(town, "leak"))
    shown = PublicCopy("老桥的坑", "老桥东头路面塌了一个坑。")
    world.files("shown", matter(town, public=shown))
    first, zhou = world.case("pothole 1"), town.actor("zhou")
    world.does("accepts", lambda: make_move(first, "accept", actor=zhou, at=clock()))
    world.does("reads", lambda: open_content(first, zhou, why="assignment", at=clock()))
    params = {"office": town.offices["water"].id, "reason": "看管子"}
    world.does("invites", lambda: make_move(first, "invite_office", actor=zhou, at=clock(), params=params))
    world.does("reviews", lambda: _publish(world))


def _publish(world: World) -> None:
    su = world.town.actor("su")
    (consent,) = consents_to_review(su)
    _, copy = open_copy(consent.id, su, at=world.clock())
    publish(consent.id, copy, actor=su, at=world.clock())


def _after(world: World) -> None:
    town, clock = world.town, world.clock
    for number in range(8, 25):
        world.files(f"pothole {number}")
    world.files("waiting", matter(town, public=PublicCopy("路灯", "桥头的灯不亮。")))
    second, zhou = world.case("pothole 2"), town.actor("zhou")
    world.does("accepts 2", lambda: make_move(second, "accept", actor=zhou, at=clock()))
    world.does("answers 2", lambda: send_answer(second, "answer", _answer(world), actor=zhou, at=clock()))
    world.does("draws a sample", lambda: _draw(world))
    third = world.case("pothole 3")
    params = {"office": town.offices["depot"].id, "reason": "归站里"}
    world.does("hands over", lambda: make_move(third, "hand_over", actor=zhou, at=clock(), params=params))


def _draw(world: World) -> None:
    """Every answer there is so far is drawn, checked, and has a reader from Roads."""
    at, su = world.clock(), world.town.actor("su")
    answers = first_answers(date(2026, 1, 1), date(2026, 4, 1)).values_list("case_id", "office_id")
    lay_out("2026-Q1", answers, size=20, batch=1, closes_on=date(2026, 6, 20), at=at)
    for row in SampledAnswer.objects.order_by("id"):
        _, copy = open_to_check(row.id, su, at=at)
        keep_copy(row.id, copy, actor=su, at=at)
    take_seat(actor=world.town.actor("roads-reader"))


# What Roads must not learn of


def a_complaint(world: World) -> None:
    """A sealed matter about Roads, with a photo; the hall reads it, works on it, asks, is answered, and is late.

    And grievances at every rung of the ladder that name Roads as not to see them.
    """
    about = matter(world.town, "conduct", subject=world.town.offices["roads"].id, text="值班的人收了钱。")
    case, qin = world.files("secret", about, contact=Contact(), photo=True), world.town.actor("qin")
    with world.chance.of("the hall"):
        at = world.clock.advance(minutes=5)
        make_move(case, "accept", actor=qin, at=at)
        open_content(case, qin, why="assignment", at=at)
        write_note(case, "先核实。", actor=qin, at=at)
        ask_resident(world.case("secret"), "ask", "哪一天？", actor=qin, at=at)
        filed, _ = world.filed["secret"]
        reply(world.case("secret"), "reply", "上周三。", actor=resident(filed), at=at)
    _others_come_near(world, at)
    _another_thinks_better_of_it(world, at)
    the_whole_ladder(world)


def _others_come_near(world: World, at: datetime) -> None:
    """Parks break glass, refused once and let in once, until whoever filed keeps them from it."""
    town, qin = world.town, world.town.actor("qin")
    for decide in (refuse, approve):
        with world.chance.of(f"parks ask, {decide.__name__}"):
            ask(world.case("secret").filing.reference, 1, "合起来看。", actor=town.actor("pan"), at=at)
            find_asked(at)
            decide(waiting(at).get().id, actor=qin, at=at)
    with world.chance.of("a recusal"):
        parks = Whom.all_of(town.offices["parks"].id)
        recuse(world.case("secret"), parks, "有牵连。", actor=resident(world.filed["secret"][0]), at=at)


def _another_thinks_better_of_it(world: World, at: datetime) -> None:
    """A second complaint, read and then withdrawn: a fortnight later it is erased."""
    about = matter(world.town, "conduct", subject=world.town.offices["roads"].id, text="算了，怕惹麻烦。")
    case, qin = world.files("withdrawn", about, contact=Contact()), world.town.actor("qin")
    with world.chance.of("a change of mind"):
        open_content(case, qin, why="assignment", at=at)
        withdraw(world.case("withdrawn"), erase=True, actor=resident(world.filed["withdrawn"][0]), at=at)


def beside_a_pothole(world: World) -> None:
    """The same complaint, filed together with a pothole that Roads does see, and named first."""
    about = matter(world.town, "conduct", subject=world.town.offices["roads"].id, text="值班的人收了钱。")
    world.files("both", about, matter(world.town), contact=Contact())


def a_pothole_alone(world: World) -> None:
    """That pothole and no complaint."""
    world.files("both", matter(world.town), contact=Contact())


def shown_of(world: World) -> dict[str, list[Any]]:
    """For the pothole that came with the complaint: both worlds have it, so it is asked for by everybody."""
    return {"reference": [world.case("both").filing.reference], "attachment": []}


def secret_ids(world: World) -> dict[str, list[Any]]:
    """What addresses could name of the thing more."""
    if "secret" not in world.filed:
        return {"reference": [], "attachment": [], "recusal": [], "asked": []}
    case, gone = world.case("secret"), world.case("withdrawn")
    over = world.clock() >= local(ENDS)
    assert (gone.erased_at is not None) == over
    assert (standing() >= RUNGS) == over
    files = Attachment.objects.filter(case=case).values_list("id", flat=True)
    return {
        "reference": [case.filing.reference, gone.filing.reference],
        "attachment": list(files),
        "recusal": list(Recusal.objects.filter(case=case).values_list("id", flat=True)),
        "asked": list(BreakGlass.objects.filter(case=case).values_list("id", flat=True)),
    }
