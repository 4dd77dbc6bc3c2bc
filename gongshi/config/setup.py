"""Making a new instance: its folder, its keys, its settings file, its database."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import tomli_w

from gongshi.config.environment import KNOWN, SettingsError
from gongshi.config.secrets import make_secret_key
from gongshi.formats.pack.model import Pack

FOLDERS = ("keys", "wraps", "files", "outbox", "static")


def make_instance(directory: Path, values: Mapping[str, object]) -> None:
    """Write the folder, keys and commented settings of a new instance.

    Raises SettingsError when there is an instance in ``directory`` already: nothing is ever overwritten.
    """
    _make_folder(directory)
    for name in FOLDERS:
        (directory / name).mkdir(mode=0o700, exist_ok=True)
    make_secret_key(directory)
    from gongshi.safekeeping.keys import make_key_file

    for name in ("instance.json", "ledger.json"):
        if not (directory / "keys" / name).exists():
            make_key_file(directory / "keys" / name)
    _write_settings(directory, values)


def make_replica(directory: Path, values: Mapping[str, object]) -> None:
    """Write the folder and the settings of a new replica, which has no keys.

    Raises SettingsError when there is an instance in ``directory`` already: nothing is ever overwritten.
    """
    _make_folder(directory)
    (directory / "static").mkdir(mode=0o700, exist_ok=True)
    _write_settings(directory, values)


def _make_folder(directory: Path) -> None:
    if (directory / "gongshi.toml").exists():
        raise SettingsError(f"there is an instance in {directory} already; choose an empty folder")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)


def _write_settings(directory: Path, values: Mapping[str, object]) -> None:
    settings_file = directory / "gongshi.toml"
    # Passwords of servers stand in it.
    settings_file.touch(mode=0o600)
    settings_file.write_text(_commented(values), encoding="utf-8")


def _commented(values: Mapping[str, object]) -> str:
    lines = ["# Settings of this instance. An environment variable GONGSHI_<KEY> wins over a line here.", ""]
    for key, meaning in KNOWN.items():
        lines.append(f"# {meaning}")
        if key in values:
            lines.append(tomli_w.dumps({key: values[key]}).strip())
        else:
            lines.append(f"# {key} =")
        lines.append("")
    return "\n".join(lines)


def prepare_database(*, new: bool = False) -> None:
    """Bring the database and the wraps store up to this version's tables and collect the static files.

    ``new``: this instance is being made; SQLite files that are not there yet are laid.
    """
    from django.conf import settings
    from django.core.management import call_command

    from gongshi.config import stores

    if new:
        stores.lay()
    for alias in settings.DATABASES:
        stores.migrate(alias)
    call_command("collectstatic", verbosity=0, interactive=False)


def instance_values(pack: Pack, *, base_url: str, database: str = "") -> dict[str, object]:
    """The settings of a new instance of this place, answering at ``base_url``."""
    parts = urlsplit(base_url)
    values: dict[str, object] = {
        "base_url": base_url,
        "host_names": list(dict.fromkeys([parts.hostname or "127.0.0.1", "127.0.0.1", "localhost"])),
        "secure": parts.scheme == "https",
        "language": pack.place.language,
        "time_zone": pack.place.time_zone,
    }
    if database:
        values["database"] = database
    return values
