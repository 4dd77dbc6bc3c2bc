"""Answer templates and phrases of an office: the list, the editor with both languages, and what changed when."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongshi.accounts.queries import offices
from gongshi.accounts.rights import may, require
from gongshi.bulletin.actions.numbering import PageChanged
from gongshi.bulletin.actions.prepared import withdraw_prepared, write_prepared
from gongshi.bulletin.drafts import LONGEST, LONGEST_OTHER, Fault, PageRefused
from gongshi.bulletin.labels import FAULTS
from gongshi.bulletin.models import Prepared
from gongshi.bulletin.prepared import (
    PARTS,
    PreparedDraft,
    newest_of,
    parts_of,
    prepared_by_code,
    revisions_of,
    tidy_prepared,
)
from gongshi.cases.queries import NotFound
from gongshi.revisions.actions import noted
from gongshi.routing.queries import categories
from gongshi.rules.templates import PLACEHOLDERS
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.filled_sample import samples_of
from gongshi.web.desk.forms import SeenForm, why_field
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.web.desk.page_forms import LANGUAGES, in_order, words_field
from gongshi.web.desk.word_history import history_of, undo_of
from gongshi.words import Words, in_language, language, pair, say

KINDS = {"answer": pair("模板", "Template"), "phrase": pair("常用语", "Phrase")}
LABELS = {
    "name": pair("名称", "Name"),
    "found": pair("查到了什么", "What was found"),
    "decided": pair("决定和理由", "The decision and its reasons"),
    "call": pair("有事找谁", "Whom to call"),
    "text": pair("常用语", "The phrase"),
}
ROWS = {"found": 4, "decided": 5, "text": 3}


class PreparedForm(SeenForm):
    """The words of a template or a phrase, in both languages."""

    def __init__(self, kind: str, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="prepared-%s")
        self.kind = kind
        for part in PARTS[kind]:
            for code in in_order():
                lang, suffix = LANGUAGES[code]
                label = f"{in_language(LABELS[part])}{suffix}"
                limit = LONGEST.get(part, LONGEST_OTHER)
                self.fields[f"{part}_{code}"] = words_field(label, lang, limit, ROWS.get(part, 2))
        known = [(str(one.id), in_language(one.name)) for one in categories().values() if not one.is_group]
        self.fields["category"] = forms.ChoiceField(
            label=say("只用于哪一类", "Only for"),
            required=False,
            choices=[("", say("都用", "Everything")), *known],
        )
        self.fields["because"] = why_field()

    def both(self) -> list[tuple[Any, Any]]:
        """Each part's two boxes, side by side."""
        first, second = in_order()
        return [(self[f"{part}_{first}"], self[f"{part}_{second}"]) for part in PARTS[self.kind]]

    def draft(self) -> PreparedDraft:
        """What was typed, for the action."""
        typed = self.cleaned_data
        words = {part: {code: typed[f"{part}_{code}"] for code in LANGUAGES} for part in PARTS[self.kind]}
        return PreparedDraft(self.kind, words, UUID(typed["category"]) if typed["category"] else None)

    def tell(self, faults: list[Fault]) -> None:
        """Say beside each box what is wrong with it."""
        for fault in faults:
            self.add_error(f"{fault.part}_{fault.language}", in_language(FAULTS[fault.code]))


@staff_page("GET")
def listed(request: DeskRequest) -> HttpResponse:
    """What the office keeps ready."""
    require(request.actor, "case.work")
    rows = [
        {
            "row": row,
            "kind": KINDS[row.prepared.kind],
            "category": categories().get(row.prepared.category_id) if row.prepared.category_id else None,
        }
        for row in newest_of(request.actor.office_id)
    ]
    context = {"rows": rows, "may_write": may(request.actor, "template.write"), **desk(request)}
    return render(request, "desk/templates.html", context)


@staff_page("GET", "POST")
def new(request: DeskRequest, kind: str) -> HttpResponse:
    """A template or a phrase that is not there yet."""
    require(request.actor, "template.write")
    if kind not in KINDS:
        raise NotFound
    if request.method != "POST":
        return _editor(request, None, PreparedForm(kind))
    return _sent(request, None, PreparedForm(kind, request.POST))


