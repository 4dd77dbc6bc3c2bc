"""An office's answer pages: the list, the editor with both languages, and a page made of an answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from gongshi.accounts.rights import may, require
from gongshi.bulletin.actions.numbering import PageChanged
from gongshi.bulletin.actions.pages import parts_of, publish_page, withdraw_page, write_page
from gongshi.bulletin.drafts import PageDraft, PageRefused, tidy
from gongshi.bulletin.labels import STATES
from gongshi.bulletin.models import Page, PageRevision
from gongshi.bulletin.queries import (
    answered_since,
    latest,
    may_become_page,
    newest_words,
    page_of,
    pages_of,
    revisions_of,
)
from gongshi.cases.intake.consenting import in_words
from gongshi.cases.masking import found_in_office_text, masked
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import require_unwithdrawn
from gongshi.places.queries import local_day
from gongshi.revisions.actions import noted
from gongshi.routing.queries import categories
from gongshi.web.desk import shown
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.contents import case_for, opened
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.web.desk.page_forms import PageForm, SeenWhyForm, initial_of
from gongshi.web.desk.word_history import history_of, undo_of
from gongshi.web.public.answers import answer_of
from gongshi.words import in_language, pair, say

SAID = {
    "save": say(
        "稿子已存。公布以后居民才看得到。", "The draft is kept. Residents see it once it is published."
    ),
    "publish": say("已经公布。", "It is public now."),
    "withdraw": say("已经撤下。稿子还在。", "It is withdrawn. Its words are kept."),
}


@staff_page("GET")
def listed(request: DeskRequest) -> HttpResponse:
    """The pages of the office, those past their day of review first."""
    require(request.actor, "page.write")
    at = timezone.now()
    today = local_day(at)
    pages = list(pages_of(request.actor, at=at))
    words = newest_words(pages)
    answered = answered_since(pages, today.replace(year=today.year - 1, day=1))
    rows = [
        {
            "page": page,
            "question": words[page.id].question,
            "state": STATES[page.state],
            "newer": page.shown is not None and page.shown < page.number,
            "late": page.shown is not None and page.review_by is not None and page.review_by < today,
            "category": categories().get(page.category_id) if page.category_id else None,
            "answered": answered[page.id],
        }
        for page in pages
    ]
    return render(request, "desk/pages.html", {"rows": rows, **desk(request)})


@staff_page("GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    """A page that is not there yet."""
    require(request.actor, "page.write")
    if request.method != "POST":
        return _editor(request, None, PageForm())
    return _sent(request, None)


@staff_page("GET", "POST")
def edit(request: DeskRequest, code: str) -> HttpResponse:
    """One page: its words, how they will look, publishing and withdrawing, and what became of it so far."""
    page = page_of(code, request.actor)
    if request.method != "POST":
        return _editor(request, page, PageForm(initial=initial_of(page, latest(page))))
    if request.POST.get("act") == "withdraw":
        return _withdrawn(request, page)
    return _sent(request, page)


@staff_page("GET", "POST")
def undo(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """The last change of what residents read of a page, and taking it back."""
    require(request.actor, "page.publish")
    page = page_of(code, request.actor)
    back = reverse("desk:page", args=[code]), pair("这一篇问答", "The page")
    return undo_of(request, ("page", page.code), number, back)


@staff_page("GET")
def of_answer(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """A new page filled in from the last answer of a case: what the office wrote, masked, nothing of the resident's.

    Opening the answer is a look, as on the case's own page. Sealed kinds have no such page.
    """
    require(request.actor, "page.write")
    case = case_for(request, reference, number)
    require_unwithdrawn(case)
    if not may_become_page(case, request.actor):
        raise NotFound
    content = opened(request, case).content
    own = [one for one in content.answers if one.office == request.actor.office_id] if content else []
    if not own:
        raise NotFound
    parts = own[-1].parts
    node = categories().get(case.category_id)
    written = "\n".join(masked(parts[name]) for name in ("decided", "found") if parts.get(name))
    initial = {
        f"answer_{case.filing.language}": written,
        **({f"question_{code}": text for code, text in node.name.items()} if node else {}),
        "category": str(node.id) if node else "",
    }
    return _editor(request, None, PageForm(initial=initial), case=case)


def _sent(request: DeskRequest, page: Page | None) -> HttpResponse:
    act = request.POST.get("act", "save")
    form = PageForm(request.POST)
    if not form.is_valid():
        return _editor(request, page, form, status=UNTAKEN)
    draft = form.draft()
    try:
        if act == "preview":
            return _editor(request, page, form, preview=_preview(request, draft))
        page = _written(request, page, draft, form.last_seen())
        if act == "publish":
            page = _published(request, page, form.cleaned_data["because"])
    except PageRefused as refused:
        form.tell(refused.faults)
        if page is not None:
            form.seen_at(page.number)
        return _editor(request, page, form, status=UNTAKEN)
    except PageChanged:
        return _changed(request, page, form)
    messages.success(request, SAID.get(act, SAID["save"]))
    return redirect("desk:page", page.code)


def _written(request: DeskRequest, page: Page | None, draft: PageDraft, seen: int) -> Page:
    """The page with these words; no revision where nothing differs."""
    if page is not None and page.number == seen and _is_same(page, draft):
        return page
    actor, at = request.actor, timezone.now()
    write = lambda: write_page(page, draft, seen=seen, actor=actor, at=at)  # noqa: E731
    return noted(page, write, why="", actor=actor, at=at)


def _published(request: DeskRequest, page: Page, why: str) -> Page:
    actor, at = request.actor, timezone.now()
    publish = lambda: publish_page(page, seen=page.number, actor=actor, at=at)  # noqa: E731
    return noted(page, publish, why=why, actor=actor, at=at)


def _is_same(page: Page, draft: PageDraft) -> bool:
    newest = latest(page)
    return (
        tidy(draft) == parts_of(newest)
        and draft.review_by == newest.review_by
        and draft.category == page.category_id
        and set(draft.areas) == {area.id for area in page.areas.all()}
    )


def _withdrawn(request: DeskRequest, page: Page) -> HttpResponse:
    form, actor, at = SeenWhyForm(request.POST), request.actor, timezone.now()
    if not form.is_valid():
        return _editor(request, page, PageForm(initial=initial_of(page, latest(page))), status=UNTAKEN)
    try:
        withdraw = lambda: withdraw_page(page, seen=form.last_seen(), actor=actor, at=at)  # noqa: E731
        noted(page, withdraw, why=form.cleaned_data["because"], actor=actor, at=at)
    except PageChanged:
        return _changed(request, page, PageForm(initial=initial_of(page, latest(page))))
    messages.success(request, SAID["withdraw"])
    return redirect("desk:page", page.code)


def _changed(request: DeskRequest, page: Page | None, form: PageForm) -> HttpResponse:
    """Somebody else was faster: what was typed stays in the form, which now starts from the newest words."""
    if page is None:
        raise NotFound
    fresh = page_of(page.code, request.actor)
    if form.is_bound:
        form.seen_at(fresh.number)
    return _editor(request, fresh, form, status=CONFLICT)


def _marks(form: PageForm) -> list[dict[str, Any]]:
    """What in the words of a page would tell who somebody is, each with its reason: a resident's name, say."""
    typed = [
        str(form[name].value() or "") for name in form.fields if name.startswith(("question_", "answer_"))
    ]
    return in_words(found_in_office_text("\n\n".join(typed)))


