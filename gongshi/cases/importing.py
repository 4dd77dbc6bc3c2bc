"""From a foreign row to what it is here: category, office, area, stage, instants, and whether it was in time."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from gongshi.accounts.keys import public_keys
from gongshi.accounts.queries import lead_of, offices
from gongshi.cases import engine
from gongshi.cases.drafts import NewMatter
from gongshi.cases.key_holders import key_offices_of
from gongshi.cases.routes import Route, route_for
from gongshi.formats.tables import RowRefused, SourceRow, Stamp, TableMap
from gongshi.places import queries as places
from gongshi.routing.queries import CategoryNode, leaves, procedure_for
from gongshi.rules.deadlines import due_on, end_of_day
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import OFFICE, Procedure, Stage
from gongshi.words import Words, pair

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# What a value was found to mean is kept for the next row, but never more of it than this.
MOST_KEPT = 50_000
RULE = "import"
REASON: Words = pair("旧系统中由该单位承办。", "It was this office's in the older system.")


@dataclass(frozen=True)
class Opening:
    """How cases of one category come in: procedure and promise in force, the stages for open and for closed ones."""

    category: CategoryNode
    procedure: UUID
    promise: UUID | None
    open: Stage
    closed: Stage
    about_an_office: bool
    params: Mapping[str, Any]


@dataclass(slots=True)
class Placed:
    """A row as a case of this place. Instants are UTC, days the place's own."""

    row: SourceRow
    opening: Opening
    route: Route
    area: UUID | None
    opened_at: datetime
    opened_on: date
    due_at: datetime | None = None
    due_on: date | None = None
    replied_at: datetime | None = None
    replied_on: date | None = None
    closed_at: datetime | None = None
    closed_on: date | None = None
    on_time: bool | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the office answered; passing something on is a move, never an answer."""
        return self.replied_at is not None and not self.row.forwarded

    @property
    def stage(self) -> Stage:
        """Where the case stands: at its start, or at an end."""
        return self.opening.closed if self.closed_at else self.opening.open

    @property
    def outcome(self) -> str:
        """ "forwarded" for what was only passed on, "imported" for what was closed, "" for what is open."""
        if self.closed_at is None:
            return ""
        return "forwarded" if self.row.forwarded else "imported"


class Kept(dict[K, V]):
    """What was found for a key before. Emptied when it has grown too large, so that memory stays flat."""

    def __init__(self, find: Callable[[K], V]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: K) -> V:
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[key] = self._find(key)
        return found


class Placing:
    """Places the rows of one import. It reads this place's configuration once, when it is made."""

    def __init__(self, found: TableMap, *, at: datetime) -> None:
        """``at``: the instant of the import; nothing can have happened after it."""
        self._map = found
        self._at = at
        place = places.the_place()
        self.prefix, self.language, self.decision = (
            place.reference_prefix,
            found.language or place.language,
            found.decision,
        )
        self._zone = place.zone
        self._calendar = places.calendar()
        self._categories = {node.code: node for node in leaves()}
        self._offices = {node.code: node.id for node in offices().values()}
        self._areas = {node.code: node.id for node in places.areas().values()}
        self._named = _area_names() if found.where.named else None
        index = places.area_index()
        self._openings = Kept[str, Opening](lambda code: _opening(self._categories[code]))
        self._at_point = Kept[tuple[float, float], UUID | None](
            lambda point: next(iter(index.areas_at(*point)), None)
        )
        self._routes = Kept(self._routed)
        self._office_routes = Kept[UUID, Route](
            lambda office: Route(office, lead_of(office), REASON, rule=RULE)
        )
        self._promised = Kept(self._promised_on)

    def unknown_codes(self) -> list[tuple[str, str]]:
        """(key of the map, code) for everything the map names and this place does not have."""
        named = (
            ("category", self._map.category.codes, self._categories),
            ("category.keywords", [one.code for one in self._map.keywords], self._categories),
            ("office", self._map.office.codes, self._offices),
            ("area", self._map.where.choice.codes, self._areas),
        )
        return [(key, code) for key, codes, known in named for code in codes if code not in known]

    def __call__(self, row: SourceRow) -> Placed:
        """The row as a case of this place. Raises RowRefused for what cannot be true or is not known here."""
        opened = self._instant(row.opened)
        self._not_ahead(opened, self._map.opened_at)
        opening, area = self._opening(row), self._area(row)
        route = self._route(row, opening, area, opened)
        if is_sealed(opening.category.kind) and not public_keys().of(key_offices_of(route.office)):
            raise RowRefused("sealed_without_key", self._map.category.column)
        placed = Placed(row, opening, route, area, opened, self._day(opened))
        if row.due:
            self._take_due(row.due, placed)
        if row.answered:
            at = self._happened(row.answered, placed, "answered_before_asked", self._map.answered_at)
            placed.replied_at, placed.replied_on = at, self._day(at)
            placed.on_time = self._on_time(placed, at)
        if row.closed:
            column = self._map.closed_at or self._map.answered_at
            placed.closed_at = self._happened(row.closed, placed, "closed_before_asked", column)
            placed.closed_on = self._day(placed.closed_at)
        return placed

    def _opening(self, row: SourceRow) -> Opening:
        code = next((code for code in row.category if code in self._categories), None)
        if code is None:
            raise RowRefused("unknown_category", self._map.category.column)
        found = self._openings[code]
        if (
            found.about_an_office
        ):  # it must not land with the office that it is about, and no column says which
            raise RowRefused("about_an_office", self._map.category.column)
        return found

    def _area(self, row: SourceRow) -> UUID | None:
        if row.point and (found := self._at_point[row.point]):
            return found
        if row.area and (found := self._areas.get(row.area)):
            return found
        return self._named(row.text) if self._named else None

    def _route(self, row: SourceRow, opening: Opening, area: UUID | None, opened: datetime) -> Route:
        if not (self._map.office.column or self._map.office.otherwise):
            local = opened.astimezone(self._zone)
            return self._routes[opening.category.code, area, row.channel, local.month, local.hour]
        office = next((self._offices[code] for code in row.office if code in self._offices), None)
        if office is None:
            raise RowRefused("unknown_office", self._map.office.column)
        return self._office_routes[office]

    def _routed(self, key: tuple[str, UUID | None, str, int, int]) -> Route:
        """By the place's own rules, which look at the month and the hour."""
        code, area, channel, month, hour = key
        category = self._categories[code]
        at = datetime(2001, month, 15, hour, tzinfo=self._zone)
        return route_for(NewMatter(category.id, "", area=area), category, channel=channel, at=at)

    def _take_due(self, due: Stamp, placed: Placed) -> None:
        """A target that is a day is kept until that day is over."""
        at = self._after(due, placed, "due_before_asked", self._map.due_at)
        day = due.at.date() if due.whole_day else self._day(at)
        placed.due_on = day
        placed.due_at = end_of_day(day, self._zone) if due.whole_day else at

    def _on_time(self, placed: Placed, at: datetime) -> bool | None:
        """By the row's own target, else by the category's promise; None where nothing was promised or answered."""
        if not placed.is_answered:
            return None
        if placed.due_at is not None:
            return at <= placed.due_at
        if placed.opening.promise is None:
            return None
        return self._day(at) <= self._promised[placed.opened_on, placed.opening.category.code]

    def _promised_on(self, key: tuple[date, str]) -> date:
        opened_on, code = key
        promise = engine.promise_of(self._categories[code])
        assert promise is not None
        return due_on(
            start_on=opened_on, days=promise.days, counting=promise.counting, calendar=self._calendar
        )

    def _happened(self, stamp: Stamp, placed: Placed, refusal: str, column: str) -> datetime:
        """The instant of something that followed the opening and lies behind us."""
        at = self._after(stamp, placed, refusal, column)
        self._not_ahead(at, column)
        return at

    def _after(self, stamp: Stamp, placed: Placed, refusal: str, column: str) -> datetime:
        """The instant of something that followed the opening.

        A day without a time, and an hour that the clocks showed twice or never, can be read in several ways: the row is
        refused only when none of them puts its times in order.
        """
        at = self._instant(stamp)
        if at >= placed.opened_at:
            return at
        if self._readings(stamp)[1] < self._readings(placed.row.opened)[0]:
            raise RowRefused(refusal, column)
        return placed.opened_at

    def _instant(self, stamp: Stamp) -> datetime:
        at = stamp.at
        return (at if at.tzinfo else at.replace(tzinfo=self._zone)).astimezone(UTC)

    def _readings(self, stamp: Stamp) -> tuple[datetime, datetime]:
        """The earliest and the latest instant that a stamp can mean."""
        first = self._instant(stamp)
        if stamp.whole_day:
            return first, end_of_day(stamp.at.date(), self._zone) - timedelta.resolution
        second = self._instant(Stamp(stamp.at.replace(fold=1), whole_day=False))
        return min(first, second), max(first, second)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _not_ahead(self, at: datetime, column: str) -> None:
        if at > self._at:
            raise RowRefused("time_in_future", column)


