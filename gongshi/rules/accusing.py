"""Whether words may accuse somebody in office, or another person: what must not reach those whom it is about.

For doors at which nobody chooses whom a matter is about: programs (Open311) and letters by mail. 信访工作条例 (2022),
Art. 30 ¶3: no complaint is handed to whoever it is about. Three lists in each language: what only somebody in office
can do; an office or an official with what they do to people, in one sentence; and reporting a person. Words find most
of it, never all: docs/guides/open311.md#what-words-do-not-find.
"""

import re
import unicodedata

_REST = "[^。！？!?；;\n]{0,20}?"
_NEXT = "[^，。！？；\n]{0,8}"
# What only somebody in office can do.
_ABUSE = (
    "受贿|索贿|行贿|贿赂|吃拿卡要|回扣|好处费|黑钱|贪污|贪官|以权谋私|徇私|枉法",
    "滥用职权|公报私仇|官官相护|保护伞|渎职|刁难",
    "(?:挪用|侵吞|私吞|私分)(?:公款|集体|村里|征地|补偿|专项)",
    "腐败(?!变质|的?(?:食|肉|菜|水果|味|气))",
    r"\bbrib\w+|\bcorrupt\w*|\bembezzl\w+|\bkick-?backs?\b|\bextort\w*|\bnepotism\b|\bmisconduct\b",
    r"\babus\w+ (?:of )?(?:his|her|their) power",
)
_OFFICIAL = (
    "[局科处所站队镇乡县区市村股]长(?![期大得高久])|书记|干部|领导|官员|公务员|警官|民警|交警|辅警|警察|城管",
    "执法|网格员|办事员|工作人员|窗口|派出所|居委|村委|街道办|政府|信访办|(?<![结布格邮药当])局(?![部面势限])",
)
_WRONGS = (
    "(?:收|拿|索|塞)[^，。]{0,5}(?:钱|礼|红包|好处)|向[我他她]们?要|要[了过]?[^，。]{0,4}(?:钱|好处|红包)",
    "骂[我人他她]|打了?[我人]|动手|推搡|威胁|恐吓|报复|包庇|偏袒|撒谎|说谎|骗人|弄虚作假|不作为|乱作为",
    "推诿|踢皮球|不办事|爱理不理|态度[^，。]{0,3}(?:差|恶劣|不好|蛮横|粗暴)",
)
_OFFICER = (
    r"\b(?:officers?|inspectors?|officials?|clerks?|wardens?|police(?:man|woman)?|constables?|mayors?",
    r"councill?ors?|civil servants?|staff|bureau|department|council|office|authority|town hall)\b",
)
_DOES = (
    r"\b(?:rude\w*|ignor\w+ (?:me|us|my|our|everyone)|insult\w*|sw(?:ore|ears?) at|shout\w* at|yell\w* at",
    r"threat\w*|harass\w*|bull(?:y|ies|ied|ying)|lied|liars?|lying (?:to|about)|humiliat\w*|discriminat\w*",
    # A bin lies on its side.
    r"lies(?! (?:on|in|at|under|over|next|near|behind|beside|between|there|down|open|flat))|cover\w* up",
    r"(?:hit|beat|push\w*|shov\w*) (?:me|us|him|her)",
    r"(?:ask|want|took|take|demand|accept|pocket)\w*(?: \w+){0,3} (?:money|cash|gifts?))\b",
)
_SUFFERED = r"\b(?:harass|threaten|insult|bull|humiliat|beaten)\w* by [^.!?\n]{0,20}?"
_PERSONS = (
    "邻居|隔壁|楼上|楼下|对门|同事|同学|室友|租客|房东|亲戚|前夫|前妻|某人|这个人|那个人|有人",
    "[老小][王李张刘陈杨赵黄周吴]|吸毒|贩毒|偷电|偷水|偷税|逃税|骗保|低保|赌博|卖淫|嫖娼|非法行医",
)


def _any(parts: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(parts)})"


_PATTERNS = tuple(
    re.compile(one)
    for one in (
        _any(_ABUSE),
        f"{_any(_OFFICIAL)}{_REST}{_any(_WRONGS)}",
        f"(?:举报|检举|揭发|告发){_NEXT}{_any(_PERSONS)}",
        rf"{_any(_OFFICER)}[^.!?\n]{{0,60}}?{_any(_DOES)}",
        f"{_SUFFERED}{_any(_OFFICER)}",
        rf"\bcomplain\w* (?:about|against) [^.!?\n]{{0,30}}?{_any(_OFFICER)}",
    )
)


def may_accuse(text: str) -> bool:
    """Whether the text may accuse an office, an official or another person, in Chinese or English; in doubt it may.

    Letters of full width or either case make no difference.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return any(pattern.search(plain) for pattern in _PATTERNS)
