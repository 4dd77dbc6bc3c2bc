"""The catalogue: what DCAT-AP 3 asks of catalogues, data sets, series, distributions and what they name."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest

from gongshi.formats.dcat import (
    AUTHORITY,
    MONTHLY,
    NEVER,
    Area,
    Catalogue,
    Contact,
    DataSet,
    Described,
    File,
    Period,
    Series,
    catalogue,
)
from gongshi.formats.pack.licences import LICENCES, NOT_GIVEN, said_of

BOTH = {"zh": "清禾", "en": "Qinghe"}
HOME = "https://qinghe.example/"
DAY = date(2026, 3, 1)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

# DCAT-AP 3.0, mandatory then recommended properties of each class that is used here. What the profile has beside them:
# service (there is none), licence (a place may give none), type of the agent (nobody says which a place is).
ASKED = {
    "dcat:Catalog": (
        *("dct:title", "dct:description", "dct:publisher"),
        *("dcat:dataset", "dct:spatial", "dct:language", "dct:modified", "dct:issued"),
        *("dcat:themeTaxonomy", "foaf:homepage"),
    ),
    "dcat:Dataset": (
        *("dct:title", "dct:description"),
        *("dcat:contactPoint", "dcat:distribution", "dcat:keyword", "dcat:theme"),
        *("dct:publisher", "dct:spatial", "dct:temporal"),
        # Optional, and of use to whoever gathers catalogues.
        *("dct:accessRights", "dct:accrualPeriodicity", "dct:identifier", "dct:issued", "dct:language"),
        *("dct:modified", "dcat:landingPage"),
    ),
    "dcat:DatasetSeries": (
        *("dct:title", "dct:description"),
        *("dcat:contactPoint", "dct:publisher", "dct:spatial", "dct:temporal"),
        *("dct:accrualPeriodicity", "dct:issued", "dct:modified"),
    ),
    "dcat:Distribution": (
        "dcat:accessURL",
        *("dcatap:availability", "dct:description", "dct:format"),
        *("dct:title", "dct:language", "dct:rights", "dcat:downloadURL", "dcat:mediaType", "dcat:byteSize"),
        "spdx:checksum",
    ),
    "spdx:Checksum": ("spdx:algorithm", "spdx:checksumValue"),
    "foaf:Agent": ("foaf:name",),
    "vcard:Organization": ("vcard:fn", "vcard:hasURL"),
    "dct:Location": ("skos:prefLabel", "dcat:centroid"),
    "dct:PeriodOfTime": ("dcat:endDate",),
    "dct:RightsStatement": ("rdfs:label",),
}
IN_BOTH = {"dct:description", "dcat:keyword", "rdfs:label", "skos:prefLabel", "vcard:fn", "foaf:name"}
TABLES = {
    "dcat:theme": "data-theme/GOVE",
    "dcat:themeTaxonomy": "data-theme",
    "dct:language": "language/",
    "dct:accrualPeriodicity": "frequency/",
    "dct:accessRights": "access-right/PUBLIC",
    "dcatap:availability": "planned-availability/",
    "dct:format": "file-type/",
}
"""Values that the profile wants from a table of the EU's Publications Office."""


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a type, at any depth."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(one)
    if isinstance(value, dict) and "@type" in value:
        yield value


def lacking(found: dict[str, Any]) -> set[str]:
    """What the profile asks for and is not there."""
    missing = set()
    for node in nodes(found):
        for name in ASKED.get(node["@type"], ()):
            if node.get(name) in (None, "", [], {}):
                missing.add(f"{node['@type']} {name}")
        for name in IN_BOTH & node.keys():
            if {one["@language"] for one in node[name]} != {"zh", "en"}:
                missing.add(f"{node['@type']} {name} in both")
        for name, table in TABLES.items():
            values = node.get(name, [])
            for one in values if isinstance(values, list) else [values]:
                if not one["@id"].startswith(f"{AUTHORITY}{table}"):
                    missing.add(f"{node['@type']} {name} {one['@id']}")
    return missing


def complete(found: dict[str, Any]) -> None:
    """All that is asked for is there, in both languages, and every name has its vocabulary."""
    assert lacking(found) == set()
    used = {name.partition(":")[0] for node in nodes(found) for name in node if not name.startswith("@")}
    assert used <= found["@context"].keys()


def described(name: str, frequency: str) -> Described:
    return Described(
        f"{HOME}{name}", BOTH, BOTH, (BOTH,), DAY, DAY, Period(None, date(2026, 2, 28)), frequency, HOME
    )


def written(licence: str = "", phone: str = "0571-6000 1234") -> Any:
    file = File(f"{HOME}cases.csv", "cases.csv", BOTH, "text/csv", 7, "ab" * 32)
    contact, area = Contact(BOTH, phone, HOME), Area(BOTH, 30.25, 120.75)
    one = Catalogue(f"{HOME}c", HOME, BOTH, BOTH, BOTH, contact, area, DAY, DAY, licence)
    cases = DataSet(described("cases", MONTHLY), (file,), licence, BOTH)
    newer = DataSet(described("2", NEVER), (file,), licence, BOTH, version="2", before=f"{HOME}1")
    older = DataSet(described("1", NEVER), (file,), licence, BOTH, version="1")
    series = Series(described("s", MONTHLY), (newer, older))
    return json.loads(catalogue(one, [cases], [series]))


def test_a_catalogue_has_what_the_profile_asks() -> None:
    found = written()
    complete(found)
    cases, newer, older, series = found["dcat:dataset"]
    assert {node["@type"] for node in nodes(found)} >= ASKED.keys()
    assert "dcat:startDate" not in cases["dct:temporal"]
    (distribution,) = cases["dcat:distribution"]
    assert distribution["dcat:accessURL"] == {"@id": f"{HOME}cases.csv"}
    assert distribution["spdx:checksum"]["spdx:checksumValue"]["@value"] == "ab" * 32
    assert cases["dcat:contactPoint"]["vcard:hasTelephone"] == {"@id": "tel:057160001234"}
    assert "vcard:hasTelephone" not in written(phone="")["dcat:contactPoint"]
    assert cases["dct:spatial"]["dcat:centroid"]["@value"] == "POINT(120.75 30.25)"
    assert "dcat:inSeries" not in cases
    assert newer["dcat:inSeries"] == older["dcat:inSeries"] == {"@id": series["@id"]}
    assert newer["dcat:prev"] == series["dcat:first"] == {"@id": older["@id"]}
    assert "dcat:prev" not in older


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in ASKED.items() for name in names])
def test_whatever_is_asked_for_is_missed(kind: str, name: str) -> None:
    found = written()
    for node in nodes(found):
        if node["@type"] == kind:
            del node[name]
    assert lacking(found) == {f"{kind} {name}"}


def test_a_licence_is_told_where_there_is_one() -> None:
    for address in ("", LICENCE):
        found = written(address)
        distributions: Iterable[Any] = [
            one for each in found["dcat:dataset"] for one in each.get("dcat:distribution", ())
        ]
        for one in (found, *distributions):
            assert one.get("dct:license") == ({"@id": address} if address else None)


def test_every_licence_of_a_pack_has_words_and_an_address() -> None:
    assert said_of(LICENCES.get("")) == NOT_GIVEN
    for code, one in LICENCES.items():
        assert code == one.code
        assert one.address.startswith("https://")
        assert all(one.name in words for words in said_of(one).values())
