"""What in a text would tell who somebody is, how to reach them or where they live, as far as a pattern can tell.

Numbers follow GB 11643 (identity numbers, with their check character by ISO 7064 MOD 11-2), ISO/IEC 7812 (bank cards,
Luhn), ITU-T E.164 with China's numbering plan, and GA 36 (plates); surnames are the commonest of 2020 (Ministry of
Public Security). It takes too much rather than too little and recognises nobody: there is no list of persons, and what
only a reader knows ("the widow on the corner") stays. Every pattern is bounded, so that no text makes it slow. Kinds,
examples and limits are in docs/rules/guard.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

KINDS = ("email", "account", "plate", "identity", "bank", "phone", "number", "reference", "home", "name")
"""By how telling they are: where marks overlap, the kind that stands first here names them."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方"
    "邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包孟詹梅凌童"
)
_COMPOUND = "欧阳|上官|司马|诸葛|皇甫|东方|尉迟|令狐|慕容|司徒|夏侯"
_TITLES = (
    "先生|女士|小姐|太太|同志|师傅|老师|医生|律师|阿姨|叔叔|大爷|大妈|大叔|大姐|大哥|大嫂|奶奶|爷爷|婆婆|书记|主任|局长|科长|股长|所长|站长|队长|处长|"
    "镇长|村长|经理|工程师|警官|护士|校长"
)
_FAMILY = rf"(?:{_COMPOUND}|[{_SURNAMES}])"
# Traditional forms of the commonest of them: a question may be written so.
_TRADITIONAL = "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮蕭葉蘇呂盧薑鍾譚陸範賈鄒龍萬錢嚴賀龔湯齊龐顏倪聶魯蘭關歐鄧"
FAMILY = rf"(?:{_COMPOUND}|[{_SURNAMES}{_TRADITIONAL}])"
"""A pattern for one surname."""
_WHOLE_NAME = re.compile(rf"{FAMILY}[\u4e00-\u9fff]{{1,2}}")
_INTRODUCED = "联系人|反映人|投诉人|举报人|留言人|申请人|当事人|报修人|姓名"
# Words that begin with a surname and are no name.
_NO_NAME = r"(?!(?<=[公保治])安|(?<=[由关对至基处位])于|申请|任教|任党|常委|常务|高级|林景)"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_COUNT = "[0-9一二三四五六七八九十百零〇两]{1,5}"
# Days, spans of years, years before the number of a decree or behind that of a standard, hotlines of five digits.
_DATE = (
    r"(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:19|20)\d\d(?: |-{1,2})(?:19|20)\d\d(?![\d-])|(?:19|20)\d\d\) ?\d{1,4}(?!\d)|\d{5,6}-(?:19|20)\d\d(?![\d-])"
    r"|0\d{2,3}-{1,2}(?:1[0-9]|9[56])\d{3}(?![\d-])"
)
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_END = r"(?!\d)(?!\.\d)(?!\s?(?:元|万|亿|米|吨|平方|块钱|kg|km|m2|yuan))"
_LONG = r"\+?\d(?:[ ()-]{0,2}\d)"

