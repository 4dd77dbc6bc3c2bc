"""What a matter is: its category corrected, one case that is two, two that are one, or several filings that are."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.queries import offices
from gongshi.accounts.rights import require
from gongshi.cases.actions.categories import categories_to_correct_to, correct_category
from gongshi.cases.actions.companions import go_apart, go_with, take_on_all
from gongshi.cases.actions.conversation import TextRefused
from gongshi.cases.actions.merging import cases_to_merge_into, merge_cases
from gongshi.cases.actions.moves import Changed
from gongshi.cases.actions.splitting import (
    LONGEST_REASON,
    categories_to_split_into,
    may_split,
    split_case,
)
from gongshi.cases.models import Case
from gongshi.routing.queries import CategoryNode
from gongshi.rules.procedure import RefusedError
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.case import head
from gongshi.web.desk.contents import case_for, opened
from gongshi.web.desk.forms import MISSING, SeenForm, text_field
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.web.desk.twins import tell_kept_from, together
from gongshi.words import in_language, say

CHOOSE = ("", say("请选择", "Choose one"))
WRONG = {"required": MISSING, "invalid_choice": say("请从列表里选。", "Choose from the list.")}
CHANGED = say("刚才有了变化，请看过再按一次。", "Something changed just now; look, and press again.")
TOGETHER = say("一起办了，各自的答复不变。", "They are dealt with together; each gets its own answer.")
TAKEN_ON = say("受理了{n}件。", "Taken on: {n}.")
NONE_WAITS = say("没有等着受理的。", "None of them waits to be taken on.")
APART = say("又单独办了。", "It goes alone again.")
READ_BY = say("居民看得到。", "The resident reads it.")


class SplitForm(SeenForm):
    """What the second matter is about, whose it is, and why there are two."""

    category = forms.ChoiceField(
        label=say("第二件属于哪一类", "What the second matter is about"), error_messages=WRONG
    )
    office = forms.ChoiceField(
        label=say("由哪个单位办", "Which office deals with it"),
        help_text=say("不选就按派单规则。", "Without a choice the routing rules decide."),
        required=False,
    )
    reason = text_field(say("为什么分成两件", "Why these are two"), READ_BY, LONGEST_REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((in_language(node.name), str(node.id)) for node in categories_to_split_into())
        _offer(self.fields["category"], [CHOOSE, *((code, name) for name, code in named)])
        known = sorted((in_language(node.name), str(node.id)) for node in offices().values())
        by_rule = ("", say("按派单规则", "By the routing rules"))
        _offer(self.fields["office"], [by_rule, *((code, name) for name, code in known)])


class CategoryForm(SeenForm):
    """The category that it belongs to."""

    category = forms.ChoiceField(label=say("属于哪一类", "What it is about"), error_messages=WRONG)

    def __init__(self, found: list[CategoryNode], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((in_language(node.name), str(node.id)) for node in found)
        _offer(self.fields["category"], [CHOOSE, *((code, name) for name, code in named)])


class TogetherForm(SeenForm):
    """The press beside a likely twin; which one it is comes with the button."""

    lead = forms.UUIDField(required=False)


class MergeForm(SeenForm):
    """Which matter goes on, and why the two are one."""

    into = forms.ChoiceField(
        label=say("并入哪一件", "Which one goes on"), widget=forms.RadioSelect, error_messages=WRONG
    )
    reason = text_field(say("为什么是一件", "Why these are one"), READ_BY, LONGEST_REASON)

    def __init__(self, others: list[Case], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["into"], [(str(one.id), _named(one)) for one in others])


SAID = {
    CategoryForm: say("{reference} 的类别已经改了。", "The category of {reference} is corrected."),
    MergeForm: say("已经并入 {reference}。", "Merged into {reference}."),
    SplitForm: say(
        "已经分出 {reference}，时限从来件那天算起。",
        "{reference} is split off; its time began on the day of filing.",
    ),
}


def _offer(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _named(case: Case) -> str:
    parts = (shown.reference_of(case), shown.category_name(case), shown.stage_name(case))
    return " · ".join(parts)


@staff_page("GET", "POST")
def parts(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """The forms beside what the resident wrote; by POST ``act``: "split", "merge", "category", "with", "apart" or
    "take_on"."""
    require(request.actor, "case.work")
    case = case_for(request, reference, number)
    if request.method != "POST":
        return _page(request, case)
    act = request.POST.get("act")
    if act == "take_on":
        return _taken_on(request, case)
    return (
        _tied(request, case, apart=act == "apart") if act in ("with", "apart") else _sent(request, case, act)
    )


def _sent(request: DeskRequest, case: Case, act: str | None) -> HttpResponse:
    form: SeenForm = _split_form(request.POST)
    if act == "merge":
        form = _merge_form(cases_to_merge_into(case, request.actor), request.POST)
    if act == "category":
        form = _category_form(categories_to_correct_to(case), request.POST)
    if not form.is_valid():
        return _page(request, case, form, status=UNTAKEN)
    try:
        other = _done(request, case, form)
    except Changed:
        fresh = case_for(request, case.filing.reference, case.number)
        form.seen_now(fresh)
        form.add_error(None, CHANGED)
        return _page(request, fresh, form, status=CONFLICT)
    except TextRefused as refused:
        form.add_error("reason", words.TEXT_FAULTS[refused.code])
        return _page(request, case, form, status=UNTAKEN)
    except RefusedError as refused:
        form.add_error(None, words.REFUSALS[refused.code])
        return _page(request, case, form, status=CONFLICT)
    said = SAID[type(form)]
    messages.success(request, str(said).format(reference=shown.reference_of(other)))
    return redirect(shown.address(case))


def _tied(request: DeskRequest, case: Case, *, apart: bool) -> HttpResponse:
    """The case goes with another filing's, or alone again."""
    form, at = TogetherForm(request.POST), timezone.now()
    form.is_valid()
    lead = form.cleaned_data.get("lead")
    try:
        if apart:
            go_apart(case, actor=request.actor, at=at)
        elif lead is None:
            raise RefusedError("not_together")
        else:
            go_with(case, lead, actor=request.actor, at=at, seen=form.last_seen())
    except Changed:
        form.add_error(None, CHANGED)
        return _page(request, case_for(request, case.filing.reference, case.number), form, status=CONFLICT)
    except RefusedError as refused:
        form.add_error(None, words.REFUSALS[refused.code])
        return _page(request, case, form, status=CONFLICT)
    messages.success(request, APART if apart else TOGETHER)
    return redirect(f"{shown.address(case)}parts/")


