"""Entering an instance: what every command does that needs settings, keys and a database."""

import os
import pwd
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gongshi.config.backups import running
from gongshi.config.terminal import both, failure

SETTINGS = "gongshi.config.settings"
UNFINISHED = "UNFINISHED"
"""A file of this name lies in an instance while `gongshi init` makes it."""


def instance_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--dir`` for a click command, handed over as ``directory`` (a Path; else GONGSHI_DIR, else here)."""
    return click.option(
        "--dir",
        "directory",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="GONGSHI_DIR",
        default=Path("."),
        show_default="GONGSHI_DIR, .",
        help=both("实例所在的文件夹。", "The instance's folder."),
    )(function)


def only_as_its_user(directory: Path) -> None:
    """Raise click.ClickException for root where the folder is somebody else's, who could use nothing it writes."""
    if os.geteuid() or not directory.exists() or not (uid := directory.stat().st_uid):
        return
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:
        user = f"#{uid}"
    raise failure(
        f"{directory} 属于用户 {user}，root 写的文件它用不了：用 sudo -u {user} gongshi … 运行",
        f"{directory} belongs to {user}, who could not use what root writes: run it with sudo -u {user} gongshi ...",
    )


def enter(
    directory: Path, *, founding: bool = False, looking: bool = False, replica: bool | None = False
) -> Path:
    """Make ``directory`` this process's instance and start Django in it. Returns the directory's full path.

    A process enters one instance once; entering it again does nothing. It holds the instance from then on, with others
    (`backups.running`). Raises click.ClickException with what to do when there is no instance, when a setting is wrong,
    or when this process is in another instance already. An instance that is not finished may only be entered by whoever
    is ``founding`` it. Root may only enter one of its own, unless it is only ``looking``. ``replica``: whether the
    command is for a replica (True), for the main server (False) or for either (None).
    """
    directory = directory.resolve()
    if not looking:
        only_as_its_user(directory)
    try:
        unfinished = (directory / UNFINISHED).exists()
    except PermissionError as error:
        raise failure(
            f"本用户不能进 {directory}：用实例的用户运行，或用 --dir 指定",
            f"this user may not look into {directory}: run it as the instance's user, or name another with --dir",
        ) from error
    if not founding and unfinished:
        raise failure(
            f"{directory} 里的实例没有建完。用同样的参数再运行一次 gongshi init，会接着做完",
            f"the instance in {directory} is not finished. Run gongshi init again as before: it goes on from there",
        )
    if not (directory / "gongshi.toml").is_file():
        raise failure(
            f"{directory} 里没有实例（缺 gongshi.toml）。用 gongshi init 新建，或用 --dir 指定",
            f"no instance in {directory} (no gongshi.toml). Make one with gongshi init, or name it with --dir",
        )
    running.enter(directory)
    os.environ["GONGSHI_DIR"] = str(directory)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)

    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        entered = Path(settings.INSTANCE)
        django.setup()
    except PermissionError as error:
        raise failure(
            f"本用户不能读 {error.filename}：用实例的用户运行 gongshi check，它说怎么改",
            f"this user may not read {error.filename}: as the instance's user, gongshi check says what to do",
        ) from error
    except ImproperlyConfigured as error:
        raise failure(f"设置有误：{error}", "a setting is wrong") from error
    if entered != directory:
        raise failure(
            f"本进程已在另一个实例 {entered}", f"this process is in another instance already, {entered}"
        )
    if replica is not None and replica != bool(settings.REPLICA_OF):
        raise _elsewhere(replica)
    return directory


def _elsewhere(replica: bool) -> click.ClickException:
    if replica:
        return failure(
            "这是主服务器，不是副本（没有设 replica_of）",
            "this is the main server, no replica (replica_of is not set)",
        )
    return failure(
        "这是副本，只有公开的表：在主服务器上做，或用 gongshi replica",
        "this is a replica with public tables alone: do that on the main server, or use gongshi replica",
    )