# One pass from left to right, the first that fits: a number is never cut out of the middle of a longer one.
_NUMBERS = re.compile(
    r"(?<![\d.])(?:"
    rf"(?P<date>{_DATE})"
    rf"|(?P<identity>[1-9]\d{{5}}[ -]?(?:18|19|20)\d\d[ -]?{_DAY}[ -]?\d{{3}}[\dXx](?!\d)"
    rf"|[1-9]\d{{7}}{_DAY}\d{{3}}(?!\d))"
    r"|(?P<mobile>\(?(?:(?:\+|00)?86\)?[ -]{0,2})?1[3-9]\d(?:[ -]{0,2}\d){8}(?!\d))"
    rf"|(?P<landline>(?:\(0\d{{2,3}}\)|(?:\+|00)86[ -]?\d{{2,3}}|0\d{{2,3}})[ -]{{0,2}}"
    rf"[2-9]\d{{2,3}}[ -]?\d{{4}}(?:(?:[ -]|转|ext\.? ?)\d{{1,5}})?{_END})"
    r"|(?P<international>\+\d(?:[ ()-]{0,2}\d){7,14}(?!\d))"
    rf"|(?P<local>[2-9]\d{{2,3}}[ -]?\d{{4}}{_END}(?![ -]?\d))"
    rf"|(?P<long>{_LONG}{{6,24}}[Xx]?{_END})"
    r"|\d{1,40})"
)
_SPELLED = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d){8}|0\d{2,3}[ -]?[2-9]\d{6,7}|[2-9]\d{6,7})(?!\d)")
_ELSE: tuple[tuple[str, str, str], ...] = (
    (
        "email",
        "email.address",
        r"([A-Za-z0-9._%+-]{1,64} ?@ ?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})",
    ),
    (
        "account",
        "account.named",
        r"(?i:微信|weixin|wechat|\bvx|QQ|扣扣)(?:号码|号|群|群号)?(?: ?(?:id|number|no\.?))?"
        r"[:是为 ]{0,3}(?i:is )?([A-Za-z0-9][A-Za-z0-9_-]{4,19})",
    ),
    (
        "plate",
        "plate.shape",
        rf"([{_PROVINCES}] ?[A-Za-z] ?[·•.-]? ?(?=[A-Za-z]{{0,5}}\d)"
        r"[A-Za-z0-9]{4}(?:[A-Za-z0-9]{1,2}(?![A-Za-z0-9])|[学警挂港澳领使]))",
    ),
    ("plate", "plate.shape", r"(使\d{6}|\d{6}使)(?!\d)"),
    (
        "reference",
        "reference.shape",
        r"(?<![A-Z0-9-])([A-Z]{1,8}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z](?:/\d{1,2})?)(?![A-Z0-9])",
    ),
    ("home", "home.street", rf"(?<=[路街巷里弄道村组])({_COUNT}(?:号院|号(?![线楼院]))(?:之{_COUNT})?)"),
    (
        "home",
        "home.building",
        rf"((?:{_COUNT}(?:号楼|号院|幢|栋|单元|弄)[ -]?){{1,4}}(?:{_COUNT}(?:单元|室|号房|房)(?!间)|\d{{3,4}}(?!\d)))",
    ),
    ("home", "home.room", rf"({_COUNT}(?:室(?![一二两\d]厅)|号房(?!间)))"),
    ("home", "home.room", r"(\d{2,5}房)(?!间)"),
    ("home", "home.room", r"(?<![\d-])(\d{1,3}-\d{1,3}-\d{2,4})(?![\d-])"),
    (
        "home",
        "home.room",
        r"\b((?i:flat|apt\.?|apartment|unit|room|suite|house) ?(?:[Nn]o\.? ?)?\d{1,5}[A-Za-z]?)\b",
    ),
    (
        "home",
        "home.street",
        r"\b(\d{1,5}[A-Za-z]? (?:[A-Z][a-z]{1,20} ){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Terrace))\b",
    ),
    ("name", "name.titled", rf"{_NO_NAME}({_FAMILY}[\u4e00-\u9fff]{{0,2}}?)(?={_TITLES})"),
    ("name", "name.part", rf"{_NO_NAME}({_FAMILY}某{{1,2}})(?!些)"),
    (
        "name",
        "name.introduced",
        rf"(?:(?:{_INTRODUCED})[:是为 ]{{1,3}}|(?:我叫|名叫)[:是 ]{{0,3}})"
        rf"({_FAMILY}[\u4e00-\u9fff]{{1,2}})(?=[^\u4e00-\u9fff]|电话|手机|联系|$)",
    ),
    (
        "name",
        "name.titled",
        r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)(?:\. ?| )([A-Z][\w'’-]{0,30}(?: [A-Z][\w'’-]{0,30})?)",
    ),
    (
        "name",
        "name.introduced",
        r"\b(?i:my name is|contact person:?|contact:) ?([A-Z][\w'’-]{0,30}(?: [A-Z][\w'’-]{0,30}){0,2})",
    ),
)
_COMPILED = tuple((kind, reason, re.compile(pattern)) for kind, reason, pattern in _ELSE)
REASONS = (
    *("identity.checked", "identity.shape", "phone.mobile", "phone.landline", "phone.international"),
    *("phone.local", "phone.spelled", "bank.checked", "bank.shape", "number.long", "name.given"),
    *dict.fromkeys(reason for _, reason, _ in _ELSE),
)
# Each character becomes one character, so that places in the text stay what they are.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(map(ord, "–—‐‑−"), "-")
_PLAIN |= {0x3000: " ", 0x00A0: " "}
_NUMERALS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_BARE = re.compile(r"\D")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, order=True)
class Mark:
    """A span of a text (from character, up to but not including character), its kind and the code of its reason."""

    start: int
    end: int
    kind: str
    reason: str


