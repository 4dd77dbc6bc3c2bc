"""What commands say on a terminal, where no language was chosen: 中文 first, English beside it."""

from pathlib import Path

import click


def both(zh: str, en: str) -> str:
    """One sentence in both languages, on one line."""
    return f"{zh} / {en}"


def failure(zh: str, en: str) -> click.ClickException:
    """The error to raise when the work failed: one line on stderr, exit code 1."""
    return click.ClickException(" ".join(both(zh, en).split()))


def there(path: Path, *, folder: bool = False) -> Path:
    """The path, if there is such a file (or folder). Raises click.UsageError, in both languages."""
    if folder and not path.is_dir():
        raise click.UsageError(both(f"没有文件夹 {path}", f"there is no folder {path}"))
    if not folder and not path.is_file():
        raise click.UsageError(both(f"没有文件 {path}", f"there is no file {path}"))
    return path
