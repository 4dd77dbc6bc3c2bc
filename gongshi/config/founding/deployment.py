"""Files for this machine's services and the web server in front, filled in for one instance."""

import re
import sys
from importlib.resources import files
from pathlib import Path

from gongshi.config.founding.answers import Answers

NAMES = (
    "gongshi-serve.service",
    "gongshi-work.service",
    "gongshi-backup.service",
    "gongshi-backup.timer",
    "nginx.conf",
    "Caddyfile",
    "README.txt",
)
_PLACE = re.compile(r"<<([a-z_]+)>>")


def write_deployment(answers: Answers) -> Path:
    """Write all files into the instance's folder ``deploy`` and return it. Files of an earlier try are replaced."""
    folder = answers.directory / "deploy"
    folder.mkdir(mode=0o755, exist_ok=True)
    values = _values(answers)
    values["hardening"] = filled(_template("hardening.txt"), values).rstrip("\n")
    for name in NAMES:
        template = name if name.endswith(".txt") else f"{name}.txt"
        (folder / name).write_text(filled(_template(template), values), encoding="utf-8")
    return folder


def filled(template: str, values: dict[str, str]) -> str:
    """The template with every ``<<name>>`` replaced. Raises KeyError for a name without a value."""
    return _PLACE.sub(lambda place: values[place[1]], template)


def _template(name: str) -> str:
    return (files("gongshi.config.founding") / "deploy" / name).read_text(encoding="utf-8")


def _values(answers: Answers) -> dict[str, str]:
    program = Path(sys.executable).parent / "gongshi"
    in_home = any(
        path.is_relative_to("/home") or path.is_relative_to("/root") for path in (program, answers.directory)
    )
    host = answers.host if answers.is_public else "gongshi.example"
    return {
        "dir": str(answers.directory),
        "gongshi": str(program),
        "user": answers.system_user,
        "port": answers.port,
        "backups": "/var/backups/gongshi",
        "wraps_backups": "/var/backups/gongshi-wraps",
        "host": host,
        "certificate": f"/etc/letsencrypt/live/{host}/fullchain.pem",
        "certificate_key": f"/etc/letsencrypt/live/{host}/privkey.pem",
        # A program or an instance in somebody's home must be seen; it can still be written nowhere else.
        "protect_home": "read-only" if in_home else "yes",
    }
