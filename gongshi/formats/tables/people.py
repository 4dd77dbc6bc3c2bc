"""Which columns of a foreign table say who somebody is or how to reach them. They are never read (promise 1).

The words are the ways the two languages name such columns; they are not any one country's.
"""

import re
from itertools import pairwise

from gongshi.formats.pack.identity import asks_identity


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name with one of these words is about a person, whatever else it says.
_ALWAYS = _words(
    "phone phones telephone tel mobile cellphone email emails fax contact contacts wechat weixin qq whatsapp skype "
    "nickname username login userid idcard nationalid citizenid residentid personid customerid callerid ssn passport "
    "dob birth birthday birthdate gender sex ethnicity religion nationality surname forename firstname lastname "
    "fullname ip imei mac homeaddress"
)
_PERSON = _words(
    "caller customer reporter resident citizen requester requestor complainant petitioner person user author owner "
    "applicant client people submitter filer sender constituent tenant landlord neighbour neighbor employee staff "
    "officer inspector"
)
_PART = _words("first last full middle given family maiden by")
_CHINESE = re.compile(
    r"电话|手机|座机|联系|邮箱|电邮|电子邮件|邮件地址|微信|传真|姓名|名字|实名|网名|昵称|用户|账号|帐号|住址|家庭"
    r"|性别|年龄|出生|生日|民族|籍贯|职业|签名|[QＱ][QＱ]|(?:反映|投诉|诉求|来电|来信|来访|申请|举报|信访|留言|当事|经办)[人者]"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def about_a_person(column: str) -> bool:
    """Whether a column of this name would hold who somebody is, or a way to reach them.

    ``street_name`` and ``case_id`` do not; ``name``, ``reported_by``, ``E-Mail``, ``IDNumber``, ``联系电话`` do.
    """
    words = [word.lower() for word in _WORD.findall(column)]
    plain = "_".join(words)
    if _CHINESE.search(column) or asks_identity(column) or asks_identity(plain):
        return True
    known = {*words, *(first + second for first, second in pairwise(words))}
    if known & _ALWAYS:
        return True
    if known & {"name", "names"}:
        return not known - {"name", "names"} or bool(known & (_PERSON | _PART))
    if not words:
        return False
    whole = set(words) <= _PERSON or (words[0] in _PERSON and words[-1] in ("id", "address"))
    return whole or words[-1] == "by"
