"""A catalogue of open data as JSON-LD: DCAT 3 (W3C) in the profile DCAT-AP 3. Plain data in, bytes out."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

MEDIA_TYPE = "application/ld+json; charset=utf-8"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
FILE_TYPES = {
    "text/csv": "CSV",
    "application/geo+json": "GEOJSON",
    "application/vnd.apache.parquet": "PARQUET",
}
LANGUAGES = {"zh": "ZHO", "en": "ENG"}
IANA = "http://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class File:
    """One file of a data set: its address, media type, size in bytes and SHA-256."""

    address: str
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class DataSet:
    """A data set in both languages; ``since`` and ``until``: the days that it is about.

    ``licence``: the address of the licence of its files, "" for none; ``rights``: what may be done with them, in words.
    """

    address: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    issued: date
    since: date | None
    until: date
    files: tuple[File, ...]
    licence: str
    rights: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """The catalogue of one place. ``licence``: the address of its own, "" for none."""

    address: str
    home: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher: Mapping[str, str]
    modified: date
    licence: str


def catalogue(one: Catalogue, sets: Iterable[DataSet]) -> bytes:
    """The document."""
    publisher = {"@id": f"{one.home}#publisher", "@type": "foaf:Agent", "foaf:name": _said(one.publisher)}
    content = {
        "@context": CONTEXT,
        "@id": one.address,
        "@type": "dcat:Catalog",
        "dct:title": _said(one.title),
        "dct:description": _said(one.description),
        "dct:publisher": publisher,
        "dct:language": [{"@id": f"{AUTHORITY}language/{code}"} for code in LANGUAGES.values()],
        "dct:modified": _day(one.modified),
        "foaf:homepage": {"@id": one.home},
        **_licence(one.licence),
        "dcat:dataset": [_set(each, publisher["@id"]) for each in sets],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _set(one: DataSet, publisher: Any) -> dict[str, Any]:
    period = {"@type": "dct:PeriodOfTime", "dcat:endDate": _day(one.until)}
    if one.since:
        period["dcat:startDate"] = _day(one.since)
    return {
        "@id": one.address,
        "@type": "dcat:Dataset",
        "dct:title": _said(one.title),
        "dct:description": _said(one.description),
        "dct:publisher": {"@id": publisher},
        "dct:issued": _day(one.issued),
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}frequency/MONTHLY"},
        "dct:temporal": period,
        "dcat:distribution": [{**_file(file), **_terms(one)} for file in one.files],
    }


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
        "dcat:accessURL": {"@id": one.address},
        "dcat:downloadURL": {"@id": one.address},
        "dcat:mediaType": {"@id": f"{IANA}{one.media_type}"},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(one.size)},
        "spdx:checksum": checksum,
    }
    kind = FILE_TYPES.get(one.media_type)
    return {**found, "dct:format": {"@id": f"{AUTHORITY}file-type/{kind}"}} if kind else found


def _said(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": code, "@value": words[code]} for code in LANGUAGES if words.get(code)]


def _day(day: date) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": day.isoformat()}
