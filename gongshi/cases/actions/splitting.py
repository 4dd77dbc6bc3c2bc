"""One case that is two matters: a second one in the same filing, with a category, an office and a clock of its own.

Its time begins on the day on which the resident filed: that staff noticed late binds nobody but staff. Its words are
the resident's own, sealed anew with a key of its own. Sealed kinds are not split, and nothing is split into one: nobody
at the desk holds the receipt for which those must be sealed.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.accounts.queries import lead_of, offices
from gongshi.accounts.rights import require
from gongshi.cases import engine
from gongshi.cases.actions.filing import case_row
from gongshi.cases.changing import Changed, advance, changing
from gongshi.cases.drafts import NewMatter
from gongshi.cases.key_holders import wraps_of_new
from gongshi.cases.models import Case, Clock, History
from gongshi.cases.queries import NotFound, cases_visible_to
from gongshi.cases.reading import key_for, read_filed
from gongshi.cases.record import Record
from gongshi.cases.routes import Route, route_for
from gongshi.cases.sealed import seal_words
from gongshi.cases.texts import checked_text
from gongshi.cases.undo_points import SPLIT, keep, nothing_before, point_for, standing
from gongshi.routing.queries import CategoryNode, categories, procedure_for
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import RefusedError
from gongshi.rules.references import MAX_MATTERS
from gongshi.safekeeping.actions import discard_wraps, save_wraps
from gongshi.safekeeping.sealing import new_data_key
from gongshi.words import pair

LONGEST_REASON = 1_000
# Sealed matters have the last numbers of what was filed (at most ten). A number after them would tell of them.
FIRST_NUMBER = 11
BY_HAND = pair("承办单位分出这件事时指定。", "Named by the office that split this matter off.")


def may_split(case: Case, actor: StaffActor) -> bool:
    """Whether this member of staff may split the case, or merge it: their office works on it, and it is ordinary."""
    return (
        case.office_id == actor.office_id
        and case.closed_at is None
        and case.erased_at is None
        and not is_sealed(case.kind)
        and case.subject_id is None
        and not case.recused
    )


def check_worker(case: Case, actor: StaffActor) -> None:
    """Raises NotAllowed, NotFound, and RefusedError ("not_divisible")."""
    require(actor, "case.work")
    if not cases_visible_to(actor).filter(pk=case.pk).exists():
        raise NotFound
    if not may_split(case, actor):
        raise RefusedError("not_divisible")


def categories_to_split_into() -> list[CategoryNode]:
    """Ordinary categories in use: none that is sealed or about an office."""
    return [
        node
        for node in categories().values()
        if not node.is_group
        and not is_sealed(node.kind)
        and procedure_for(node).procedure.subject != "office"
    ]


def split_case(
    case: Case,
    category: UUID,
    reason: str,
    *,
    office: UUID | None = None,
    actor: StaffActor,
    at: datetime,
    seen: int | None = None,
) -> Case:
    """Split a second matter off a case; returns it. ``office``: whose it is, instead of what the routing rules say.

    The resident is told, reads why, and may have the two made one again. It can be undone for a while.

    Raises NotFound, NotAllowed, RefusedError
    ("not_divisible", "category_unknown", "office_unknown", "too_many_matters"), TextRefused, Changed, Erased.
    """
    check_worker(case, actor)
    if seen is not None and seen != case.seq:
        raise Changed
    node = next((one for one in categories_to_split_into() if one.id == category), None)
    if node is None:
        raise RefusedError("category_unknown")
    if office is not None and office not in offices():
        raise RefusedError("office_unknown")
    text = checked_text(reason, LONGEST_REASON)
    old_key, key = key_for(case.id, actor), new_data_key()
    new, committed = _second(case, node, office, old_key, key)
    opened, before = engine.open_case(new, node), standing(case, None, actor, at)
    record, begun = Record(actor=actor, at=at), Record(actor=actor, at=at)
    wraps = wraps_of_new(new.id, key, sealed_for=None, receipt=None, receipt_id=None, at=at)
    save_wraps(wraps)
    try:
        with changing(case):
            advance(case)
            record.event(case, "case.split", params={"other": new.number}, reason=text, key=old_key)
            record.notice(case, "moved", case.filing.notify)
            (entry,) = opened.entries
            params = {"office": new.office_id, "lead": new.lead_id, "why": new.route["reason"]}
            params |= {"words": committed, "other": case.number, **entry.params}
            begun.event(new, entry.code, params=params, reason=text, key=key)
            first = point_for(case, before, record, move=SPLIT, twin=new.id)
            second = point_for(new, nothing_before(new, before), begun, move=SPLIT, twin=case.id)
            new.save(force_insert=True)
            Clock.objects.bulk_create(engine.clock_rows(new, opened.state))
            record.store()
            begun.store()
            for point in (first, second):
                if point:
                    keep(point)
    except IntegrityError as taken:
        discard_wraps(wraps)
        raise Changed from taken
    except BaseException:
        discard_wraps(wraps)
        raise
    return new


def _second(
    case: Case, node: CategoryNode, office: UUID | None, old_key: bytes, key: bytes
) -> tuple[Case, str]:
    """The new case, unsaved, with the resident's words sealed for it, and the commitment to them."""
    taken = Case.objects.filter(filing=case.filing_id, number__gte=FIRST_NUMBER).aggregate(last=Max("number"))
    number = (taken["last"] or FIRST_NUMBER - 1) + 1
    if number > MAX_MATTERS:
        raise RefusedError("too_many_matters")
    words = read_filed(case, old_key)
    matter = NewMatter(node.id, words["text"], area=case.area_id, point=words.get("point"))
    filing = case.filing
    if office is None:
        route = route_for(matter, node, channel=filing.channel, at=filing.filed_at)
    else:
        route = Route(office, lead_of(office), BY_HAND)
    new = case_row(filing, matter, node, route, number=number)
    new.content, committed = seal_words(key, {**words, "answers": {}}, row=new.id, field="content")
    return new, committed


def split_off(case: Case) -> int | None:
    """The number of the matter that this one was split off; None for one that was filed as it is."""
    first = History.objects.filter(case=case, seq=1).values_list("params", flat=True).first()
    return (first or {}).get("other")


def agree_to_split(case: Case, *, actor: Resident, at: datetime) -> Case:
    """Whoever filed says that these are two matters. Raises NotFound, Changed."""
    if actor.filing_id != case.filing_id or split_off(case) is None:
        raise NotFound
    record = Record(actor=actor, at=at)
    with changing(case):
        advance(case)
        record.event(case, "case.split_agreed")
        record.store()
    return case
