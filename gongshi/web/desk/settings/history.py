"""What was changed in the settings, when, by whom and why; and taking it back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongshi.accounts.rights import require
from gongshi.cases.queries import NotFound
from gongshi.revisions.actions import Edit, edits_to_undo, may_be_undone
from gongshi.revisions.differences import explained, told
from gongshi.revisions.queries import Act, InForce, act, acts, in_force
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.settings.editing import Editor, Names, names_of, worked
from gongshi.web.desk.settings.forms import SettingsForm
from gongshi.words import language, pair, say

MOST_PAGES = 10_000
SHOWN = 8
HISTORY = pair("改动记录", "History of changes")


class UndoForm(SettingsForm):
    """Taking back what was changed at once. Nothing is asked."""

    def __init__(self, base: InForce, done: Act, data: Any = None) -> None:
        self.done = done
        super().__init__(base, "", data)

    def layout(self) -> list[list[Any]]:
        """Nothing is asked."""
        return []

    def edits(self) -> list[Edit]:
        """Everything as it was before."""
        return edits_to_undo(self.done)


@staff_page("GET")
def listed(request: DeskRequest) -> HttpResponse:
    """Every change, the newest first."""
    require(request.actor, "settings.change")
    number = _page(request)
    found, more = acts(request.actor, page=number)
    names = names_of(in_force())
    context = {
        "acts": [_told(one, names) for one in found],
        "page": {
            "number": number,
            "has_previous": number > 1,
            "has_next": more,
            "previous_page_number": number - 1,
            "next_page_number": number + 1,
        },
        **desk(request),
    }
    return render(request, "desk/settings/history.html", context)


def _page(request: DeskRequest) -> int:
    wanted = request.GET.get("page", "1")
    return min(max(int(wanted), 1), MOST_PAGES) if wanted.isascii() and wanted.isdigit() else 1


def _told(one: Act, names: Names) -> dict[str, Any]:
    lines = explained(
        [told(row.kind, row.code, row.before, row.after) for row in one.rows], language(), names=names
    )
    return {
        "act": one,
        "at": one.first.at,
        "by": one.first.by.name if one.first.by else None,
        "why": one.first.why,
        "undoes": one.first.undoes,
        "lines": lines[:SHOWN],
        "more": max(len(lines) - SHOWN, 0),
        "url": reverse("desk:settings_undo", args=[one.number])
        if may_be_undone(one) and not one.undone_by
        else "",
    }


@staff_page("GET", "POST")
def undo(request: DeskRequest, number: int) -> HttpResponse:
    """One change: what it was, and taking it back."""
    require(request.actor, "settings.change")
    done = act(number, request.actor) if number < 10**18 else None
    if done is None:
        raise NotFound
    return undoing(request, done, reverse("desk:settings_history"), HISTORY)


def undoing(request: DeskRequest, done: Act, back: str, back_name: Any) -> HttpResponse:
    """The way of taking a change back, from wherever it is shown."""
    form = lambda base, data: UndoForm(base, done, data)  # noqa: E731
    lines = _told(done, names_of(in_force()))["lines"]
    notes = (
        say(
            "撤销也是一次改动，要写理由，原来的记录还在。",
            "Taking it back is a change as well, with a reason; the record of the first stays.",
        ),
        *lines,
    )
    title = pair(f"撤销第{done.number}号改动", f"Undo change {done.number}")
    return worked(request, Editor(title, form, back, back_name, notes, undoes=done.number))
