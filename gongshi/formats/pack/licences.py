"""Licences that a place can give its open data, by the code that its pack names (docs/decisions/0047).

Codes are those of SPDX, addresses those of whoever wrote the licence. "" is none: what is not said is not given.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gongshi.formats.pack.faults import Words, pair

NONE = ""


@dataclass(frozen=True)
class Licence:
    """A licence: its SPDX code, its name, its text's address, and what it lets others do in a sentence."""

    code: str
    name: str
    address: str
    says: Words


LICENCES: Mapping[str, Licence] = {
    one.code: one
    for one in (
        Licence(
            "CC0-1.0",
            "CC0 1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            pair("随便用，不用注明出处", "free to use, without naming the source"),
        ),
        Licence(
            "CC-BY-4.0",
            "CC BY 4.0",
            "https://creativecommons.org/licenses/by/4.0/",
            pair("可以用，要注明出处", "free to use, naming the source"),
        ),
        Licence(
            "CC-BY-SA-4.0",
            "CC BY-SA 4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/",
            pair(
                "可以用，要注明出处，改编的也用同一许可",
                "free to use, naming the source, under the same licence",
            ),
        ),
        Licence(
            "ODbL-1.0",
            "ODbL 1.0",
            "https://opendatacommons.org/licenses/odbl/1-0/",
            pair(
                "可以用，要注明出处，改出来的数据库也用同一许可",
                "free to use, naming the source, changed databases under the same licence",
            ),
        ),
    )
}
NOT_GIVEN = pair(
    "没有给许可。法律允许的，照样可以读、引用；别的用法请问本地。",
    "No licence is given. Reading and quoting are free as the law allows; ask the place for more.",
)
WORDS_OF_OTHERS = pair(
    "居民写的话还是居民的，不在许可之内：可以读、引用，撤回的要跟着删。",
    "What residents wrote stays theirs and is under no licence: it may be read and quoted, and goes when they take it "
    "back.",
)


def said_of(licence: Licence | None) -> Words:
    """The licence in a sentence, or that none is given."""
    if licence is None:
        return NOT_GIVEN
    return pair(f"{licence.name}：{licence.says['zh']}。", f"{licence.name}: {licence.says['en']}.")
