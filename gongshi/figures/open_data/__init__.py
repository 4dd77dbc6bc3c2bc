"""Open data: what is published and what was counted, as files. See docs/guides/open-data.md."""

from gongshi.figures.open_data.cases import CaseDump
from gongshi.figures.open_data.files import FOLDER, NAMES, ReleaseFile, is_of_cases
from gongshi.figures.open_data.releases import (
    Release,
    current_release,
    make_lacking,
    make_release,
    release_is_due,
    remove_stale,
    served_file,
)
from gongshi.figures.open_data.tables import Edition, edition, editions

__all__ = [
    "FOLDER",
    "NAMES",
    "CaseDump",
    "Edition",
    "Release",
    "ReleaseFile",
    "current_release",
    "edition",
    "editions",
    "is_of_cases",
    "make_lacking",
    "make_release",
    "release_is_due",
    "remove_stale",
    "served_file",
]
