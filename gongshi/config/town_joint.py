"""The demo town's joint matter: begun by one, joined by some with the code that they were given."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

from gongshi.accounts.actors import Resident, System
from gongshi.cases.actions.filing import file_filing
from gongshi.cases.drafts import Contact, NewFiling
from gongshi.cases.models import Case
from gongshi.cases.visiting import Visitor
from gongshi.config.town import matter_told
from gongshi.grievances.actions.beginning import begin
from gongshi.grievances.actions.codes import speak
from gongshi.grievances.actions.joining import join_collective
from gongshi.grievances.queries import member_of
from gongshi.grievances.reading import read_joint
from gongshi.safekeeping.receipts import new_receipt


def bring_together(file: Path, now: datetime) -> list[dict[str, str]]:
    """Act out a pack's ``demo/joint.toml``, if any: reference and receipt of who began it and of who joined last."""
    if not file.is_file():
        return []
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    at, receipt = now - timedelta(days=told["days_ago"]), new_receipt()
    matter = matter_told(told, {"key": file.name, "consent": False})
    new = NewFiling(matters=(matter,), language="zh", channel="web")
    filed = file_filing(new, receipt=receipt, actor=System("web"), at=at)
    first = Resident(filed.filing.id, filed.receipt_id, receipt)
    case = Case.objects.select_related("filing", "promise").get(filing=filed.filing)
    begin(case, told["joint_text"], actor=first, at=at)
    spoken = read_joint(member_of(case), Visitor(filed.filing, filed.receipt_id, receipt)).spoken
    shown = [{"reference": filed.filing.reference, "receipt": receipt}]
    for nth in range(told["joiners"]):
        joiner = new_receipt()
        joined = join_collective(
            spoken.code if spoken else "",
            receipt=joiner,
            language="zh",
            contact=Contact(),
            at=at + timedelta(hours=nth + 1),
            text=told["joint_text"],
        )
    shown += [{"reference": joined.filing.reference, "receipt": joiner}] if told["joiners"] else []
    speak(case, told["said"], actor=first, at=now - timedelta(days=1))
    return shown
