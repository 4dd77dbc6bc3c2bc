"""Timelines: every deadline of a procedure, by hand and by property, for every shipped procedure."""

import tomllib
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.rules.calendar import Calendar, calendar_from, is_provisional, is_working_day
from gongshi.rules.procedure import Mover, Promise, load
from gongshi.rules.timeline import Timeline, timeline
from tests.rules.calendars import CN, PLAIN, any_calendar
from tests.rules.procedure_cases import CAST, Journey, day
from tests.rules.procedure_files import EXAMPLES, HERE, PACK, ROOT, loaded

FILES = [*sorted(ROOT.glob("packs/*/procedures/*.toml")), *EXAMPLES]
PROCEDURES = [loaded(path) for path in FILES]
NAMES = [f"{path.parts[-3]}-{path.stem}" for path in FILES]
SERVICE = loaded(ROOT / "packs" / "qinghe" / "procedures" / "service-request.toml")
LADDER = loaded(HERE / "grievance.toml")
COMPLAINT = loaded(ROOT / "packs" / "wrenfield" / "procedures" / "complaint.toml")
EVERYBODY = Mover.of(*CAST)

promises = st.none() | st.builds(Promise, st.integers(1, 40), st.sampled_from(["working", "calendar"]))
calendars = st.sampled_from([CN, PLAIN]) | any_calendar()
starts = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def told(found: Timeline) -> dict[str, tuple[str, str]]:
    """From and until of each deadline on the way, in the order of the way."""
    return {span.clock.code: (f"{span.first_on:%m-%d}", f"{span.due_on:%m-%d}") for span in found.way}


def test_a_request_before_spring_festival_as_on_the_page() -> None:
    found = timeline(SERVICE, filed_on=day("02-12"), calendar=CN, promise=Promise(5, "working"))
    assert told(found) == {
        "acceptance": ("02-13", "02-14"),
        "answer": ("02-13", "02-26"),
        "silence": ("02-27", "03-13"),
    }
    assert [span.extended_on for span in found.way] == [None, day("03-04"), day("03-19")]
    assert [span.own for span in found.way] == [False, False, True]
    assert (found.provisional, found.ends_in, found.passed) == (False, "confirmed", ())
    assert {one.clock.code: [move.code for move in one.starts_with] for one in found.beside} == {
        "dispatch": ["refer"],
        "escalation": ["escalate"],
        "instruction": ["direct"],
        "reply": ["ask"],
        "promised_date": ["promise"],
    }


def test_a_ladder_and_what_follows_by_itself_when_nobody_acts() -> None:
    found = timeline(LADDER, filed_on=day("03-02"), calendar=CN)
    assert told(found) == {
        "forwarding": ("03-03", "03-17"),
        "acceptance": ("03-18", "04-01"),
        "objection": ("03-18", "03-24"),
        "handling": ("04-02", "06-01"),  # 60 days end on Sunday, 31 May
        "ask_review": ("06-02", "07-01"),
        "review": ("07-02", "07-31"),
        "ask_re_review": ("08-01", "08-31"),
        "re_review": ("09-01", "09-30"),
    }
    assert [(s.after, s.clock.code, f"{s.starts_on:%m-%d}", f"{s.due_on:%m-%d}") for s in found.passed] == [
        ("handling", "pressed", "06-02", "06-16"),
        ("pressed", "pressed", "06-17", "07-02"),  # Friday, 19 June is off
        ("pressed", "raised", "07-03", "07-24"),
    ]
    assert [one.clock.code for one in found.beside] == ["hearing", "hearing_record"]
    extended = next(span for span in found.way if span.clock.code == "handling").extended_on
    assert extended == day("06-30")


def test_another_law_another_count() -> None:
    found = timeline(COMPLAINT, filed_on=day("03-02"), calendar=PLAIN)
    assert told(found) == {
        "acknowledgement": ("03-03", "03-09"),
        "answer": ("03-10", "03-23"),
        "silence": ("03-24", "04-22"),
        "stage_2_acknowledgement": ("04-23", "04-29"),
        "stage_2_answer": ("04-30", "05-27"),
    }
    assert found.way[1].extended_on == day("04-06")


def test_weeks_of_a_third_law_in_its_own_calendar_as_on_the_page() -> None:
    folder = ROOT / "packs" / "veldmeer"
    dutch = calendar_from(tomllib.loads((folder / "calendars" / "netherlands.toml").read_text("utf-8")))
    found = timeline(loaded(folder / "procedures" / "ombuds.toml"), filed_on=day("04-07"), calendar=dutch)
    assert told(found) == {
        "decision": ("04-08", "05-06"),
        "answer": ("04-08", "05-19"),
        "silence": ("05-20", "06-30"),
    }
    assert [span.extended_on for span in found.way] == [None, day("06-16"), day("07-28")]


def test_without_a_promise_it_is_an_internal_target() -> None:
    answer = timeline(SERVICE, filed_on=day("03-02"), calendar=CN).way[1]
    assert (answer.days, answer.promised) == (SERVICE.clocks["answer"].default_days, False)


def test_a_short_promise_is_not_outlasted_by_a_longer_step_before_it() -> None:
    """A promise of one day with two days to accept: the answer's day decides."""
    found = timeline(SERVICE, filed_on=day("03-02"), calendar=CN, promise=Promise(1, "working"))
    assert told(found)["silence"] == ("03-04", "03-18")


