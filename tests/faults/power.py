"""Power cuts: what a tree of files holds once everything that was not synced is gone (``power.c``)."""

import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("power.c")
FLAGS = ("-O2", "-Wall", "-Wextra", "-Werror")


def compiler() -> str | None:
    """The C compiler's path, or None where there is none."""
    return shutil.which("gcc") or shutil.which("cc")


class Disk:
    """A tree of files on a disk that loses what was not synced. ``folder`` takes the copies; it must be empty.

    ``owner`` (user and group id) is who writes the tree, where that is not the user of this process.
    """

    def __init__(self, tree: Path, folder: Path, owner: tuple[int, int] | None = None) -> None:
        self.tree = tree
        self._owner = owner
        self._shadow = folder / "kept"
        self._library = folder / "power.so"
        self._program = folder / "power"
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        found = compiler()
        assert found, "a C compiler is needed"
        shared = ("-fPIC", "-shared")
        subprocess.run([found, *FLAGS, *shared, "-o", self._library, SOURCE], check=True)
        subprocess.run([found, *FLAGS, "-o", self._program, SOURCE], check=True)
        self.keep_all()

    def keep_all(self) -> None:
        """Take everything as it stands for synced."""
        shutil.rmtree(self._shadow, ignore_errors=True)
        self._shadow.mkdir()
        told = subprocess.run(
            [self._program, self.tree, self._shadow], check=True, capture_output=True, text=True
        )
        self._root = told.stdout.strip()
        for path in (self._shadow, *self._shadow.iterdir()):
            path.chmod(0o777 if path.is_dir() else 0o666)
            if self._owner:
                os.chown(path, *self._owner)

    @property
    def environ(self) -> dict[str, str]:
        """What a process needs in its environment to write to this disk."""
        return {
            "LD_PRELOAD": str(self._library),
            "POWER_TREE": str(self.tree),
            "POWER_SHADOW": str(self._shadow),
        }

    def cut(self) -> None:
        """Put the tree back to what was synced. Every process that writes it must have ended."""
        old = self.tree.stat()
        lost = self.tree.with_name(f"{self.tree.name}.lost")
        self.tree.rename(lost)
        self._rebuild(self.tree, self._root)
        self.tree.chmod(old.st_mode & 0o7777)
        os.chown(self.tree, old.st_uid, old.st_gid)
        shutil.rmtree(lost)
        self.keep_all()

    def _rebuild(self, folder: Path, key: str) -> None:
        folder.mkdir()
        entries = self._shadow / key
        # A folder that was never synced has nothing in it for sure.
        for line in entries.read_text().splitlines() if entries.exists() else []:
            kind, mode, user, group, inner, name = line.split(" ", 5)
            path = folder / name
            if kind == "d":
                self._rebuild(path, inner)
            elif (self._shadow / inner).exists():
                shutil.copyfile(self._shadow / inner, path)
            else:
                path.touch()
            path.chmod(int(mode, 8))
            os.chown(path, int(user), int(group))