@staff_page("GET", "POST")
def edit(request: DeskRequest, code: str) -> HttpResponse:
    """One template or phrase: its words, every change of them, and no longer offering it."""
    prepared = prepared_by_code(code, request.actor)
    if request.method != "POST":
        return _editor(request, prepared, PreparedForm(prepared.kind, initial=_words_of(prepared)))
    return _sent(request, prepared, PreparedForm(prepared.kind, request.POST))


@staff_page("GET", "POST")
def undo(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """The last change of a template or a phrase, and taking it back."""
    require(request.actor, "template.write")
    prepared = prepared_by_code(code, request.actor)
    back = reverse("desk:template", args=[code]), KINDS[prepared.kind]
    return undo_of(request, (prepared.kind, code), number, back)


def _words_of(prepared: Prepared) -> dict[str, Any]:
    words = parts_of(prepared.revisions.get(number=prepared.number), prepared.kind)
    texts = {f"{part}_{code}": words[part].get(code, "") for part in words for code in LANGUAGES}
    return {**texts, "seen": prepared.number, "category": str(prepared.category_id or "")}


def _sent(request: DeskRequest, prepared: Prepared | None, form: PreparedForm) -> HttpResponse:
    if not form.is_valid():
        return _editor(request, prepared, form, status=UNTAKEN)
    try:
        if request.POST.get("act") == "preview":
            return _editor(request, prepared, form, words=tidy_prepared(form.draft()))
        if prepared is not None and request.POST.get("act") == "withdraw":
            _noted(request, prepared, form, withdraws=True)
            messages.success(
                request,
                say(
                    "已停用。文字还在，再存一次就恢复。",
                    "It is no longer offered. Saving brings it back.",
                ),
            )
        else:
            prepared = _noted(request, prepared, form)
            messages.success(request, say("已存，马上可以用。", "It is kept, and can be used at once."))
    except PageRefused as refused:
        form.tell(refused.faults)
        return _editor(request, prepared, form, status=UNTAKEN)
    except PageChanged:
        return _editor(request, prepared, form, status=CONFLICT)
    return redirect("desk:template", prepared.code)


def _noted(
    request: DeskRequest, prepared: Prepared | None, form: PreparedForm, *, withdraws: bool = False
) -> Prepared:
    at = timezone.now()
    given: dict[str, Any] = {"seen": form.last_seen(), "actor": request.actor, "at": at}

    def write() -> Prepared:
        if withdraws and prepared is not None:
            return withdraw_prepared(prepared, **given)
        return write_prepared(prepared, form.draft(), **given)

    return noted(prepared, write, why=form.cleaned_data["because"], actor=request.actor, at=at)


def _editor(
    request: DeskRequest,
    prepared: Prepared | None,
    form: PreparedForm,
    *,
    words: Mapping[str, Words] | None = None,
    status: int = 200,
) -> HttpResponse:
    may_write = may(request.actor, "template.write")
    history: list[dict[str, Any]] = []
    if prepared is not None:
        prepared.refresh_from_db()
        rows = revisions_of(prepared)
        words = words or parts_of(rows[0], prepared.kind)
        history = history_of(prepared.kind, prepared.code, rows, "desk:undo_template", may_undo=may_write)
    if status == CONFLICT and prepared is not None:
        form.data = {**{name: form.data.get(name) for name in form.data}, "seen": str(prepared.number)}
    context = {
        "prepared": prepared,
        "form": form,
        "kind": KINDS[form.kind],
        "placeholders": [f"{{{zh if language() == 'zh' else name}}}" for name, zh in PLACEHOLDERS.items()],
        "history": history,
        "newest": history[0]["row"] if history else None,
        "samples": _samples(request, form, words),
        "may_write": may_write,
        "changed": status == CONFLICT,
        **desk(request),
    }
    return render(request, "desk/template.html", context, status=status)


def _samples(request: DeskRequest, form: PreparedForm, words: Mapping[str, Words] | None) -> list[Any]:
    """The words filled in for a made-up case."""
    if not words:
        return []
    chosen = str(form["category"].value() or "")
    category = next((node for node in categories().values() if str(node.id) == chosen), None)
    return samples_of(form.kind, words, offices()[request.actor.office_id], category)
