"""The demo town's filings that operators took down: one claimed, the others with a letter that waits to be printed."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gongshi.accounts.models import Staff
from gongshi.accounts.queries import actor_for, office_by_code
from gongshi.cases.actions.claims import claim_filing
from gongshi.cases.actions.filing import file_filing
from gongshi.cases.drafts import Contact, Handing, NewFiling
from gongshi.config.town import matter_told
from gongshi.safekeeping.claim_codes import claim_code_of
from gongshi.safekeeping.receipts import new_receipt


def take_calls(file: Path, now: datetime) -> int:
    """Act out a pack's ``demo/calls.toml``; how many filings. None where the pack has no such file."""
    if not file.is_file():
        return 0
    calls = tomllib.loads(file.read_text(encoding="utf-8"))["call"]
    for told in calls:
        _take(told, now - timedelta(hours=told["hours_ago"]))
    return len(calls)


def _take(told: Mapping[str, Any], at: datetime) -> None:
    operator = actor_for(Staff.objects.get(username=told["operator"]))
    if operator is None:
        raise LookupError(f"{told['operator']} holds no role")
    named = office_by_code(told["desk"]) if "desk" in told else None
    office = named.id if named else operator.office_id
    way, receipt = told["way"], new_receipt()
    new = NewFiling(
        matters=tuple(
            matter_told(one, {"key": told["operator"], "consent": False}) for one in told["matters"]
        ),
        language=told["language"],
        channel=told["channel"],
        contact=Contact(**told["contact"], notify="sms" if way == "sms" else ""),
        handing=Handing(way, office if way in ("letter", "pick_up") else None),
    )
    filed = file_filing(new, receipt=receipt, actor=operator, at=at)
    if hours := told.get("claimed_after_hours"):
        code, then = claim_code_of(receipt), at + timedelta(hours=hours)
        claim_filing(filed.filing.reference, code, receipt=new_receipt(), at=then)
