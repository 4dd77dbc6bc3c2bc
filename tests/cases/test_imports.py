"""Cases from an older system: what a row becomes, what is refused, and that a repeated import adds nothing."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from gongshi.accounts.actors import System
from gongshi.cases.actions import imports
from gongshi.cases.actions.imports import CHUNK, Taken, import_rows
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.importing import AreaNames, Placing
from gongshi.cases.models import Case, Clock, Filing, History, Receipt
from gongshi.cases.queries import QueueFilter, queue
from gongshi.cases.reading import CaseFile, key_of, read_case
from gongshi.cases.record import entry_of
from gongshi.formats.tables import RowReader, Rows, SourceRow, read_map
from gongshi.notifications.models import OutboxRow
from gongshi.places.models import Place
from gongshi.places.snapshots import bump_revision
from gongshi.rules.procedure import Entry, replay
from gongshi.safekeeping import hashing, ledger
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Leaf, Wrap
from tests.cast import NOW, Town
from tests.clock import local
from tests.statements import captured

pytestmark = pytest.mark.django_db

HEADER = "no,opened,target,answered,closed,story,reply,type,department,lat,lon,quarter,source,mark"
MAP = """\
source = "old"
key = ["no"]
times = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]
opened_at = "opened"
due_at = "target"
answered_at = "answered"
closed_at = "closed"
text = ["story"]
place = ["quarter"]
[answer]
columns = ["reply"]
[category]
column = "type"
prefix = ""
[area]
latitude = "lat"
longitude = "lon"
column = "quarter"
values = { "West" = "west-grid" }
named = true
[office]
column = "department"
prefix = ""
[channel]
column = "source"
values = { "Call" = "phone" }
staff_logged = ["Crew"]
[forwarded]
column = "reply"
values = ["Passed on."]
[on_time]
column = "mark"
yes = ["Y"]
no = ["N"]
"""
ROW = {
    "no": "1",
    "opened": "2026-01-05 09:00",
    "target": "2026-01-12 18:00",
    "answered": "2026-01-09 10:30",
    "closed": "2026-01-09 11:00",
    "story": "A hole by the bridge.",
    "reply": "It was filled.",
    "type": "pothole",
    "department": "roads",
    "lat": "30.25",
    "lon": "120.75",
    "quarter": "East",
    "source": "Call",
    "mark": "",
}
NEW = {"target": "", "answered": "", "closed": "", "reply": ""}


def rows(*changes: dict[str, str], text: str = MAP) -> list[SourceRow]:
    """Rows of the old table, each the good one with some cells changed."""
    found, faults = read_map("map.toml", text)
    assert found is not None, faults
    read = RowReader(found, HEADER.split(","))
    return [
        read(number, [{**ROW, **change}[name] for name in HEADER.split(",")])
        for number, change in enumerate(changes, start=2)
    ]


def take(*changes: dict[str, str], text: str = MAP, **options: Any) -> Taken:
    """Import such rows."""
    found, _ = read_map("map.toml", text)
    assert found is not None
    placing = Placing(found, at=NOW)
    return import_rows(rows(*changes, text=text), placing, actor=System("import"), at=NOW, **options)


def the_case() -> Case:
    return Case.objects.select_related("filing", "procedure", "promise").get()


def words(case: Case) -> CaseFile:
    return read_case(case, key_of(case.id), internal=True)


def codes(taken: Taken) -> list[tuple[int, str, str]]:
    return [(number, refused.code, refused.column) for number, refused in taken.refused]


def test_a_closed_row_becomes_a_case_with_its_answer(town: Town) -> None:
    taken = take({})
    assert (taken.added, taken.there, taken.refused, taken.without_place) == (1, 0, [], 0)
    case = the_case()
    filing = case.filing
    assert re.fullmatch(r"TT-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", filing.reference)
    assert (filing.channel, filing.staff_logged, filing.language, filing.notify) == ("phone", False, "zh", "")
    assert (filing.filed_at, filing.filed_on) == (local("2026-01-05 09:00"), date(2026, 1, 5))
    assert case.category_id == town.categories["pothole"].id
    assert case.office_id == town.offices["roads"].id
    assert case.lead_id == town.staff["he"].id
    assert case.area_id == town.areas["east-grid"].id
    assert (case.stage, case.holder, case.outcome) == ("unconfirmed", "nobody", "imported")
    assert (case.opened_on, case.due_on, case.answered_on, case.closed_on) == (
        date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 9), date(2026, 1, 9),
    )  # fmt: skip
    assert (case.answered_at, case.closed_at) == (local("2026-01-09 10:30"), local("2026-01-09 11:00"))
    assert case.on_time is True
    assert case.route["rule"] == "import"
    read = words(case)
    assert (read.text, read.place, read.point) == ("A hole by the bridge.", "East", (30.25, 120.75))
    (answer,) = read.answers
    assert (answer.parts["decided"], answer.decision, answer.office) == (
        "It was filled.", "explained", town.offices["roads"].id,
    )  # fmt: skip
    assert answer.letter["routes"] == []
    assert answer.sent_at == local("2026-01-09 10:30")
    assert [(event.code, event.by, event.at) for event in read.events] == [
        ("case.imported", "system", NOW),
        ("case.answered", "office", local("2026-01-09 10:30")),
    ]


def test_no_clock_no_notice_no_receipt(town: Town) -> None:
    take({}, {"no": "2", **NEW})
    assert Case.objects.count() == 2
    assert [model.objects.count() for model in (Clock, OutboxRow, Receipt)] == [0, 0, 0]  # type: ignore[attr-defined]


def test_every_case_has_a_key_of_its_own_that_the_instance_opens(town: Town) -> None:
    take({}, {"no": "2"})
    keys = {key_of(case) for case in Case.objects.values_list("id", flat=True)}
    assert len(keys) == Wrap.objects.count() == 2


def test_words_stand_nowhere_in_the_clear(town: Town) -> None:
    marks = {"story": "markstory", "reply": "markreply", "quarter": "markquarter", "no": "markkey"}
    take(marks)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for record in cursor.fetchall():
                for value in record:
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    assert not [mark for mark in marks.values() if mark.encode() in raw], table


def test_history_is_committed_to_and_replays_into_the_case(town: Town) -> None:
    take({}, {"no": "2", **NEW})
    leaves = {bytes(leaf.commitment) for leaf in Leaf.objects.all()}
    events = list(History.objects.order_by("case", "seq"))
    assert len(leaves) == len(events) == 3
    assert {ledger.commitment(bytes(event.salt), entry_of(event)) for event in events} == leaves
    from gongshi.cases.engine import procedure_of, state_of

    for case in Case.objects.select_related("promise"):
        stored = [Entry(event.code, event.by, event.params) for event in events if event.case_id == case.id]
        assert replay(procedure_of(case), stored) == state_of(case, [])
        assert len(stored) == case.seq


def test_an_open_case_waits_in_its_offices_queue(town: Town) -> None:
    take({**NEW, "no": "1", "target": "2026-02-10 18:00"}, {**NEW, "no": "2"}, {"no": "3"})
    waiting = list(queue(town.actor("zhou"), QueueFilter(), at=NOW))
    assert [(case.stage, case.holder, case.due_at) for case in waiting] == [
        ("received", "office", local("2026-02-10 18:00")),
        ("received", "office", None),
    ]
    assert waiting[0].outcome == ""
    assert list(queue(town.actor("ma"), QueueFilter(), at=NOW)) == []
    late = list(queue(town.actor("zhou"), QueueFilter(clock="late"), at=NOW))
    assert [case.id for case in late] == [waiting[0].id]


def test_an_officer_goes_on_with_an_open_case(town: Town) -> None:
    take(NEW)
    zhou = town.actor("zhou")
    assert open_content(the_case(), zhou, why="assignment", at=NOW).text == "A hole by the bridge."
    case = make_move(the_case(), "accept", actor=zhou, at=NOW)
    assert case.stage == "handling"
    assert Clock.objects.filter(case=case, stopped_on=None).exists()


class TestTwice:
    """A row is known again by a keyed hash of its key."""

    def test_a_second_import_adds_nothing_and_changes_nothing(self, town: Town) -> None:
        take({}, {"no": "2"})
        before = list(Case.objects.order_by("id").values())
        taken = take({"story": "Another."}, {"no": "2", "answered": "", "reply": ""}, {"no": "3"})
        assert (taken.added, taken.there) == (1, 2)
        assert list(Case.objects.order_by("id").values())[:2] == before

    def test_a_row_twice_in_one_table(self, town: Town) -> None:
        taken = take({}, {}, {"no": "2"})
        assert (taken.added, taken.there) == (2, 1)
        assert Filing.objects.count() == 2

    def test_a_good_row_after_a_refused_one_with_the_same_key(self, town: Town) -> None:
        taken = take({"answered": "2026-01-04 10:00"}, {})
        assert (taken.added, taken.there, len(taken.refused)) == (1, 0, 1)

    def test_another_old_system_may_use_the_same_numbers(self, town: Town) -> None:
        take({})
        assert take({}, text=MAP.replace('"old"', '"older"')).added == 1

    def test_the_key_stands_nowhere_but_in_a_keyed_hash(self, town: Town) -> None:
        take({"no": "4711"})
        source = bytes(Filing.objects.get().source or b"")
        assert source == hashing.source_hash("old\x1f4711")

    def test_rows_taken_in_under_an_older_key_are_known(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = b"\x01" * 32
        take({})
        Filing.objects.update(source=old)
        monkeypatch.setattr(imports, "source_hashes", lambda key: [hashing.source_hash(key), old])
        assert take({}).there == 1

    def test_a_dry_run_writes_nothing(self, town: Town) -> None:
        taken = take({}, {"no": "2", "type": "nonsense"}, keep=False)
        assert (taken.added, len(taken.refused)) == (1, 1)
        assert Filing.objects.count() == Leaf.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestTaken:
    """What is taken by chance, or by another import at the same time."""

    def test_a_reference_is_drawn_again(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        drawn = iter(["TT-1", "TT-1", "TT-2", "TT-3"])
        monkeypatch.setattr(imports, "new_reference", lambda *_: next(drawn))
        assert take({}, {"no": "2"}).added == 2
        assert len(set(Filing.objects.values_list("reference", flat=True))) == 2

    def test_not_for_ever(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(imports, "new_reference", lambda *_: "TT-1")
        with pytest.raises(IntegrityError):
            take({}, {"no": "2"})
        assert Filing.objects.count() == Case.objects.count() == 0

    def test_another_import_was_faster(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        real: Callable[..., set[bytes]] = imports._known
        calls: list[int] = []

        def known(hashes: list[list[bytes]]) -> set[bytes]:
            found = real(hashes)
            if not calls:  # between the look and the insert somebody else takes row 1 in
                calls.append(1)
                take({})
            return found

        monkeypatch.setattr(imports, "_known", known)
        taken = take({}, {"no": "2"})
        assert (taken.added, taken.there) == (1, 1)
        assert Filing.objects.count() == 2


class TestRefused:
    """Rows that cannot be true, or that this place does not know."""

    @pytest.mark.parametrize(
        ("change", "code", "column"),
        [
            ({"answered": "2026-01-05 08:59"}, "answered_before_asked", "answered"),
            ({"closed": "2026-01-04"}, "closed_before_asked", "closed"),
            ({"opened": "2026-01-05", "closed": "2026-01-04"}, "closed_before_asked", "closed"),
            ({"target": "2026-01-04 18:00"}, "due_before_asked", "target"),
            ({"opened": "2026-03-02 09:01"}, "time_in_future", "opened"),
            ({"answered": "2026-03-02 09:01"}, "time_in_future", "answered"),
            ({"closed": "2027-01-01"}, "time_in_future", "closed"),
            ({"type": "nonsense"}, "unknown_category", "type"),
            ({"type": "streets"}, "unknown_category", "type"),
            ({"type": ""}, "unknown_category", "type"),
            ({"type": "conduct"}, "about_an_office", "type"),
            ({"department": "nonsense"}, "unknown_office", "department"),
            ({"department": ""}, "unknown_office", "department"),
        ],
    )
    def test_one_reason(self, town: Town, change: dict[str, str], code: str, column: str) -> None:
        taken = take({"no": "0"}, change)
        assert codes(taken) == [(3, code, column)]
        assert taken.added == Case.objects.count() == 1

    def test_a_deadline_in_the_future_is_none_of_it(self, town: Town) -> None:
        assert take({"target": "2027-01-01"}).refused == []

    def test_a_default_takes_in_what_is_unknown(self, town: Town) -> None:
        text = MAP.replace(
            'column = "type"\nprefix = ""', 'column = "type"\nprefix = ""\notherwise = "noise"'
        )
        take({"type": "nonsense"}, text=text)
        assert the_case().category_id == town.categories["noise"].id

    def test_codes_of_the_map_that_this_place_does_not_have(self, town: Town) -> None:
        text = MAP.replace('values = { "West" = "west-grid" }', 'values = { "West" = "west" }').replace(
            'column = "department"\nprefix = ""', 'column = "department"\nvalues = { "R" = "rodes" }'
        )
        text += '[category.keywords]\nmud = ["mud"]\n'
        found, _ = read_map("map.toml", text)
        assert found is not None
        assert Placing(found, at=NOW).unknown_codes() == [
            ("category.keywords", "mud"), ("office", "rodes"), ("area", "west"),
        ]  # fmt: skip


class TestInTime:
    """By the row's own target, else by the category's promise in the place's working days, else not at all."""

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"target": "2026-01-09 10:30"}, True),
            ({"target": "2026-01-09 10:29"}, False),
            ({"target": "2026-01-09"}, True),
            ({"target": "2026-01-08"}, False),
            # Five working days from Monday 5 January: Monday 12.
            ({"target": "", "answered": "2026-01-12 23:59"}, True),
            ({"target": "", "answered": "2026-01-13 00:00"}, False),
            ({"target": "", "type": "noise"}, None),
            ({"target": "", "answered": "", "reply": ""}, None),
        ],
    )
    def test_in_time(self, town: Town, change: dict[str, str], expected: bool | None) -> None:
        take({"closed": "2026-02-01", **change})
        assert the_case().on_time is expected

    def test_the_calendar_counts(self, town: Town) -> None:
        # 2026-03-06 is a holiday here and Saturday the 7th is worked; the import looks back from the end of March.
        later = local("2026-03-31 09:00")
        found, _ = read_map("map.toml", MAP)
        assert found is not None
        change = {"target": "", "opened": "2026-03-02 09:00", "closed": "2026-03-20"}
        read = rows({"no": "1", **change, "answered": "2026-03-09 10:00"},
                    {"no": "2", **change, "answered": "2026-03-10 10:00"})  # fmt: skip
        import_rows(read, Placing(found, at=later), actor=System("import"), at=later)
        assert list(Case.objects.order_by("answered_at").values_list("on_time", flat=True)) == [True, False]

    def test_the_tables_own_word_is_only_compared(self, town: Town) -> None:
        taken = take({"no": "1", "mark": "N"}, {"no": "2", "mark": "Y"},
                     {"no": "3", "mark": "Y", "target": "", "type": "noise"})  # fmt: skip
        assert taken.disagreeing == 1
        assert sorted(map(str, Case.objects.values_list("on_time", flat=True))) == ["None", "True", "True"]


