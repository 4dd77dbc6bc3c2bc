"""What a move can do: a fixed list, so that a procedure can name no effect whose consequences are not known here.

For each effect: who may have it, what must come with it, the outcomes of ends that it may lead to, and the code of the
history entry that it leaves. An effect that leads to no outcome can close nothing: forwarding is a move, never an
answer (DESIGN, part 4), silence is not consent, and only the resident confirms or withdraws.
"""

from dataclasses import dataclass

from gongshi.rules.procedure.model import RESIDENT, STAFF, SUPERIORS, SYSTEM

NEEDS = ("reason", "office", "question", "reply", "answer", "date", "verdict", "instruction", "minutes")
# What history keeps in the clear: codes and days about the office's work. All other needs are sealed words.
PLAIN_NEEDS = ("office", "date", "verdict")
OUTCOMES = ("confirmed", "unconfirmed", "withdrawn", "declined", "answered", "settled", "outside")


@dataclass(frozen=True, slots=True)
class Effect:
    """by: roles that may have it; needs: what it cannot go without; outcomes: of the ends it may lead to."""

    by: frozenset[str]
    needs: tuple[str, ...]
    history: str
    outcomes: frozenset[str] = frozenset()


def _effect(by: frozenset[str] | str, history: str, *needs: str, ends: tuple[str, ...] = ()) -> Effect:
    roles = frozenset({by}) if isinstance(by, str) else by
    return Effect(roles, needs, history, frozenset(ends))


_ANSWERABLE = frozenset({RESIDENT}) | SUPERIORS
_OR_SYSTEM = frozenset({SYSTEM})

EFFECTS: dict[str, Effect] = {
    # The resident's own.
    "reply": _effect(RESIDENT, "case.replied", "reply"),
    "confirm": _effect(RESIDENT, "case.confirmed", ends=("confirmed",)),
    "reopen": _effect(_ANSWERABLE, "case.reopened"),
    "withdraw": _effect(RESIDENT, "case.withdrawn", ends=("withdrawn",)),
    "restore": _effect(RESIDENT, "case.restored"),
    "escalate": _effect(frozenset({RESIDENT}) | _OR_SYSTEM, "case.escalated"),
    "leave": _effect(RESIDENT, "case.went_outside", ends=("outside",)),
    "consent": _effect(RESIDENT, "case.consented"),
    "settle": _effect(RESIDENT, "case.settled", ends=("settled",)),
    # The office's, or of whoever stands in its place.
    "accept": _effect(STAFF, "case.accepted"),
    "decline": _effect(STAFF, "case.declined", "reason", ends=("declined",)),
    "hand_over": _effect(STAFF, "case.handed_over", "office", "reason"),
    "refer": _effect(STAFF, "case.referred", "reason"),
    "invite_office": _effect(STAFF, "case.office_invited", "office", "reason"),
    "ask": _effect(STAFF, "case.asked", "question"),
    "extend": _effect(STAFF, "case.extended", "reason"),
    "answer": _effect(STAFF, "case.answered", "answer", ends=("answered",)),
    "promise": _effect(STAFF, "case.promised", "answer", "date"),
    "report_done": _effect(STAFF, "case.reported_done", "answer"),
    "hear": _effect(STAFF, "case.hearing_called", "date"),
    "record": _effect(STAFF, "case.hearing_held", "minutes"),
    "call_off": _effect(STAFF, "case.hearing_called_off", "reason"),
    "resume": _effect(STAFF | _OR_SYSTEM, "case.resumed"),
    # The superiors'.
    "assign": _effect(SUPERIORS, "case.assigned", "office", "reason"),
    "order": _effect(SUPERIORS, "case.acceptance_ordered", "reason"),
    "direct": _effect(SUPERIORS, "case.directed", "instruction"),
    "take_over": _effect(SUPERIORS, "case.taken_over", "reason"),
    "press": _effect(SUPERIORS | _OR_SYSTEM, "case.pressed", "reason"),
    # The program's, when a clock ran out.
    "close_silent": _effect(SYSTEM, "case.closed_unconfirmed", ends=("unconfirmed",)),
}

# A case that rests can be woken, taken further or withdrawn, and a withdrawal undone; nothing else happens to it.
FROM_ENDS = frozenset({"reopen", "escalate", "leave", "withdraw", "restore"})
# With these the resident's own choice leads elsewhere; every other move must leave their way on as it was.
OWN_WAY = frozenset({"escalate", "leave", "withdraw", "restore", "reopen", "reply"})
# The office's part is not done by these, so they cannot stop a clock that the office is bound by.
NOT_DONE = frozenset({"ask", "extend", "invite_office", "press", "hear"})
# Of those, what makes a clock wait: it waits for the resident. A hearing that is called makes none wait.
WAITING = frozenset({"ask"})
# What only lies between: whoever had the case has it again.
BETWEEN = frozenset({"ask", "reply", "resume", "withdraw", "restore"})
# Only these end the time within which an answer is owed.
ANSWERING = frozenset(
    {"answer", "promise", "report_done", "decline", "order", "confirm", "settle", "withdraw", "leave"}
)
