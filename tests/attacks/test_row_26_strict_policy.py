"""Rows 16 and 26: every page of the program, as it comes, under the strict policy and with nothing inline.

`tests/structure/test_outside_requests.py` reads the templates; this reads what readers get, whoever they are.
"""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from gongshi.cases.models import Case
from tests.attacks.addresses import REFERENCE, addresses
from tests.attacks.conftest import SignIn
from tests.cast import Town
from tests.web.public.walker import Walker, files_a_report

pytestmark = pytest.mark.django_db
EVENT = re.compile(r"on[a-z]+")
SOURCES = {"'none'", "'self'", "data:"}


def policy_of(answer: Any) -> dict[str, list[str]]:
    """The directives of an answer's policy."""
    text = answer.headers["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in text.split(";") if part.strip()}


def inline(page: str) -> list[str]:
    """What the policy would stop."""
    found = []
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        if tag.name == "style" or (
            tag.name == "script" and not tag.get("src") and "json" not in tag.get("type", "")
        ):
            found.append(str(tag)[:120])
        found += [f"{tag.name} {name}" for name in tag.attrs if name == "style" or EVENT.fullmatch(name)]
        found += [
            f"{tag.name} {value}" for value in tag.attrs.values() if str(value).startswith("javascript:")
        ]
    return found


@pytest.fixture
def readers(town: Town, walker: Walker, sign_in: SignIn) -> list[Client]:
    """A stranger, a resident at their filing, and one of the staff for each role of the cast."""
    files_a_report(walker)
    return [Client(), walker.client, *(sign_in(name) for name in ("zhou", "he", "qin", "su", "tang"))]


@pytest.mark.parametrize("language", ["", "/en"])
def test_row_26_every_page_has_the_strict_policy_and_nothing_inline(
    readers: list[Client], language: str
) -> None:
    case = Case.objects.select_related("filing").get()
    shown = set()
    for name, path in addresses().items():
        apart = path.startswith(("/api/", "/healthz", "/metrics"))
        real = path.replace(REFERENCE, case.filing.reference)
        for client in readers:
            answer = client.get(real if apart else language + real)
            assert answer.status_code < 500, name
            policy = policy_of(answer)
            if policy.get("sandbox") == []:  # a file, given out as a download
                continue
            assert policy["default-src"] == ["'none'"], name
            assert policy["frame-ancestors"] == ["'none'"], name
            assert {source for sources in policy.values() for source in sources} <= SOURCES, name
            assert answer.headers["X-Frame-Options"] == "DENY", name
            if "html" in answer.headers.get("Content-Type", "") and not answer.streaming:
                assert inline(answer.content.decode()) == [], name
                shown.add(name) if answer.status_code == 200 else None
    # The walk is worth nothing unless it saw the pages themselves.
    assert shown >= {"public:home", "public:file", "public:filing", "public:case", "desk:queue", "desk:case"}
    assert shown >= {"desk:board", "desk:publication", "account_login", "public:figures", "public:published"}


@pytest.mark.parametrize(
    "page",
    [
        "<p style='x'>",
        "<style>x</style>",
        "<script>x()</script>",
        "<p onclick='x'>",
        "<a href='javascript:x'>",
    ],
)
def test_the_walk_sees_what_is_inline(page: str) -> None:
    assert inline(page)


def test_the_walk_lets_our_own_scripts_pass() -> None:
    assert inline('<script src="/static/x.js"></script><script type="application/json">{}</script>') == []
