"""The desk by keyboard: the sheet of keys, switching single keys off, and the next case of the queue."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.cases.models import Case
from gongshi.cases.queries import QueueFilter, queue
from gongshi.web.desk import shown
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.contents import case_for
from gongshi.web.public.visits import named
from gongshi.words import Words, pair, say

# In the browser of whoever switched single keys off; keyboard.js reads it on every page of the desk.
COOKIE, OFF = "desk_keys", "off"
A_YEAR = 365 * 24 * 3600
# How far down the queue the next case is looked for.
LOOKED_AT = 1_000
KEYS: tuple[tuple[Words, tuple[tuple[str, Words], ...]], ...] = (
    (
        pair("到处", "Everywhere"),
        (
            ("?", pair("这张表", "this sheet")),
            ("q", pair("去待办", "to the queue")),
            ("u", pair("回上一级", "back to where this page belongs")),
            (
                "Ctrl + Enter",
                pair("在表单里：下一步（不受开关影响）", "in a form: go on (never switched off)"),
            ),
            ("Esc", pair("关上这张表", "close this sheet")),
        ),
    ),
    (
        pair("清单里", "In a list"),
        (
            ("j", pair("下一行", "next row")),
            ("k", pair("上一行", "previous row")),
            ("Enter, o", pair("打开这一行", "open the row")),
        ),
    ),
    (
        pair("事项页上", "On a case"),
        (
            ("n", pair("待办里的下一件", "next case in the queue")),
            ("a", pair("写答复", "answer")),
            ("h", pair("转交", "hand over")),
            ("t", pair("写内部记录", "write a note")),
            (
                "z",
                pair("撤销刚才的一步，趁通知还没送出", "undo the step just made, until its notice has left"),
            ),
            ("1–9", pair("展开第几个步骤", "open the first to the ninth step")),
            ("c", pair("回到办理这一栏", "to what you may do now")),
        ),
    ),
)


@staff_page("GET", "POST")
def sheet(request: DeskRequest) -> HttpResponse:
    """Every key and what it does; a POST switches single keys on or off in this browser."""
    if request.method == "POST":
        answer = redirect("desk:keyboard")
        name = named(COOKIE)
        if request.POST.get("single") == OFF:
            answer.set_cookie(name, OFF, max_age=A_YEAR, secure=settings.SECURE, samesite="Lax")
        else:
            answer.delete_cookie(name, samesite="Lax")
        return answer
    context = {"keys": KEYS, "single_keys": request.COOKIES.get(named(COOKIE)) != OFF}
    if request.headers.get("HX-Request"):
        return render(request, "desk/keyboard_sheet.html", {**context, "over": True})
    return render(request, "desk/keyboard.html", {**context, **desk(request)})


@staff_page("GET")
def following(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """On to the case after this one in the queue; from one that no longer waits for the office, to the most urgent."""
    case = case_for(request, reference, number)
    found = _after(request, case)
    if found is None:
        messages.info(request, say("待办里没有别的了。", "There is nothing else in the queue."))
        return redirect("desk:queue")
    return redirect(shown.address(found))


def _after(request: DeskRequest, case: Case) -> Case | None:
    waiting = queue(request.actor, QueueFilter(), at=timezone.now())
    listed = list(waiting.values_list("pk", "due_at")[:LOOKED_AT])
    order = [pk for pk, _ in listed]
    runs = any(pk == case.pk and due for pk, due in listed)
    after = order[order.index(case.pk) + 1 :] if runs else [pk for pk in order if pk != case.pk]
    return Case.objects.select_related("filing").get(pk=after[0]) if after else None
