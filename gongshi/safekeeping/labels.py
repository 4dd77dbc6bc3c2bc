"""This package's refusals in words: what happened and what to do. Codes come from its errors."""

from typing import Any

from gongshi.words import say

UPLOADS: dict[str, Any] = {
    "too_large": say(
        "文件超过15兆字节。请选一个小些的文件。", "This file is over 15 megabytes. Choose a smaller one."
    ),
    "wrong_type": say(
        "只收照片（JPEG、PNG、WebP、HEIC）和PDF文件。",
        "Only photos (JPEG, PNG, WebP, HEIC) and PDF files are taken.",
    ),
    "too_many_pixels": say(
        "照片像素太多。请用较低的分辨率再拍一张，或发送缩小后的照片。",
        "This photo has too many pixels. Take it again at a lower resolution, or send a reduced one.",
    ),
    "broken": say(
        "文件打不开，可能已损坏。请换一个。", "This file cannot be opened; it may be damaged. Choose another."
    ),
}

RECEIPTS: dict[str, Any] = {
    "empty": say("请填写回执。", "Enter your receipt."),
    "too_long": say(
        "回执是24个字母和数字，您填写的太长。", "A receipt is 24 letters and digits. This is too long."
    ),
    "wrong_characters": say(
        "回执里只有字母和数字。请对照回执再看一遍。",
        "A receipt has letters and digits only. Compare it once more.",
    ),
    "wrong_length": say(
        "回执是24个字母和数字，分成六组。请对照回执再看一遍。",
        "A receipt is 24 letters and digits in six groups. Compare it once more.",
    ),
}

REFERENCES: dict[str, Any] = {
    "empty": say("请填写编号。", "Enter the reference."),
    "too_long": say("这不是编号，太长了。", "This is too long for a reference."),
    "wrong_characters": say("编号里只有字母和数字。", "A reference has letters and digits only."),
    "wrong_length": say(
        "编号不完整，或者多了字。", "Part of the reference is missing, or there is too much."
    ),
    "wrong_check": say(
        "编号有一处写错了。请对照再看一遍。", "The reference is mistyped. Compare it once more."
    ),
    "wrong_matter": say("斜线后面应是1到99的数字。", "After the slash comes a number from 1 to 99."),
    "other_place": say("这是别处的编号，不在本平台。", "This reference belongs to another place."),
}

TOKENS: dict[str, Any] = {
    "expired": say("停留时间太长，请再打开一次。", "This has been open for too long. Open it again."),
    "forged": say("无法识别。请从头再来一次。", "This was not recognised. Start again."),
}
