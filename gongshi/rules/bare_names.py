"""Where in a text somebody may be named without a title or an introduction, and a text without what tells of people.

For search and for comparing reports alone: what is taken for a name there only finds nothing, it is not masked. No list
of persons: a surname, what stands beside it, and ordinary words. Surnames are those of `gongshi.rules.personal`, given
names in letters the commonest of the United States (Social Security Administration). docs/rules/bare-names.md.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from gongshi.rules.ordinary_words import WORDS
from gongshi.rules.personal import FAMILY, marks
from gongshi.rules.retrieval import folded

_HAN = "[\u4e00-\u9fff]"
_SURNAME = re.compile(FAMILY)
_GIVEN = re.compile(f"{_HAN}{{1,2}}")
# Hardly in any given name.
_NEVER = frozenset(
    "的了是在不没我你您他她它们这那哪和与及或也都就还又被把让给对因所到请说要吗呢吧啊呀个位次很才只并且么什再已将会"
    "年月日号元点第每该路街镇村乡县区市"
)
_COUNTED = re.compile("[0-9一二三四五六七八九十百千两几数][万余张段金包]")
# What stands behind a surname where it is the name of a place: 黄兴路. Not what goes on with another word: 李明路灯.
_PLACE = re.compile(
    f"{_HAN}[村镇乡县市区路街巷湾塘坪](?!{_HAN}?[灯边口面过]|[里上])|"
    f"{_HAN}{{2}}[路街巷村镇乡县区湾苑园庭寨庄站湖桥府港岭坡](?![灯边口面里上过子])|"
    f"{_HAN}{{1,3}}(?:大道|广场|小区|花园|国际|公司|大厦|公馆|山庄|集团|小学|中学|大学|幼儿园|医院|物业|酒店|地铁站|时代|新城|中心)"
)
_APART = "[^\\w\\n，。！？；,;!?]{0,3}|_{1,3}"
_SPACED = re.compile(f"(?<!{_HAN})(?:{FAMILY})(?:{_APART}){_HAN}(?:(?:{_APART}){_HAN}(?!{_HAN})|(?!{_HAN}))")
_ROMAN = "|".join(
    (
        "wang|li|zhang|liu|chen|yang|huang|zhao|wu|zhou|xu|sun|ma|zhu|hu|guo|gao|lin|luo|zheng|liang|xie|song|tang|han|deng|feng|cao",
        "peng|zeng|xiao|tian|dong|pan|yuan|cai|jiang|yu|du|ye|cheng|wei|su|lu|ding|shen|zhong|cui|tan|fan|liao|shi|jia|xia|zou|xiong",
        "meng|qin|qiu|hou|yin|xue|yan|duan|lei|qian|tao|mao|hao|gong|shao|qiao|ouyang",
    )
)
_FIRST = "|".join(
    (
        "james|john|robert|michael|william|david|richard|joseph|thomas|charles|christopher|daniel|matthew|anthony|donald|steven|paul",
        "andrew|joshua|kenneth|kevin|brian|george|edward|ronald|timothy|jason|jeffrey|ryan|jacob|gary|nicholas|eric|jonathan|stephen",
        "larry|justin|scott|brandon|benjamin|samuel|gregory|frank|alexander|raymond|patrick|jack|dennis|jerry|peter|henry|harry|adam",
        "mary|patricia|jennifer|linda|elizabeth|barbara|susan|jessica|sarah|karen|lisa|nancy|betty|margaret|sandra|ashley|kimberly",
        "emily|donna|michelle|carol|amanda|dorothy|melissa|deborah|stephanie|rebecca|sharon|laura|cynthia|kathleen|amy|angela|anna",
        "shirley|brenda|pamela|emma|nicole|helen|samantha|katherine|christine|rachel|carolyn|janet|catherine|maria|heather|diane|alice",
        "julie|joyce|jane|simon|oliver|martin|philip|tony|tom|mike|bob|jim|joe|dave|steve|sam|kate|lucy|ann|anne",
    )
)
_NO_NAME = (
    "(?:street|road|lane|avenue|bridge|river|town|village|square|park|station|school|hospital|district|county|city"
    "|gate)"
)
_LETTERS = re.compile(
    rf"\b(?:(?i:{_FIRST})[ .·_-]{{1,3}}(?!(?i:{_NO_NAME})\b)[A-Za-z][\w'’]{{1,30}}"
    rf"|(?i:{_ROMAN})[ ._-]{{1,2}}(?!(?i:{_NO_NAME})\b)[A-Z][a-z]{{1,11}}(?:[ -][A-Z][a-z]{{1,11}})?"
    rf"(?! (?i:{_NO_NAME})\b))"
)


def names_in(text: str, known: Collection[str] = ()) -> list[tuple[int, int]]:
    """Spans of ``text`` (from character, up to but not including character) that may be a name, in order, apart.

    known: pairs of characters of words that the place uses: whatever holds one with its surname is no name.
    """
    plain = folded(text)
    if len(plain) != len(text):
        plain = text
    found = [*_chinese(plain, known), *_spaced(plain, known)]
    found += [match.span() for match in _LETTERS.finditer(text)]
    return list(_apart(sorted(found)))


def without_people(
    text: str, *, names: Iterable[str] = (), keep: Iterable[str] = (), known: Collection[str] = ()
) -> str:
    """``text`` with a line's end for whatever is marked or may be a name, so that no pair of characters reaches across.

    names, keep: as `personal.marks` takes them; known: as `names_in` does.
    """
    spans = [(mark.start, mark.end) for mark in marks(text, names=names, keep=keep)]
    for start, end in reversed(list(_apart(sorted([*spans, *names_in(text, known)])))):
        text = f"{text[:start]}\n{text[end:]}"
    return text


def pairs_of(words: Iterable[str]) -> frozenset[str]:
    """The pairs of neighbouring characters of words, folded: what `names_in` knows the place's words by."""
    return frozenset(one + other for word in words for one, other in pairwise(folded(word)))


def _chinese(plain: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while found := _SURNAME.search(plain, at):
        start, at = found.span()
        given = _given(plain, at)
        # Of the double ones only this is an ordinary word as well.
        word = found[0] == "东方" or (at - start == 1 and _is_word(plain, start, known))
        if given and not word and not _PLACE.match(plain, at):
            at += given
            yield start, at


def _given(plain: str, at: int) -> int:
    """How many characters behind a surname may be a given name: 0, 1 or 2."""
    found = _GIVEN.match(plain, at)
    given = found[0] if found else ""
    if not given or given[0] in _NEVER:
        return 0
    if len(given) == 2 and (given[1] in _NEVER or plain[at + 1 : at + 3] in WORDS):
        return 1
    return len(given)


def _is_word(plain: str, at: int, known: Collection[str]) -> bool:
    """Whether a surname's first character belongs to an ordinary word, or to one of the place's."""
    if _COUNTED.match(plain[max(0, at - 1) : at + 1]):
        return True
    pairs = (plain[max(0, at - 1) : at + 1], plain[at : at + 2])
    return any(pair in WORDS or pair in known for pair in pairs)


def _spaced(plain: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Names whose characters stand apart: 李-小-明."""
    for found in _SPACED.finditer(plain):
        if len(re.findall(_HAN, found[0])) < len(found[0]) and not _is_word(plain, found.start(), known):
            yield found.span()


def _apart(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last: tuple[int, int] | None = None
    for start, end in spans:
        if last and start < last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last:
            yield last
        last = (start, end)
    if last:
        yield last
