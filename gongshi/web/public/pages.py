"""Pages that everybody may read: home, how it works, what is kept, and where to turn with tip-offs."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongshi.accounts.queries import office_by_code
from gongshi.cases.actions.erasure import DAYS_TO_THINK
from gongshi.cases.intake.choices import can_be_joint
from gongshi.cases.jobs import DRAFT_FILES_KEPT
from gongshi.cases.labels import KINDS
from gongshi.cases.retention import schedule
from gongshi.notifications.jobs import KEPT as NOTICES_KEPT
from gongshi.places.queries import the_place
from gongshi.routing.queries import current_procedures, leaves, procedure_versions
from gongshi.web.public.disruptions import running
from gongshi.web.public.drawings import drawing
from gongshi.web.public.form_pages import doors_open
from gongshi.words import language


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    doors = [{"code": code, "name": name, "hint": hint} for code, name, hint in doors_open()]
    out = running(timezone.now())
    context = {"doors": doors, "out": out, "joinable": can_be_joint(), **_operator()}
    return render(request, "public/home.html", context)


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """How a matter is dealt with: every procedure in force, drawn and in words."""
    versions = procedure_versions()
    procedures = [versions[key].procedure for key in current_procedures().values()]
    told = [
        {
            "procedure": procedure,
            "picture": drawing(procedure, language()),
            "stages": list(procedure.stages.values()),
        }
        for procedure in sorted(procedures, key=lambda each: each.kind != "request")
    ]
    return render(request, "public/how_it_works.html", {"procedures": told, **_operator()})


@require_safe
def what_we_keep(request: HttpRequest) -> HttpResponse:
    """What is stored, for how long, who can see it, and what this does not protect from."""
    used = {node.kind for node in leaves()}
    context = {
        **_operator(),
        "kept_for": [{"name": KINDS[one.kind], "kept": one} for one in schedule() if one.kind in used],
        "days_to_think": DAYS_TO_THINK,
        "notice_days": NOTICES_KEPT.days,
        "draft_hours": DRAFT_FILES_KEPT // timedelta(hours=1),
    }
    return render(request, "public/what_we_keep.html", context)


@require_safe
def what_it_cannot(request: HttpRequest) -> HttpResponse:
    """Who can do what in spite of everything, and what the resident can do (docs/security/threat-model.md)."""
    return render(request, "public/what_it_cannot.html", _operator())


@require_safe
def tip_offs(request: HttpRequest) -> HttpResponse:
    """Reports about persons are declined, with where to turn instead."""
    return render(request, "public/tip_offs.html", _operator())


def _operator() -> dict[str, Any]:
    place = the_place()
    return {
        "operator": office_by_code(place.operator),
        "operator_note": place.words.get("operator_note"),
        "said": place.words,
        "routes": place.routes,
    }
