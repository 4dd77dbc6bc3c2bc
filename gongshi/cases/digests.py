"""The week's numbers for staff: how many cases are late, due, dormant or promised, and which. Never a word of any.

Counted when the mail goes out, of the cases that its reader may know of then. Sealed kinds and matters about an office
are left out for everybody, so that no mail on somebody's telephone tells that there is one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actors_for, offices
from gongshi.accounts.rights import may
from gongshi.cases.models import Case, DigestWish
from gongshi.cases.queries import QueueFilter, due_name, queue
from gongshi.cases.reading import KeyMissing, read_digest_address
from gongshi.cases.worklists import COUNTED, dormant, promised
from gongshi.notifications.effects import Recipient
from gongshi.places.queries import calendar, local_day, the_place
from gongshi.rules.calendar import next_working_day
from gongshi.rules.deadlines import end_of_day
from gongshi.rules.ladder import SEALED_KINDS
from gongshi.words import Words, in_language, pair

EFFECT = "cases.digest"
PATH = "desk/"
NAMED = 10
PARTS: dict[str, Words] = {
    "late": pair("已超期", "Late"),
    "week": pair("本周到期", "Due this week"),
    "promised": pair("本周到了答应的日期", "Promised for this week or earlier"),
    "dormant": pair("七个工作日没动静", "Nothing done for seven working days"),
}


@dataclass(frozen=True)
class Part:
    """One line of the mail: how many, and the references of the most urgent."""

    code: str
    number: int
    more: bool
    references: tuple[str, ...]


def first_working_day(on: date) -> date:
    """The first working day from the Monday of the week (ISO 8601) that holds ``on``."""
    return next_working_day(calendar(), on - timedelta(days=on.weekday()))


def digest_of(actor: StaffActor, at: datetime) -> list[Part]:
    """The numbers of one office's queue as the actor sees it. Parts without any case are left out."""
    if not may(actor, "case.list"):
        return []
    found = queue(actor, QueueFilter(), at=at).exclude(kind__in=SEALED_KINDS).filter(subject=None)
    due, today = due_name(found), local_day(at)
    sunday = today + timedelta(days=6 - today.weekday())
    until = end_of_day(sunday, the_place().zone)
    wanted = {
        "late": Q(**{f"{due}__lte": at}),
        "week": Q(**{f"{due}__gt": at, f"{due}__lte": until}),
        "promised": promised() & Q(**{f"{due}__lte": until}),
        "dormant": dormant(at),
    }
    parts = [_part(code, found.filter(asked)) for code, asked in wanted.items()]
    return [part for part in parts if part.number]


def _part(code: str, cases: QuerySet[Case]) -> Part:
    rows = list(cases.values_list("filing__reference", "number")[: COUNTED + 1])
    names = tuple(ref if number == 1 else f"{ref}/{number}" for ref, number in rows[:NAMED])
    return Part(code, min(len(rows), COUNTED), len(rows) > COUNTED, names)


def lines_for(staff: Staff, language: str, at: datetime) -> str:
    """The mail's middle: by office for which somebody acts, each part with its number and references; "" for none."""
    blocks = []
    for actor in actors_for(staff):
        told = [_line(part, language) for part in digest_of(actor, at)]
        if told:
            name = in_language(offices()[actor.office_id].name, language)
            blocks.append("\n".join([name, *told]))
    return "\n\n".join(blocks)


def _line(part: Part, language: str) -> str:
    number = f"{part.number}+" if part.more else str(part.number)
    names = ", ".join(part.references) + (" …" if part.number > len(part.references) else "")
    colon = "：" if language == "zh" else ": "
    return f"- {in_language(PARTS[part.code], language)}{colon}{number} ({names})"


def reader_of(wish_id: UUID) -> Recipient | None:
    """Whom a digest goes to, and how to tell what it says; None for whoever does not want it any more or has left."""
    wish = DigestWish.objects.select_related("staff").filter(pk=wish_id, wanted=True).first()
    if wish is None or not wish.staff.is_active:
        return None
    try:
        value = read_digest_address(wish)
    except KeyMissing:
        return None
    lines = partial(lines_for, wish.staff, wish.language)
    return Recipient("email", value, wish.language, "", path=PATH, lines=lines)


def wish_of(staff: Staff) -> DigestWish | None:
    """What somebody said of their weekly mail; None for nothing yet."""
    return DigestWish.objects.filter(staff=staff).first()


def wanted_by_default(staff: Staff) -> bool:
    """Whether the switch stands on for somebody who has said nothing: for leads, who answer for what an office says."""
    return any(may(actor, "page.publish") for actor in actors_for(staff))
