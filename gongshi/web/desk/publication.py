"""Reviewing what may be shown in public: consented copies and answers, from which words can only be taken away."""

from abc import ABC, abstractmethod
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.cases.actions import public_answers as answer_actions
from gongshi.cases.actions import publication as actions
from gongshi.cases.actions.conversation import TextRefused
from gongshi.cases.actions.moves import Changed
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.intake.consenting import in_words
from gongshi.cases.masking import guarded
from gongshi.cases.models import Consent
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import AnswerReviewForm, RefusalForm, ReviewForm
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.words import say

ADDED = say(
    "只能用▇代替要去掉的字，不能添字、改字或挪动。",
    "Words can only be replaced by ▇. Nothing may be added, changed or moved.",
)


@staff_page("GET")
def waiting(request: DeskRequest) -> HttpResponse:
    """Copies and answers that nobody has reviewed yet, each oldest first. Metadata only."""
    copies = [_row(consent) for consent in actions.consents_to_review(request.actor)]
    answers = [
        _row(consent) | {"answers": True} for consent in answer_actions.answers_to_review(request.actor)
    ]
    return render(request, "desk/publication.html", {"rows": [*copies, *answers], **desk(request)})


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
    return _review(request, _OfCopy(request, consent))


@staff_page("GET", "POST")
def review_answer(request: DeskRequest, consent: UUID) -> HttpResponse:
    """The same for what the office answered."""
    return _review(request, _OfAnswer(request, consent))


class _Review(ABC):
    """What is reviewed under a consent: a copy or an answer."""

    form: type[AnswerReviewForm]

    def __init__(self, request: DeskRequest, consent: UUID) -> None:
        self.request, self.consent = request, consent

    @abstractmethod
    def open(self) -> tuple[Consent, PublicCopy, int]:
        """What may be shown, with the committed look; the number of an answer."""

    @abstractmethod
    def publish(self, words: dict[str, Any]) -> None:
        """Show what was reviewed."""

    @abstractmethod
    def refuse(self, reason: str) -> None:
        """Do not show it."""


class _OfCopy(_Review):
    form = ReviewForm

    def open(self) -> tuple[Consent, PublicCopy, int]:
        return *actions.open_copy(self.consent, self.request.actor, at=timezone.now()), 0

    def publish(self, words: dict[str, Any]) -> None:
        reviewed = PublicCopy(words["title"], words["text"])
        actions.publish(self.consent, reviewed, actor=self.request.actor, at=timezone.now())

    def refuse(self, reason: str) -> None:
        actions.refuse_publication(self.consent, reason, actor=self.request.actor, at=timezone.now())


class _OfAnswer(_Review):
    form = AnswerReviewForm

    def open(self) -> tuple[Consent, PublicCopy, int]:
        consent, number, text = answer_actions.open_answer(
            self.consent, self.request.actor, at=timezone.now()
        )
        return consent, PublicCopy("", text), number

    def publish(self, words: dict[str, Any]) -> None:
        answer_actions.publish_answer(
            self.consent, self._number(), words["text"], actor=self.request.actor, at=timezone.now()
        )

    def refuse(self, reason: str) -> None:
        answer_actions.refuse_answer(
            self.consent, self._number(), reason, actor=self.request.actor, at=timezone.now()
        )

    def _number(self) -> int:
        typed = self.request.POST.get("number", "")
        return int(typed) if typed.isdecimal() and len(typed) < 6 else 0


def _review(request: DeskRequest, what: _Review) -> HttpResponse:
    if request.method != "POST":
        return _page(what, None, RefusalForm(auto_id="no-%s"))
    if request.POST.get("act") == "refuse":
        return _refuse(what)
    form = what.form(request.POST)
    if not form.is_valid():
        return _page(what, form, RefusalForm(auto_id="no-%s"), UNTAKEN)
    try:
        what.publish(form.cleaned_data)
    except actions.CopyRefused as refused:
        form.add_error(refused.part, ADDED)
        return _page(what, form, RefusalForm(auto_id="no-%s"), UNTAKEN)
    except Changed:
        return _page(what, form, RefusalForm(auto_id="no-%s"), CONFLICT)
    messages.success(request, say("已经公开。", "It is public now."))
    return redirect("desk:publication")


def _refuse(what: _Review) -> HttpResponse:
    form = RefusalForm(what.request.POST, auto_id="no-%s")
    if not form.is_valid():
        return _page(what, None, form, UNTAKEN)
    try:
        what.refuse(form.cleaned_data["reason"])
    except TextRefused as refused:
        form.add_error("reason", words.TEXT_FAULTS[refused.code])
        return _page(what, None, form, UNTAKEN)
    except Changed:
        return _page(what, None, form, CONFLICT)
    messages.success(
        what.request, say("不公开，理由已告知居民。", "It is not shown; the resident can read why.")
    )
    return redirect("desk:publication")


def _page(
    what: _Review, form: AnswerReviewForm | None, refusal: RefusalForm, status: int = 200
) -> HttpResponse:
    row, agreed, number = what.open()
    title, in_title = guarded(agreed.title, agreed.left)
    text, in_text = guarded(agreed.text, agreed.left)
    shown_form = form or what.form(initial={"title": title, "text": text})
    context = {
        **_row(row),
        "agreed": agreed,
        "number": number,
        "marks": in_words(dict.fromkeys([*in_title, *in_text])),
        "form": shown_form,
        "both": [shown_form, refusal],
        "refusal": refusal,
        "refusing": refusal.is_bound,
        "changed": status == CONFLICT,
        **desk(what.request),
    }
    return render(what.request, "desk/review.html", context, status=status)
