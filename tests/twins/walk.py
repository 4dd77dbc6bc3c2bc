"""Everything that can be fetched, found by the program's own list of addresses: a new route cannot be forgotten.

`addresses` goes through the URL resolver. Each part of an address that varies has its values in `Known`; a part that is
not known there is an error. `walk` asks as everybody who must learn nothing, each request with the same chance and
undone afterwards, so that none depends on another. Who asks for which stands in `asked_by`: each address is asked for
by somebody of every right that its answer can depend on.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from pypdf import PdfReader

from gongshi.accounts.models import Staff
from gongshi.bulletin.models import Disruption, Page, Reception
from gongshi.cases.models import Attachment, Claim, Consent, PublicCase, SampledAnswer, SavedView, Supervision
from gongshi.figures.naming import BY
from gongshi.figures.periods import Month
from gongshi.figures.released.counting import month_counted
from gongshi.figures.report import report
from gongshi.places.models import Area
from gongshi.revisions.queries import in_force
from gongshi.revisions.trials import trial
from gongshi.safekeeping.limits import forget
from gongshi.safekeeping.tokens import visit_token
from gongshi.web.desk.queue import TABS, Filters
from gongshi.web.monitoring.answers import board as counted
from gongshi.web.public.visits import COOKIE
from tests.twins.world import INSIDE, World, undone
from tests.web.desk.helpers import signed_in

NOBODYS = "TT-0000-0000-0"
NO_KEY = "00000000-0000-7000-8000-000000000000"
LANGUAGES = ("zh-hans", "en")
BOTH_LANGUAGES = ("he", "the public")
# He leads Roads, and asks for everything. In Water, where what he must not know of is worked on, two ask for all of the
# desk. Whoever is not signed in at the desk gets the same of it, which is one answer.
EVERYTHING, IN_WATER, OUTSIDE = ("he", "the public"), ("two", "ma"), ("the public", "chen")
DESK = "desk:"
# Addresses without a language, and without a name of ours.
MACHINES = ("healthz", "metrics", "api_nowhere", "open311_nowhere", "feed_nowhere")
# Which any address leads to that is none.
NOWHERE = {
    "api_nowhere": "/api/nowhere",
    "open311_nowhere": "/open311/nowhere",
    "feed_nowhere": "/feeds/nowhere",
}
# What differs by design between any two runs of the ledger: hashes, signatures, and where a hash lies among hashes.
RANDOM_BY_DESIGN = re.compile(r'\b[0-9a-f]{64}\b|[A-Za-z0-9+/]{86}==|"index": ?\d+')
# How long the way up is depends on where a hash lies.
WAY_UP = re.compile(r'("path": )\[[^\]]*\]')
EXPIRES = re.compile(r"expires=[^;]*; ")
DOSSIER = re.compile(r"^/filing/\d+/dossier/|^/api/v1/filing/matters/\d+/dossier$")
# Hashes, keys and signatures as they stand on paper, in pieces as long as a line.
PRINTED = re.compile(r"\b[0-9a-f]{6,}\b|[A-Za-z0-9+/]{16,}={0,2}")
LEDGER = re.compile(r"^/api/v1/ledger/|/filing/(proof|download)/$|^/api/v1/filing/(proof|copy)$")


@dataclass(frozen=True)
class Address:
    """One request: the name of its route, what varies in it, and what follows the question mark."""

    route: str
    path: str
    method: str = "GET"


@dataclass
class Known:
    """The values for each part that an address may hold."""

    parts: dict[str, list[Any]]
    queries: dict[str, list[str]] = field(default_factory=dict)

    def of(self, route: str, names: list[str]) -> Iterator[dict[str, Any]]:
        """Every choice of values for the parts of a route; LookupError for a part that the walk does not know.

        What is known of "ROUTE/PART" goes before what is known of the part. Matters are named by pairs.
        """
        matters = "reference" in names
        wanted = [name for name in names if not (matters and name in ("reference", "number"))]
        wanted += ["matter"] * matters
        for name in wanted:
            if not self._values(route, name):
                raise LookupError(
                    f"{route}: the walk has no values for {name!r}; see `known` in tests/twins/walk.py"
                )
        for values in product(*(self._values(route, name) for name in wanted)):
            found = dict(zip(wanted, values, strict=True))
            if "matter" in found:
                found["reference"], found["number"] = found.pop("matter")
            yield found

    def _values(self, route: str, name: str) -> list[Any]:
        return self.parts.get(f"{route}/{name}") or self.parts.get(name) or []


def known(world: World, secret: dict[str, list[Any]]) -> Known:
    """What addresses can name in this world. ``secret``: what the thing more is called, in both worlds alike."""
    cases = [world.case(name) for name in ("pothole 1", "leak")]
    references = [case.filing.reference for case in cases]
    files = list(Attachment.objects.filter(case__in=cases).values_list("id", flat=True)[:1])
    staff = list(Staff.objects.filter(username__in=["zhou", "qin"]).values_list("id", flat=True))
    outages = [*Disruption.objects.values_list("code", flat=True), "no-such-notice"]
    parts: dict[str, list[Any]] = {
        "matter": [(one, 1) for one in (*references, *secret["reference"], NOBODYS)] + [(references[0], 2)],
        "number": [1, 2],
        "which": [1, 2],
        "attachment": [*files, *secret["attachment"]],
        "desk:move/code": ["accept"],
        "form": ["note"],
        "kind": ["answer", "phrase"],
        "section": ["offices", "words"],
        "thing": ["roads", "counter"],
        "desk:settings_undo/number": [1],
        "desk:template/code": ["no-such-template"],
        "desk:undo_template/code": ["no-such-template"],
        "public:office_figures/code": ["roads", "hall", "no-such-office"],
        "public:category_figures/code": ["pothole", "no-such-category"],
        "public:area_figures/code": ["river-street", "none", "no-such-area"],
        "public:map/code": list(Area.objects.order_by("code").values_list("code", flat=True)[:2]),
        "supervision": _some(Supervision),
        "consent": _some(Consent),
        "claim": _some(Claim),
        "sampled": _some(SampledAnswer),
        "view": _some(SavedView),
        "public:answer/code": [*Page.objects.values_list("code", flat=True), "no-such-page"],
        "public:disruption/code": outages,
        "public:tell/code": outages,
        "desk:disruption/code": outages,
        "desk:confirm_page/code": [*Page.objects.values_list("code", flat=True), "no-such-page"],
        "desk:undo_page/code": [*Page.objects.values_list("code", flat=True), "no-such-page"],
        "desk:page/code": [*Page.objects.values_list("code", flat=True), "no-such-page"],
        "public_id": [*PublicCase.objects.values_list("id", flat=True)],
        "reception": _some(Reception),
        "receiver": [NO_KEY],
        "recusal": [*secret.get("recusal", []), NO_KEY],
        "asked": [*secret.get("asked", []), NO_KEY],
        "staff": staff,
        "public:letter/which": [1],
        "file_id": [*files, *secret["attachment"]],
        "pk": [1],
        "batch": [1, 5],
        "provider_id": ["nobody"],
        "extension": ["xml", "json"],
        "api:answer/code": [*Page.objects.values_list("code", flat=True), "no-such-page"],
        "api:answered/code": [*Page.objects.values_list("code", flat=True), "no-such-page"],
        "api:notice/code": outages,
        "api:telling/code": outages,
        "api:service/code": ["pothole", "grievance"],
        "api:procedure/code": ["service-request"],
        "api:area/code": ["river-street"],
        "open311_service/code": ["pothole"],
        "api:figures_line/code": ["roads"],
        "table": ["offices"],
        "quarter": ["2026-Q1"],
        "token": ["no-such-token"],
        "feed_of_category/code": ["pothole"],
        "feed_of_area/code": ["river-street"],
        "month": ["2026-02"],
        "edition_name": ["2026-02", "2026-02-2"],
        "open_data_file/name": ["cases.csv"],
        "level": [0, 1],
        "index": [0, 1],
    }
    parts["attachment_id"] = parts["attachment"]
    return Known(parts, _queries(world))


def _some(model: Any) -> list[Any]:
    """The keys of a table's first rows, or one that is nobody's."""
    return [*model.objects.order_by("id").values_list("id", flat=True)[:3]] or [NO_KEY]


def _queries(world: World) -> dict[str, list[str]]:
    """Every filter, tab and page, each by itself."""
    with translation.override("en"):
        fields = Filters({}).fields
    chosen = [f"?{name}={code}" for name, one in fields.items() for code, _ in one.choices if code]
    lists = ("late", "soon", "handed_about", "escalated", "reopened", "unconfirmed")
    offices = ("", "&office=depot", "&office=roads")
    promised = world.filed["pothole 1"][0].filing.filed_at.isoformat().replace("+", "%2B")
    return {
        "desk:queue": [*TAB_QUERIES, *chosen, "?page=2"],
        "desk:views": ["?show=late"],
        "desk:board": [f"?list={name}{office}" for name, office in product(lists, offices)],
        "desk:together": ["?category=pothole&area=river-street&week=2026-03-02"],
        "public:published": ["?page=2", "?q=%E6%A1%A5"],
        "public:answers": ["?q=%E6%88%B7%E5%8F%A3", "?office=roads", "?page=2"],
        "public:figures": ["?month=2026-03", "?month=2026-02", "?by=category", "?by=area"],
        **{f"public:{by}_figures": ["?month=2026-03", "?month=2026-02"] for by in BY},
        "public:file": ["?door=office", "?door=broken", "?door=ask"],
        "api:map": ["?box=30,120,31,121&zoom=12"],
        "api:answers": ["?limit=1", "?office=roads"],
        "api:heads": ["?limit=3", "?after=2"],
        "api:inclusion": [f"?commitment={'0' * 64}&at={promised}"],
        "api:consistency": ["?first=1&second=3"],
    }


def routes(
    resolver: URLResolver | None = None, names: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Every route by name with the parts that vary in it."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from routes(one, (*names, one.namespace) if one.namespace else names)
        else:
            assert isinstance(one, URLPattern)
            assert one.name, f"a route without a name: {one.pattern}"
            yield ":".join((*names, one.name)), list(one.pattern.regex.groupindex)


def addresses(found: Known, secret: dict[str, list[Any]], code: str) -> list[Address]:
    """Every address in this world in one language, each once. What names the thing more is sent forms, too."""
    listed: dict[Address, None] = {}
    with translation.override(code):
        for route, names in routes():
            for values in found.of(route, names):
                path = NOWHERE.get(route) or reverse(route, kwargs=values)
                for query in ["", *found.queries.get(route, [])]:
                    listed[Address(route, path + query)] = None
                if values.get("reference") in secret["reference"]:
                    listed[Address(route, path, "POST")] = None
    return list(listed)


def asked_by(name: str, code: str, world: World, secret: dict[str, list[Any]], found: Known) -> list[Address]:
    """What somebody asks for in a language.

    Public pages, and what nobody has (a matter that is not there, a second one in a filing, one that was erased), are
    alike whatever one's rights: they are for those who ask for everything; so is English, of each desk page once.
    The filters of the queue narrow what somebody may see, which each tab shows: they are for those and for Water.
    """
    if name in EVERYTHING:
        listed = addresses(found, secret, code)
        if name in OUTSIDE or code == LANGUAGES[0]:
            return listed
        return list(
            {(one.route, one.method): one for one in reversed(listed) if "?" not in one.path}.values()
        )
    names = ["pothole 1", "leak"] if name in IN_WATER else ["pothole 1"]
    matters = [(world.case(each).filing.reference, 1) for each in names]
    fewer = Known({**found.parts, "matter": matters + [(one, 1) for one in secret["reference"][:1]]})
    queries = found.queries if name in IN_WATER else {**found.queries, "desk:queue": TAB_QUERIES}
    fewer.queries = queries
    outside = name in OUTSIDE
    return [one for one in addresses(fewer, secret, code) if one.route.startswith(DESK) != outside]


def clients(world: World) -> dict[str, Client]:
    """Everybody who asks: staff of Roads in every role and strangers, keys open, somebody who filed, the public."""
    found = {"the public": Client()}
    filed, receipt = world.filed["pothole 15"]
    with world.chance.of("chen comes"):
        token = visit_token(filed.filing.id, filed.receipt_id, receipt, at=world.clock())
    # By browser and by program: pages read the one, the API reads the other.
    found["chen"] = Client(headers={"Authorization": f"Bearer {token}"})
    found["chen"].cookies[COOKIE] = token
    for name in INSIDE:
        with world.chance.of(f"{name} signs in"):
            found[name] = signed_in(world.town, name)
    return found


TAB_QUERIES = [f"?show={tab[0]}" for tab in TABS]
Answers = dict[tuple[str, str, str], tuple[int, dict[str, str], bytes]]


def walk(
    world: World, secret: dict[str, list[Any]], who: Collection[str] = (), only: Collection[str] = ()
) -> Answers:
    """The answers to everybody (or to ``who``), by who asked, how and for what: in 中文, to some in English too.

    ``only``: the routes that are asked for; all of them where none is named.
    """
    found = known(world, secret)
    answers: Answers = {}
    for name, client in clients(world).items():
        if who and name not in who:
            continue
        codes = LANGUAGES if name in BOTH_LANGUAGES else LANGUAGES[:1]
        listed = dict.fromkeys(
            one
            for code in codes
            for one in asked_by(name, code, world, secret, found)
            if not only or one.route in only
        )
        # What the program counts of itself (how long its answers take) begins anew, and is asked for before all else.
        counted._cells[:] = bytes(len(counted._cells))
        for one in sorted(listed, key=lambda each: each.route not in MACHINES):
            forget()
            with undone(configured=False), world.chance.of(f"{name} {one.method} {one.path}"):
                answers[name, one.method, one.path] = _ask(client, one)
    return {**answers, **_besides(world)}


def _besides(world: World) -> Answers:
    """What is fetched without an address: the figures of the command line, and every message that went out."""
    on = world.clock().date()
    months = (Month.of(on).before, Month.of(on))
    counted = [(str(each), *one) for each in months for one in month_counted(each, on=on).items()]
    figures: dict[str, Any] = {
        "as they are": report(None, None, on=on),
        "to be released": sorted((month, str(cell), sorted(n.items())) for month, cell, n in counted),
    }
    found = {
        ("the public", "RUN", f"gongshi figures, {kind}"): _file(json.dumps(told).encode())
        for kind, told in figures.items()
    }
    with world.chance.of("an administrator tries out"):
        pack = in_force().pack
        other = replace(pack, rules=tuple(replace(one, office="water") for one in pack.rules))
        told = trial(pack, other, world.town.actor("roads-administrator"))
    assert told.looked_at > 5
    found["roads-administrator", "TRY", "every rule to Water"] = _file(repr(told).encode())
    for mail in sorted(Path(settings.OUTBOX_DIRECTORY).iterdir()):
        found["the outbox", "READ", mail.name] = _file(mail.read_bytes())
    return found


def _file(body: bytes) -> tuple[int, dict[str, str], bytes]:
    return 0, {}, body


def _ask(client: Client, one: Address) -> tuple[int, dict[str, str], bytes]:
    cookies = client.cookies.copy()
    headers = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"} if one.route == "metrics" else {}
    if one.method == "POST":
        form = {"seen": 1, "why": "supervision", "text": "x", "reason": "x"}
        answer: Any = client.post(one.path, form, headers=headers)
    else:
        answer = client.get(one.path, headers=headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    client.cookies = cookies
    # The library says when a page or a cookie ends by the machine's own clock, beside how long it lasts.
    kept = {key: value for key, value in answer.headers.items() if key not in ("Content-Length", "Expires")}
    kept["cookies"] = str(sorted(EXPIRES.sub("", one.OutputString()) for one in answer.cookies.values()))
    return answer.status_code, kept, _comparable(one.path, body)


def _comparable(path: str, body: bytes) -> bytes:
    """The body as it is; of the ledger's, without what is random by design: sizes, times and shapes stay.

    A dossier prints hashes, and its fonts and pictures are made for them: of it the words are compared, page by page.
    """
    if body.startswith(b"%PDF") and DOSSIER.search(path):
        pages = [page.extract_text() for page in PdfReader(BytesIO(body)).pages]
        return PRINTED.sub("*", "\f".join(pages)).encode()
    if not LEDGER.search(path.partition("?")[0]):
        return body
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as bundle:
            return b"".join(f"\n{name}\n".encode() + _shape(bundle.read(name)) for name in bundle.namelist())
    return _shape(body)


def _shape(body: bytes) -> bytes:
    try:
        text = json.dumps(json.loads(body), sort_keys=True)
    except ValueError:
        text = body.decode("utf-8", "replace")
    text = WAY_UP.sub(r"\1*", text) if '"index"' in text else text
    return RANDOM_BY_DESIGN.sub("*", text).encode()


def differences(one: Answers, other: Answers) -> list[str]:
    """What one was answered otherwise than the other, each with the first words that differ."""
    told = [f"asked for in one world only: {key}" for key in one.keys() ^ other.keys()]
    for key in one.keys() & other.keys():
        if one[key] != other[key]:
            told.append(f"{' '.join(key)}: {_first(one[key], other[key])}")
    return sorted(told)


def _first(one: tuple[int, dict[str, str], bytes], other: tuple[int, dict[str, str], bytes]) -> str:
    if one[:2] != other[:2]:
        headers = {key for key in one[1].keys() | other[1].keys() if one[1].get(key) != other[1].get(key)}
        told = [f"{key}: {one[1].get(key)} | {other[1].get(key)}" for key in sorted(headers)]
        return "; ".join([f"{one[0]} | {other[0]}", *told])
    a, b = one[2], other[2]
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    start = max(0, at - 60)
    return f"…{a[start : at + 60].decode('utf-8', 'replace')}… | …{b[start : at + 60].decode('utf-8', 'replace')}…"
