"""What the tests of `gongshi figures --check` have in common: running it, and changing what it looks at."""

import csv
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from gongshi.config.cli import main
from gongshi.figures.released.form import ALL_COLUMNS

# What two said of fifty answers, twenty of them the hall's; kappa is (45 / 50 - 1846 / 2500) / (1 - 1846 / 2500).
SAID = [*[("yes", "yes")] * 40, *[("no", "no")] * 5, *[("yes", "no")] * 3, *[("cannot_tell", "yes")] * 2]


def run(*words: str, check: str | None = None) -> Result:
    """The command's result. Without a folder it looks at an instance."""
    return CliRunner().invoke(main, ["figures", *words, "--check", *([check] if check else [])])


def changed(name: str, row: int | str, column: str, value: str) -> Callable[[Path], None]:
    """Another value in a row: its number, or the name of the number that is the first such."""

    def change(folder: Path) -> None:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = row if isinstance(row, int) else next(n for n, one in enumerate(rows) if one["name"] == row)
        rows[found][column] = value
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ALL_COLUMNS[name])
            writer.writeheader()
            writer.writerows(rows)

    return change