class TestForwarded:
    """Passing something on is a move, never an answer."""

    def test_it_is_counted_apart(self, town: Town) -> None:
        take({"reply": "Passed on."})
        case = the_case()
        assert (case.outcome, case.answered_at, case.answered_on, case.on_time) == (
            "forwarded",
            None,
            None,
            None,
        )
        assert case.closed_on == date(2026, 1, 9)
        read = words(case)
        assert [event.code for event in read.events] == ["case.imported"]
        assert read.events[0].params["forwarded"] is True
        assert [answer.parts["decided"] for answer in read.answers] == ["Passed on."]

    def test_others_say_nothing_of_it(self, town: Town) -> None:
        take({})
        assert "forwarded" not in words(the_case()).events[0].params


class TestPlaces:
    """Coordinates, then a value, then names in the text."""

    @pytest.mark.parametrize(
        ("change", "area"),
        [
            ({}, "east-grid"),
            ({"lon": "120.25"}, "west-grid"),
            ({"lat": "31.5"}, None),
            ({"lat": "31.5", "quarter": "West"}, "west-grid"),
            ({"lat": "", "story": "老桥东头有个坑。"}, "east-grid"),
            ({"lat": "", "story": "river-street区和west-grid区。"}, "west-grid"),
            ({"lat": "", "story": "somewhere in the river-streets"}, None),
        ],
    )
    def test_area(self, town: Town, change: dict[str, str], area: str | None) -> None:
        taken = take(change)
        assert the_case().area_id == (town.areas[area].id if area else None)
        assert taken.without_place == (area is None)

    def test_of_several_names_the_smallest_place_counts_and_of_those_the_first(self) -> None:
        city, first, second = new_id(), new_id(), new_id()
        named = AreaNames([("A市", city, 1), ("A3区", first, 2), ("A30区", second, 2), ("A3", city, 1)])
        assert named("从A市到A30区，再到A3区") == second
        assert named("A3区在A市") == first
        assert named("BA市的A3x") is None
        assert named("") is None
        assert AreaNames([])("A市") is None


