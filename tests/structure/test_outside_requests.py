"""Promise 8: no third party is called. Pages name no other host, the policy allows none, one package may connect."""

import re
from collections.abc import Iterator
from pathlib import Path

from csp.constants import NONE, SELF
from django.conf import settings

from tests.structure.source import PACKAGE, ROOT, imported, module_of, name_of, python_files, texts, tracked

PAGES = {".html", ".css", ".js", ".svg", ".webmanifest", ".txt"}
ELSEWHERE = re.compile(r"(?:\b[a-z]+:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
# Names of vocabularies that look like addresses; nothing is fetched from them.
VOCABULARIES = (
    "http://www.w3.org/",
    "http://wiki.open311.org/GeoReport_v2",
    "http://purl.org/dc/terms/",
    "http://xmlns.com/foaf/0.1/",
    "http://spdx.org/rdf/terms#",
    "http://data.europa.eu/r5r/",
    "http://www.opengis.net/ont/geosparql#",
    "http://publications.europa.eu/resource/authority/",
    "http://www.iana.org/assignments/media-types/",
    # Licences are named by the address of their text.
    "https://creativecommons.org/",
    "https://opendatacommons.org/licenses/",
)
# Addresses that can belong to nobody (RFC 2606), and this machine.
NOBODYS = re.compile(
    r"//([\w.-]*\.)?(example|test|invalid|localhost|example\.(org|com|net))\b|//127\.0\.0\.1"
)
CONNECTING = {"urllib.request", "http.client", "httpx", "requests", "aiohttp", "smtplib", "ftplib", "socket"}
# `gongshi witness` is a tool for outsiders that asks the one address it is given; no server runs it.
# `gongshi bench server` asks the servers that it started itself, on 127.0.0.1.
MAY_CONNECT = ("gongshi.notifications.transports", "gongshi.config.witness", "gongshi.config.bench.servers")
# Our own server's doors: they listen or ask this server, never another.
MAY_LISTEN = {"gongshi.config"}


def page_files() -> Iterator[Path]:
    for path in tracked():
        if path.is_relative_to(PACKAGE) and path.suffix in PAGES:
            yield path


def outside_addresses(text: str) -> list[str]:
    """The addresses of other hosts in a text."""
    for name in VOCABULARIES:
        text = text.replace(name, "")
    return [found for found in ELSEWHERE.findall(text) if not NOBODYS.match(found[found.index("//") :])]


def test_pages_styles_and_scripts_name_no_other_host() -> None:
    assert {
        name_of(path): found
        for path in page_files()
        if (found := outside_addresses(path.read_text(encoding="utf-8")))
    } == {}


def test_program_names_no_other_host() -> None:
    assert [
        f"{name_of(path)}:{line}: {found}"
        for path in python_files()
        for line, text in texts(path)
        for found in outside_addresses(text)
    ] == []


def test_an_outside_address_is_seen() -> None:
    assert outside_addresses('<script src="https://cdn.tiles.com/x.js">') == ["https://cdn.tiles.com"]
    assert outside_addresses("url(//fonts.host.net/a.woff2)") == ["//fonts.host.net"]
    assert outside_addresses('xmlns="http://www.w3.org/2000/svg" src="/static/x.js"') == []
    assert outside_addresses("https://gongshi.example/desk") == []


def test_row_24_only_the_transports_and_the_witness_connect() -> None:
    strangers = [
        f"{name_of(path)}:{line}: {name}"
        for path in python_files()
        for line, name in imported(path)
        if any(name == wanted or name.startswith(wanted + ".") for wanted in CONNECTING)
        and not module_of(path).startswith(MAY_CONNECT)
        and not (name.startswith("socket") and any(module_of(path).startswith(m) for m in MAY_LISTEN))
    ]
    assert strangers == []


def test_policy_lets_pages_reach_this_server_alone() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == [NONE]
    for name, sources in directives.items():
        allowed = {NONE, SELF, "data:"} if name == "img-src" else {NONE, SELF}
        assert set(sources) <= allowed, f"{name}: {sources}"
    # These do not fall back to default-src (CSP Level 3), so they must be said.
    assert {"form-action", "frame-ancestors", "base-uri"} <= directives.keys()
    assert not hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY")


def test_templates_hold_nothing_that_the_policy_stops() -> None:
    """An inline style or script would be dropped by the browser without a word to us."""
    stopped = {
        "style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
        "style element": re.compile(r"<style\b", re.IGNORECASE),
        "inline script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=.application/json)", re.IGNORECASE),
        "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
        "script address": re.compile(r"javascript:", re.IGNORECASE),
        "leaflet_map, which writes an inline script": re.compile(r"{%\s*leaflet_map\b"),
    }
    assert [
        f"{name_of(path)}: {what}"
        for path in page_files()
        if path.suffix == ".html"
        for what, pattern in stopped.items()
        if pattern.search(path.read_text(encoding="utf-8"))
    ] == []


# What answers every unknown address of the API with one problem: it reads nothing of a request and changes nothing.
NOWHERE = "gongshi/api/urls.py: django.views.decorators.csrf.csrf_exempt"
# What programs file with names a key in the request itself: no cookie or session says who they are.
BY_KEY = "gongshi/api/open311/doors.py: django.views.decorators.csrf.csrf_exempt"


def test_no_view_is_let_out_of_the_policy() -> None:
    assert (ROOT / "gongshi/api/urls.py").read_text(encoding="utf-8").count("csrf_exempt(") == 1
    loose = {
        "csp_exempt",
        "csp_update",
        "csp_replace",
        "csp_report_only",
        "csrf_exempt",
        "xframe_options_exempt",
    }
    assert [
        f"{name_of(path)}: {name}"
        for path in python_files()
        for _, name in imported(path)
        if name.rpartition(".")[2] in loose
    ] == [BY_KEY, NOWHERE]


def test_the_walk_sees_the_program() -> None:
    """An empty walk would pass every test above."""
    assert len(list(python_files())) > 50
    assert len(list(page_files())) > 5
