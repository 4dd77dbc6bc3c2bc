"""How the program does, as text that Prometheus reads (exposition format 0.0.4).

Nothing here moves with a single case (docs/operate/monitoring.md says what is left out, and why): counts of pages for
everybody in whole tens, faults of all others too, ages of ten notices in bands, jobs as on time or not. Sizes of the
database and of the machine's memory and disk are not told: a case can move them, and the machine's own tools know them
better.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from gongshi import __version__
from gongshi.cases.import_runs import is_import_under_way
from gongshi.notifications import queries, schedule
from gongshi.web.monitoring import health
from gongshi.web.monitoring.answers import FAULTS, OPEN_FAULTS, SECONDS, STATUSES, board

STEP = 10
BANDS = tuple(timedelta(minutes=minutes) for minutes in (0, 15, 60, 6 * 60, 24 * 60, 3 * 24 * 60))
"""Ages are told as the start of their band."""

Line = tuple[str, dict[str, str], float]


def text(at: datetime) -> str:
    """All metrics at that instant. A database that is away leaves out what only it knows."""
    lines: list[str] = []
    for name, kind, meaning, values in _families(at):
        lines += [f"# HELP gongshi_{name} {meaning}", f"# TYPE gongshi_{name} {kind}"]
        lines += [_line(*value) for value in values]
    return "\n".join(lines) + "\n"


def rounded(number: int) -> int:
    """Down to whole tens, so that one reader more or less is seen one time in ten."""
    return number // STEP * STEP


def band(age: timedelta) -> int:
    """The start of the band that an age lies in, in seconds."""
    return int(max(start for start in BANDS if start <= max(age, BANDS[0])).total_seconds())


def _families(at: datetime) -> Iterator[tuple[str, str, str, Iterable[Line]]]:
    sums = board.sums()
    working = health.parts()
    yield "info", "gauge", "The program's version.", [("info", {"version": __version__}, 1)]
    yield (
        "up",
        "gauge",
        "1 if a part of the instance can be used, else 0.",
        [("up", {"part": part}, int(works)) for part, works in working.items()],
    )
    yield (
        "open_answers_total",
        "counter",
        "Answers on pages for everybody, down to whole tens.",
        [("open_answers_total", {"status": one}, rounded(sums[f"open/{one}"])) for one in STATUSES],
    )
    yield (
        "open_answer_seconds",
        "histogram",
        "Time of answers on pages for everybody, counts down to whole tens.",
        _histogram(sums),
    )
    yield (
        "faults_total",
        "counter",
        "Answers that failed, were turned away or could not be opened; pages for everybody apart, others in tens.",
        _faults(sums),
    )
    if working["database"]:
        yield from _work(at)


def _faults(sums: dict[str, int]) -> list[Line]:
    """One fault on a page of a case would tell that somebody was at it: there, only every tenth is seen."""
    own = [("faults_total", {"pages": "open", "kind": one}, sums[f"open/{one}"]) for one in OPEN_FAULTS]
    others = [
        ("faults_total", {"pages": "other", "kind": one}, rounded(sums[f"fault/{one}"])) for one in FAULTS
    ]
    return [*own, *others]


def _histogram(sums: dict[str, int]) -> list[Line]:
    name, below, lines = "open_answer_seconds", 0, []
    for end in SECONDS:
        below += sums[f"open/seconds/{end}"]
        lines.append((f"{name}_bucket", {"le": f"{end:g}"}, float(rounded(below))))
    every = rounded(sum(sums[f"open/{status}"] for status in STATUSES))
    lines.append((f"{name}_bucket", {"le": "+Inf"}, float(every)))
    lines.append((f"{name}_sum", {}, float(sums["open/milliseconds"] // 10_000 * 10)))
    lines.append((f"{name}_count", {}, float(every)))
    return lines


def _work(at: datetime) -> Iterator[tuple[str, str, str, Iterable[Line]]]:
    tenth = queries.oldest_waiting(STEP)
    yield (
        "outbox_waiting_seconds",
        "gauge",
        "How long ten notices or more have waited: the start of the band; 0 below 15 minutes or ten notices.",
        [("outbox_waiting_seconds", {}, band(at - tenth) if tenth else 0)],
    )
    states = schedule.states(at)
    yield (
        "job_late",
        "gauge",
        "1 if a periodic job should have run and has not: is gongshi work running?",
        [("job_late", {"job": state.name}, int(state.late)) for state in states],
    )
    yield (
        "job_failed",
        "gauge",
        "1 if a periodic job's last run failed.",
        [("job_failed", {"job": state.name}, int(state.failed)) for state in states],
    )
    yield (
        "import_under_way",
        "gauge",
        "1 while an import from an older system is not at its end: no figures are released meanwhile.",
        [("import_under_way", {}, int(is_import_under_way()))],
    )


def _line(name: str, labels: dict[str, str], value: float) -> str:
    inside = ",".join(f'{label}="{words}"' for label, words in labels.items())
    return f"gongshi_{name}{{{inside}}} {value:g}" if inside else f"gongshi_{name} {value:g}"