def _opening(category: CategoryNode) -> Opening:
    loaded = procedure_for(category)
    procedure, promise = loaded.procedure, engine.promise_of(category)
    params: dict[str, Any] = {"procedure": procedure.code, "version": procedure.version}
    if promise:
        params["promise"] = {"days": promise.days, "counting": promise.counting}
    return Opening(
        category,
        loaded.id,
        category.promise.id if category.promise else None,
        procedure.stages[procedure.start],
        _end(procedure),
        procedure.subject == OFFICE,
        params,
    )


def _end(procedure: Procedure) -> Stage:
    """Where closed cases rest: where nobody is taken to have agreed, if the procedure has such an end."""
    ends = [stage for stage in procedure.stages.values() if stage.end]
    return next((stage for stage in ends if stage.outcome == "unconfirmed"), ends[-1])


class AreaNames:
    """Finds the areas that a text names, by their own names and by what people call them."""

    def __init__(self, named: Iterable[tuple[str, UUID, int]]) -> None:
        """``named``: (name, area, rank of its level; the deepest has the highest)."""
        self._known: dict[str, tuple[int, UUID]] = {}
        for name, area, rank in named:
            self._known.setdefault(name, (rank, area))
        self._pattern = _any_of(self._known)

    def __call__(self, text: str) -> UUID | None:
        """The smallest area named in ``text``, of several the first; None when none is."""
        best: tuple[int, UUID] | None = None
        for found in self._pattern.finditer(text):
            hit = self._known[found[0]]
            if best is None or hit[0] > best[0]:
                best = hit
        return best[1] if best else None


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names, the longest first, found by its first letter; no part of a longer Latin word."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names, key=len, reverse=True):
        by_first[name[0]].append(name)
    parts = [
        re.escape(first) + "(?:" + "|".join(_rest(name) for name in group) + ")"
        for first, group in by_first.items()
    ]
    return re.compile(r"(?<![A-Za-z0-9])(?:" + "|".join(parts) + ")" if parts else r"(?!)")


def _rest(name: str) -> str:
    return re.escape(name[1:]) + (r"(?![A-Za-z0-9])" if name[-1].isascii() and name[-1].isalnum() else "")


def _area_names() -> AreaNames:
    areas = places.areas()
    own = [(name, node.id, node.rank) for node in areas.values() for name in node.name.values() if name]
    called = [(alias.name, alias.area_id, areas[alias.area_id].rank) for alias in places.aliases()]
    return AreaNames(own + called)