def _preview(request: DeskRequest, draft: PageDraft) -> list[dict[str, Any]]:
    """The page as it will read, once in each language."""
    page = Page(office_id=request.actor.office_id, category_id=draft.category)
    answer = answer_of(PageRevision(page=page, review_by=draft.review_by, **tidy(draft)))
    found = []
    for code, lang in (("zh-hans", "zh-Hans"), ("en", "en")):
        with override(code):
            body = render_to_string("openly/answer_body.html", {"answer": answer, "office_named": True})
            found.append({"lang": lang, "question": in_language(answer.shown.question), "body": body})
    return found


def _editor(
    request: DeskRequest,
    page: Page | None,
    form: PageForm,
    *,
    preview: list[dict[str, Any]] | None = None,
    case: Case | None = None,
    status: int = 200,
) -> HttpResponse:
    may_publish, history = may(request.actor, "page.publish"), []
    if page is not None:
        rows = revisions_of(page)
        history = history_of("page", page.code, rows, "desk:undo_page", may_undo=may_publish)
    context = {
        "page": page,
        "form": form,
        "preview": preview,
        "marks": _marks(form) if preview or form.is_bound or case else [],
        "case": case,
        "case_url": shown.address(case) if case else "",
        "reference": shown.reference_of(case) if case else "",
        "state": STATES[page.state] if page else None,
        "newer": page is not None and page.shown is not None and page.shown < page.number,
        "history": history,
        "newest": history[0]["row"] if history else None,
        "withdrawal": SeenWhyForm(initial={"seen": page.number}, auto_id="withdraw-%s") if page else None,
        "may_publish": may_publish,
        "changed": status == CONFLICT,
        **desk(request),
    }
    return render(request, "desk/page.html", context, status=status)