def test_days_that_nobody_knows_yet_are_said_to_be_so() -> None:
    found = timeline(LADDER, filed_on=date(2026, 11, 2), calendar=CN)
    unsure = {span.clock.code: span.provisional for span in found.way}
    assert unsure["acceptance"] is False
    assert unsure["handling"] is unsure["re_review"] is found.provisional is True
    assert timeline(LADDER, filed_on=date(2026, 1, 5), calendar=CN).provisional is False


def test_a_way_that_the_system_goes_is_gone_too() -> None:
    text = (HERE / "grievance.toml").read_text(encoding="utf-8")
    path = text[text.index("path = [") : text.index("\n", text.index("path = ["))]
    procedure, faults = load(
        text.replace(path, 'path = ["registered", "forwarded", "handling", "answered", "unasked"]')
    )
    assert procedure is not None, faults
    found = timeline(procedure, filed_on=day("03-02"), calendar=CN)
    assert found.ends_in == "unasked"
    assert {one.clock.code for one in found.beside} >= {"review", "re_review"}


@pytest.mark.parametrize("procedure", PROCEDURES, ids=NAMES)
@settings(max_examples=10)
@given(on=starts, calendar=calendars, promise=promises)
def test_whatever_the_procedure_and_the_day(procedure, on, calendar, promise) -> None:
    found = timeline(procedure, filed_on=on, calendar=calendar, promise=promise)
    codes = {span.clock.code for span in found.spans} | {one.clock.code for one in found.beside}
    assert codes == set(procedure.clocks), "every deadline is told"
    assert not {one.clock.code for one in found.beside} & {span.clock.code for span in found.spans}
    assert found.ends_in == procedure.path[-1]
    assert found.way
    for span in found.spans:
        assert on <= span.starts_on < span.first_on <= span.due_on <= span.latest_on
        assert is_working_day(calendar, span.due_on) or span.clock.days == "given"
        assert span.due_on == plainly(span, calendar) or span.clock.days == "given"
        assert span.provisional or not is_provisional(calendar, span.due_on)
    for one, after in pairwise(found.way):
        assert one.starts_on <= after.starts_on


def plainly(span, calendar: Calendar) -> date:
    """The last day, counted one day after the other."""
    last, left = span.starts_on, span.days
    while left:
        last += timedelta(days=1)
        left -= span.counting == "calendar" or is_working_day(calendar, last)
    while not is_working_day(calendar, last):
        last += timedelta(days=1)
    return last


@pytest.mark.parametrize("procedure", PROCEDURES, ids=NAMES)
@settings(max_examples=6)
@given(on=starts, later=st.integers(0, 40), promise=promises)
def test_who_files_later_is_never_answered_sooner(procedure, on, later, promise) -> None:
    one = timeline(procedure, filed_on=on, calendar=CN, promise=promise)
    other = timeline(procedure, filed_on=on + timedelta(days=later), calendar=CN, promise=promise)
    for early, late in zip(one.way, other.way, strict=True):
        assert early.due_on <= late.due_on
        assert early.latest_on <= late.latest_on


@pytest.mark.parametrize("procedure", PROCEDURES, ids=NAMES)
@settings(max_examples=6)
@given(on=starts, promise=promises)
def test_whoever_keeps_to_these_days_is_late_nowhere(procedure, on, promise) -> None:
    """A case that goes the way on the days told is the same in the engine, and every clock of it was kept."""
    found = timeline(procedure, filed_on=on, calendar=CN, promise=promise)
    case = Journey(procedure, on, calendar=CN, promise=promise)
    harmless = {span.clock.code for span in found.way if span.clock.lapse or span.own}
    for _, target in pairwise(procedure.path):
        stage, holder = case.state.stage, procedure.stages[case.state.stage].holder
        move = next(
            move
            for move in sorted(procedure.moves_from(stage), key=lambda move: holder not in move.by)
            if move.target(stage) == target and move.effect != "withdraw"
        )
        days = [
            span.due_on
            for span in found.way
            if stage in span.clock.runs_in
            and span.own == (holder == "resident")
            and not span.clock.lapse
            and case.state.clocks[span.clock.code].active
        ]
        last = min(days, default=case.state.latest_on)
        if move.by == ("system",):
            case.pass_time(last + timedelta(days=1))
            assert case.state.stage == target
        else:
            case.make(move.code, EVERYBODY, last)
    late = {code for code, clock in case.state.clocks.items() if clock.kept is False}
    assert late <= harmless
    assert {span.clock.code: span.due_on for span in found.way} == {
        code: clock.due_on for code, clock in case.state.clocks.items()
    }


def test_what_passed_is_followed_until_the_case_has_gone_up_and_no_further() -> None:
    """Three presses for the level that let it pass, then the first clock of the next: not that one's presses, too."""
    found = timeline(loaded(PACK / "grievance.toml"), filed_on=day("03-02"), calendar=CN)
    told = [(span.stage, span.clock.code) for span in found.passed]
    assert told == [
        *[("registered", "pressed_forwarding")] * 2,
        ("raised_again", "handling"),
        ("raised_again", "raised_again"),
        *[("forwarded", "pressed_acceptance")] * 2,
        ("raised", "handling"),
        ("raised", "raised"),
        *[("handling", "pressed")] * 2,
        ("raised", "raised"),
        *[("review", "pressed_review")] * 2,
        ("re_review", "re_review"),
        *[("re_review", "pressed_last")] * 3,
    ]
