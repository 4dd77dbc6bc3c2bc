"""The folder, the key files, the settings, the disk."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from gongshi.config.checking.findings import Finding, fault, note, well

LEAST_FREE = 0.1
"""Share of the disk that should be free: a filing with photos takes up to 60 MB, and a full disk takes none."""


def findings(directory: Path) -> Iterator[Finding]:
    """Everything that needs no database."""
    yield from _modes(directory)
    yield _keys()
    yield _disk(directory)
    yield from _settings()


def _modes(directory: Path) -> Iterator[Finding]:
    keys = directory / "keys"
    if not keys.is_dir():
        yield fault(
            f"钥匙文件夹 {keys} 不见了：把另存的放回去", "the folder of keys is missing: put its copy back"
        )
        return
    secret = [directory / "gongshi.toml", *sorted(keys.iterdir())]
    open_ones = [path for path in [directory, directory / "keys", *secret] if _others_may(path)]
    for path in open_ones:
        yield fault(
            f"别人能读 {path}：运行 chmod go= {path}", f"others may read {path.name}: run chmod go= on it"
        )
    yield from _owners(directory)
    if not open_ones:
        yield well(
            "文件夹、设置和钥匙只有本用户能读", "folder, settings and keys are readable by their owner alone"
        )


def _owners(directory: Path) -> Iterator[Finding]:
    """Everything belongs to whom the folder does; the services run as that user and can use nothing else."""
    owner = directory.stat().st_uid
    if owner != os.geteuid():
        yield note(
            "文件夹不属于运行本命令的用户；用服务的用户来运行",
            "the folder is another user's: run this command as the user of the services",
        )
    inside = [*directory.iterdir(), *directory.glob("keys/*"), *directory.glob("wraps/*")]
    for path in sorted(path for path in inside if path.lstat().st_uid != owner):
        yield fault(
            f"{path} 属于别的用户：用 root 运行 chown -R --reference={directory} {path}",
            f"{path.name} is another user's: as root, run chown -R --reference={directory} on it",
        )


def _others_may(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _keys() -> Finding:
    from django.conf import settings

    from gongshi.safekeeping.keys import KeyFileError, load

    try:
        keys = load(settings.KEY_FILE)
    except KeyFileError as error:
        return fault(f"钥匙文件不能用：{error}", "the key file cannot be used")
    newest = keys.current_version
    return well(f"钥匙文件可用，第{newest}版", f"the key file can be used, version {newest}")


def _disk(directory: Path) -> Finding:
    usage = shutil.disk_usage(directory)
    share, gigabytes = usage.free / usage.total, usage.free / 1e9
    zh, en = (
        f"磁盘还空着 {gigabytes:.1f} GB（{share:.0%}）",
        f"{gigabytes:.1f} GB of the disk are free ({share:.0%})",
    )
    return well(zh, en) if share >= LEAST_FREE else fault(f"{zh}，太少", f"{en}: too little")


def _settings() -> Iterator[Finding]:
    from django.conf import settings

    if settings.DEBUG:
        yield fault("debug 开着：出错时会显示内部情况", "debug is on: errors show the program's inside")
    if settings.DEMO:
        yield fault(
            "demo 开着：登录页会显示演示账号", "demo is on: the sign-in page shows the demo's accounts"
        )
    if not settings.SECURE:
        yield note("没有 https：只能在本机试用", "there is no https: fit for a trial on this machine alone")
        return
    yield from _deployment()
    if not settings.TRUSTED_PROXIES:
        yield fault(
            "有 https 却没有 trusted_proxies：所有来访者会被当成同一处",
            "there is https but no trusted_proxies: all visitors count as one source",
        )


def _deployment() -> Iterator[Finding]:
    from django.core.checks import WARNING, run_checks

    found = run_checks(include_deployment_checks=True)
    troubles = [message for message in found if message.level >= WARNING and not message.is_silenced()]
    for message in troubles:
        yield fault(f"部署检查 {message.id}", str(message.msg).splitlines()[0])
    if not troubles:
        yield well("网站的安全设置齐全", "the settings for a public site are complete")
