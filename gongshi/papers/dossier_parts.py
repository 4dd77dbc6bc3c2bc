"""Parts of a dossier that its matter's page does not have: the rules cited, every clock's runs, proofs, hashes."""

from collections.abc import Iterable, Mapping
from typing import Any

import segno

from gongshi.cases import labels
from gongshi.cases.dossier import Dossier
from gongshi.formats.paper import Block
from gongshi.formats.proof.file import Opening
from gongshi.formats.proof.statements import Promise, parsed_instant
from gongshi.papers.blocks import moment, table, text_of
from gongshi.words import Words, pair, say


class Rules:
    """The rules that a dossier cites, each with a number in the order in which it first comes up."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cite(self, *bases: Mapping[str, str] | None) -> str:
        """The numbers of these, each once, as in "[1] [3]"."""
        texts = dict.fromkeys(text_of(one) for one in bases if one)
        return " ".join(f"[{self._numbers.setdefault(text, len(self._numbers) + 1)}]" for text in texts)

    def listed(self) -> Iterable[Block]:
        """The rules with their numbers, as far as they have come up."""
        if self._numbers:
            yield Block("subheading", text=str(say("依据", "The rules")))
            rows = [(f"[{number}]", text) for text, number in self._numbers.items()]
            yield from table("", (say("号", "No."), say("条款", "Law and article")), rows, (0, 1))


PROVED = (
    pair(
        "下表每一项最晚到所写的那一批已经登记，此后一个字也没有改动：每一项的散列登在公开账本上，"
        "账本每一批都有签名，谁都可以核对，也可以和别人留存的副本比。",
        "Each entry in the table stood on record by the batch given at the latest, and has not been changed since: its "
        "hash is in the public ledger, each batch of which is signed. Anybody can check it, and compare copies that "
        "others keep.",
    ),
    pair(
        "来件的文字、答复和往来文字就是当时的文字：散列里也包含它们。",
        "What was filed, answered and written between is word for word what it was: the hashes cover it.",
    ),
)
NOT_PROVED = (
    pair("所写的是不是事实，办得对不对。", "That what was written is true, or that the office did right."),
    pair(
        "照片和文件何时存在：附件的散列只说明它们和这份卷宗里列的是同一份。",
        "When photos and papers existed: their hashes only show that they are the ones this dossier lists.",
    ),
    pair(
        "每一项的准确钟点：那是对方的钟；能确定的是最晚从哪一批起在账本里。",
        "The exact hour of each entry: that is the house's own clock; sure is by which batch it was in the ledger.",
    ),
)


def proofs(dossier: Dossier) -> Iterable[Block]:
    """The signed promises as codes to be scanned, the newest signed head, and every entry's hash."""
    file, entries = dossier.proof, list(dossier.proof.entries)
    yield _list(say("证明了什么", "What is proved"), PROVED)
    yield _list(say("没有证明什么", "What is not proved"), NOT_PROVED)
    for title, opening in _scanned(entries):
        yield _code(title, opening.promise)
    command = f'gongshi verify --promise "…" --keys keys.json --origin {file.origin}'
    how = say(
        "扫出来的那一行放进引号里，对方公布的公钥存成 keys.json（{keys}），在任何一台装有本程序的电脑上运行：",
        "Put the scanned line between the quotation marks, keep the keys that the house publishes as keys.json "
        "({keys}), and run on any computer that has this program:",
    )
    yield Block("note", text=str(how).format(keys=f"{file.origin}/api/v1/ledger/keys"))
    yield Block("code", text=command)
    more = say(
        "全部凭证是压缩包里的 proof.json：gongshi verify proof.json，不需要联网。",
        "The whole proof is proof.json in the bundle: gongshi verify proof.json, without a network.",
    )
    yield Block("note", text=str(more))
    if file.head:
        yield Block(
            "subheading", text=str(say("公开账本最新一批的签名", "The newest signed head of the ledger"))
        )
        rows = (
            (say("批次", "Batch"), str(file.head.batch)),
            (say("项数", "Entries"), str(file.head.size)),
            (say("截止", "Closed"), moment(parsed_instant(file.head.at))),
        )
        yield Block("facts", rows=tuple((str(name), value) for name, value in rows))
        yield Block("code", text=f"root {file.head.root}\nkey  {file.head.key}\n{file.head.signature}")
    yield from _hashes(entries)


