"""The difference between a pack and an instance, told in plain lines."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from gongshi.places.changes import Change

Words = tuple[str, str]
Names = Mapping[tuple[str, str], str]
MOST_NAMED = 12
LONGEST = 60

KINDS: Mapping[str, Words] = {
    "place": ("地方", "Place"),
    "calendar": ("日历", "Calendars"),
    "area": ("区域", "Areas"),
    "alias": ("地名", "Place names"),
    "office": ("单位", "Offices"),
    "staff": ("工作人员", "Staff"),
    "category": ("类别", "Categories"),
    "procedure": ("流程", "Procedures"),
    "rule": ("分派规则", "Routing rules"),
    "order": ("顺序", "Order"),
    "words": ("文字", "Words"),
    "page": ("办事问答", "Answer pages"),
    "prepared": ("答复模板和常用语", "Answer templates and phrases"),
}
FIELDS: Mapping[str, Words] = {
    "name": ("名称", "name"),
    "name_zh": ("中文名", "name in 中文"),
    "name_en": ("英文名", "English name"),
    "title": ("职务名称", "title"),
    "phone": ("电话", "telephone"),
    "address": ("地址", "address"),
    "hours": ("时间", "hours"),
    "duty": ("职责", "duty"),
    "above": ("上级", "above"),
    "serves": ("管辖区域", "areas served"),
    "appointments": ("任职", "roles"),
    "parent": ("上一层", "parent"),
    "level": ("层级", "level"),
    "category": ("类别", "category"),
    "question": ("问题", "question"),
    "answer": ("回答", "answer"),
    "bring": ("带什么", "what to bring"),
    "where": ("去哪里办", "where"),
    "fee": ("费用", "fee"),
    "basis": ("依据", "legal basis"),
    "found": ("查到了什么", "what was found"),
    "decided": ("决定和理由", "the decision"),
    "call": ("有事找谁", "whom to call"),
    "withdrawn": ("已停用", "withdrawn"),
    "review_by": ("复核日期", "review by"),
    "boundary": ("边界", "boundary"),
    "point": ("位置", "point"),
    "kind": ("种类", "kind"),
    "procedure": ("流程", "procedure"),
    "door": ("入口", "door"),
    "keywords": ("关键词", "keywords"),
    "examples": ("例句", "examples"),
    "questions": ("附加问题", "extra questions"),
    "public": ("可公开", "may be public"),
    "promise": ("承诺", "promise"),
    "version": ("版本", "version"),
    "text": ("文字", "text"),
    "office": ("办理单位", "office"),
    "among": ("候选单位", "offices to choose among"),
    "lead": ("包案责任人", "lead officer"),
    "reason": ("理由", "reason"),
    "categories": ("适用类别", "categories"),
    "areas": ("适用区域", "areas"),
    "channels": ("渠道", "channels"),
    "months": ("月份", "months"),
    "valid_to": ("停用日期", "retired on"),
    "is_active": ("可登录", "may sign in"),
    "emergency": ("求救电话", "emergency numbers"),
    "routes": ("其他途径", "other routes"),
    "levels": ("区域层级", "levels of areas"),
    "snap_metres": ("公开位置的网格（米）", "grid of public points (m)"),
    "retention": ("保存期限", "how long matters are kept"),
    "licence": ("开放数据的许可", "licence of open data"),
    "threshold": ("公布数字的最少件数", "fewest cases for a figure"),
    "words": ("用语", "words"),
    "data": ("内容", "content"),
}
_ORDER = frozenset({"position", "rank"})
_REDRAWN = frozenset({"boundary"})
_NAMED: Mapping[str, str] = {
    **dict.fromkeys(("above", "office", "among", "appointments"), "office"),
    **dict.fromkeys(("serves", "areas", "area"), "area"),
    **dict.fromkeys(("parent", "category", "categories"), "category"),
    "lead": "staff",
}


def explained(
    changes: Iterable[Change],
    language: str,
    open_cases: Mapping[str, int] | None = None,
    names: Names | None = None,
) -> list[str]:
    """``changes`` as lines, grouped by kind: what is added, what changed and how, what is retired.

    ``open_cases`` says for a procedure how many open cases stay on the version that they began with. ``names``: by
    kind and code what is said in place of codes; what only moved to make room is then left out.
    """
    if names is not None:
        listed = list(changes)
        told_of = [one for one in listed if one.action != "changed" or not one.fields.keys() <= _ORDER]
        changes = [_renamed(one, names) for one in told_of or listed]
    chinese = language == "zh"
    order = list(KINDS)
    lines: list[str] = []
    for kind, group in groupby(
        sorted(changes, key=lambda one: order.index(one.kind)), key=lambda one: one.kind
    ):
        lines += [KINDS[kind][not chinese], *_of_kind(list(group), chinese, open_cases or {})]
    return lines


def _renamed(change: Change, names: Names) -> Change:
    """The same change with names in place of the codes that people do not know."""
    fields = {
        name: (_name(kind, before, names), _name(kind, after, names))
        if (kind := change.code if change.kind == "order" else _NAMED.get(name))
        else (before, after)
        for name, (before, after) in change.fields.items()
    }
    return Change(change.kind, names.get((change.kind, change.code), change.code), change.action, fields)


def _name(kind: str, value: Any, names: Names) -> Any:
    if isinstance(value, list | tuple):
        return [_name(kind, one, names) for one in value]
    if not isinstance(value, str):
        return value
    role, _, office = value.partition(" ")
    return f"{names[kind, office]} · {role}" if (kind, office) in names else names.get((kind, value), value)


def _of_kind(changes: list[Change], chinese: bool, open_cases: Mapping[str, int]) -> list[str]:
    added = [one.code for one in changes if one.action == "added"]
    retired = [one.code for one in changes if one.action == "retired"]
    moved = [one.code for one in changes if one.action == "changed" and one.fields.keys() <= _ORDER]
    changed = [one for one in changes if one.action == "changed" and one.code not in moved]
    lines = []
    if added:
        lines.append(f"  {'新增：' if chinese else 'added: '}{_listed(added, chinese)}")
    for one in changed:
        lines.append(f"  {'改动：' if chinese else 'changed: '}{_changed(one, chinese, open_cases)}")
    if moved:
        lines.append(f"  {'顺序：' if chinese else 'order: '}{_listed(moved, chinese)}")
    if retired:
        lines.append(f"  {'停用：' if chinese else 'retired: '}{_listed(retired, chinese)}")
    return lines


def _listed(codes: list[str], chinese: bool) -> str:
    shown = ("、" if chinese else ", ").join(codes[:MOST_NAMED])
    more = len(codes) - MOST_NAMED
    if more <= 0:
        return shown
    return f"{shown}，另有{more}个" if chinese else f"{shown} and {more} more"


def _changed(change: Change, chinese: bool, open_cases: Mapping[str, int]) -> str:
    parts = [
        _field(name, before, after, chinese)
        for name, (before, after) in _split(change.fields).items()
        if name not in _ORDER
    ]
    if change.kind == "procedure" and open_cases.get(change.code):
        number = open_cases[change.code]
        parts.append(
            f"{number}个未结事项仍按旧版" if chinese else f"open cases that stay on the old version: {number}"
        )
    colon, gap = ("：", "；") if chinese else (": ", "; ")
    return change.code + colon + gap.join(parts)


def _split(fields: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """The fields, with a place's settings one by one."""
    split: dict[str, tuple[Any, Any]] = {}
    for name, (before, after) in fields.items():
        if name == "settings":
            keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
            split |= {key: (before.get(key), after.get(key)) for key in keys}
        else:
            split[name] = (before, after)
    return split


