"""What is not there: at the desk it is said in words for staff, everywhere else in words for residents."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongshi.web.desk.access import desk, second_factor_missing, take_part
from gongshi.web.public import refusals

NOT_FOUND = 404


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same whether there is nothing or it may not be known. Whoever is not signed in reads the public page."""
    if not _at_desk(request):
        return refusals.not_found(request, exception)
    return render(request, "desk/not_found.html", desk(request), status=NOT_FOUND)


def _at_desk(request: Any) -> bool:
    """Whether a member of staff with a role asked for one of the desk's addresses."""
    if not request.path.startswith(reverse("desk:queue")):
        return False
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not take_part(request):
        return False
    return not second_factor_missing(request)