class TestRoutes:
    """Without a column for the office the place's own rules decide."""

    TEXT = MAP.replace('[office]\ncolumn = "department"\nprefix = ""\n', "").replace(
        'key = ["no"]', 'key = ["no"]\nignore = ["department"]'
    )

    def test_by_the_places_rules(self, town: Town) -> None:
        take({"no": "1", "type": "leak"}, {"no": "2"}, text=self.TEXT)
        cases = Case.objects.select_related("office", "category").order_by("category__code")
        assert [(case.category.code, case.office.code, case.route["rule"]) for case in cases] == [
            ("leak", "water", "leaks"), ("pothole", "roads", "rest"),
        ]  # fmt: skip
        assert cases[0].route["reason"]["en"] == "Water deals with this."


class TestClocks:
    """Hours that a place's clocks showed twice or never: a row is refused only when no reading is possible."""

    @pytest.fixture(autouse=True)
    def _new_york(self, town: Town) -> None:
        Place.objects.update(time_zone="America/New_York")
        bump_revision()

    TWICE = MAP.replace("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")

    @pytest.mark.parametrize(
        ("opened", "answered", "refused"),
        [
            # 2025-11-02: 01:00 to 02:00 came twice.
            ("2025-11-02 01:50:00", "2025-11-02 01:10:00", False),
            ("2025-11-02 01:50:00", "2025-11-02 00:59:00", True),
            # 2025-03-09: 02:00 to 03:00 never came.
            ("2025-03-09 02:30:00", "2025-03-09 03:10:00", False),
            ("2025-03-09 03:10:00", "2025-03-09 01:59:00", True),
        ],
    )
    def test_order(self, opened: str, answered: str, refused: bool) -> None:
        taken = take({"opened": opened, "answered": answered, "closed": "", "target": ""}, text=self.TWICE)
        assert bool(taken.refused) == refused
        if not refused:
            case = the_case()
            assert case.answered_at is not None
            assert timedelta(0) <= case.answered_at - case.opened_at < timedelta(hours=1)

    def test_days_are_the_places_own(self) -> None:
        take({"opened": "2026-01-05 23:30:00", "answered": "2026-01-06 00:30:00", "target": "",
              "closed": "2026-01-07"}, text=self.TWICE)  # fmt: skip
        case = the_case()
        assert (case.opened_on, case.answered_on, case.closed_on) == (
            date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7),
        )  # fmt: skip


