"""The category of a matter, corrected by whoever works on it: the office, the procedure and every day stay as they are.

Ordinary matters only. The resident reads from what to what. How often one category was corrected to another is counted
(`routing.actions.count_correction`), and what the published copies say now is what suggestions are learnt from.
"""

from datetime import datetime
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.cases import engine
from gongshi.cases.actions.public_state import is_agreed, refresh_public
from gongshi.cases.actions.splitting import check_worker
from gongshi.cases.changing import Changed, advance, changing
from gongshi.cases.models import Case
from gongshi.cases.record import Record
from gongshi.cases.undo_points import keep, point_for, standing
from gongshi.routing.actions import count_correction
from gongshi.routing.queries import CategoryNode, categories, procedure_for
from gongshi.rules.procedure import RefusedError

MOVE = "correct_category"


def categories_to_correct_to(case: Case) -> list[CategoryNode]:
    """Categories of the same kind and the same procedure, without the one that it has.

    Of a case with a public copy only such as may be public. One statement.
    """
    code = engine.procedure_of(case).code
    found = [
        node
        for node in categories().values()
        if not node.is_group
        and node.kind == case.kind
        and node.id != case.category_id
        and procedure_for(node).procedure.code == code
    ]
    return [node for node in found if node.public] if is_agreed(case) else found


def correct_category(
    case: Case, category: UUID, *, actor: StaffActor, at: datetime, seen: int | None = None
) -> Case:
    """Give the case the category that it belongs to; returns it. It can be undone for a while.

    Raises NotFound, NotAllowed, RefusedError ("not_divisible", "category_unknown"), Changed.
    """
    check_worker(case, actor)
    if seen is not None and seen != case.seq:
        raise Changed
    node = next((one for one in categories_to_correct_to(case) if one.id == category), None)
    if node is None:
        raise RefusedError("category_unknown")
    old = categories().everything[case.category_id]
    before, record = standing(case, None, actor, at), Record(actor=actor, at=at)
    with changing(case):
        advance(case)
        case.category_id = node.id
        Case.objects.filter(pk=case.pk).update(category=node.id)
        record.event(case, "case.category_corrected", params={"was": dict(old.name), "now": dict(node.name)})
        point = point_for(case, before, record, move=MOVE)
        record.store()
        if point:
            keep(point)
        count_correction(old, node, on=engine.today(at))
        refresh_public(case, at)
    return case
