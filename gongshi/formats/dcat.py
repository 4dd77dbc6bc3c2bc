"""A catalogue of open data as JSON-LD: DCAT 3 (W3C) in the profile DCAT-AP 3. Plain data in, bytes out.

What the profile has to have, and what it recommends: https://semiceu.github.io/DCAT-AP/releases/3.0.0/.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MEDIA_TYPE = "application/ld+json; charset=utf-8"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
THEME = "data-theme/GOVE"
"""Government and public sector."""
MONTHLY, NEVER = "MONTHLY", "NEVER"
AVAILABLE, STABLE = "AVAILABLE", "STABLE"
FILE_TYPES = {
    "text/csv": "CSV",
    "application/geo+json": "GEOJSON",
    "application/vnd.apache.parquet": "PARQUET",
}
LANGUAGES = {"zh": "ZHO", "en": "ENG"}
IANA = "http://www.iana.org/assignments/media-types/"
Words = Mapping[str, str]


@dataclass(frozen=True)
class File:
    """One file of a data set: its address, what it is, its media type, size in bytes and SHA-256."""

    address: str
    name: str
    about: Words
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Contact:
    """Whom to ask: an office by its name, a telephone number or "", and a page."""

    name: Words
    phone: str
    page: str


@dataclass(frozen=True)
class Area:
    """What all of it is about: a place by its name, and its middle in degrees."""

    name: Words
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Period:
    """Days that data are about, from ``since`` (None: not known) to ``until``."""

    since: date | None
    until: date


@dataclass(frozen=True)
class Described:
    """What a data set and a series have in common. ``frequency``: a code such as `MONTHLY`; ``page``: for people."""

    address: str
    title: Words
    description: Words
    keywords: Sequence[Words]
    issued: date
    modified: date
    period: Period
    frequency: str
    page: str


@dataclass(frozen=True)
class DataSet:
    """A data set.

    ``licence``: the address of the licence of its files, "" for none; ``rights``: what may be done with them, in words.
    ``availability``: a code, `STABLE` for files that stay. ``version``: of one in a series, and ``before``: the address
    of the one before it; "" for none.
    """

    what: Described
    files: tuple[File, ...]
    licence: str
    rights: Words
    availability: str = AVAILABLE
    version: str = ""
    before: str = ""


@dataclass(frozen=True)
class Series:
    """Data sets of the same kind, one after the other, the newest first; at least one."""

    what: Described
    sets: tuple[DataSet, ...]


@dataclass(frozen=True)
class Catalogue:
    """The catalogue of one place. ``licence``: the address of its own, "" for none."""

    address: str
    home: str
    title: Words
    description: Words
    publisher: Words
    contact: Contact
    area: Area
    issued: date
    modified: date
    licence: str


def catalogue(one: Catalogue, sets: Iterable[DataSet], series: Iterable[Series] = ()) -> bytes:
    """The document: data sets by themselves, then those of series, then each series, which is a data set, too."""
    publisher = {"@id": f"{one.home}#publisher", "@type": "foaf:Agent", "foaf:name": _said(one.publisher)}
    listed = [_set(each, one) for each in sets]
    for group in series:
        listed += [_set(each, one, group.what.address) for each in group.sets]
        listed.append(_series(group, one))
    content = {
        "@context": CONTEXT,
        "@id": one.address,
        "@type": "dcat:Catalog",
        "dct:title": _said(one.title),
        "dct:description": _said(one.description),
        "dct:publisher": publisher,
        "dct:language": _languages(),
        "dct:issued": _day(one.issued),
        "dct:modified": _day(one.modified),
        "dct:spatial": _area(one.area),
        "dcat:themeTaxonomy": _authority("data-theme"),
        "dcat:contactPoint": _contact(one),
        "foaf:homepage": {"@id": one.home},
        **_licence(one.licence),
        "dcat:dataset": listed,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _described(one: Described, inside: Catalogue) -> dict[str, Any]:
    return {
        "@id": one.address,
        "dct:title": _said(one.title),
        "dct:description": _said(one.description),
        "dct:identifier": one.address,
        "dct:publisher": {"@id": f"{inside.home}#publisher"},
        "dcat:contactPoint": _contact(inside),
        "dcat:keyword": [word for each in one.keywords for word in _said(each)],
        "dcat:theme": _authority(THEME),
        "dct:language": _languages(),
        "dct:issued": _day(one.issued),
        "dct:modified": _day(one.modified),
        "dct:accrualPeriodicity": _authority(f"frequency/{one.frequency}"),
        "dct:temporal": _period(one.period),
        "dct:spatial": _area(inside.area),
        "dct:accessRights": _authority("access-right/PUBLIC"),
        "dcat:landingPage": {"@id": one.page},
    }


def _set(one: DataSet, inside: Catalogue, series: str = "") -> dict[str, Any]:
    found = _described(one.what, inside) | {"@type": "dcat:Dataset"}
    if series:
        found["dcat:inSeries"] = {"@id": series}
    if one.version:
        found["dcat:version"] = one.version
    if one.before:
        found["dcat:prev"] = {"@id": one.before}
    shared = {**_terms(one), "dcatap:availability": _authority(f"planned-availability/{one.availability}")}
    return {**found, "dcat:distribution": [{**_file(file), **shared} for file in one.files]}


def _series(one: Series, inside: Catalogue) -> dict[str, Any]:
    found = _described(one.what, inside) | {"@type": "dcat:DatasetSeries"}
    first, last = one.sets[-1].what.address, one.sets[0].what.address
    return {**found, "dcat:first": {"@id": first}, "dcat:last": {"@id": last}}


def _contact(inside: Catalogue) -> dict[str, Any]:
    one = inside.contact
    found: dict[str, Any] = {
        "@id": f"{inside.home}#contact",
        "@type": "vcard:Organization",
        "vcard:fn": _said(one.name),
        "vcard:hasURL": {"@id": one.page},
    }
    digits = "".join(sign for sign in one.phone if sign.isascii() and (sign.isdigit() or sign == "+"))
    return {**found, "vcard:hasTelephone": {"@id": f"tel:{digits}"}} if digits else found


def _area(one: Area) -> dict[str, Any]:
    middle = {"@type": "geo:wktLiteral", "@value": f"POINT({one.longitude!r} {one.latitude!r})"}
    return {"@type": "dct:Location", "skos:prefLabel": _said(one.name), "dcat:centroid": middle}


def _period(one: Period) -> dict[str, Any]:
    since = {"dcat:startDate": _day(one.since)} if one.since else {}
    return {"@type": "dct:PeriodOfTime", **since, "dcat:endDate": _day(one.until)}


def _terms(one: DataSet) -> dict[str, Any]:
    """What may be done with a data set's files: the licence, where there is one, and the words beside it."""
    rights = {"@type": "dct:RightsStatement", "rdfs:label": _said(one.rights)}
    return {**_licence(one.licence), "dct:rights": rights}


def _licence(address: str) -> dict[str, Any]:
    return {"dct:license": {"@id": address}} if address else {}


def _file(one: File) -> dict[str, Any]:
    checksum = {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": one.sha256},
    }
    found: dict[str, Any] = {
        "@id": one.address,
        "@type": "dcat:Distribution",
        "dct:title": one.name,
        "dct:description": _said(one.about),
        "dct:language": _languages(),
        "dcat:accessURL": {"@id": one.address},
        "dcat:downloadURL": {"@id": one.address},
        "dcat:mediaType": {"@id": f"{IANA}{one.media_type}"},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(one.size)},
        "spdx:checksum": checksum,
    }
    kind = FILE_TYPES.get(one.media_type)
    return {**found, "dct:format": _authority(f"file-type/{kind}")} if kind else found


def _authority(code: str) -> dict[str, str]:
    """An entry of the EU's authority tables."""
    return {"@id": f"{AUTHORITY}{code}"}


def _languages() -> list[dict[str, str]]:
    return [_authority(f"language/{code}") for code in LANGUAGES.values()]


def _said(words: Words) -> list[dict[str, str]]:
    return [{"@language": code, "@value": words[code]} for code in LANGUAGES if words.get(code)]


def _day(day: date) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": day.isoformat()}
