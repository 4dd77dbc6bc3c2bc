"""What somebody wrote themselves in a mail, without what they answer to. One pass over the lines.

Mail programs quote in ways of their own; docs/rules/quoting.md lists those that are known. Where nothing of a mail
would be left, the whole of it is kept: too much is read, never too little.
"""

import re

LONGEST = 200_000
_QUOTED = re.compile(r"\s{0,3}[>＞]")
# A line that says that all below it is an earlier mail.
_BELOW = re.compile(
    r"\s*(-{2,}|_{5,}|={5,})?\s*"
    r"(original message|originalnachricht|forwarded message|reply message|原始邮件|原始郵件|原邮件|转发邮件|"
    r"回复的原邮件|发自我的.{0,20}原始邮件)"
    r"\s*(-{2,}|_{5,}|={5,})?\s*",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(on\b.{4,300}\bwrote\s*[:：]|于?.{0,40}\d{4}\s*[-年/.]\s*\d{1,2}.{0,200}(写道|寫道|编写|wrote)\s*[:：]|"
    r"在\s*\d{4}.{4,200}(写道|寫道|编写)\s*[:：])\s*",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"[\s*]*(from|sent|date|to|cc|subject|发件人|寄件者|发送时间|发送日期|日期|收件人|抄送|主题|时间)\s*[*]*\s*[:：]",
    re.IGNORECASE,
)
_FIRST = re.compile(r"[\s*]*(from|发件人|寄件者)\s*[*]*\s*[:：]", re.IGNORECASE)
_SENT_FROM = re.compile(
    r"\s*(sent from my \w.{0,40}|发自我的\s?\S.{0,30}|从\s?\S.{0,20}发送|get outlook for .{0,20})\s*",
    re.IGNORECASE,
)
_SIGNATURE = "-- "


def own_words(text: str) -> str:
    """The text without quoted mails, what announces them, and the signature below "-- "; all of it if none is left."""
    lines = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = lines[: _end(lines)]
    while kept and (not kept[-1].strip() or _QUOTED.match(kept[-1]) or _SENT_FROM.fullmatch(kept[-1])):
        kept.pop()
    kept = [line for line in _without_announced(kept) if not _QUOTED.match(line)]
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in kept)).strip()
    return found or "\n".join(lines).strip()


def _end(lines: list[str]) -> int:
    """Where the first line stands below which everything is an earlier mail, or a signature."""
    answered = _last_answered(lines)
    for at, line in enumerate(lines):
        if line == _SIGNATURE or (len(line) < 200 and _BELOW.fullmatch(line)):
            return at
        if at > answered and _is_announced(lines, at):
            return at
        if _FIRST.match(line) and sum(bool(_FIELD.match(one)) for one in lines[at : at + 6]) >= 3:
            return at
    return len(lines)


def _is_announced(lines: list[str], at: int) -> bool:
    """Whether "On ... wrote:" begins here; long ones are broken into two lines."""
    one, two = lines[at].strip(), " ".join(lines[at : at + 2]).strip()
    return any(len(line) < 500 and bool(_WROTE.fullmatch(line)) for line in (one, two) if line)


def _last_answered(lines: list[str]) -> int:
    """The last quoted line below which somebody answers; -1: nobody does between the quoted lines."""
    theirs = max((at for at, line in enumerate(lines) if line.strip() and not _QUOTED.match(line)), default=0)
    return max((at for at in range(theirs) if _QUOTED.match(lines[at])), default=-1)


def _without_announced(lines: list[str]) -> list[str]:
    return [line for line in lines if not (len(line) < 500 and _WROTE.fullmatch(line.strip()))]