def marks(text: str, *, names: Iterable[str] = (), keep: Iterable[str] = ()) -> tuple[Mark, ...]:
    """What of ``text`` would tell who somebody is, in the text's order; no two marks overlap.

    names: names to mark wherever they stand, those of staff, say. keep: telephone numbers that are an office's own, in
    any spelling: they are not marked.
    """
    plain = text.translate(_PLAIN)
    kept = {bare for number in keep if (bare := _BARE.sub("", number.translate(_PLAIN)))}
    found = [*_numbers(plain, kept), *_spelled(plain), *_shapes(plain), *_named(text, names)]
    return tuple(_joined(sorted(found)))


def _numbers(plain: str, kept: set[str]) -> Iterator[Mark]:
    for found in _NUMBERS.finditer(plain):
        name, (start, end) = found.lastgroup, found.span()
        bare = _BARE.sub("", found[0])
        if name is None or name == "date" or bare in kept or _is_day(found[0]):
            continue
        kind, reason = _of_number(name, found[0], bare)
        yield Mark(start, end, kind, reason)


def _of_number(name: str, written: str, bare: str) -> tuple[str, str]:
    """(kind, reason) of a number, by the pattern that found it."""
    if name == "identity":
        return "identity", f"identity.{'checked' if is_identity(written) else 'shape'}"
    if name != "long":
        return "phone", f"phone.{name}"
    if 13 <= len(bare) <= 19 and is_card(bare):
        return "bank", "bank.checked"
    if 16 <= len(bare) <= 19 and bare[0] in "3456":
        return "bank", "bank.shape"
    return "number", "number.long"


def could_be_name(word: str) -> bool:
    """Whether a word could be somebody's whole Chinese name, by its first character and its length: many are not."""
    return _WHOLE_NAME.fullmatch(word.strip()) is not None


def is_identity(written: str) -> bool:
    """Whether the last character of an 18-character identity number is the one that the others ask for."""
    number = re.sub(r"[^0-9Xx]", "", written).upper()
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[17] == "10X98765432"[total % 11]


def is_card(bare: str) -> bool:
    """Whether the digits end in the check digit of a bank card (Luhn)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(bare))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_day(written: str) -> bool:
    """Whether eight digits are a day, 20260305, and no telephone number."""
    if len(written) != 8 or written[:2] not in ("19", "20"):
        return False
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _spelled(plain: str) -> Iterator[Mark]:
    """Telephone numbers of which some or all is in Chinese numerals."""
    as_digits = plain.translate(_NUMERALS)
    for found in _SPELLED.finditer(as_digits):
        start, end = found.span()
        if plain[start:end] != as_digits[start:end]:
            yield Mark(start, end, "phone", "phone.spelled")


def _shapes(plain: str) -> Iterator[Mark]:
    for kind, reason, pattern in _COMPILED:
        for found in pattern.finditer(plain):
            yield Mark(*found.span(1), kind, reason)


def _named(text: str, names: Iterable[str]) -> Iterator[Mark]:
    for name in names:
        if len(name) < 2:
            continue
        # A name in letters is a word of its own: "Li" is not in "Light".
        edge = r"\b" if name.isascii() else ""
        for found in re.finditer(edge + re.escape(name) + edge, text):
            yield Mark(*found.span(), "name", "name.given")


def _joined(found: Iterable[Mark]) -> Iterator[Mark]:
    """Marks that overlap become one, and so do parts of one address that touch."""
    last: Mark | None = None
    for mark in found:
        if last is None or mark.start > last.end or (mark.start == last.end and mark.kind != last.kind):
            if last is not None:
                yield last
            last = mark
            continue
        first = min(last, mark, key=lambda each: KINDS.index(each.kind))
        last = replace(first, start=last.start, end=max(last.end, mark.end))
    if last is not None:
        yield last
