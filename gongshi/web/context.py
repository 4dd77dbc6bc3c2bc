"""What every page knows: the place that it stands for, its language, its clock."""

from datetime import date, tzinfo
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language

from gongshi import words
from gongshi.places import queries


def _place() -> queries.ThePlace | None:
    try:
        return queries.the_place()
    except queries.NoPlace:
        return None


def place(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 (a context processor takes the request)
    """Context processor: ``place`` (name, emergency numbers, routes; None before a pack is loaded), ``language``
    ("zh" or "en"), ``other_language`` and ``main_server`` (its address on a replica, else empty).

    Costs a statement only where a page reads the place and its copy is stale.
    """
    language = words.language()
    return {
        "place": SimpleLazyObject(_place),
        "language": language,
        "other_language": "zh" if language == "en" else "en",
        "main_server": settings.REPLICA_OF,
    }


def zone() -> tzinfo:
    """The place's time zone; before a pack is loaded, the server's."""
    known = _place()
    return known.zone if known else timezone.get_default_timezone()


def today() -> date:
    """The day that it is in the place."""
    return timezone.now().astimezone(zone()).date()


def other_code() -> str:
    """Django's code of the language that this page is not in."""
    active = get_language() or settings.LANGUAGE_CODE
    return next(code for code, _ in settings.LANGUAGES if code != active)


def prefix(code: str) -> str:
    """The first part of every address in a language: ``/`` for the instance's own, ``/en/`` or alike for the other."""
    return get_script_prefix() + ("" if code == settings.LANGUAGE_CODE else f"{code}/")


def other_language_address(request: HttpRequest, page_url: str = "") -> str:
    """The same page in the other language. The address is changed as text, so that error pages have a link too.

    ``page_url``: where the page can be opened, if it was shown in answer to a form whose address takes forms only.
    """
    here, there = prefix(get_language() or settings.LANGUAGE_CODE), prefix(other_code())
    address = page_url or request.get_full_path()
    rest = address[len(here) :] if address.startswith(here) else address[len(get_script_prefix()) :]
    return escape_leading_slashes(there + rest)
