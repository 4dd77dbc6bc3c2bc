"""Hunting a marker: in every form that software keeps words in, in every place that an instance keeps anything.

A hunt that finds nothing proves something only if it would have found: `tests/test_hunt.py` hides the marker in each
form, and each test that uses this hunts before the erasure too.
"""

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connections, router

DEEP = 4
LARGEST = 50_000_000


def forms(marker: str) -> set[bytes]:
    """The marker as bytes: in the encodings that a Chinese office meets, as base64, hex, JSON and an address have it.

    Of base64 what is the same wherever in a longer text the marker stands.
    """
    found = set()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        raw = marker.encode(encoding)
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
        for shift in range(3):
            whole = base64.b64encode(b"\x00" * shift + raw + b"\x00" * 3)
            # Signs that hold bits of a neighbour are left out at both ends.
            stable = whole[-(-shift * 4 // 3) : (shift + len(raw)) * 8 // 6]
            found |= {stable, stable.replace(b"+", b"-").replace(b"/", b"_")}
    escaped = json.dumps(marker)[1:-1].encode()
    return found | {escaped, escaped.upper(), "".join(f"%{byte:02X}" for byte in marker.encode()).encode()}


class Hunt:
    """What to look for. ``seen`` counts the pieces that were looked at, opened streams among them."""

    def __init__(self, markers: Iterable[str]) -> None:
        self._forms = {marker: forms(marker) for marker in markers}
        self.seen = 0

    def found_in(self, data: bytes, depth: int = DEEP) -> set[str]:
        """The markers in ``data``, and in everything packed in it."""
        self.seen += 1
        found = {marker for marker, shapes in self._forms.items() if any(shape in data for shape in shapes)}
        if depth:
            for inner in unpacked(data):
                found |= self.found_in(inner, depth - 1)
        return found

    def found(self, places: Iterable[tuple[str, bytes]]) -> dict[str, set[str]]:
        """Where which markers are."""
        hits: dict[str, set[str]] = {}
        for place, data in places:
            if here := self.found_in(data):
                hits.setdefault(place, set()).update(here)
        return hits


def unpacked(data: bytes) -> Iterator[bytes]:
    """Everything packed in ``data``: members of a ZIP, gzip, and every zlib stream wherever it begins (PDF, PNG)."""
    if b"PK\x03\x04" in data[:LARGEST]:
        yield from _zipped(data[data.index(b"PK\x03\x04") :])
    for head in (b"\x1f\x8b\x08", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"):
        start = data.find(head)
        while start >= 0:
            inner = _inflated(data[start : start + LARGEST])
            if inner:
                yield inner
            start = data.find(head, start + 1)


def _zipped(data: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    except (zipfile.BadZipFile, RuntimeError):
        return


def _inflated(data: bytes) -> bytes:
    """What a zlib or gzip stream holds, as far as it goes; b"" for bytes that only look like one."""
    try:
        inner = zlib.decompressobj(wbits=47).decompress(data, LARGEST)
    except zlib.error:
        return b""
    return inner if len(inner) > 8 else b""


def as_bytes(value: object) -> bytes:
    """A column's value as it could be read."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return str(value).encode("utf-8", "surrogatepass")


def in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, its name too."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            name = str(file.relative_to(folder))
            yield name, name.encode() + b"\n" + file.read_bytes()


def in_tables() -> Iterator[tuple[str, bytes]]:
    """Every value of every column of every table of every database, models or not."""
    for alias in connections:
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                names = [column[0] for column in cursor.description]
                for row in cursor.fetchall():
                    for name, value in zip(names, row, strict=True):
                        yield f"{alias}:{table}.{name}", as_bytes(value)


def in_models() -> Iterator[tuple[str, bytes]]:
    """Every field of every row of every model, as the program reads it."""
    for model in apps.get_models(include_auto_created=True):
        rows = model._default_manager.using(router.db_for_read(model)).values()
        for row in rows:
            for name, value in row.items():
                yield f"{model._meta.label}.{name}", as_bytes(value)


def in_dumps() -> Iterator[tuple[str, bytes]]:
    """A dump of every database, as somebody would make one for a backup."""
    for alias in connections:
        connection = connections[alias]
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            yield f"{alias}:iterdump", "\n".join(connection.connection.iterdump()).encode()
        else:
            yield f"{alias}:dump", _copied(connection)


def _copied(connection: Any) -> bytes:
    """Every table as COPY writes it, which is what a dump of PostgreSQL holds."""
    whole = bytearray()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as rows:
                for piece in rows:
                    whole += piece
    return bytes(whole)


def everywhere(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All of it."""
    yield from in_tables()
    yield from in_models()
    yield from in_dumps()
    yield from in_folder(folder)
