"""`gongshi verify`: check a proof of filing, with this package alone: no instance, no database, no network."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gongshi.config.proof_words import BESIDES, said_of
from gongshi.config.terminal import both, failure
from gongshi.formats.proof.file import LARGEST, read_proof
from gongshi.formats.proof.kept import Kept, read_kept
from gongshi.formats.proof.statements import Malformed
from gongshi.safekeeping.verifying import Finding, check

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
MARKS = {True: "✓", False: "✗", None: "?"}


@click.command(help=both("核对一份带日期和签名的凭证，不需要联网。", "Check a dated, signed proof, offline."))
@click.argument("receipt", type=FILE, metavar="RECEIPT.json")
@click.option(
    "--head",
    type=FILE,
    metavar="HEAD.json",
    help=both(
        "别人留存的账本签名（见证人或接口的）", "a head that somebody else kept: a witness's, or the API's"
    ),
)
def command(receipt: Path, head: Path | None) -> None:
    """Say what is proved and what is not. Exit codes: 0 proved, 1 something is wrong, 2 nothing to compare with."""
    try:
        proof = read_proof(_content(receipt))
    except Malformed as fault:
        raise failure(f"凭证无效：{receipt.name} 不完整或被改动过", f"not valid: {fault}") from fault
    kept = _kept(head) if head else None
    findings = check(proof, kept)
    for line in _lines(findings):
        click.echo(line)
    wrong = [finding for finding in findings if finding.right is False]
    if wrong:
        raise failure(f"凭证无效：{len(wrong)} 处不对", f"not valid: {len(wrong)} wrong, see ✗ above")
    if any(finding.right is None for finding in findings):
        raise click.UsageError(
            both("留存的签名和这份凭证对不到一起，比不了。", "that head and this proof cannot be compared.")
        )
    click.echo("")
    click.echo(both("以上都已证明。没有证明的：", "All this is proved. What is not:"))
    for line in BESIDES:
        click.echo(f"  - {line}")
    if kept is None:
        click.echo(
            "  - "
            + both(
                "所有人看到的是不是同一本账：用 --head 和别人留存的签名比一比",
                "that everybody is shown the same ledger: compare with a head that others kept, by --head",
            )
        )


def _lines(findings: list[Finding]) -> Iterator[str]:
    for finding in findings:
        if finding.code == "earlier" and finding.right:
            continue  # said with each entry that rests on it
        yield f"{MARKS[finding.right]} {said_of(finding)}"
        if finding.code == "words" and finding.right:
            yield from (f"    {line}" for line in _words(finding.facts["said"]))


def _words(said: dict[str, Any]) -> Iterator[str]:
    """What was written, in its own lines; empty parts and the program's own are left out."""
    for name in (
        "text",
        "wish",
        "earlier",
        "place",
        "found",
        "decided",
        "call",
        "by_whom",
        "found_on",
        "by_on",
    ):
        value = said.get(name)
        if isinstance(value, str) and value:
            yield from click.unstyle(value).splitlines()


def _kept(path: Path) -> Kept:
    try:
        return read_kept(_loaded(path))
    except Malformed as fault:
        raise failure(f"{path.name} 不是账本签名，或被改动过", f"no kept head: {fault}") from fault


def _loaded(path: Path) -> Any:
    """JSON in any form: the API's answers are not written like the program's own files."""
    import json

    try:
        return json.loads(_content(path))
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None


def _content(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise Malformed("the file is too large")
    return path.read_bytes()
