"""How often what is named as a twin is one: groups of real messages, labelled by reading them.

`twins.csv` holds identifiers of `zh_messages.csv` alone: ``same`` the messages of one matter, ``unsure`` those that a
reader may count or not, which are taken out of the list for that group. Run by
itself, with other lines from which a twin is named: python -m gongshi.config.bench.twin_groups FOLDER LINE ...
"""

import csv
import json
import math
import sys
from collections.abc import Collection
from pathlib import Path
from statistics import mean

import numpy as np

from gongshi.rules.bare_names import without_people
from gongshi.rules.similarity import LIKELY, MOST, Report, rarities, token_counts, weighed

LABELS = Path(__file__).parent / "twins.csv"
FILE = "zh_messages.csv"


def messages(folder: Path) -> dict[str, Report]:
    """Every message by its identifier: title and text alone, since the file has no place and no category."""
    with (folder / FILE).open(encoding="utf-8-sig", newline="") as file:
        return {
            row["id"]: Report(without_people(row["title"]), without_people(row["text"]))
            for row in csv.DictReader(file)
        }


def groups() -> list[tuple[list[str], list[str]]]:
    """(the same matter, unsure) of each labelled group."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        return [(row["same"].split(), row["unsure"].split()) for row in csv.DictReader(file)]


class Messages:
    """All messages, compared as the rule does by words alone: how rare a token is, is counted among all of them."""

    def __init__(self, told: dict[str, Report]) -> None:
        self.keys = list(told)
        counted = [token_counts(report) for report in told.values()]
        rare = rarities(counted)
        self._weights = [weighed(one, rare) for one in counted]
        length = [math.sqrt(math.fsum(w * w for w in one.values())) for one in self._weights]
        self._lengths = np.array(length)
        holding: dict[str, list[int]] = {}
        for place, one in enumerate(self._weights):
            for token in one:
                holding.setdefault(token, []).append(place)
        self._holding = {
            token: (np.array(places), np.array([self._weights[n][token] for n in places]))
            for token, places in holding.items()
        }

    def likest(self, key: str, without: Collection[str], likely: float) -> list[str]:
        """Up to five others from ``likely`` on, the likest first."""
        place = self.keys.index(key)
        shared = np.zeros(len(self.keys))
        for token, weight in self._weights[place].items():
            places, theirs = self._holding[token]
            shared[places] += weight * theirs
        scores = shared / self._lengths / self._lengths[place]
        ranked = [n for n in np.argsort(-scores)[: MOST + len(without) + 1] if scores[n] >= likely]
        return [self.keys[n] for n in ranked if n != place and self.keys[n] not in without][:MOST]


def named(
    told: Messages, labelled: list[tuple[list[str], list[str]]], likely: float = LIKELY
) -> list[tuple[str, list[str], set[str]]]:
    """(message, the up to five named for it, its true twins) for every labelled message, asked of all others."""
    return [
        (key, told.likest(key, unsure, likely), set(same) - {key})
        for same, unsure in labelled
        for key in same
    ]


def figures(rows: list[tuple[str, list[str], set[str]]]) -> dict[str, float]:
    """Precision at 5 of what is named, how many messages have a first that is right, how many have any, and recall."""
    said = [row for row in rows if row[1]]
    return {
        "messages": len(rows),
        "precision_at_5": round(
            sum(len(true & set(found)) for _, found, true in said) / sum(len(found) for _, found, _ in said),
            4,
        ),
        "precision_of_each_message": round(mean(len(true & set(f)) / len(f) for _, f, true in said), 4),
        "first_is_right": round(mean(found[0] in true for _, found, true in said), 4),
        "something_named": round(len(said) / len(rows), 4),
        "twins_found_of_five": round(
            mean(len(true & set(found)) / min(MOST, len(true)) for _, found, true in rows), 4
        ),
    }


def measured(folder: Path, lines: Collection[float] = (LIKELY,)) -> list[dict[str, float]]:
    """The figures for each line from which a twin is named; nothing where the folder has no such messages."""
    if not (folder / FILE).is_file():
        return []
    everything, labelled = Messages(messages(folder)), groups()
    return [
        {"likely": line, "groups": len(labelled), **figures(named(everything, labelled, line))}
        for line in lines
    ]


if __name__ == "__main__":
    for told in measured(Path(sys.argv[1]), [float(each) for each in sys.argv[2:]] or [LIKELY]):
        sys.stdout.write(json.dumps(told) + "\n")
