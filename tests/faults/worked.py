"""`gongshi work` for faults: ``python -m tests.faults.worked DIR``.

It makes the ledger's batches every second instead of every ten minutes, so that a kill hits some of them.
"""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

OFTEN = timedelta(seconds=1)
LEDGER = "safekeeping.ledger"


def hasten() -> None:
    """Shorten the sequencer's interval, and its job's."""
    from gongshi.notifications import schedule
    from gongshi.safekeeping import sequencing

    sequencing.interval = lambda: OFTEN
    schedule._jobs[LEDGER] = replace(schedule._jobs[LEDGER], every=OFTEN)


if __name__ == "__main__":
    from gongshi.config.cli import main
    from gongshi.config.instance import enter

    enter(Path(sys.argv[1]))
    hasten()
    main(["work", "--dir", sys.argv[1]])
