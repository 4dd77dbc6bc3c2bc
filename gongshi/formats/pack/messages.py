"""What the TOML reader says, put into plain words in both languages."""

import re

from gongshi.formats.pack.faults import Words, pair

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_MEANINGS: tuple[tuple[str, Words, Words], ...] = (
    (
        "Expected '=' after a key",
        pair("名称后面缺少等号", "an equals sign is missing after a name"),
        pair("写成 名称 = 值；注释以 # 开头。", "Write name = value; a comment starts with #."),
    ),
    (
        "Cannot overwrite a value",
        pair("同一个名称写了两次", "a name is given twice"),
        pair("删掉其中一个。", "Delete one of them."),
    ),
    (
        "Duplicate inline table key",
        pair("同一个名称写了两次", "a name is given twice"),
        pair("删掉其中一个。", "Delete one of them."),
    ),
    (
        "Cannot declare",
        pair("同一个表写了两次", "a table is given twice"),
        pair("删掉一个，或者改成 [[…]]。", "Delete one, or make it [[…]]."),
    ),
    (
        "Unterminated string",
        pair("引号没有关上", "a quote is not closed"),
        pair('补上结尾的 "。', 'Add the closing ".'),
    ),
    (
        "Illegal character",
        pair(
            "文字里有换行或控制字符，多半是引号没有关上",
            "a text has a line break in it: a quote is not closed",
        ),
        pair('补上结尾的 "；多行文字用三个引号。', 'Add the closing "; long texts stand in three quotes.'),
    ),
    (
        "Unclosed array",
        pair("列表没有关上，或少了逗号", "a list is not closed, or a comma is missing"),
        pair("补上 ] 或逗号。", "Add ] or the comma."),
    ),
    (
        "Unclosed inline table",
        pair("表没有关上，或少了逗号", "a table is not closed, or a comma is missing"),
        pair("补上 } 或逗号；{ } 要写在一行里。", "Add } or the comma; { } stands on one line."),
    ),
    (
        "Expected newline or end of document",
        pair("一行里写了两项", "two things stand on one line"),
        pair("一项一行。", "One thing a line."),
    ),
    (
        "Invalid value",
        pair("等号后面的值不对", "the value after the equals sign cannot be read"),
        pair('文字要加英文引号 "…"，列表用 [ ]。', 'Texts stand in quotes "…", lists in [ ].'),
    ),
    (
        "Invalid initial character for a key",
        pair("名称里有不能用的字符", "a name has a character that cannot be used"),
        pair("名称只用英文字母、数字和“-”“_”；标点用英文的。", 'Names use letters, digits, "-" and "_".'),
    ),
    (
        "Invalid statement",
        pair("这一行不以名称开头", "this line does not begin with a name"),
        pair(
            "名称只用英文字母、数字和“-”“_”；注释以 # 开头。",
            'Names use letters, digits, "-" and "_"; a comment starts with #.',
        ),
    ),
    (
        "Unescaped '\\'",
        pair("反斜杠用错了", "a backslash is misused"),
        pair("写成两个反斜杠，或用单引号。", "Write two backslashes, or use single quotes."),
    ),
    (
        "Expected ']",
        pair("表头没有关上", "a table's header is not closed"),
        pair("写成 [名称] 或 [[名称]]。", "Write [name] or [[name]]."),
    ),
)
_OTHER = (
    pair("不是合法的TOML写法", "this is not valid TOML"),
    pair("对照 docs/guides/packs.md 里的例子改写。", "Compare it with the examples in docs/guides/packs.md."),
)


def syntax_words(error: Exception) -> tuple[int | None, Words, Words]:
    """(line or None, what is wrong, what to do) for an error of ``tomllib``."""
    message = str(error)
    if isinstance(error, RecursionError):
        return None, pair("嵌套太深。", "It is nested too deeply."), pair("减少层次。", "Use fewer levels.")
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else None
    said = message[: place.start()] if place else message
    meaning, fix = next(((m, f) for start, m, f in _MEANINGS if said.startswith(start)), _OTHER)
    at = pair(f"第{place[2]}列：", f"Column {place[2]}: ") if place and place[2] else pair("", "")
    what = pair(f"{at['zh']}{meaning['zh']}（{said}）。", f"{at['en']}{meaning['en']} ({said}).")
    return line, what, fix
