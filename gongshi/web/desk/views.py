"""Named filters of the queue: keeping one, and the list of those that can be thrown away."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongshi.accounts.rights import require
from gongshi.cases.actions.saved_views import LONGEST_NAME, TooMany, drop_view, keep_view
from gongshi.cases.saved_views import MOST
from gongshi.cases.texts import TextRefused
from gongshi.web.desk import words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import MISSING
from gongshi.web.desk.moves import UNTAKEN
from gongshi.web.desk.queue import NAMED, filter_of, view_tabs
from gongshi.words import say


class ViewForm(forms.Form):
    """The name of a filter, and whether colleagues see it too."""

    name = forms.CharField(
        label=say("名字", "Name"), max_length=LONGEST_NAME, error_messages={"required": MISSING}
    )
    shared = forms.BooleanField(
        label=say("本单位的人都看得到", "Shared with the office"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "view-%s", **kwargs})


@staff_page("GET", "POST")
def show(request: DeskRequest) -> HttpResponse:
    """The list; by POST a new one, of the filter that the form carries along."""
    require(request.actor, "case.list")
    if request.method != "POST":
        return _page(request, None, filter_of(request.GET))
    query, form = filter_of(request.POST), ViewForm(request.POST)
    if form.is_valid() and query:
        given = form.cleaned_data
        try:
            row = keep_view(
                given["name"], query, shared=given["shared"], actor=request.actor, at=timezone.now()
            )
        except TooMany:
            text = say("标签最多{n}个，请先去掉一个。", "{n} tabs at most: throw one away first.")
            form.add_error(None, str(text).format(n=MOST))
        except TextRefused as refused:
            form.add_error("name", words.TEXT_FAULTS[refused.code])
        else:
            return redirect(f"{reverse('desk:queue')}?{urlencode({**query, NAMED: str(row.id)})}")
    elif not query:
        form.add_error(None, say("请先在待办里选筛选条件。", "Choose a filter in the queue first."))
    return _page(request, form, query, status=UNTAKEN)


def _page(
    request: DeskRequest, form: ViewForm | None, query: dict[str, str], *, status: int = 200
) -> HttpResponse:
    listed = view_tabs(request)
    context = {"listed": listed, "form": form or ViewForm(), "query": query, **desk(request)}
    return render(request, "desk/views.html", context, status=status)


@staff_page("POST")
def drop(request: DeskRequest, view: UUID) -> HttpResponse:
    """Throw one away."""
    drop_view(view, actor=request.actor)
    messages.success(request, say("标签已去掉。", "The tab is gone."))
    return redirect("desk:views")
