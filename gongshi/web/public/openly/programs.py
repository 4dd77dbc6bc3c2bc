"""Whose programs have to do with this site: who files for residents, and who is told what became public.

All are named, so that anybody can see through whose hands words go.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.accounts.program_keys import former_program_keys, program_keys
from gongshi.receivers.events import EVENTS
from gongshi.receivers.queries import former_receivers, receivers
from gongshi.web.public.openly.doors import for_everybody


@for_everybody
def programs(request: HttpRequest) -> HttpResponse:
    """The holders of keys, the receivers of public events, and those who were either."""
    context = {
        "holders": program_keys(),
        "former": former_program_keys(),
        "receivers": [(one, [EVENTS[code] for code in one.events if code in EVENTS]) for one in receivers()],
        "former_receivers": former_receivers(),
    }
    return render(request, "openly/programs.html", context)
