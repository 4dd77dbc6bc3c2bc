"""The way of every change: a form, what it would do, and only then with a reason the change itself.

Without JavaScript: what was typed is carried from page to page in the form, and nothing of it is ever lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.queries import offices
from gongshi.bulletin.prepared import PARTS
from gongshi.revisions.actions import (
    LONGEST_WHY,
    Edit,
    SettingsChanged,
    SettingsRefused,
    change_settings,
    propose_change,
)
from gongshi.revisions.differences import KINDS, explained
from gongshi.revisions.queries import DAILY, InForce, changed_since, in_force
from gongshi.revisions.trials import Outcome, Trial, Turn
from gongshi.routing.queries import leaves
from gongshi.web.desk.access import DeskRequest, desk
from gongshi.web.desk.filled_sample import Sample, samples_of
from gongshi.web.desk.forms import MISSING
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.web.desk.settings.forms import NAMED, SettingsForm, named
from gongshi.words import in_language, language, say

REFUSED = {
    "own_roles": say(
        "自己的角色和账号不能由自己改，请另一位管理员来改。",
        "Nobody changes their own roles or account: ask another administrator.",
    ),
    "no_administrator": say(
        "这样就没有管理员了。至少要留一位。", "Nobody would be an administrator. One has to stay."
    ),
    "in_use": say(
        "这个单位还有没办完的事项，不能停用。请先由该单位或其上级把事项转交出去，再来停用。",
        "This office still has open cases, so it cannot be retired. Let them be handed over first, by it or the level "
        "above, then come back.",
    ),
    "unsealed": say(
        "密封的类别不能改成不密封的。请另立一个类别。",
        "A sealed category cannot become one that is not. Make a new category instead.",
    ),
    "nothing": say("没有改动。", "Nothing is changed."),
    "in_files": say(
        "其中有只能在地方包文件里改的，请用改动前的文件重新载入。",
        "Some of it is changed in a pack's files only: load the files as they were before.",
    ),
    "changed_again": say(
        "这以后又改过。请先撤销后来的改动。", "It was changed again since. Undo the later change first."
    ),
}
REASONS = {
    "no_reason": MISSING,
    "too_long": say("太长了，最多300字。", "Too long: 300 characters at most."),
}


class WhyForm(forms.Form):
    """Why the settings change."""

    because = forms.CharField(
        label=say("为什么改", "Why it is changed"),
        help_text=say(
            "一句话，所有管理员以后都看得到。不要写某一件事或某个人的情况。",
            "One sentence, which every administrator can read from then on. Nothing about a case or a person.",
        ),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_WHY}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="settings-%s")


@dataclass(frozen=True)
class Editor:
    """One page of the settings: its form, what stands over it, and where it leads when all is done.

    ``notes``: sentences that whoever changes this should know. ``removes``: the address of the page that takes it away.
    """

    title: Any
    form: Callable[[InForce, Any], SettingsForm]
    back: str
    back_name: Any
    notes: tuple[Any, ...] = ()
    removes: str = ""
    button: Any = None
    undoes: int | None = None


def worked(request: DeskRequest, editor: Editor) -> HttpResponse:
    """The page: by POST ``act`` "try" (also where none is named), "edit" (back to the form) or "apply"."""
    base = in_force()
    if request.method != "POST":
        return _form(request, editor, editor.form(base, None))
    form = editor.form(base, request.POST)
    act = request.POST.get("act", "try")
    if not form.is_valid() or act == "edit":
        return _form(request, editor, form, status=UNTAKEN if form.errors else 200)
    try:
        return _sent(request, editor, form, applies=act == "apply")
    except SettingsRefused as refused:
        _tell(form, refused)
        return _form(request, editor, form, status=UNTAKEN)
    except SettingsChanged:
        return _form(request, editor, form, status=CONFLICT)


def _sent(request: DeskRequest, editor: Editor, form: SettingsForm, *, applies: bool) -> HttpResponse:
    if not applies:
        return _tried(request, editor, form)
    if not _was_tried(request):
        return _tried(request, editor, form, meanwhile=True)
    try:
        _apply(request, editor, form)
    except SettingsRefused as refused:
        if refused.code not in REASONS:
            raise
        return _tried(request, editor, form, wrong=str(REASONS[refused.code]))
    return redirect(editor.back)


def _was_tried(request: DeskRequest) -> bool:
    """Whether it was tried out on the settings as they still are."""
    tried = request.POST.get("tried", "")
    known = tried.isascii() and tried.isdigit() and len(tried) < 18
    return known and not changed_since(int(tried), [(kind, "") for kind in KINDS if kind not in DAILY])


def _apply(request: DeskRequest, editor: Editor, form: SettingsForm) -> None:
    change_settings(
        form.edits(),
        seen=form.last_seen(),
        why=request.POST.get("because", ""),
        actor=request.actor,
        at=timezone.now(),
        undoes=editor.undoes,
    )
    messages.success(request, say("已改，马上生效。", "It is changed, and holds from now on."))


def _tell(form: SettingsForm, refused: SettingsRefused) -> None:
    if refused.faults:
        form.tell(refused.faults)
    else:
        form.add_error(None, str(REFUSED[refused.code]))


def _form(request: DeskRequest, editor: Editor, form: SettingsForm, *, status: int = 200) -> HttpResponse:
    if status == CONFLICT:
        form.seen_at(in_force().number)
    context = {"editor": editor, "form": form, "changed": status == CONFLICT, **desk(request)}
    return render(request, "desk/settings/form.html", context, status=status)


def _tried(
    request: DeskRequest, editor: Editor, form: SettingsForm, *, wrong: str = "", meanwhile: bool = False
) -> HttpResponse:
    edits = form.edits()
    proposal = propose_change(edits, seen=form.last_seen(), actor=request.actor, at=timezone.now())
    why = WhyForm(request.POST if "because" in request.POST else None)
    if wrong:
        why.is_valid()
        why.add_error("because", wrong)
    base = in_force()
    context = {
        "editor": editor,
        "form": form,
        "hidden": [field.as_hidden() for field in form if field.name != "seen"],
        "why": why,
        "tried": base.number,
        "meanwhile": meanwhile,
        "lines": explained(proposal.changes, language(), names=names_of(base)),
        "warnings": [in_language(one.what) for one in proposal.warnings],
        "trial": proposal.trial,
        "turns": _turns(proposal.trial, base) if proposal.trial else [],
        "samples": [] if proposal.trial else _samples(edits),
        **desk(request),
    }
    return render(request, "desk/settings/tried.html", context, status=UNTAKEN if wrong else 200)


Names = dict[tuple[str, str], str]


def names_of(base: InForce) -> Names:
    """Everything that has a name by kind and code, in the language of the page; a rule by its reason."""
    found = {("area", one.code): in_language(one.name) for one in base.pack.areas}
    found |= {("page", one.code): in_language(one.question) for one in base.pack.pages}
    for kind, key in NAMED.items():
        told = "prepared" if kind in PARTS else kind
        found |= {(told, row[key]): named(row) for row in base.rows(kind)}
    return found


def _samples(edits: list[Edit]) -> list[Sample]:
    """The first template or phrase that is put in, filled in for a made-up case."""
    for edit in edits:
        if edit.kind in PARTS and edit.kept is not None:
            row = edit.kept["data"]
            office = next(node for node in offices().values() if node.code == row["office"])
            category = next((one for one in leaves() if one.code == row.get("category")), None)
            return samples_of(edit.kind, row, office, category)
    return []


def _turns(tried: Trial, base: InForce) -> list[dict[str, Any]]:
    names = names_of(base)
    return [
        {
            "reference": turn.reference if turn.number == 1 else f"{turn.reference}/{turn.number}",
            "category": names.get(("category", turn.category), turn.category),
            "area": names.get(("area", turn.area), turn.area),
            "before": _outcome(turn, turn.before, names),
            "after": _outcome(turn, turn.after, names),
        }
        for turn in tried.turns
    ]


def _outcome(turn: Turn, one: Outcome, names: Names) -> str:
    """The office, and the promise where the two differ."""
    said = [names.get(("office", one.office), one.office)] if turn.before.office != turn.after.office else []
    if turn.before.promise != turn.after.promise:
        said.append(promised(one.promise))
    return str(say("，", ", ")).join(said)


def promised(promise: tuple[int, str] | None) -> str:
    """A promise in words."""
    if promise is None:
        return str(say("没有承诺", "no promise"))
    days, counting = promise
    if counting == "working":
        kind = say("1个工作日", "1 working day") if days == 1 else say("{n}个工作日", "{n} working days")
    else:
        kind = say("1天", "1 day") if days == 1 else say("{n}天", "{n} days")
    return str(kind).format(n=days)
