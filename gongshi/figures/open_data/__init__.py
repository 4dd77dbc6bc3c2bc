"""Open data: monthly dumps of what is published, one release at a time. See docs/guides/open-data.md."""

from gongshi.figures.open_data.releases import (
    FOLDER,
    Release,
    ReleaseFile,
    current_release,
    make_release,
    release_is_due,
    remove_stale,
)

__all__ = [
    "FOLDER",
    "Release",
    "ReleaseFile",
    "current_release",
    "make_release",
    "release_is_due",
    "remove_stale",
]
