"""Acting for another office: for members of staff with roles in several."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from gongshi.accounts.queries import offices
from gongshi.accounts.rights import ROLES
from gongshi.cases.queries import NotFound
from gongshi.web.desk.access import DeskRequest, choose_office, desk, staff_page


@staff_page("GET", "POST")
def choose(request: DeskRequest) -> HttpResponse:
    """The offices that somebody holds roles in; a POST acts for one of them from now on."""
    if request.method == "POST":
        try:
            chosen = UUID(request.POST.get("office", ""))
        except ValueError as wrong:
            raise NotFound from wrong
        choose_office(request, chosen)
        return redirect("desk:queue")
    listed = [
        {
            "id": actor.office_id,
            "name": offices()[actor.office_id].name,
            "roles": [name for role, name in ROLES.items() if role in actor.roles],
            "here": actor.office_id == request.actor.office_id,
        }
        for actor in request.actors
    ]
    return render(request, "desk/offices.html", {"offices": listed, **desk(request)})
