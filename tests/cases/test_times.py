"""Days and instants: the place's own clock decides, whatever the server's says, and no clock set back moves a day."""

import time
import tomllib
from collections.abc import Iterator

import pytest

from gongshi.accounts.actors import System
from gongshi.cases import engine
from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.filing import Filed, file_filing
from gongshi.cases.actions.moves import make_move
from gongshi.cases.auditing import audit
from gongshi.cases.drafts import NewFiling
from gongshi.cases.models import Case, Clock, History, Receipt
from gongshi.cases.reading import key_of, read_case
from gongshi.places.models import Calendar as KeptCalendar
from gongshi.places.models import Place
from gongshi.places.snapshots import forget
from gongshi.routing.models import Promise
from gongshi.safekeeping.models import Leaf, Wrap
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.sequencing import sequence
from tests.casework import ANSWER, accepted, replayed
from tests.cast import LOADED, NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local
from tests.rules.calendars import CN_FILE
from tests.rules.due_table import rows

pytestmark = pytest.mark.django_db
NO_FEASTS = {"2026": {"published": True, "holidays": [], "working": []}}


def written_down(town: Town, filed_at: str, *, at: str, channel: str = "phone") -> Filed:
    """A filing that an operator types in later than it was made."""
    new = NewFiling((matter(town),), language="zh", channel=channel, filed_at=local(filed_at))
    return file_filing(new, receipt=new_receipt(), actor=System("desk"), at=local(at))


@pytest.mark.parametrize(
    ("filed", "day", "due"),
    [
        ("2026-03-02 23:59:59", "2026-03-02", "2026-03-09"),
        ("2026-03-03 00:00:00", "2026-03-03", "2026-03-10"),
        ("2026-03-07 12:00:00", "2026-03-07", "2026-03-13"),  # a Saturday that is worked
        ("2026-03-08 23:59:59", "2026-03-08", "2026-03-13"),
    ],
)
def test_the_day_of_filing_is_the_places_and_does_not_count(
    town: Town, filed: str, day: str, due: str
) -> None:
    case = case_of(lin_files(town, at=local(filed))[0])
    assert (str(case.opened_on), str(case.filing.filed_on)) == (day, day)
    clock = Clock.objects.get(case=case, code="answer")
    assert str(clock.due_on) == due
    # Due when the last day is over: the first instant of the next one.
    after = clock.due_on.fromordinal(clock.due_on.toordinal() + 1)
    assert clock.due_at == local(f"{after} 00:00")


def test_row_38_the_last_second_of_the_last_day_is_in_time_and_the_next_is_late(town: Town) -> None:
    for sent, kept in (("2026-03-09 23:59:59", True), ("2026-03-10 00:00:00", False)):
        _, case = accepted(town)
        send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local(sent))
        assert case.on_time is kept
    _, waiting = accepted(town)
    assert run_clocks(local("2026-03-09 23:59:59")) == 1  # the warning
    assert not History.objects.filter(case=waiting, code="case.supervised").exists()
    run_clocks(local("2026-03-10 00:00:00"))
    assert History.objects.filter(case=waiting, code="case.supervised").exists()


def test_a_call_typed_in_later_counts_from_the_call(town: Town) -> None:
    filed = written_down(town, "2026-02-27 16:30", at="2026-03-02 09:00")
    case = case_of(filed)
    assert filed.filing.staff_logged
    assert (case.opened_at, str(case.opened_on)) == (local("2026-02-27 16:30"), "2026-02-27")
    assert str(Clock.objects.get(case=case, code="answer").due_on) == "2026-03-07"
    # What was made today bears today's time: keys, the receipt and the entry in history.
    assert {row.created_at for row in Wrap.objects.all()} == {NOW}
    assert Receipt.objects.get().created_at == NOW
    assert History.objects.get().at == NOW
    make_move(case, "accept", actor=town.actor("zhou"), at=NOW)
    replayed(case_of(filed))


def test_a_call_that_is_still_to_come_is_refused(town: Town) -> None:
    with pytest.raises(ValueError, match="later than now"):
        written_down(town, "2026-03-02 09:01", at="2026-03-02 09:00")
    assert not Case.objects.exists()


def test_row_38_a_clock_set_back_over_midnight_moves_no_day_back(town: Town) -> None:
    filed, case = accepted(town, at=NOW)
    make_move(case, "escalate", actor=resident(filed), at=local("2026-03-04 00:10"))
    make_move(
        case, "direct", actor=town.actor("qin"), at=local("2026-03-03 23:50"), params={"instruction": "快办"}
    )
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-03 23:55"))
    verdict = Verdict(True, True, "")
    give_verdict(case, "confirm", verdict, actor=resident(filed), at=local("2026-03-03 23:56"))
    fresh = case_of(filed)
    assert (str(fresh.answered_on), str(fresh.closed_on)) == ("2026-03-04", "2026-03-04")
    assert fresh.stage_on == fresh.closed_on
    instants = list(History.objects.filter(case=case).order_by("seq").values_list("at", flat=True))
    assert instants != sorted(instants)
    replayed(fresh)


