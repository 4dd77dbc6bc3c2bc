"""What in a text would tell who somebody is or where they live, as far as a pattern can tell.

For a first mask that a person then checks: it takes too much rather than too little, and it misses what only a reader
knows (a nickname, "the widow on the corner"). Patterns are bounded, so that no text makes them slow. What each kind
covers and leaves is said, with examples, in docs/rules/identifiers.md.
"""

import re
from collections.abc import Iterable, Iterator

# The commonest surnames of China (Ministry of Public Security, names of 2020), and the compound ones.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方"
    "邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包"
)
_COMPOUND = "欧阳|上官|司马|诸葛|皇甫|东方|尉迟|令狐|慕容|司徒|夏侯"
_TITLES = (
    "先生|女士|小姐|太太|同志|师傅|老师|医生|律师|阿姨|叔叔|大爷|大妈|大叔|大姐|大哥|大嫂|奶奶|爷爷|婆婆|书记|主任|局长|科长|股长|所长|站长|队长|处长|"
    "镇长|村长|经理|工程师|警官|护士|校长"
)
_NUMBER = "[0-9０-９一二三四五六七八九十百零〇两]{1,5}"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_DATE = r"(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)"
_PATTERNS = (
    # Addresses, numbers of filings, plates.
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}",
    r"(?<![A-Z0-9-])[A-Z]{1,8}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z](?:/\d{1,2})?(?![A-Z0-9])",
    rf"[{_PROVINCES}][A-Z][·•. -]?[A-Z0-9]{{5,6}}(?![A-Z0-9])",
    r"(?:(?<=微信)|(?<=微信号)|(?<=QQ)|(?<=QQ号)|(?<=WeChat))[:： ]{0,2}[A-Za-z][A-Za-z0-9_-]{4,19}",
    # Where somebody lives: a house in a street, a building, a flat.
    rf"(?<=[路街巷里弄道村组]){_NUMBER}(?:号院|号)(?:之{_NUMBER})?",
    rf"{_NUMBER}(?:号楼|号院|号房|幢|栋|单元|室|弄)",
    r"\d{2,5}房(?!间)",
    r"(?<![\d-])\d{1,3}-\d{1,3}-\d{2,4}(?![\d-])",
    r"\b(?:[Ff]lat|[Aa]pt\.?|[Aa]partment|[Uu]nit|[Rr]oom|[Bb]lock|[Bb]uilding|[Ss]uite|[Hh]ouse)\s?(?:[Nn]o\.?\s?)?\d{1,5}[A-Za-z]?\b",
    r"\b\d{1,5}[A-Za-z]?\s(?:[A-Z][a-z]{1,20}\s){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Terrace)\b",
    # Names before a title, and behind one.
    rf"(?:{_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff]{{0,2}}?(?={_TITLES})",
    r"(?:(?<=Mr )|(?<=Mrs )|(?<=Ms )|(?<=Miss )|(?<=Mx )|(?<=Dr )|(?<=Mr\. )|(?<=Mrs\. )|(?<=Ms\. )|(?<=Dr\. ))"
    r"[A-Z][\w'’-]{0,30}(?: [A-Z][\w'’-]{0,30})?",
)
# Seven digits or more: telephone, identity, bank and card numbers; not days, not sums of money or sizes.
_DIGITS = r"(?<![\d.])\+?\d(?:[ ()（）–-]{0,2}\d){6,19}[Xx]?(?![\d])(?!\s?(?:元|万|亿|米|吨|平方|块钱|kg|km|m2|yuan))"
_ANY = re.compile(f"(?P<date>{_DATE})|(?P<digits>{_DIGITS})|{'|'.join(_PATTERNS)}")
_BARE = re.compile(r"\D")


def identifying_spans(
    text: str, *, names: Iterable[str] = (), keep: Iterable[str] = ()
) -> list[tuple[int, int]]:
    """Spans (from character, up to but not including character) of ``text`` that would tell who somebody is.

    names: names to take out wherever they stand, those of staff, say. keep: telephone numbers that may stay, since
    they are an office's own, in any spelling.
    """
    kept = {bare for number in keep if (bare := _BARE.sub("", number))}
    return sorted({*_patterns(text, kept), *_named(text, names)})


def _patterns(text: str, kept: set[str]) -> Iterator[tuple[int, int]]:
    for found in _ANY.finditer(text):
        is_kept = found["date"] or (found["digits"] and _BARE.sub("", found["digits"]) in kept)
        if not is_kept and found.end() > found.start():
            yield found.span()


def _named(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    for name in names:
        if len(name) < 2:
            continue
        # A name in letters is a word of its own: "Li" is not in "Light".
        edge = r"\b" if name.isascii() else ""
        for found in re.finditer(edge + re.escape(name) + edge, text):
            yield found.span()
