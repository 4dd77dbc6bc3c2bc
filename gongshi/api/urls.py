"""Addresses of the API. Every one answers in the API's own shapes, one that does not exist too."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from gongshi.api.caching import kept
from gongshi.api.problems import not_found, shaped
from gongshi.api.v1 import METHODS, api

FILE_DOORS = ("draft_files", "own_addition")
"""Those that take a form with files, and no JSON."""
patterns: list[URLPattern | URLResolver] = []
for pattern in api.urls[0]:
    assert isinstance(pattern, URLPattern)
    described = pattern.name == "openapi-json"
    pattern.callback = shaped(
        kept(pattern.callback) if described else pattern.callback,
        methods=METHODS.get(pattern.name or "", frozenset({"GET"})),
        files=pattern.name in FILE_DOORS,
    )
    patterns.append(pattern)

urlpatterns = [
    path("v1/", include((patterns, "api"), namespace="api")),
    # No form is sent here: whoever does gets the same problem, not the page for forms that were open too long.
    re_path(r"^[\s\S]*\Z", csrf_exempt(not_found), name="api_nowhere"),
]
