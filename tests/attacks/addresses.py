"""Every page of the program with an address that fits it, so that no page is forgotten when one is added."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

REFERENCE = "TT-0000-0000-0"
NOBODYS = "00000000-0000-0000-0000-000000000007"
WORDS = {"reference": REFERENCE, "code": "accept", "extension": "xml"}


def routes(node: Any = None, spaces: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every named page with arguments that fit it: of nobody's case, file or consent."""
    for one in (node or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from routes(one, spaces + (f"{one.namespace}:" if one.namespace else ""))
        elif isinstance(one, URLPattern) and one.name:
            yield spaces + one.name, {name: _fitting(name, kind) for name, kind in _parts(one)}


def _parts(one: URLPattern) -> list[tuple[str, Any]]:
    """The parts of an address by name, with what converts them; those of a regular expression have nothing."""
    pattern: Any = one.pattern
    found = list(pattern.converters.items())
    return found or [(name, None) for name in pattern.regex.groupindex]


def _fitting(name: str, kind: Any) -> Any:
    if isinstance(kind, IntConverter):
        return 1
    return NOBODYS if isinstance(kind, UUIDConverter) else WORDS.get(name, "1")


def addresses() -> dict[str, str]:
    """The address of every page by its name."""
    return {name: reverse(name, kwargs=arguments) for name, arguments in routes()}
