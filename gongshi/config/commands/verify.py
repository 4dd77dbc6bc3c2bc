"""`gongshi verify`: check a proof of filing or a promise on paper, with this package alone.

No instance, no database, no network.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gongshi.config.proof_words import BESIDES, PAPER_BESIDES, said_of
from gongshi.config.terminal import both, failure, there
from gongshi.formats.proof.file import LARGEST, read_proof
from gongshi.formats.proof.kept import Kept, read_house, read_kept
from gongshi.formats.proof.statements import Malformed, Promise
from gongshi.safekeeping.verifying import Finding, check, check_paper

FILE = click.Path(path_type=Path)
MARKS = {True: "✓", False: "✗", None: "?"}


@click.command(help=both("核对一份带日期和签名的凭证，不需要联网。", "Check a dated, signed proof, offline."))
@click.argument("receipt", type=FILE, metavar="[RECEIPT.json]", required=False)
@click.option(
    "--head",
    type=FILE,
    metavar="HEAD.json",
    help=both(
        "别人留存的账本签名（见证人或接口的）", "a head that somebody else kept: a witness's, or the API's"
    ),
)
@click.option(
    "--promise",
    metavar="TEXT",
    help=both("回执纸上二维码里的那行字", "the line in the QR code of a printed receipt"),
)
@click.option(
    "--keys",
    type=FILE,
    metavar="KEYS.json",
    help=both(
        "对方的公钥（见证人留存的 house.json，或 /api/v1/ledger/keys）", "the house's keys, with --promise"
    ),
)
@click.option(
    "--origin", help=both("对方的网址，公钥文件里没有时用", "the house's address, if not in KEYS.json")
)
def command(
    receipt: Path | None, head: Path | None, promise: str | None, keys: Path | None, origin: str | None
) -> None:
    """Say what is proved and what is not. Exit codes: 0 proved, 1 something is wrong, 2 nothing to compare with."""
    if promise is not None and keys is not None and receipt is None and head is None:
        _paper(promise, keys, origin)
    elif receipt is not None and (promise, keys, origin) == (None, None, None):
        _file(receipt, head)
    else:
        raise click.UsageError(
            both(
                "要么给 RECEIPT.json，要么给 --promise 和 --keys。",
                "Give RECEIPT.json, or --promise with --keys.",
            )
        )


def _paper(text: str, keys: Path, origin: str | None) -> None:
    try:
        named, public = read_house(_loaded(there(keys)))
    except Malformed as fault:
        raise failure(f"{keys.name} 里没有公钥，或被改动过", f"no keys of a house: {fault}") from fault
    house = (origin or named).rstrip("/")
    if not house:
        raise click.UsageError(
            both("用 --origin 给出对方的网址。", "Name the house's address with --origin.")
        )
    try:
        finding = check_paper(Promise.from_short(text, house), public)
    except Malformed as fault:
        raise failure("承诺无效：抄错了字，或缺了字", f"not valid: {fault}") from fault
    if not finding.right:
        raise failure("承诺无效", f"not valid: {said_of(finding)}")
    click.echo(f"{MARKS[True]} {said_of(finding)}")
    _besides(PAPER_BESIDES)


def _besides(lines: tuple[str, ...]) -> None:
    click.echo("")
    click.echo(both("以上都已证明。没有证明的：", "All this is proved. What is not:"))
    for line in lines:
        click.echo(f"  - {line}")


def _file(receipt: Path, head: Path | None) -> None:
    there(receipt)
    if head:
        there(head)
    try:
        content = _content(receipt)
        if not content.lstrip().startswith(b"{") or b'"entries"' not in content:
            raise failure(
                f"{receipt.name} 不是凭证：下载的凭证是 proof.json，完整的副本里也有",
                f"{receipt.name} is no proof: it is proof.json, also in the copy to take home",
            )
        proof = read_proof(content)
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
        words = both("没有比成，做法见上面的 ? 行", "not compared: the line with ? says what to do")
        click.echo(words, err=True)
        raise SystemExit(2)
    _besides(BESIDES)
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