def _taken_on(request: DeskRequest, case: Case) -> HttpResponse:
    """Those that go with the case and came after it was taken on."""
    done = take_on_all(case, actor=request.actor, at=timezone.now())
    number = sum(1 for code in done.values() if not code)
    if number:
        messages.success(request, str(TAKEN_ON).format(n=number))
    elif not done:
        messages.info(request, NONE_WAITS)
    tell_kept_from(request, done)
    return redirect(f"{shown.address(case)}parts/")


def _split_form(*args: Any, **kwargs: Any) -> SplitForm:
    return SplitForm(*args, auto_id="split-%s", **kwargs)


def _merge_form(others: list[Case], *args: Any, **kwargs: Any) -> MergeForm:
    return MergeForm(others, *args, auto_id="merge-%s", **kwargs)


def _category_form(found: list[CategoryNode], *args: Any, **kwargs: Any) -> CategoryForm:
    return CategoryForm(found, *args, auto_id="category-%s", **kwargs)


def _done(request: DeskRequest, case: Case, form: SeenForm) -> Case:
    """The new matter, the one that goes on, or the one corrected."""
    given, at = form.cleaned_data, timezone.now()
    common: dict[str, Any] = {"actor": request.actor, "at": at, "seen": form.last_seen()}
    if isinstance(form, MergeForm):
        return merge_cases(case, UUID(given["into"]), given["reason"], **common)
    if isinstance(form, CategoryForm):
        return correct_category(case, UUID(given["category"]), **common)
    office = UUID(given["office"]) if given["office"] else None
    return split_case(case, UUID(given["category"]), given["reason"], office=office, **common)


def _page(
    request: DeskRequest, case: Case, form: SeenForm | None = None, *, status: int = 200
) -> HttpResponse:
    content = opened(request, case)
    may_part = may_split(case, request.actor)
    others = cases_to_merge_into(case, request.actor) if may_part else []
    context = {**head(request, case), **desk(request), "may_part": may_part, "form": form}
    seen = {"seen": case.seq}
    context["split"] = form if isinstance(form, SplitForm) else _split_form(initial=seen)
    merge = form if isinstance(form, MergeForm) else _merge_form(others, initial=seen)
    context["merge"] = merge if others else None
    better = categories_to_correct_to(case) if may_part else []
    corrected = form if isinstance(form, CategoryForm) else _category_form(better, initial=seen)
    context["corrected"] = corrected if better else None
    context["category"] = shown.category_name(case)
    context["content"] = content.content
    context |= together(case, content.content, actor=request.actor, at=timezone.now()) if may_part else {}
    return render(request, "desk/parts.html", context, status=status)
