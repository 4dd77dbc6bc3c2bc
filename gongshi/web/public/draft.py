"""The draft as the form brings it: it travels in the form itself."""

from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict

from gongshi.cases.drafts import MAX_MATTERS
from gongshi.cases.intake.draft import (
    CONTACT,
    DOORS,
    KEEP_OFF,
    LONGEST_KEPT,
    LONGEST_LEFT,
    LONGEST_TOKEN,
    MOST_LEFT,
    PARTS,
    Draft,
    Matter,
    as_uuid,
    new_draft,
)
from gongshi.safekeeping.tokens import TokenError, receipt_from_draft


def read_draft(data: QueryDict, at: datetime, form: str = "draft") -> Draft:
    """The draft that a form brought. A token that has expired or is not ours is replaced: its files are gone."""
    token, was = data.get("draft") or "", ""
    renewed = False
    try:
        receipt = receipt_from_draft(token, form=form, at=at)
    except TokenError:
        fresh = new_draft(at, form)
        token, receipt, was, renewed = fresh.token, fresh.receipt, token[:LONGEST_TOKEN], True
    door = data.get("door") or ""
    draft = Draft(token, receipt, door if door in DOORS else "", renewed=renewed, was=was)
    for name in (*CONTACT, KEEP_OFF):
        setattr(draft, name, _typed(data, name))
    draft.matters = [_matter(data, number) for number in range(1, _count(data) + 1)]
    if form != "draft":
        # Only whoever files says what theirs goes with: never staff for a caller.
        for matter in draft.matters:
            matter.joins = ""
    if renewed:
        draft.files_lost = any(matter.files for matter in draft.matters)
        draft.keep_only(())
    return draft


def _count(data: Mapping[str, str]) -> int:
    typed = data.get("matters") or "1"
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1
    return max(1, min(number, MAX_MATTERS))


def _matter(data: QueryDict, number: int) -> Matter:
    matter = Matter()
    for part in PARTS:
        setattr(matter, part, _typed(data, f"{part}-{number}"))
    start = f"q-{number}-"
    matter.answers = {name[len(start) :]: _all_typed(data, name) for name in data if name.startswith(start)}
    matter.left = [words[:LONGEST_LEFT] for words in data.getlist(f"left-{number}")[:MOST_LEFT]]
    matter.files = [found for text in data.getlist(f"file-{number}") if (found := as_uuid(text))]
    return matter


def _typed(data: Mapping[str, str], name: str) -> str:
    return (data.get(name) or "")[:LONGEST_KEPT].replace("\r\n", "\n").replace("\r", "\n")


def _all_typed(data: QueryDict, name: str) -> str:
    """What was typed; of several boxes ticked under one name, all of them."""
    values = data.getlist(name)
    return _typed({name: " ".join(values)}, name) if len(values) > 1 else _typed(data, name)