def test_row_38_a_clock_set_back_an_hour_leaves_the_order_of_what_happened(town: Town) -> None:
    """History goes by its numbers, and the batches of the ledger follow one another, whatever the clock said."""
    filed, case = accepted(town, at=NOW)
    due = Clock.objects.get(case=case, code="answer").due_on
    make_move(case, "escalate", actor=resident(filed), at=local("2026-03-04 10:00"))
    assert sequence(local("2026-03-04 10:10"))
    before = Leaf.objects.count()
    instruction = {"instruction": "快办"}
    make_move(case, "direct", actor=town.actor("qin"), at=local("2026-03-04 09:05"), params=instruction)
    assert not sequence(local("2026-03-04 09:10")), "no batch lies before one that went out"
    assert Leaf.objects.count() > before
    lin_files(town, at=local("2026-03-04 09:06"))
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 09:07"))
    assert sequence(local("2026-03-04 10:20"))
    assert not Leaf.objects.exists()
    assert audit().faults == []
    told = read_case(case_of(filed), key_of(case.id), internal=False).events
    codes = [row.code for row in told if not row.code.startswith("clock.")]
    assert codes == ["case.opened", "case.accepted", "case.escalated", "case.directed", "case.answered"]
    assert [row.at for row in told] != sorted(row.at for row in told)
    assert all(one.due_on >= due for one in Clock.objects.filter(case=case, code="answer"))
    replayed(case_of(filed))


# Every eighth line of the table, with all its kinds of edge; the rule itself is held to every line (tests/rules).
SAMPLE = [row for number, row in enumerate(rows()) if number % 8 == 0]


@pytest.fixture
def server_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's own zone is a day ahead of most places."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("server_elsewhere")
def test_row_38_a_filing_is_due_when_the_table_says_wherever_the_server_is(town: Town) -> None:
    assert {row.edge.partition(":")[0] for row in SAMPLE} >= {
        "last second",
        "server in UTC",
        "gap",
        "overlap",
    }
    promise = Promise.objects.get(category=town.categories["pothole"], current=True)
    cn = tomllib.loads(CN_FILE.read_text(encoding="utf-8"))
    weekends = {"weekends": [6, 7], "friday": [5, 6], "daily": []}
    for row in SAMPLE:
        content = (
            cn if row.calendar == "CN" else {**cn, "weekend": weekends[row.calendar], "years": NO_FEASTS}
        )
        KeptCalendar.objects.update(content={**content, "code": "plain"})
        Place.objects.update(time_zone=row.zone)
        Promise.objects.filter(pk=promise.pk).update(days=row.days, counting=row.counting)
        forget()
        case = case_of(lin_files(town, at=row.filed_at)[0])
        clock = Clock.objects.get(case=case, code="answer")
        assert (case.opened_on, clock.due_on, clock.due_at) == (row.filed_on, row.due_on, row.due_at), row


@pytest.mark.parametrize(
    ("zone", "filed", "due_on", "ends"),
    [
        # Clocks go forward on Sunday 8 March 2026: the working days around it are as long as ever in days.
        ("America/New_York", "2026-03-05 23:30", "2026-03-12", "2026-03-13T04:00:00+00:00"),
        ("America/New_York", "2026-02-26 23:30", "2026-03-05", "2026-03-06T05:00:00+00:00"),
        # And on Sunday 29 March in Berlin.
        ("Europe/Berlin", "2026-03-26 00:10", "2026-04-02", "2026-04-02T22:00:00+00:00"),
    ],
)
def test_in_a_zone_that_changes_its_clocks(town: Town, zone: str, filed: str, due_on: str, ends: str) -> None:
    Place.objects.update(time_zone=zone)
    forget()
    case = case_of(lin_files(town, at=local(filed, zone))[0])
    assert str(case.opened_on) == filed[:10]
    clock = Clock.objects.get(case=case, code="answer")
    assert (str(clock.due_on), clock.due_at.isoformat()) == (due_on, ends)
    assert engine.today(clock.due_at) > clock.due_on


def test_calendar_days_and_working_days(town: Town) -> None:
    """Five working days from Monday 2 March end on Monday 9 March; five calendar days on Saturday 7."""
    working = Clock.objects.get(case=case_of(lin_files(town)[0]), code="answer")
    Promise.objects.filter(category=town.categories["pothole"]).update(current=False)
    Promise.objects.create(
        category=town.categories["pothole"], version=2, days=5, counting="calendar", loaded_at=LOADED
    )
    forget()
    case = case_of(lin_files(town)[0])
    calendar = Clock.objects.get(case=case, code="answer")
    assert (str(working.due_on), str(calendar.due_on)) == ("2026-03-09", "2026-03-07")
    assert case.promise is not None
    assert case.promise.version == 2
