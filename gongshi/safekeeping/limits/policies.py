"""What is limited, and how far. One line for each thing that may be tried too often.

``source``: each source (addresses alike in their first 24 bits, or 64 of IPv6). ``everywhere``: all sources together;
while that is spent nobody is refused for it, but every try weighs ``heavy`` times for its own source. So whoever has
tried nothing yet is let in at once, however many others are guessing.
"""

from dataclasses import dataclass

from gongshi.rules.limiting import Rate

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


@dataclass(frozen=True)
class Policy:
    """``guessing``: only wrong tries stay counted, and no network is let off."""

    source: Rate
    everywhere: Rate | None = None
    heavy: int = 1
    guessing: bool = False


POLICIES = {
    # Wrong receipts: never more than five told in any minute to one source; the right one opens meanwhile, too.
    "opening": Policy(Rate(3, 30 * SECOND), Rate(60, 1 * SECOND), heavy=3, guessing=True),
    # Wrong claim codes, as receipts: 80 bits are not guessed, and nobody is to try.
    "claiming": Policy(Rate(3, 30 * SECOND), Rate(60, 1 * SECOND), heavy=3, guessing=True),
    # Wrong codes to join a joint matter or to speak for it: 80 bits, as claim codes.
    "joining": Policy(Rate(3, 30 * SECOND), Rate(60, 1 * SECOND), heavy=3, guessing=True),
    # Wrong six digits by telephone, for each reference and from every desk: four of a million a day.
    "phone_status": Policy(Rate(4, 6 * HOUR), guessing=True),
    # New claim codes by message, for each reference and from every desk: nobody's telephone is to ring all day.
    "reissuing": Policy(Rate(2, 12 * HOUR), guessing=True),
    # Wrong passwords; "everywhere" is counted for each account, so that many sources together are no faster.
    "signing_in": Policy(Rate(10, 12 * SECOND), Rate(20, 30 * SECOND), heavy=10, guessing=True),
    # Wrong codes of a second factor, for each account and from everywhere: only whoever has the password gets there, so
    # nobody else can use these up. Three of a million codes are good at a time: 0.2 per cent a day.
    "second_step": Policy(Rate(5, 2 * MINUTE), guessing=True),
    # Filings. A village behind one address files as it likes; a flood of one source is slowed to one in three seconds.
    "filing": Policy(Rate(120, 3 * SECOND), Rate(3_000, MINUTE // 1_000), heavy=4),
    # Words and steps in one's own filing: replies, additions, reopening.
    "writing": Policy(Rate(120, 2 * SECOND)),
    # Letters by mail, for each address that stands in From; what comes faster is held back unanswered, and not lost.
    "mail": Policy(Rate(12, 30 * SECOND)),
    # All letters together: each may make one answer, to somebody who perhaps never wrote. The rest waits.
    "mail_everywhere": Policy(Rate(60, 6 * SECOND)),
    # Photos and papers, each of them, before it is decoded.
    "uploads": Policy(Rate(120, 2 * SECOND), Rate(2_000, 100), heavy=2),
    # Copies of one's own filing to take home: each compiles a paper.
    "copies": Policy(Rate(10, 10 * SECOND)),
    # Beginning to sign in with a passkey or the office's own account: each keeps a row for half an hour.
    "beginning": Policy(Rate(60, 1 * SECOND)),
    # Saying that an answer page answered: beyond this it is not counted.
    "answered": Policy(Rate(10, 30 * SECOND)),
    # Leaving a way to be told when an outage is over, each of which makes one message: an estate behind one address
    # does so at its ease, and nobody sets off very many to others.
    "telling": Policy(Rate(20, 20 * SECOND), Rate(1_000, SECOND // 5), heavy=10),
    # Booking times of reception days: a household or two at its ease, and nobody takes a day for themselves.
    "booking": Policy(Rate(6, 30 * MINUTE), Rate(200, 10 * SECOND), heavy=3),
    # Wrong booking codes: what a right one tells is a time of day, and it can be given back.
    "booked": Policy(Rate(3, 30 * SECOND), Rate(60, 1 * SECOND), heavy=3, guessing=True),
    # "When must they answer me?": each answer counts out every deadline and draws it. Far beyond what anybody looks up.
    "reckoning": Policy(Rate(60, 3 * SECOND), Rate(1_000, SECOND // 5), heavy=4),
    # Looking whether a matter is published already: each compares up to 200 texts. Beyond this nothing is offered.
    "alike": Policy(Rate(60, 2 * SECOND), Rate(1_000, 100), heavy=4),
    # Filing by program, for each key: its own number a day stands in the settings. Wrong keys: nobody is to try.
    "program": Policy(Rate(1_000, 86 * SECOND)),
    "program_keys": Policy(Rate(3, 30 * SECOND), Rate(60, 1 * SECOND), heavy=3, guessing=True),
    # Reading by program.
    "reads": Policy(Rate(600, 50)),
}
