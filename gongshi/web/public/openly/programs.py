"""Who may file for residents by program: named in public, so that anybody can see whose hands words went through."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.accounts.program_keys import former_program_keys, program_keys
from gongshi.web.public.openly.doors import for_everybody


@for_everybody
def programs(request: HttpRequest) -> HttpResponse:
    """The holders of keys, and those whose keys were taken back."""
    context = {"holders": program_keys(), "former": former_program_keys()}
    return render(request, "openly/programs.html", context)
