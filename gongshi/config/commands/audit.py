"""`gongshi audit`: the operator's own look through the public ledger: every row and every leaf accounted for."""

from pathlib import Path
from typing import Any

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

WORDS = {
    "batch_missing": ("第 {batch} 批的签名不见了", "the head of batch {batch} is gone"),
    "entries_missing": (
        "第 {batch} 批少了内容，从第 {index} 项起",
        "entries of batch {batch} are gone, from entry {index} on",
    ),
    "order": ("第 {batch} 批的顺序不对", "the entries of batch {batch} are not in their order"),
    "signature": ("第 {batch} 批的签名无效", "the head of batch {batch} is not signed by the ledger's key"),
    "root": ("第 {batch} 批的内容和签名不符", "the entries up to batch {batch} are not what was signed"),
    "tile": ("第 {level} 层第 {index} 块不对", "tile {index} of level {level} is not what it should be"),
    "beyond": ("第 {index} 项之后有没签名的内容", "something unsigned lies after entry {index}"),
    "leaf": (
        "账本第 {index} 项（第 {batch} 批，{at}）对应的记录被删或被改",
        "entry {index} of the ledger (batch {batch}, {at}) stands for a row that was deleted or changed",
    ),
    "more_leaves": (
        "有 {number} 项对应的记录被删或被改，下面是最早的",
        "{number} entries stand for rows that were deleted or changed; the earliest follow",
    ),
    "more_rows": ("有 {number} 条记录不在账本里", "{number} rows are not in the ledger"),
    "waiting": (
        "待登入的一项对应的记录被删或被改（{commitment}）",
        "a waiting leaf stands for a row that was deleted or changed ({commitment})",
    ),
    "row": (
        "记录 {table} {row} 第 {seq} 步不在账本里：被改过，或是后加的",
        "row {table} {row}, step {seq}, is not in the ledger: changed, or slipped in later",
    ),
    "unlinked": (
        "一项被记为已删除，但账本里没有（{commitment}）",
        "something is recorded as erased that the ledger never held ({commitment})",
    ),
    "unlinked_number": (
        "删除的项数不符：记了 {stored} 项，账本里承诺的是 {committed} 项",
        "{stored} entries are recorded as erased, the ledger commits to {committed}",
    ),
}
SHOWN = 20


@click.command(
    help=both("核对公开账本：每条记录、每一项都有交代。", "Account for every row and leaf of the ledger.")
)
@instance_option
def command(directory: Path) -> None:
    """Print what the ledger holds, or what is wrong, the first fault first. Changes nothing."""
    enter(directory)
    from gongshi.cases.auditing import audit
    from gongshi.config import stores

    stores.require(thorough=True)
    found = audit()
    click.echo(_told(found))
    for fault in found.faults[:SHOWN]:
        click.echo(f"✗ {_said(fault.code, fault.facts)}")
    if found.faults:
        first = found.faults[0]
        number = len(found.faults)
        raise failure(
            f"账本对不上，{number} 处：{_said(first.code, first.facts)}",
            f"the ledger does not add up, {number} faults; the first one is named",
        )
    click.echo(both("每一项都有交代。", "Every entry is accounted for."))


def _told(found: Any) -> str:
    return both(
        f"{found.batches} 批，{found.entries} 项：记录 {found.rows}，已删除 {found.unlinked}，填充 {found.pads}；"
        f"待登入 {found.waiting}",
        f"{found.batches} batches, {found.entries} entries: {found.rows} rows, {found.unlinked} erased, "
        f"{found.pads} pads; {found.waiting} leaves waiting",
    )


def _said(code: str, facts: dict[str, Any]) -> str:
    zh, en = WORDS[code]
    filled = {"seq": "-", **{name: "-" if value is None else value for name, value in facts.items()}}
    return both(zh.format(**filled), en.format(**filled))
