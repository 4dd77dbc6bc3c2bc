"""The columns of the released tables, wholes before their parts. What each counts: docs/figures.md.

Two kinds. What the office did in time is shown wherever its whole is: hiding small numbers of it would hide the slowest
offices. What residents did is shown only where neither they nor those who did otherwise (`left`) are few.
"""

from gongshi.rules.disclosure import Column

COLUMNS = (
    Column("cases", public=True, in_pairs=True, others=True),
    Column("due", of="cases", in_pairs=True),
    Column("on_time", of="due", follows="due", in_pairs=True),
    Column("answered", of="due", public=True, holds="on_time"),
    Column("responses_due", of="cases"),
    Column("responses_on_time", of="responses_due", follows="responses_due"),
    Column("handed_on", of="cases", follows="cases"),
    Column("asked", of="answered", public=True),
    Column("confirmed", of="asked", public=True, left=(("asked", "confirmed"), ("cases", "confirmed"))),
    Column(
        "not_confirmed",
        of="asked",
        left=(
            ("asked", "not_confirmed"),
            ("asked", "confirmed", "not_confirmed"),
            ("cases", "confirmed", "not_confirmed"),
        ),
        public=True,
    ),
    Column("reopened", of="asked", public=True, left=(("asked", "reopened"),)),
    Column(
        "withdrawn",
        of="cases",
        left=(("cases", "withdrawn"), ("cases", "confirmed", "not_confirmed", "withdrawn")),
        public=True,
        shut_out=("confirmed", "not_confirmed"),
    ),
    Column("promised", of="answered", public=True),
    Column("kept", of="promised", left=(("promised", "kept"),)),
    Column("not_kept", of="promised", left=(("promised", "not_kept"), ("promised", "kept", "not_kept"))),
    Column("staff_logged"),
    Column("without_promise"),
    Column("forwarded"),
)
NAMES = tuple(one.name for one in COLUMNS)
WITHIN = (1, 3, 7, 14, 21, 28)
"""After so many days from filing it is counted how many have their answer. Each case was seen that long."""
PUBLIC = frozenset(
    {*(one.name for one in COLUMNS if one.public), "due", *(f"within_{days}" for days in WITHIN)}
)
"""What everybody may know of a published case: pages and feeds tell when what changed. What was answered fell due."""
