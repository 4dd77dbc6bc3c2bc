"""Atom feeds (RFC 4287): plain data in, bytes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from gongshi.formats.spoken import spoken

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class Entry:
    """One entry. ``id`` never changes; ``updated`` is aware; ``summary`` is plain text."""

    id: str
    title: str
    updated: datetime
    link: str
    summary: str


@dataclass(frozen=True)
class Feed:
    """A feed. ``author``: who publishes it, an office or a place."""

    id: str
    title: str
    author: str
    address: str
    page: str
    language: str
    updated: datetime


def atom(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """The document."""
    root = Element(f"{{{NAMESPACE}}}feed", {"xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(feed.updated))
    _text(SubElement(root, f"{{{NAMESPACE}}}author"), "name", feed.author)
    _link(root, feed.address, "self", "application/atom+xml")
    _link(root, feed.page, "alternate", "text/html")
    for one in entries:
        entry = SubElement(root, f"{{{NAMESPACE}}}entry")
        _text(entry, "id", one.id)
        _text(entry, "title", one.title)
        _text(entry, "updated", _moment(one.updated))
        _link(entry, one.link, "alternate", "text/html")
        _text(entry, "summary", one.summary)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode()


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{NAMESPACE}}}{name}").text = spoken(text)


def _link(parent: Element, address: str, relation: str, kind: str) -> None:
    SubElement(parent, f"{{{NAMESPACE}}}link", {"rel": relation, "type": kind, "href": address})


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
