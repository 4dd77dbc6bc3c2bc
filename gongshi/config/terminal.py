"""What commands say on a terminal, where no language was chosen: 中文 first, English beside it."""

import click


def both(zh: str, en: str) -> str:
    """One sentence in both languages, on one line."""
    return f"{zh} / {en}"


def failure(zh: str, en: str) -> click.ClickException:
    """The error to raise when the work failed: one line on stderr, exit code 1."""
    return click.ClickException(" ".join(both(zh, en).split()))
