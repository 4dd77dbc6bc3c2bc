"""The line under a form that says what is kept of it, and what goes along with every form to say which draft it saw."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms

from gongshi.cases.actions.desk_drafts import ANSWER, BACK, MOVE, NOTE, drop_sent
from gongshi.cases.models import Case
from gongshi.cases.reading import CaseFile, ReadDraft
from gongshi.web.desk import shown
from gongshi.web.desk.access import DeskRequest

__all__ = [
    "ANSWER",
    "BACK",
    "MOVE",
    "NOTE",
    "Mark",
    "Part",
    "line",
    "mark_of",
    "page_of",
    "part",
    "texts_of",
    "was_sent",
]
FIELD = "draft"
_DIGITS = 9


@dataclass(frozen=True)
class Mark:
    """On which page something is typed, and the latest revision of its draft that this page knows of."""

    page: str = field(default_factory=lambda: secrets.token_hex(8))
    revision: int = 0

    def __str__(self) -> str:
        return f"{self.page}.{self.revision}"


@dataclass(frozen=True)
class Part:
    """What the line shows. ``state``: "" (nothing kept), "kept", "discarded", or "changed" (by another page).

    ``other`` is what the other page saved, by the labels of the form's fields, ``over`` the mark that replaces it.
    """

    url: str
    page_url: str
    mark: Mark
    state: str = ""
    saved_at: datetime | None = None
    other: list[tuple[Any, str]] = field(default_factory=list)
    over: Mark | None = None


def mark_of(request: DeskRequest) -> Mark:
    """The mark that came with a form; a new one where none did."""
    page, _, revision = request.POST.get(FIELD, "").partition(".")
    if not (len(page) == 16 and page.isalnum() and page.isascii()):
        return Mark()
    known = revision.isascii() and revision.isdigit() and len(revision) <= _DIGITS
    return Mark(page, int(revision) if known else 0)


def line(case: Case, code: str, mark: Mark, **more: Any) -> Part:
    """The line of a form by its code."""
    return Part(shown.address(case, "keep_draft", code), page_of(case, code), mark, **more)


def page_of(case: Case, code: str) -> str:
    """The page that has the form, which begins with its draft."""
    return shown.address(case, "answer" if code == ANSWER else "case")


def part(
    request: DeskRequest, case: Case, code: str, content: CaseFile | None, form: forms.Form, *, sent: bool
) -> Part | None:
    """The line of one form; None while the content is closed. ``sent``: the form came back from this person."""
    if content is None:
        return None
    draft = content.drafts.get(code)
    mark = mark_of(request) if sent else Mark(revision=draft.revision if draft else 0)
    if draft is None:
        return line(case, code, mark)
    if not draft.discarded and draft.page != mark.page and draft.revision != mark.revision:
        found = {"other": labelled(form, draft.texts), "over": Mark(mark.page, draft.revision)}
        return line(case, code, mark, state="changed", saved_at=draft.saved_at, **found)
    state = "discarded" if draft.discarded else "kept"
    return line(case, code, mark, state=state, saved_at=draft.saved_at)


def texts_of(content: CaseFile | None, code: str) -> Mapping[str, str]:
    """What a form begins with: what its draft holds."""
    draft = content.drafts.get(code) if content else None
    return draft.texts if draft and not draft.discarded else {}


def labelled(form: forms.Form, texts: Mapping[str, str]) -> list[tuple[Any, str]]:
    """What a draft says otherwise than the form, by the names of the form's fields."""
    return [
        (one.label, texts[one.name])
        for one in form.visible_fields()
        if texts.get(one.name) and texts[one.name] != str(one.value() or "")
    ]


def without_form(case: Case, content: CaseFile | None, offered: list[str]) -> list[dict[str, Any]]:
    """Drafts without a form on this page any more, and words of undone steps: to be copied, or thrown away."""
    left: list[ReadDraft] = list(content.drafts.values()) if content else []
    return [
        {
            "back": draft.form.startswith(BACK),
            "texts": [text for text in draft.texts.values() if len(text) > 1],
            "saved_at": draft.saved_at,
            "url": shown.address(case, "discard_draft", draft.form),
            "mark": Mark(draft.page, draft.revision),
        }
        for draft in left
        if draft.form not in offered and not draft.discarded
    ]


def was_sent(request: DeskRequest, case: Case, code: str) -> None:
    """The text is out: its draft is no longer needed."""
    mark = mark_of(request)
    drop_sent(case, code, page=mark.page, seen=mark.revision, actor=request.actor)
