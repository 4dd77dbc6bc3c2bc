"""The words for what `gongshi verify` finds, and for what no proof of this kind can show."""

from datetime import datetime

from gongshi.cases.labels import HISTORY
from gongshi.config.terminal import both
from gongshi.safekeeping.verifying import Finding

EVENTS = {
    "case.opened": ("收到来件", "the filing was taken in"),
    "content": ("工作人员查阅了内容", "staff looked at the content"),
    "contact": ("工作人员查阅了联系方式", "staff looked at the contact"),
    "file": ("工作人员查阅了文件", "staff looked at a file"),
    "copy": ("工作人员查阅了拟公开的内容", "staff looked at the copy to be published"),
}
BESIDES = (
    both("所写的是不是事实，办得对不对", "that what was written is true, or that the office did right"),
    both(
        "照片和文件：凭证只管文字和经过",
        "photos and papers: the proof covers words and what happened",
    ),
    both(
        "事情发生的准确时间：那是对方的钟；能确定的是登入账本的时间（“起”）",
        "the exact time of each event: that is the house's own clock; sure is since when it is in the ledger",
    ),
    both(
        "签名的密钥是谁的：把上面的密钥编号和对方公布的、见证人留存的对一对",
        "whose key signed: compare the key's id above with what the house publishes and witnesses keep",
    ),
)

PAPER_BESIDES = (
    both(
        "这一项写了什么：要和下载的凭证放在一起看，承诺的编号（上面的散列）一样的就是这一项",
        "what the entry says: hold it beside the downloaded proof, whose entry has the same hash as above",
    ),
    both(
        "后来有没有登入账本：下载的凭证里有证明",
        "that it came into the ledger: the downloaded proof proves that",
    ),
    BESIDES[-1],
)


def said_of(finding: Finding) -> str:
    """One finding in words."""
    facts = {**finding.facts}
    if "code" in facts:
        facts["zh"], facts["en"] = _event(facts["code"])
    moments = {name: facts[name] for name in {"at", "by", "since"} & facts.keys()}
    in_zh = {name: _moment(text, "（本机{time}）") for name, text in moments.items()}
    in_en = {name: _moment(text, " ({time} on this computer)") for name, text in moments.items()}
    zh, en = (RIGHT if finding.right else WRONG if finding.right is False else UNTOLD)[finding.code]
    return both(zh.format(**{**facts, **in_zh}), en.format(**{**facts, **in_en}))


def _event(code: str) -> tuple[str, str]:
    """What happened: as the resident's own pages say it, where no outsider would misread that."""
    if code in EVENTS:
        return EVENTS[code]
    words = HISTORY.get(code, {"zh": code, "en": code})
    return words["zh"], words["en"]


def _moment(text: str, here: str) -> str:
    """``2026-03-02T01:00:00Z`` for people: a proof knows no local time, the computer that checks it does."""
    if not text.endswith("Z"):
        return text
    instant = datetime.fromisoformat(text)
    local = instant.astimezone()
    shown = f"{text[:10]} {text[11:16]} UTC"
    if not local.utcoffset():
        return shown
    same_day = local.date() == instant.date()
    return shown + here.format(time=f"{local:%H:%M}" if same_day else f"{local:%m-%d %H:%M}")


RIGHT = {
    "paper": (
        "{at}，{origin} 已有这一项（{commitment}），用密钥 {key} 签名承诺在 {by} 前登入账本",
        "at {at}, {origin} had this entry ({commitment}) and promised, signed by key {key}, "
        "to have it in the ledger by {by}",
    ),
    "file": (
        "文件完整，由 {origin} 的密钥 {key} 签名",
        "the file is whole, signed by key {key} of {origin}",
    ),
    "head": (
        "账本第 {batch} 批，{at} 截止，签名有效",
        "batch {batch} of the ledger, closed at {at}, is signed",
    ),
    "earlier": ("账本第 {batch} 批，{at} 截止，接得上", "batch {batch}, closed at {at}, is continued"),
    "words": ("第 {number} 项的文字就是当时的文字：", "entry {number} holds exactly these words:"),
    "promised": (
        "第 {number} 项 {at}“{zh}”：已签名承诺在 {by} 前登入账本，还没有登入",
        "entry {number}, {at}, “{en}”: promised to be in the ledger by {by}; not in it yet",
    ),
    "included": (
        "第 {number} 项 {at}“{zh}”：{since} 起在账本里，没有改动",
        "entry {number}, {at}, “{en}”: in the ledger since {since}, unchanged",
    ),
    "witness": ("见证人 {witness} 在 {at} 也签了名", "witness {witness} signed it too, at {at}"),
    "same_head": ("和别人留存的签名一致", "the head that others kept is the same"),
    "continues": (
        "和留存的签名是同一本账，前面没有改动",
        "the kept head belongs to the same ledger, with nothing before it changed",
    ),
}
WRONG = {
    "paper": (
        "纸上的承诺有字不对，或不是 {origin} 的密钥 {key} 签的",
        "something in the promise is not as it was signed, or it is not of {origin}'s key {key}",
    ),
    "file": (
        "文件被改动过，或签名的密钥不对（{key}）",
        "the file was changed, or the key that it names ({key}) did not sign it",
    ),
    "head": ("账本第 {batch} 批的签名无效", "batch {batch} of the ledger is not signed by the key it names"),
    "earlier": (
        "账本第 {batch} 批的签名无效，或后面的账本接不上",
        "batch {batch} of the ledger is not signed, or not continued by the newest head",
    ),
    "no_entries": ("文件里没有任何事项", "the file holds no entries"),
    "promise": (
        "第 {number} 项 {at}“{zh}”：和签名的承诺对不上",
        "entry {number}, {at}, “{en}”: not what the signed promise is about",
    ),
    "words": ("第 {number} 项的文字被改动过", "the words of entry {number} were changed"),
    "broken": (
        "第 {number} 项 {at}“{zh}”：承诺在 {by} 前登入账本，没有做到",
        "entry {number}, {at}, “{en}”: promised to be in the ledger by {by}, and is not",
    ),
    "included": (
        "第 {number} 项 {at}“{zh}”：不在账本的这个位置",
        "entry {number}, {at}, “{en}”: not at this place in the ledger",
    ),
    "kept_signed": (
        "留存的签名无效，或不是同一个密钥的",
        "the kept head is not validly signed, or by another key",
    ),
    "witness": ("见证人 {witness} 的签名无效", "the signature of witness {witness} is not valid"),
    "rewritten": (
        "账本被改写过：第 {own} 批和别人留存的不一样",
        "the ledger was rewritten: batch {own} is not what others kept",
    ),
}
UNTOLD = {
    "nothing_to_compare": (
        "凭证里还没有账本签名，过一会儿重新下载",
        "the proof holds no head yet: download it again later",
    ),
    "other_head": (
        "凭证是第 {own} 批的，留存的是第 {kept} 批的，直接比不了：请见证人给出 heads/{own:010}.json，再用它比",
        "the proof is of batch {own}, the kept head of {kept}, which cannot be compared directly: "
        "ask the witness for heads/{own:010}.json and compare with that",
    ),
}