def _field(name: str, before: Any, after: Any, chinese: bool) -> str:
    label = FIELDS[name][not chinese] if name in FIELDS else name
    if name in _REDRAWN:
        return f"{label}重画" if chinese else f"{label} redrawn"
    if name == "text" and isinstance(before, str) and isinstance(after, str):
        return _lines_changed(before, after, chinese)
    if _is_structure(before) or _is_structure(after):
        return f"{label} {_keys_changed(before, after)}".strip()
    return f"{label} {_shown(before, chinese)} → {_shown(after, chinese)}"


def _lines_changed(before: str, after: str, chinese: bool) -> str:
    old, new = before.splitlines(), after.splitlines()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = sum(block.size for block in blocks)
    plus, minus = len(new) - kept, len(old) - kept
    return f"加{plus}行，减{minus}行" if chinese else f"{plus} lines more, {minus} fewer"


def _is_structure(value: Any) -> bool:
    """Whether a value is more than words and lists of words, so that only its changed parts are named."""
    if isinstance(value, dict):
        return bool(value) and not value.keys() <= {"zh", "en"}
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _keys_changed(before: Any, after: Any) -> str:
    old, new = _by_key(before), _by_key(after)
    return ", ".join(sorted(key for key in {**old, **new} if old.get(key) != new.get(key)))


def _by_key(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {str(one.get("code", one.get("number", n))): one for n, one in enumerate(value or ())}


def _shown(value: Any, chinese: bool) -> str:
    if value is None or value in ("", [], {}, (None, None)):
        return "—"
    if isinstance(value, bool):
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    if isinstance(value, dict):
        value = value["zh" if chinese else "en"]
        return f"“{_short(value)}”" if chinese else f'"{_short(value)}"'
    if isinstance(value, list | tuple):
        return _short(("、" if chinese else ", ").join(str(one) for one in value))
    return _short(str(value))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def told(kind: str, code: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Change:
    """What a revision keeps, as a change. ``before`` and ``after`` hold the thing in "data"; None: not there."""
    kind = "prepared" if kind in ("answer", "phrase") else kind
    if before is None or after is None:
        return Change(kind, code, "added" if before is None else "retired")
    old, new = _fields(kind, before["data"]), _fields(kind, after["data"])
    fields = {
        name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)
    }
    return Change(kind, code, "changed", fields)


def _fields(kind: str, data: Any) -> dict[str, Any]:
    """A thing's fields as a difference names them."""
    if kind in ("order", "words"):
        return {"data": data}
    if isinstance(data, str):
        return {"text": data}
    found = dict(data["properties"] if kind == "area" else data)
    if promise := found.get("promise"):
        found["promise"] = f"{promise['days']} {promise['counting']}"
    if kind == "staff":
        found["appointments"] = [f"{one['role']} {one['office']}" for one in found["appointments"]]
    return found
