"""What a public page says, a program can read: every page has a twin in the API, or a reason why it has none."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver

from gongshi.api.v1 import api
from gongshi.web.public.urls import urlpatterns

# By the name of the page; addresses below /api/v1/, or of another door for programs with its leading slash.
TWINS: dict[str, tuple[str, ...]] = {
    "home": ("place", "services", "notices"),
    "file": ("form", "form/reading", "form/alike", "drafts", "filings"),
    "send": ("filings",),
    "tip_offs": ("form/reading", "place"),
    "what_we_keep": ("place",),
    "open_data": ("open-data", "place"),
    "open_data_edition": ("open-data/{edition_name}",),
    "search": ("search",),
    "answers": ("answers",),
    "answer": ("answers/{code}",),
    "answered": ("answers/{code}/answered",),
    "disruptions": ("notices",),
    "disruption": ("notices/{code}",),
    "tell": ("notices/{code}/telling", "notices/telling/stopping"),
    "receptions": ("receptions",),
    "reception": ("receptions/{reception}", "receptions/{reception}/bookings"),
    "booking_code": ("bookings/reading", "bookings/giving-back"),
    "when": ("deadlines", "procedures", "services"),
    "how_it_works": ("procedures", "procedures/{code}"),
    "published": ("cases", "map", "categories", "areas"),
    "published_view": ("map", "cases"),
    "published_base": ("areas", "areas/{code}"),
    "published_case": ("cases/{public_id}",),
    "map": ("areas/{code}",),
    "figures": ("figures", "figures/{month}", "figures/answers/{quarter}", "figures/definitions"),
    **dict.fromkeys(
        ("office_figures", "category_figures", "area_figures"), ("figures/{month}/{table}/{code}",)
    ),
    "programs": ("programs", "receivers"),
    "open": ("visits",),
    "filing": ("filing",),
    "case": ("filing",),
    "move": ("filing/matters/{number}/moves",),
    "add": ("filing/matters/{number}/additions",),
    "withdraw_filing": ("filing/withdrawal",),
    "keep_filing": ("filing/keeping",),
    "withdraw": ("filing/matters/{number}/withdrawal",),
    "keep_case": ("filing/matters/{number}/keeping",),
    "proof": ("filing/proof",),
    "claim": ("drafts", "claims"),
    "say": ("filing/matters/{number}/saying",),
    "hearing": ("filing/matters/{number}/hearing",),
    "export": ("filing/copy",),
    "dossier": ("filing/matters/{number}/dossier",),
    "recuse": ("filing/matters/{number}/recusals",),
    "reprisal": ("filing/matters/{number}/reprisal", "filing/matters/{number}/reprisal/report"),
    "split": ("filing/matters/{number}/split",),
    "apart": ("filing/matters/{number}/apart",),
    "together": ("filing/matters/{number}/together",),
    "join": ("joining/reading", "joining"),
    "joint": (
        *("filing/matters/{number}/joint", "filing/matters/{number}/joint/words"),
        *("filing/matters/{number}/joint/codes", "filing/matters/{number}/joint/seat"),
        *("filing/matters/{number}/joint/offers", "filing/matters/{number}/joint/offices"),
        "filing/matters/{number}/joint/alone",
    ),
    # Paper for a printer, whose words a program has as data.
    "joint_note": ("filing/matters/{number}/joint",),
    **dict.fromkeys(("letter", "hearing_paper"), ("filing",)),
    "print": ("filings", "claims", "joining"),
    "filed": ("filings", "claims", "joining"),
    "publish": ("filing/matters/{number}/public-copy", "filing/matters/{number}/publication"),
    "attachment": ("filing/matters/{number}/files/{file_id}",),
}
# Argued, each in a few words.
WITHOUT = {
    "leave": "ends the browser's visit; a token is simply thrown away",
    "offline": "a page to write on without a network",
    "manifest": "is for programs: W3C Web Application Manifest",
    "posters": "paper, for a printer: it holds the form's address with a place",
    "when_file": "is for programs: iCalendar of the days that deadlines tells",
    "what_it_cannot": "explains to people what the server cannot protect from; form names its address",
}


def pages(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from pages(one.url_patterns)
        else:
            assert one.name, one
            yield one.name


def test_every_page_has_a_twin_or_a_reason() -> None:
    known = list(pages(urlpatterns))
    assert len(known) > 50
    assert set(known) == TWINS.keys() | WITHOUT.keys(), "a page without a twin, or one that is gone"
    assert not TWINS.keys() & WITHOUT.keys()


def test_every_twin_is_there() -> None:
    described = api.get_openapi_schema()["paths"].keys()
    named = {f"/api/v1/{address}" for addresses in TWINS.values() for address in addresses}
    assert named - described == set()


def test_every_exception_has_its_reason() -> None:
    assert all(len(reason) > 10 for reason in WITHOUT.values())
