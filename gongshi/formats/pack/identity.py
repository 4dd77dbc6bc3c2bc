"""What a pack may not ask: anything that identifies a person in a register (promise 1).

The words below are the ways the two languages name such things; they are not any one country's law.
"""

import re

_NAMES = re.compile(
    r"身[份分]证|身份号|证件号|户口|户籍|居民登记|护照|社会?保障?号|社保卡|驾[驶照]证?号|人脸|指纹|车牌"
    r"|(?<![a-z])id[\s_-]?(?:no|num|numbers?|card|code)(?![a-z])|(?<![a-z])identi(?:ty|fication|fier)(?![a-z])"
    r"|national[\s_-]?id|citizen[\s_-]?(?:id|number)|passport|social[\s_-]?security|(?<![a-z])ssn(?![a-z])"
    r"|resident[\s_-]?(?:id|number|regist)|household[\s_-]?regist|hukou|biometric|fingerprint"
    r"|licen[cs]e[\s_-]?plate|number[\s_-]?plate|driv(?:er|ing)\S*[\s_-]?licen[cs]e",
    re.IGNORECASE,
)


def asks_identity(text: str) -> bool:
    """Whether ``text`` (a key, or the wording of a question) names an identity number or a register of people."""
    return _NAMES.search(text) is not None