def test_a_day_without_a_time_on_the_day_of_asking_is_not_before_it(town: Town) -> None:
    assert take({"answered": "2026-01-05", "closed": "2026-01-05"}).refused == []
    assert the_case().answered_at == the_case().opened_at


def test_offsets_of_their_own_are_kept(town: Town) -> None:
    text = MAP.replace('"%Y-%m-%d %H:%M"', '"%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M"')
    take({"opened": "2026-01-05T09:00+00:00"}, text=text)
    assert the_case().opened_at == local("2026-01-05 17:00")


@pytest.mark.parametrize("number", [1, 25, CHUNK])
def test_a_chunk_costs_the_same_statements_whatever_its_size(town: Town, number: int) -> None:
    found, _ = read_map("map.toml", MAP)
    assert found is not None
    placing = Placing(found, at=NOW)
    many = rows(*({"no": str(each)} for each in range(number)))
    import_rows(rows({"no": "before"}), placing, actor=System("import"), at=NOW)
    with captured() as sent:
        taken = import_rows(many, placing, actor=System("import"), at=NOW)
    assert taken.added == number
    statements = [statement for statement in sent if "SAVEPOINT" not in statement]
    # One look for rows that are known, then one statement for each of six tables.
    assert len(statements) == 7, "\n".join(statement[:80] for statement in statements)
    assert statements[0].startswith("SELECT")


def test_reading_stops_at_no_table_size() -> None:
    """Rows come one by one: nothing is read ahead."""

    def lines() -> Any:
        yield "a,b\n"
        for number in range(3):
            yield f"{number},x\n"
        raise AssertionError("read ahead")

    read = iter(Rows(lines()))
    assert [next(read).cells[0] for _ in range(3)] == ["0", "1", "2"]
