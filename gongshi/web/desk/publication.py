"""Reviewing what may be shown in public: the consented copy, from which words can only be taken away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.cases.actions import publication as actions
from gongshi.cases.actions.conversation import TextRefused
from gongshi.cases.actions.moves import Changed
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.intake.consenting import in_words
from gongshi.cases.masking import guarded
from gongshi.cases.models import Consent
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import RefusalForm, ReviewForm
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.words import say

ADDED = say(
    "只能用▇代替要去掉的字，不能添字、改字或挪动。",
    "Words can only be replaced by ▇. Nothing may be added, changed or moved.",
)


@staff_page("GET")
def waiting(request: DeskRequest) -> HttpResponse:
    """Consents that nobody has reviewed yet, oldest first. Metadata only."""
    rows = [_row(consent) for consent in actions.consents_to_review(request.actor)]
    return render(request, "desk/publication.html", {"rows": rows, **desk(request)})


def _row(consent: Consent) -> dict[str, Any]:
    return {
        "id": consent.id,
        "reference": shown.reference_of(consent.case),
        "category": shown.category_name(consent.case),
        "area": shown.area_words(consent.case.area_id),
        "given_at": consent.given_at,
        "language": consent.case.filing.language,
    }


@staff_page("GET", "POST")
def review(request: DeskRequest, consent: UUID) -> HttpResponse:
    """Read the copy (a look), take words out, publish; or say why it is not shown."""
    if request.method != "POST":
        return _page(request, consent, None, RefusalForm(auto_id="no-%s"))
    if request.POST.get("act") == "refuse":
        return _refuse(request, consent)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, consent, form, RefusalForm(auto_id="no-%s"), UNTAKEN)
    reviewed = PublicCopy(form.cleaned_data["title"], form.cleaned_data["text"])
    try:
        actions.publish(consent, reviewed, actor=request.actor, at=timezone.now())
    except actions.CopyRefused as refused:
        form.add_error(refused.part, ADDED)
        return _page(request, consent, form, RefusalForm(auto_id="no-%s"), UNTAKEN)
    except Changed:
        return _page(request, consent, form, RefusalForm(auto_id="no-%s"), CONFLICT)
    messages.success(request, say("已经公开。", "It is public now."))
    return redirect("desk:publication")


def _refuse(request: DeskRequest, consent: UUID) -> HttpResponse:
    form = RefusalForm(request.POST, auto_id="no-%s")
    if not form.is_valid():
        return _page(request, consent, None, form, UNTAKEN)
    try:
        actions.refuse_publication(
            consent, form.cleaned_data["reason"], actor=request.actor, at=timezone.now()
        )
    except TextRefused as refused:
        form.add_error("reason", words.TEXT_FAULTS[refused.code])
        return _page(request, consent, None, form, UNTAKEN)
    except Changed:
        return _page(request, consent, None, form, CONFLICT)
    messages.success(request, say("不公开，理由已告知居民。", "It is not shown; the resident can read why."))
    return redirect("desk:publication")


def _page(
    request: DeskRequest, consent: UUID, form: ReviewForm | None, refusal: RefusalForm, status: int = 200
) -> HttpResponse:
    row, agreed = actions.open_copy(consent, request.actor, at=timezone.now())
    title, in_title = guarded(agreed.title, agreed.left)
    text, in_text = guarded(agreed.text, agreed.left)
    shown_form = form or ReviewForm(initial={"title": title, "text": text})
    context = {
        **_row(row),
        "agreed": agreed,
        "marks": in_words(dict.fromkeys([*in_title, *in_text])),
        "form": shown_form,
        "both": [shown_form, refusal],
        "refusal": refusal,
        "refusing": refusal.is_bound,
        "changed": status == CONFLICT,
        **desk(request),
    }
    return render(request, "desk/review.html", context, status=status)
