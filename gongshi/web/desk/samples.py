"""The quarterly sample of answers: copies to check for some, copies to read for two from outside."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.rights import may, require
from gongshi.cases import samples
from gongshi.cases.actions import samples as actions
from gongshi.cases.actions.public_state import public_area
from gongshi.cases.actions.publication import CopyRefused
from gongshi.cases.labels import DECISIONS, SAMPLE_ANSWERS, SAMPLE_QUESTIONS
from gongshi.cases.models import AnswerSample, PublicCase, SampledAnswer
from gongshi.web.desk import shown
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.moves import UNTAKEN
from gongshi.web.desk.publication import ADDED
from gongshi.words import in_language, say

PARTS = {
    "found": say("查到什么", "What was found"),
    "decided": say("怎么决定", "What is decided"),
    "by_whom": say("由谁办", "Who does it"),
    "call": say("问谁", "Whom to call"),
}


class CheckForm(forms.Form):
    """What an officer wrote, from which more can only be taken away."""

    def __init__(self, copy: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "initial": copy, **kwargs})
        attrs = {"data-mark": "▇", "data-mark-word": say("去掉选中的字", "Take out the selected words")}
        for part in actions.WRITTEN:
            if part in copy:
                rows = 2 if part in ("by_whom", "call") else 5
                box = forms.Textarea(attrs={"rows": rows, **attrs})
                self.fields[part] = forms.CharField(
                    label=PARTS[part], max_length=20_000, strip=False, required=False, widget=box
                )


class ReadingForm(forms.Form):
    """The five questions. None has to be answered at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        answers = [(code, in_language(words)) for code, words in SAMPLE_ANSWERS.items()]
        for code, words in SAMPLE_QUESTIONS.items():
            self.fields[code] = forms.ChoiceField(
                label=in_language(words), choices=answers, required=False, widget=forms.RadioSelect
            )

    def said(self) -> dict[str, str]:
        """What was answered so far."""
        return {code: answer for code, answer in self.cleaned_data.items() if answer}


@staff_page("GET")
def show(request: DeskRequest) -> HttpResponse:
    """What is to be checked, or to be read. Metadata only."""
    actor = request.actor
    if not (may(actor, "sample.check") or may(actor, "sample.read")):
        raise Http404
    sample = samples.open_sample()
    year, _, number = sample.quarter.partition("-Q") if sample else ("", "", "")
    context: dict[str, Any] = {"sample": sample, "year": year, "number": number, **desk(request)}
    if sample and may(actor, "sample.check"):
        context["to_check"] = [_row(row) for row in samples.copies_to_check(actor)]
        context["checks"] = True
    if sample and may(actor, "sample.read"):
        context |= _reading(request, sample)
    return render(request, "desk/sample.html", context)


def _reading(request: DeskRequest, sample: AnswerSample) -> dict[str, Any]:
    """For a reader: how far they have come, or that they may begin."""
    seat = samples.seat_of(sample, request.actor)
    if not samples.is_outside(request.actor):
        return {"reads": True, "not_outside": True}
    listed = list(samples.copies_to_read(request.actor, sample))
    rows = [{**_row(row), "answered": len(samples.said_of(row))} for row in listed]
    return {
        "reads": True,
        "seat": seat,
        "taken": not seat and bool(sample.first_id and sample.second_id),
        "done": samples.is_done(sample, seat),
        "rows": rows,
        "questions": len(SAMPLE_QUESTIONS),
        "progress": samples.progress(sample, listed),
        "next": next((row["id"] for row in rows if row["answered"] < len(SAMPLE_QUESTIONS)), None),
    }


def _row(row: SampledAnswer) -> dict[str, Any]:
    """No number that finds the case, and the area as the public would read it: never a few houses."""
    return {
        "id": row.id,
        "category": shown.category_name(row.case),
        "area": shown.area_words(public_area(row.case.area_id), 1),
    }


@staff_page("GET", "POST")
def check(request: DeskRequest, sampled: UUID) -> HttpResponse:
    """See an answer as the program masks it (a look), take more out, give it to the readers."""
    sent, wrong = request.method == "POST", ""
    if sent:
        left = {part: request.POST[part] for part in actions.WRITTEN if part in request.POST}
        try:
            actions.keep_copy(sampled, left, actor=request.actor, at=timezone.now())
        except CopyRefused as refused:
            wrong = refused.part
        else:
            messages.success(request, say("这份可以读了。", "This copy can be read now."))
            return redirect("desk:sample")
    row, copy = actions.open_to_check(sampled, request.actor, at=timezone.now())
    form = CheckForm(copy, request.POST if sent else None)
    if wrong:
        form.add_error(wrong, ADDED)
    context = {**_row(row), "copy": _shown(copy), "form": form, **desk(request)}
    return render(request, "desk/sample_check.html", context, status=UNTAKEN if sent else 200)


@staff_page("POST")
def begin(request: DeskRequest) -> HttpResponse:
    """Become one of the two readers."""
    try:
        actions.take_seat(actor=request.actor)
    except actions.NoSeat:
        messages.error(request, say("已有两位在读这一季。", "Two others read this quarter's sample already."))
    return redirect("desk:sample")


@staff_page("GET", "POST")
def read(request: DeskRequest, sampled: UUID) -> HttpResponse:
    """Read one copy (a look) and answer the questions; what is ticked is kept at once."""
    form = ReadingForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        following = actions.say_of_copy(sampled, form.said(), actor=request.actor, at=timezone.now())
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204)
        return redirect("desk:sample_read", following) if following else redirect("desk:sample")
    found = actions.open_to_read(sampled, request.actor, at=timezone.now())
    context = {
        **_row(found.row),
        "number": found.number,
        "of": found.of,
        "copy": _shown(found.copy),
        "published": _published(found.row),
        "form": form or ReadingForm(initial=found.said),
        **desk(request),
    }
    return render(request, "desk/sample_read.html", context, status=UNTAKEN if form else 200)


@staff_page("POST")
def finish(request: DeskRequest) -> HttpResponse:
    """Be done with the sample."""
    require(request.actor, "sample.read")
    actions.finish_reading(actor=request.actor, at=timezone.now())
    messages.success(request, say("都读完了，谢谢您。", "All read. Thank you."))
    return redirect("desk:sample")


def _shown(copy: dict[str, Any]) -> dict[str, Any]:
    """A copy with its days as days and its decision in words."""
    routes = [{**route, "until_on": _day(route.get("until_on"))} for route in copy.get("routes", ())]
    return {
        **copy,
        "decision": DECISIONS[copy["decision"]],
        "found_on": _day(copy.get("found_on")),
        "by_on": _day(copy.get("by_on")),
        "routes": routes,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _published(row: SampledAnswer) -> PublicCase | None:
    """The public copy of what was asked, where the resident has one shown."""
    found: PublicCase | None = getattr(row.case, "public", None)
    return found
