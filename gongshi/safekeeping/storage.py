"""The folder of sealed files, on a disk of this machine."""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

from gongshi.safekeeping.durable import sync_folder


class SyncedStorage(FileSystemStorage):
    """Django's file storage whose `save` returns only once the file and its folders' entries are on the disk.

    Files are readable by their owner alone. What could not be written whole (a full disk) is taken away again.
    """

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(descriptor)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        root = Path(self.location)
        folder = path.parent
        # Every level, also one that another process made a moment ago and may not have synced yet.
        while folder != root:
            sync_folder(folder)
            folder = folder.parent
        sync_folder(root)
        return name
