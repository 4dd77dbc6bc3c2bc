"""Finding what became public, changed or is gone: by comparing what the public doors read with what was told before.

No action tells of anything, so none can tell of what is not public: a case that is sealed, hidden or not yet reviewed
has no row here, and neither its moves nor their number leave a trace. What was published and taken back between two
rounds is never told of. Rounds are minutes apart, and what one finds is told in the order of random ids, so that
neither says when or in what order something was done.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from gongshi.bulletin.disruptions import disruption_shown, shown_now, state_of
from gongshi.bulletin.queries import PageNotFound
from gongshi.cases.models import PublicCase
from gongshi.figures.open_data import CaseDump, Edition, current_release
from gongshi.figures.released.queries import released_months
from gongshi.notifications.actions import event_row
from gongshi.notifications.models import OutboxRow
from gongshi.places.queries import NoPlace, the_place
from gongshi.receivers import events
from gongshi.receivers.models import Delivery, Told, ToldCase
from gongshi.receivers.queries import listening

EFFECT = "receivers.event"
MOST = 500
"""Cases of each kind (gone, new, changed) that one round tells of; the rest is for the next one."""
_PIECE = 2_000
_NEVER = date(1970, 1, 1)
_SINCE = "since"
Found = tuple[str, str]
"""An event and its subject."""


def gather(at: datetime) -> int:
    """Queue what is new for every receiver that asked for it; how many deliveries. Safe to run twice.

    With nobody to tell nothing is kept. The first round after that only writes down what is public, and tells nothing.
    """
    try:
        the_place()
    except NoPlace:
        return 0
    if not listening():
        _forget()
        return 0
    if not Told.objects.filter(kind=_SINCE).exists():
        _begin(at)
        return 0
    compared = _compare()
    with transaction.atomic():
        found = [*_cases(compared), *_notices(at), *_months()]
        return _queue(found, at)


def _queue(found: Iterable[Found], at: datetime) -> int:
    found = list(found)
    deliveries = [
        Delivery(receiver=receiver, event=event, subject=subject, at=at)
        for receiver in (listening() if found else ())
        for event, subject in found
        if event in receiver.events
    ]
    Delivery.objects.bulk_create(deliveries)
    OutboxRow.objects.bulk_create([event_row(one.id, EFFECT, at) for one in deliveries])
    return len(deliveries)


def _forget() -> None:
    ToldCase.objects.all().delete()
    Told.objects.all().delete()


def _begin(at: datetime) -> None:
    """Write down what is public, in pieces: nothing waits for a million rows."""
    rest = _new()
    while piece := list(rest[:_PIECE]):
        ToldCase.objects.bulk_create([_told(row) for row in piece], ignore_conflicts=True)
        rest = _new().filter(pk__gt=piece[-1].pk)
    with transaction.atomic():
        _notices(at)
        _months()
        Told.objects.create(kind=_SINCE, subject="", mark="")


@dataclass(frozen=True)
class Compared:
    """What is gone, new and changed, each in the order of its random id, and how the changed ones were before."""

    gone: list[UUID]
    new: list[PublicCase]
    changed: list[PublicCase]
    before: dict[UUID, ToldCase]


def _compare() -> Compared:
    """Read in no transaction: among very many cases it takes a while, and no writer shall wait for that.

    What happens between this and the writing is found by the next round.
    """
    gone = ToldCase.objects.filter(~Exists(PublicCase.objects.filter(pk=OuterRef("pk"))))
    taken_back = list(gone.order_by("id").values_list("id", flat=True)[:MOST])
    new, changed = list(_new()[:MOST]), list(_changed()[:MOST])
    return Compared(taken_back, new, changed, ToldCase.objects.in_bulk([row.pk for row in changed]))


def _cases(found: Compared) -> list[Found]:
    ToldCase.objects.filter(id__in=found.gone).delete()
    ToldCase.objects.bulk_create([_told(row) for row in found.new])
    ToldCase.objects.bulk_update([_told(row) for row in found.changed], ["state", "answered_on", "office"])
    return [
        *((events.TAKEN_BACK, str(one)) for one in found.gone),
        *((events.PUBLISHED, str(row.pk)) for row in found.new),
        *((_what_changed(found.before[row.pk], row), str(row.pk)) for row in found.changed),
    ]


def _new() -> "QuerySet[PublicCase]":
    told = ToldCase.objects.filter(pk=OuterRef("pk"))
    return PublicCase.objects.filter(~Exists(told)).only(*_READ).order_by("id")


def _changed() -> "QuerySet[PublicCase]":
    answered = Coalesce(OuterRef("answered_on"), Value(_NEVER), output_field=DateField())
    other = ~Q(state=OuterRef("state")) | ~Q(office=OuterRef("office_id")) | ~Q(answered_on=answered)
    told = ToldCase.objects.filter(other, pk=OuterRef("pk"))
    return PublicCase.objects.filter(Exists(told)).only(*_READ).order_by("id")


_READ = ("id", "state", "answered_on", "office_id")


def _told(row: PublicCase) -> ToldCase:
    return ToldCase(id=row.pk, state=row.state, answered_on=row.answered_on or _NEVER, office=row.office_id)


def _what_changed(before: ToldCase, row: PublicCase) -> str:
    newly = row.answered_on is not None and row.answered_on != before.answered_on
    turned = row.state == "answered" and before.state != "answered"
    return events.ANSWERED if newly or turned else events.CHANGED


def _notices(at: datetime) -> list[Found]:
    told = {one.subject: one for one in Told.objects.filter(kind="notice")}
    shown = {one.row.code: one.row for one in shown_now(at, "running", "planned", "over")}
    found = []
    for code in sorted(shown):
        mark = f"{shown[code].number} {state_of(shown[code], at)}"
        if event := _noted("notice", code, mark, told.get(code)):
            found.append((event, code))
    for code in sorted(told.keys() - shown.keys()):
        told[code].delete()
        try:
            disruption_shown(code, at)  # over for so long that no list has it; it can be read still
        except PageNotFound:
            found.append((events.NOTICE_WITHDRAWN, code))
    return found


def _noted(kind: str, subject: str, mark: str, before: Told | None) -> str:
    """Write down how something stands; which event of a notice that is, or ""."""
    if before is None:
        Told.objects.create(kind=kind, subject=subject, mark=mark)
        return events.NOTICE_PUBLISHED
    if before.mark == mark:
        return ""
    Told.objects.filter(pk=before.pk).update(mark=mark)
    return events.NOTICE_CHANGED


def _months() -> list[Found]:
    """Figures of a month that was released since, and open data that are not those before.

    Cases that were taken away are told of when they are there again.
    """
    found: list[Found] = []
    months, release = released_months(), current_release()
    if months and _is_other("figures", str(months[0])):
        found.append((events.FIGURES, str(months[0])))
    kinds = zip(("open_data", "open_tables"), (release.cases, release.tables), strict=True) if release else ()
    others = [_is_other(kind, _mark(part)) for kind, part in kinds if part]
    if release and any(others):
        found.append((events.OPEN_DATA, str(release.month)))
    return found


def _mark(part: CaseDump | Edition) -> str:
    files = " ".join(f"{one.name} {one.sha256}" for one in part.files)
    return f"{part.name} {hashlib.sha256(files.encode()).hexdigest()}"


def _is_other(kind: str, mark: str) -> bool:
    before = Told.objects.filter(kind=kind).first()
    if before and before.mark >= mark and kind == "figures":
        return False
    Told.objects.update_or_create(kind=kind, subject="", defaults={"mark": mark})
    return before is None or before.mark != mark
