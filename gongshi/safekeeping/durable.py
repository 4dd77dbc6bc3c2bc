"""What must survive a power cut: a new file counts only once its folder's entry is on the disk too (fsync(2))."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Forces the folder's entries to the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
