"""The part of a case's page about a hearing that is called, or whose record is still to be written."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gongshi.cases.actions.hearings import Call
from gongshi.cases.hearings import CALLED, NOTICE, holds_hearings, is_ahead, is_called, last_told
from gongshi.cases.models import Case
from gongshi.cases.reading import CaseFile
from gongshi.web.desk.access import DeskRequest
from gongshi.web.desk.forms import SeenForm, call_fields, date_field, record_fields
from gongshi.words import say

MOVE_DAY, RECORD = "hearing-move", "hearing-record"


class MoveDayForm(SeenForm):
    """Another day, hour or place for a hearing."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=f"{MOVE_DAY}-%s")
        self.fields["date"] = date_field(say("改到哪天", "The new day"))
        self.fields.update(call_fields())


class RecordForm(SeenForm):
    """The record of a hearing that ended when its time was over."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=f"{RECORD}-%s")
        self.fields.update(record_fields())


FORMS: dict[str, type[MoveDayForm | RecordForm]] = {MOVE_DAY: MoveDayForm, RECORD: RecordForm}


def call_of(typed: Mapping[str, Any]) -> Call:
    """A hearing as a form brought it."""
    on: date = typed["date"]
    return Call(on, typed["time"], typed["place"], typed["about"], typed.get("invited") or "")


def hearing_part(
    request: DeskRequest, case: Case, content: CaseFile | None, code: str, sent: SeenForm | None
) -> dict[str, Any]:
    """The form that the page offers of a hearing, if any; ``sent``: one that came back, by its ``code``."""
    if content is None or case.closed_at is not None or not holds_hearings(case, request.actor):
        return {}
    told = [message for message in content.messages if message.kind == NOTICE]
    if is_ahead(case) and told:
        which = MOVE_DAY
        start: dict[str, Any] = {**told[-1].parts, "seen": case.seq}
    elif not is_called(case) and last_told(content.events) == CALLED:
        which, start = RECORD, {"seen": case.seq}
    else:
        return {}
    form = sent if code == which and sent is not None else FORMS[which](initial=start)
    return {"hearing_code": which, "hearing_form": form, "hearing_open": which in (code, RECORD)}
