"""POST requests: an organisation's program files for a resident.

The resident's claim code goes to the contact that they left, never back through the program: so one is needed. What
would tell devices or accounts apart is dropped unread, and no address that is sent is ever fetched.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings

from gongshi.accounts.actors import System
from gongshi.accounts.program_keys import program_key, use_of
from gongshi.api.open311.doors import Asked, Refused, refused
from gongshi.api.open311.services import CONTACTS, contact_members, offered_as
from gongshi.cases.actions.filing import file_filing
from gongshi.cases.by_mail import is_for_the_form, language_of
from gongshi.cases.drafts import Contact, Handing, NewFiling, NewMatter
from gongshi.cases.texts import TextRefused, checked_text
from gongshi.formats import open311
from gongshi.formats.open311 import LONGEST_DESCRIPTION, Fault, Taken
from gongshi.notifications.addresses import AddressError, email_address, phone_number
from gongshi.notifications.transports import connected_channels
from gongshi.places.queries import area_by_code, area_index, boundaries, local_day
from gongshi.routing.queries import CategoryNode
from gongshi.rules.questions import CONTROL, answer_fault
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.tokens import report_token

PROGRAM = System("open311")
LONGEST_PLACE, LONGEST_NAME, LONGEST_SAID = 200, 60, 20_000
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")


def file_request(asked: Asked) -> bytes:
    """Take one request in; its token. Raises Refused with everything that is wrong with it."""
    _check_key(asked)
    if not asked.get("service_code"):
        raise refused(400, "缺 service_code。", "service_code is missing.")
    category = offered_as(asked.get("service_code"))
    faults = [*_faults(asked, category)]
    if faults:
        raise Refused(400, *(Fault(400, f"{zh} {en}") for zh, en in faults))
    text = checked_text(asked.get("description"), LONGEST_DESCRIPTION)
    if is_for_the_form(text):
        raise refused(
            400,
            f"这样的内容可能关系到某个单位或个人，请居民自己到 {settings.BASE_URL} 填写。",
            f"This may be about an office or a person: the resident should file it at {settings.BASE_URL} themselves.",
        )
    contact = _contact(asked)
    matter = NewMatter(
        category.id,
        text,
        area=_area(asked),
        point=_point(asked),
        place=asked.get("address_string"),
        answers=_answers(asked, category),
    )
    new = NewFiling(
        matters=(matter,),
        language=language_of(text) if not asked.said.get("locale") else asked.language,
        channel="open311",
        contact=contact,
        handing=Handing(contact.notify),
    )
    filed = file_filing(new, receipt=new_receipt(), actor=PROGRAM, at=asked.at)
    return open311.taken(Taken(report_token(filed.filing.id), None, _notice(asked, contact)), asked.extension)


def _check_key(asked: Asked) -> None:
    """Whoever answers for the program, and how much it has sent today."""
    wrong = attempt_at("program_keys", asked.meta)
    key = program_key(asked.get("api_key")) if not wrong.wait else None
    if wrong.wait:
        raise Refused(429, Fault(429, "试得太快，请稍等。 Too fast: please wait."), wait=wrong.wait)
    if key is None:
        raise refused(403, "缺 api_key，或 api_key 不对。", "api_key is missing or wrong.")
    wrong.take_back()
    if wait := use_of(key).wait:
        fault = Fault(
            429, "这个 api_key 今天的份数用完了。 This api_key has used up what it is good for today."
        )
        raise Refused(429, fault, wait=wait)


def _faults(asked: Asked, category: CategoryNode) -> Iterator[tuple[str, str]]:
    text = asked.get("description")
    try:
        checked_text(text, LONGEST_DESCRIPTION)
    except TextRefused as wrong:
        if wrong.code == "empty":
            yield "缺 description。", "description is missing."
        elif wrong.code == "too_long":
            yield "description 超过4000字。", "description has more than 4,000 characters."
        else:
            yield "description 里有不能保存的字符。", "description has characters that cannot be kept."
    if CONTROL.search(text.replace("\r\n", "\n")):
        yield "description 里有控制字符。", "description has control characters."
    yield from _place_faults(asked)
    yield from _contact_faults(asked)
    yield from _answer_faults(asked, category)


def _place_faults(asked: Asked) -> Iterator[tuple[str, str]]:
    has_point = bool(asked.get("lat") or asked.get("long"))
    if not (has_point or asked.get("address_string") or asked.get("address_id")):
        yield (
            "缺地点：lat 和 long，或 address_string，或 address_id。",
            "The place is missing: lat and long, or address_string, or address_id.",
        )
    if has_point and _point(asked) is None:
        yield "lat 和 long 要是两个数，WGS84 坐标。", "lat and long are two numbers, WGS84."
    elif has_point and _is_outside(_point(asked)):
        yield "这个位置不在本地范围内。", "This position lies outside the area that is served."
    if asked.get("address_id") and _area(asked) is None:
        yield "没有这个 address_id。", "There is no such address_id."
    if len(asked.get("address_string")) > LONGEST_PLACE or CONTROL.search(asked.get("address_string")):
        yield "address_string 最多200字，不含控制字符。", "address_string has at most 200 plain characters."


def _is_outside(point: tuple[float, float] | None) -> bool:
    return point is not None and bool(boundaries()) and not area_index().areas_at(*point)


def _contact_faults(asked: Asked) -> Iterator[tuple[str, str]]:
    names = asked.get("first_name") + asked.get("last_name")
    if len(names) > LONGEST_NAME or CONTROL.search(names):
        yield "姓名最多60字。", "The name has at most 60 characters."
    for name, read in (("email", email_address), ("phone", phone_number)):
        try:
            given = asked.get(name)
            assert not given or read(given)
        except AddressError:
            yield f"{name} 写得不对。", f"{name} is not one that can be written to."
            return
    if not _contact(asked).notify:
        ways = contact_members()
        yield (
            f"缺 {' 或 '.join(ways)}：要有居民的联系方式，认领码只发给居民本人，没有它，居民打不开自己的来件。",
            f"{' or '.join(ways)} is missing: a contact of the resident, to whom alone the code goes that opens their "
            "filing.",
        )


def _answer_faults(asked: Asked, category: CategoryNode) -> Iterator[tuple[str, str]]:
    today = local_day(asked.at)
    given = _given(asked)
    known = {question["code"]: question for question in category.questions}
    for code in given.keys() - known.keys():
        yield f"没有 attribute[{code}]。", f"There is no attribute[{code}]."
    for code, question in known.items():
        values = given.get(code, [])
        several = len(values) > 1 and question["type"] != "choices"
        word = "choice" if several else answer_fault(question, " ".join(values), today=today)
        if word == "required":
            yield f"缺 attribute[{code}]。", f"attribute[{code}] is missing."
        elif word:
            yield f"attribute[{code}] 的值不对。", f"attribute[{code}] has a value that cannot be."


def _given(asked: Asked) -> dict[str, list[str]]:
    """The answers by code, empty ones left out."""
    found: dict[str, list[str]] = {}
    for name in asked.said:
        named = _ATTRIBUTE.fullmatch(name)
        if named:
            values = [_day(value.strip()) for value in asked.said.getlist(name)]
            found.setdefault(named[1], []).extend(value for value in values if value)
    return {code: values for code, values in found.items() if values}


def _day(value: str) -> str:
    """An instant, as the standard writes a ``datetime``, as its day here; anything else as it is."""
    if not _INSTANT.match(value):
        return value
    try:
        at = datetime.fromisoformat(value)
        return (local_day(at) if at.tzinfo else at.date()).isoformat()
    except (ValueError, OverflowError):
        return value


def _answers(asked: Asked, category: CategoryNode) -> dict[str, Any]:
    given = _given(asked)
    return {one["code"]: " ".join(given[one["code"]]) for one in category.questions if one["code"] in given}


def _point(asked: Asked) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(asked.get("lat")), float(asked.get("long"))
    except ValueError:
        return None
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (latitude, longitude) if inside else None


def _area(asked: Asked) -> Any:
    """An address_id is the code of an area, as the list of requests gives it."""
    node = area_by_code(asked.get("address_id")) if asked.get("address_id") else None
    return node.id if node else None


def _contact(asked: Asked) -> Contact:
    """Who is told, and how: by mail where both are there and both reach anybody."""
    email = email_address(asked.get("email")) if asked.get("email") else ""
    phone = phone_number(asked.get("phone")) if asked.get("phone") else ""
    given = {"email": email, "phone": phone}
    ways = [way for member, way in CONTACTS.items() if given[member] and way in connected_channels()]
    name = " ".join(part for part in (asked.get("first_name"), asked.get("last_name")) if part)
    return Contact(name=name, email=email, phone=phone, notify=ways[0] if ways else "")


def _notice(asked: Asked, contact: Contact) -> str:
    said = asked.words(
        f"已收到。认领码发往居民留下的{'邮箱' if contact.notify == 'email' else '电话'}，"
        "凭它可以查看、补充、撤回。内容在居民同意公开并经审核以前不公开。",
        f"Received. A claim code is sent to the resident's {'e-mail' if contact.notify == 'email' else 'telephone'}: "
        "it opens the filing. Nothing is public before the resident agrees and the copy has been checked.",
    )
    if asked.get("media_url"):
        said += asked.words(
            "media_url 没有读取：居民可以自己加照片。",
            " media_url was not fetched: the resident can add photos.",
        )
    return said
