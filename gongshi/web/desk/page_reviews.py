"""Answer pages to look at again: by which day, who answers for them, and "still right" in one press."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.rights import require
from gongshi.bulletin.actions.numbering import PageChanged
from gongshi.bulletin.actions.pages import confirm_page, unconfirm_page
from gongshi.bulletin.queries import page_of
from gongshi.bulletin.reviews import held_until, leads_of, may_confirm, reviews_of
from gongshi.places.queries import local_day
from gongshi.revisions.actions import noted
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.disruption_forms import SeenOnly
from gongshi.web.templatetags.gongshi import day
from gongshi.words import say

CONFIRMED = say("已经写明，到{day}为止仍然正确。", "It says now that the page is right until {day}.")
UNDONE = say("已经撤销，这一篇还要复核。", "Undone: the page is still to be reviewed.")
FASTER = say("别人刚改过这一篇，没有动它。", "Somebody changed the page just now, so nothing was done.")


@staff_page("GET")
def listed(request: DeskRequest) -> HttpResponse:
    """The office's pages past their day of review, first due first; then those confirmed today, to be undone."""
    require(request.actor, "page.write")
    at = timezone.now()
    context = {
        "reviews": reviews_of(request.actor, at=at),
        "until": held_until(local_day(at)),
        "leads": leads_of(request.actor.office_id),
        "may_confirm": may_confirm(request.actor),
        **desk(request),
    }
    return render(request, "desk/page_reviews.html", context)


@staff_page("POST")
def confirm(request: DeskRequest, code: str) -> HttpResponse:
    """Still right for a year more, or that taken back."""
    page, at = page_of(code, request.actor), timezone.now()
    seen, until = SeenOnly(request.POST).number(), held_until(local_day(at))
    try:
        if request.POST.get("act") == "undo":
            unconfirm = lambda: unconfirm_page(page, seen=seen, actor=request.actor, at=at)  # noqa: E731
            noted(page, unconfirm, why="", actor=request.actor, at=at)
            messages.success(request, UNDONE)
        else:
            held = lambda: confirm_page(page, until=until, seen=seen, actor=request.actor, at=at)  # noqa: E731
            noted(page, held, why="", actor=request.actor, at=at)
            messages.success(request, str(CONFIRMED).format(day=day(until)))
    except PageChanged:
        messages.warning(request, FASTER)
    return redirect("desk:page_reviews")
