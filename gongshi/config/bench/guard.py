"""The guard on what becomes public: numbers and names planted into real texts, and what it marks where none were."""

import csv
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gongshi.rules.personal import KINDS, marks

FILES = (("zh_answers.csv", ("text", "answer")), ("zh_complaints.csv", ("text",)))
SEED = 6
PLANTED = 1_000
"""Of each kind."""
_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_SPELLED = str.maketrans("0123456789", "零一二三四五六七八九")


def figures(folder: Path, planted: int = PLANTED) -> dict[str, Any]:
    """Recall by kind, and marks of each kind on 1,000 texts as they are; files that are not there are named."""
    texts = texts_of(folder)
    everything = [text for found in texts.values() for text in found]
    absent = [name for name, found in texts.items() if not found]
    if not everything:
        return {"absent": absent}
    begun = time.process_time()
    alarms = {name: _per_thousand(found) for name, found in texts.items() if found}
    taken = (time.process_time() - begun) / len(everything)
    return {
        "absent": absent,
        "texts": {name: len(found) for name, found in texts.items()},
        "recall": recall(everything, planted),
        "marks_per_1000_texts": alarms,
        "microseconds_a_text": round(taken * 1e6),
    }


def recall(texts: Sequence[str], planted: int = PLANTED) -> dict[str, float]:
    """The share of planted words, by kind, that marks cover from the first character to the last."""
    chance = random.Random(SEED)  # noqa: S311 the same draw every time
    return {
        kind: round(
            sum(_is_found(chance, texts, make, AFTER.get(kind, "")) for _ in range(planted)) / planted, 4
        )
        for kind, make in PLANTS.items()
    }


def texts_of(folder: Path) -> dict[str, list[str]]:
    """The real texts by file; none of a file that is not there."""
    return {name: list(_texts(folder / name, columns)) for name, columns in FILES}


def _texts(file: Path, columns: Sequence[str]) -> Iterator[str]:
    if file.is_file():
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.DictReader(opened):
                yield from (row[column] for column in columns)


def _per_thousand(texts: Sequence[str]) -> dict[str, float]:
    found = Counter(mark.kind for text in texts for mark in marks(text))
    return {kind: round(found[kind] * 1_000 / len(texts), 1) for kind in KINDS}


def _is_found(
    chance: random.Random, texts: Sequence[str], make: Callable[[random.Random], tuple[str, str]], after: str
) -> bool:
    """Whether what was planted is covered. It stands between words, never within another number."""
    text, (cue, words) = chance.choice(texts), make(chance)
    place = chance.choice([at for at in range(len(text) + 1) if _is_between(text, at)])
    start = place + len(cue)
    found = marks(text[:place] + cue + words + after + text[place:])
    return any(mark.start <= start and mark.end >= start + len(words) for mark in found)


def _is_between(text: str, at: int) -> bool:
    beside = text[max(at - 1, 0) : at + 1]
    return not any(
        each in "〇零一二三四五六七八九幺" or (each.isascii() and (each.isalnum() or each in "+-.()@_%"))
        for each in beside
    )


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _mobile(chance: random.Random) -> tuple[str, str]:
    bare = f"1{chance.choice('3456789')}{_digits(chance, 9)}"
    written = chance.choice(
        [
            bare,
            f"{bare[:3]}-{bare[3:7]}-{bare[7:]}",
            f"{bare[:3]} {bare[3:7]} {bare[7:]}",
            f"+86 {bare}",
            bare.translate(_FULL),
            bare.translate(_SPELLED),
        ]
    )
    return "", written


def _landline(chance: random.Random) -> tuple[str, str]:
    area = chance.choice(["010", "021", "0731", "0571", "0755"])
    local = chance.choice("345678") + _digits(chance, 7)
    return "", chance.choice(
        [f"{area}-{local}", f"({area}){local}", f"（{area}）{local}", area + local, local]
    )


def _abroad(chance: random.Random) -> tuple[str, str]:
    return "", f"+{chance.choice(['1', '44', '81', '852'])} {_digits(chance, 4)} {_digits(chance, 4)}"


def _identity(chance: random.Random) -> tuple[str, str]:
    born = f"{chance.randint(1940, 2015)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    area, last = f"43{chance.randint(1000, 9999)}", _digits(chance, 3)
    long = f"{area}{born}{last}{chance.choice('0123456789Xx')}"
    return "", chance.choice(
        [long, f"{area} {born} {long[14:]}", long.translate(_FULL), f"{area}{born[2:]}{last}"]
    )


def _email(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(["li.wei", "zhang_san", "wang", "Q"]) + _digits(chance, 5)
    return "", f"{name}{chance.choice('@＠')}{chance.choice(['qq.com', '163.com', 'mail.example.org.cn'])}"


def _plate(chance: random.Random) -> tuple[str, str]:
    start = chance.choice("湘京粤浙鲁川") + chance.choice("ABCDE")
    rest = chance.choice([_digits(chance, 5), f"D{_digits(chance, 5)}", f"{_digits(chance, 3)}KB"])
    return "", start + chance.choice(["", "·", " ", "-"]) + rest


def _bank(chance: random.Random) -> tuple[str, str]:
    bare = "62" + _digits(chance, chance.choice([14, 17]))
    return "", chance.choice([bare, " ".join(bare[at : at + 4] for at in range(0, len(bare), 4))])


def _account(chance: random.Random) -> tuple[str, str]:
    return chance.choice(
        [("微信号：", f"wx{_digits(chance, 6)}"), ("QQ", _digits(chance, 9)), ("WeChat: ", "lin_yue88")]
    )


def _home(chance: random.Random) -> tuple[str, str]:
    number = chance.randint(1, 30)
    return "", chance.choice([f"{number}号楼{number % 4 + 1}单元{number}01室", f"{number}栋{number}02房"])


def _name(chance: random.Random) -> tuple[str, str]:
    name = chance.choice("王李张刘陈") + chance.choice(["秀兰", "强", "大力", "敏"])
    return chance.choice(["我叫", "联系人：", "投诉人:"]), name


PLANTS: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "phone_mobile": _mobile,
    "phone_landline": _landline,
    "phone_abroad": _abroad,
    "identity": _identity,
    "email": _email,
    "plate": _plate,
    "bank": _bank,
    "account": _account,
    "home": _home,
    "name_introduced": _name,
}
AFTER = {"name_introduced": "，"}
