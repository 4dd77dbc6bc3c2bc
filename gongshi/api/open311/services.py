"""What can be filed through this door: categories as services, their own questions as attributes.

Left out is what must not pass through another organisation's hands: sealed kinds, and complaints about offices.
"""

from typing import Any

from gongshi.api.open311.doors import Asked, refused
from gongshi.formats import open311
from gongshi.formats.open311 import Attribute, Definition, Service, Value
from gongshi.notifications.transports import connected_channels
from gongshi.routing.queries import CategoryNode, categories, leaves
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.ladder import is_sealed
from gongshi.words import in_language

# A realtime id would be one that everybody may ask for, and nothing is public before its filer agreed and somebody
# read the copy: so a filing is answered with a token.
TYPE = "batch"
CONTACTS = {"email": "email", "phone": "sms"}
"""The members that say how a resident is reached, and the channel of each."""
DATATYPES = {
    "text": "string",
    "long_text": "text",
    "number": "number",
    "date": "datetime",
    "choice": "singlevaluelist",
    "choices": "multivaluelist",
}


def offered() -> list[CategoryNode]:
    """The categories that a program may file under, in the pack's order."""
    return [node for node in leaves() if not is_sealed(node.kind) and not is_about_an_office(node)]


def offered_as(code: str) -> CategoryNode:
    """The category of a service code. Raises Refused."""
    found = next((node for node in offered() if node.code == code), None)
    if found is None:
        raise refused(404, "没有这个 service_code。", "There is no such service_code.")
    return found


def service_list(asked: Asked) -> bytes:
    """GET services."""
    return open311.services([_service(node, asked) for node in offered()], asked.extension)


def _service(node: CategoryNode, asked: Asked) -> Service:
    group = categories().get(node.path[-1])
    return Service(
        service_code=node.code,
        service_name=in_language(node.name, asked.language),
        description=" ".join(filter(None, (_promise(node, asked), asked.words(*contact_needed())))),
        metadata=bool(node.questions),
        type=TYPE,
        keywords=", ".join(word for word in node.keywords if word.isascii() == (asked.language == "en")),
        group=in_language(group.name, asked.language) if group and group.id != node.id else "",
    )


def contact_needed() -> tuple[str, str]:
    """What a program's user has to know before they write: in both languages."""
    ways = contact_members()
    return (
        f"须填居民的 {' 或 '.join(ways)}：打开来件的认领码只发到那里。",
        f"The resident's {' or '.join(ways)} is required: the code that opens their filing goes there alone.",
    )


def contact_members() -> list[str]:
    """The members of a request by which this site can write to anybody; both where it does not know (a replica)."""
    connected = connected_channels()
    return [member for member, way in CONTACTS.items() if way in connected] or [*CONTACTS]


def _promise(node: CategoryNode, asked: Asked) -> str:
    if node.promise is None:
        return ""
    days = node.promise.days
    if node.promise.counting == "working":
        return asked.words(f"承诺{days}个工作日内答复。", f"Answered within {days} working days.")
    return asked.words(f"承诺{days}天内答复。", f"Answered within {days} days.")


def service_definition(asked: Asked, code: str) -> bytes:
    """GET service definition. A service without attributes has an empty list of them."""
    node = offered_as(code)
    rows = [_attribute(each, number, asked) for number, each in enumerate(node.questions, start=1)]
    return open311.definition(Definition(node.code, tuple(rows)), asked.extension)


def _attribute(question: dict[str, Any], number: int, asked: Asked) -> Attribute:
    return Attribute(
        variable=True,
        code=question["code"],
        datatype=DATATYPES[question["type"]],
        required=bool(question.get("required")),
        datatype_description=_hint(question["type"], asked),
        order=number,
        description=in_language(question["name"], asked.language),
        values=tuple(
            Value(one["code"], in_language(one["name"], asked.language))
            for one in question.get("choices", ())
        ),
    )


def _hint(kind: str, asked: Asked) -> str | None:
    if kind == "date":
        return asked.words("日期，如 2026-03-02", "A date, as in 2026-03-02")
    return None