def _list(title: Any, lines: tuple[Words, ...]) -> Block:
    return Block(
        "facts", rows=tuple((str(title) if n == 0 else "", text_of(one)) for n, one in enumerate(lines))
    )


def _scanned(entries: list[Opening]) -> Iterable[tuple[Any, Opening]]:
    """What is printed as a code: the filing, and the newest entry of the history where it is another."""
    history = [one for one in entries if "code" in one.entry]
    if history:
        yield say("送来时的签名承诺", "The signed promise of the filing"), history[0]
    if len(history) > 1:
        yield say("最近一项的签名承诺", "The signed promise of the latest entry"), history[-1]


def _code(title: Any, promise: Promise) -> Block:
    # What it holds is as good as random: any mask reads well, and weighing all eight takes longer than the paper.
    picture = segno.make(promise.short(), error="m", micro=False, mask=2).svg_inline(
        border=0, dark="#000", omitsize=True
    )
    text = say(
        "{title}\n{at}收到，承诺在 {by} 前登入公开账本\n密钥 {key}",
        "{title}\nReceived {at}, promised to be in the public ledger by {by}\nKey {key}",
    )
    told = str(text).format(
        title=title,
        at=moment(parsed_instant(promise.at)),
        by=moment(parsed_instant(promise.merge_by)),
        key=promise.key,
    )
    return Block("picture", text=told, by=promise.commitment, picture=picture)


def _hashes(entries: list[Opening]) -> Iterable[Block]:
    rows = []
    for number, one in enumerate(entries, start=1):
        where = say("账本第{n}批", "batch {n}") if one.batch else say("还没有登入", "not in the ledger yet")
        at = moment(parsed_instant(one.promise.at))
        rows.append(
            (str(number), f"{at}\n{_what(one)} · {str(where).format(n=one.batch)}", one.promise.commitment)
        )
    head = (say("序号", "No."), say("哪一项", "Entry"), say("散列（SHA-256）", "Hash (SHA-256)"))
    yield from table(say("每一项的散列", "The hash of each entry"), head, rows, (0, 1, 0), mono=(2,))


def _what(opening: Opening) -> str:
    entry = opening.entry
    if "code" not in entry:
        return str(say("查阅：{what}", "A look: {what}")).format(
            what=text_of(labels.LOOK_THINGS[entry["what"]])
        )
    return text_of(labels.history_words(entry["code"], entry.get("params", {})))


def attachments(dossier: Dossier) -> Iterable[Block]:
    """Every file with its size and the SHA-256 of its bytes, under the name that it has in the bundle."""
    if not dossier.files:
        yield Block("note", text=str(say("没有附件。", "There are none.")))
        return
    rows = [
        (
            f"{one.name}\n{_size(one.file.size)} · {moment(one.file.at)}"
            + (f" · {say('原件', 'original')}" if one.file.original else ""),
            one.sha256 or str(say("打不开", "cannot be opened")),
        )
        for one in dossier.files
    ]
    head = (say("文件", "File"), say("散列（SHA-256）", "Hash (SHA-256)"))
    yield from table("", head, rows, (1, 0), mono=(1,))
    how = say(
        "核对：sha256sum -c sha256.txt，或 Windows 的 certutil -hashfile 文件名 SHA256。",
        "To check: sha256sum -c sha256.txt, or certutil -hashfile FILE SHA256 on Windows.",
    )
    yield Block("note", text=str(how))


def _size(size: int) -> str:
    return str(say("{n}字节", "{n} bytes")).format(n=f"{size:,}")
