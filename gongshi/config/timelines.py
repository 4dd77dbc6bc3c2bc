"""Every deadline of a pack's procedure, for `gongshi calc due`: read from the pack's files, without a database."""

from collections.abc import Mapping
from datetime import date, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from gongshi.config.calculators import CalculationError
from gongshi.config.packs import PackRefused, read_checked
from gongshi.formats.pack import Pack
from gongshi.rules.calendar import Calendar
from gongshi.rules.procedure import Procedure, Promise, parse
from gongshi.rules.timeline import timeline
from gongshi.rules.timeline.data import as_data

_checked = lru_cache(maxsize=4)(read_checked)


def pack_in(folder: Path) -> Pack:
    """The pack in a folder. Raises CalculationError where it has faults."""
    try:
        return _checked(folder)
    except PackRefused as refused:
        first = next(fault for fault in refused.faults if fault.severity == "fault")
        raise CalculationError(
            f"{folder.name} 有误：{first.file}：{first.what['zh']}",
            f"{folder.name}: {first.file}: {first.what['en']}",
        ) from refused


def deadlines(
    pack: Pack, given: Mapping[str, Any], *, filed_on: date, zone: tzinfo, calendar: Calendar
) -> dict[str, Any]:
    """Every deadline of the procedure (and category) that ``given`` names. Raises CalculationError."""
    procedure = _procedure(pack, given["procedure"])
    promise = _promise(pack, procedure, given["category"]) if "category" in given else None
    found = timeline(procedure, filed_on=filed_on, calendar=calendar, promise=promise)
    return as_data(found, zone)


def _procedure(pack: Pack, code: Any) -> Procedure:
    text = pack.procedures.get(code) if isinstance(code, str) else None
    procedure = parse(text)[0] if text else None
    if procedure is None:
        known = ", ".join(sorted(pack.procedures))
        raise CalculationError(
            f"没有流程 {code}；有 {known}。", f"there is no procedure {code!r}, only {known}."
        )
    return procedure


def _promise(pack: Pack, procedure: Procedure, code: Any) -> Promise | None:
    """What is promised for a category, None where nothing is."""
    category = next((one for one in pack.categories if one.code == code), None)
    if category is None or category.procedure != procedure.code:
        raise CalculationError(
            f"没有按流程 {procedure.code} 办的类别 {code}。",
            f"there is no category {code!r} with the procedure {procedure.code!r}.",
        )
    if category.promise is None:
        return None
    return Promise(category.promise.days, "working" if category.promise.counting == "working" else "calendar")
