"""For every fault a procedure that has it: the small one, changed in as few places as can be.

Each row: the fault, where it must be found, and the changes to the text. Some breaks bring others with them; those are
named in ``ALSO``, so that a proof that begins to shout at the wrong thing is noticed.
"""

from tests.rules.procedure_files import SMALL, added, block, changed, within

Changes = list[tuple[str, str]]

NEW_STAGE = """
[stages.extra]
name = { zh = "多出", en = "Extra" }
says = { zh = "多出。", en = "Extra." }
holder = "office"
"""
NEW_MOVE = """
[[moves]]
code = "{code}"
name = {{ zh = "多出", en = "Extra" }}
from = ["{source}"]
by = ["{by}"]
effect = "{effect}"
{more}
"""


def move(effect: str, source: str, by: str, *more: str, code: str = "extra") -> tuple[str, str]:
    """One move more, after accepting."""
    extra = NEW_MOVE.format(effect=effect, source=source, by=by, more="\n".join(more), code=code).rstrip()
    accept = block("moves.accept")
    return accept, accept + extra + "\n"


def gone(head: str) -> tuple[str, str]:
    """A table taken out."""
    return block(head), ""


READING: list[tuple[str, str, Changes]] = [
    ("toml", "", [("version = 1", "version = ")]),
    ("missing_key", "clocks.reply.days", [within("clocks.reply", "days = 10\n", "")]),
    ("unknown_key", "stages.waiting.colour", [added("stages.waiting", 'colour = "red"')]),
    ("wrong_type", "clocks.reply.days", [within("clocks.reply", "days = 10", "days = 1.5")]),
    ("wrong_type", "moves.accept.by", [within("moves.accept", '["office"]', "[]")]),
    ("missing_language", "stages.waiting.says", [within("stages.waiting", ', en = "For your reply."', "")]),
    ("unknown_value", "stages.waiting.holder", [within("stages.waiting", '"resident"', '"mayor"')]),
    ("unknown_value", "moves.accept.from", [within("moves.accept", '["received"]', '"anywhere"')]),
    ("unknown_reference", "moves.accept.to", [within("moves.accept", '"handling"', '"handled"')]),
    ("bad_code", "moves.accept.to", [within("moves.accept", '"handling"', '"Handling!"')]),
    ("bad_number", "moves.hand_over.limit", [within("moves.hand_over", "limit = 2", "limit = 10")]),
    ("duplicate", "moves.accept.from", [within("moves.accept", '["received"]', '["received", "received"]')]),
    ("needless_key", "clocks.reply.most_days", [added("clocks.reply", "most_days = 3")]),
    ("needless_key", "moves.accept.clock", [added("moves.accept", 'clock = "answer"')]),
    ("needless_key", "moves.accept.then", [added("moves.accept", 'then = "resume"')]),
    (
        "needless_key",
        "clocks.reply.on_expiry.move",
        [within("clocks.reply", "{ move", "{ lapse = true, move")],
    ),
]

PARTS: list[tuple[str, str, Changes]] = [
    ("missing_basis", "stages.received.basis", [('basis = { zh = "示例规定", en = "Example rules" }\n', "")]),
    (
        "no_end",
        "stages",
        [
            gone("stages.confirmed"),
            gone("stages.unconfirmed"),
            gone("moves.confirm"),
            gone("moves.close_silent"),
            gone("clocks.silence"),
            (', "confirmed", "unconfirmed"]', "]"),
            (', "answered", "confirmed"]', ', "answered"]'),
        ],
    ),
    ("end_held", "stages.confirmed.holder", [within("stages.confirmed", '"nobody"', '"office"')]),
    ("open_unheld", "stages.disputed.holder", [within("stages.disputed", '"supervisor"', '"nobody"')]),
    ("wrong_mover", "moves.confirm.by", [within("moves.confirm", '["resident"]', '["resident", "office"]')]),
    ("need_missing", "moves.answer.needs", [within("moves.answer", 'needs = ["answer"]\n', "")]),
    ("system_needs", "moves.resume.needs", [added("moves.resume", 'needs = ["reason"]')]),
    (
        "closes_by_forwarding",
        "moves.extra.to",
        [move("refer", "received", "office", 'needs = ["reason"]', 'to = "confirmed"')],
    ),
    (
        "moves_the_dead",
        "moves.extra.from",
        [move("invite_office", "confirmed", "office", 'needs = ["office", "reason"]')],
    ),
    (
        "answer_unread",
        "moves.extra.to",
        [move("answer", "received", "office", 'needs = ["answer"]', 'to = "handling"')],
    ),
    ("promise_undated", "moves.promise", [within("clocks.date", '"promise"', '"report_done"')]),
    ("escalates_nowhere", "moves.escalate.to", [within("moves.escalate", '"escalated"', '"received"')]),
    ("subject_acts", "stages.received.holder", [("version = 1\n", 'version = 1\nsubject = "office"\n')]),
    ("limit_on_resident", "moves.reopen.limit", [added("moves.reopen", "limit = 3")]),
    ("withdraw_burdened", "moves.withdraw", [added("moves.withdraw", 'needs = ["reason"]')]),
    (
        "cannot_withdraw",
        "stages.confirmed",
        [within("moves.withdraw", '"every_stage"', '"every_open_stage"')],
    ),
    ("withdrawal_final", "stages.withdrawn", [gone("moves.restore")]),
    ("restore_burdened", "moves.restore", [added("moves.restore", 'needs = ["reason"]')]),
    ("restore_burdened", "moves.restore", [added("moves.restore", 'to = "received"')]),
    (
        "restore_burdened",
        "moves.restore",
        [within("moves.restore", '["withdrawn"]', '["withdrawn", "confirmed"]')],
    ),
    (
        "cannot_go_on",
        "stages.escalated",
        [within("stages.escalated", 'holder = "supervisor"', 'holder = "supervisor"\nroutes = []')],
    ),
    (
        "end_without_routes",
        "stages.confirmed",
        [added("stages.confirmed", "routes = []")],
    ),
    (
        "right_removed",
        "moves.confirm.to",
        [within("moves.reopen", '"promised", "confirmed", "unconfirmed"]', '"promised", "unconfirmed"]')],
    ),
    ("route_removed", "moves.answer.to", [added("stages.answered", 'routes = ["ombuds"]')]),
    ("path_broken", "path", [('"handling", "answered", "confirmed"]', '"answered", "confirmed"]')]),
    ("path_broken", "path", [('["received", "handling", "answered", ', '["handling", "answered", ')]),
    ("path_broken", "path", [('"answered", "confirmed"]', '"answered"]')]),
    ("needless_key", "moves.refer.after", [within("moves.refer", '"hand_over"', '"ask"')]),
    ("no_owed_answer", "clocks", [within("clocks.answer", "owes_answer = true\n", "")]),
    (
        "hand_over_without_limit",
        "moves.hand_over.limit",
        [
            within("moves.hand_over", "limit = 2\n", ""),
            within("moves.refer", 'after = "hand_over"\n', ""),
        ],
    ),
    (
        "hand_over_without_limit",
        "moves.hand_over.limit",
        [within("moves.hand_over", "limit = 2", "limit = 3")],
    ),
    ("hand_over_without_decision", "moves.hand_over", [within("moves.refer", 'after = "hand_over"\n', "")]),
    (
        "hand_over_without_decision",
        "moves.hand_over",
        [within("moves.refer", '["received", "handling"]', '["received"]')],
    ),
]

CLOCKS: list[tuple[str, str, Changes]] = [
    (
        "no_consequence",
        "clocks.acceptance.on_expiry",
        [within("clocks.acceptance", "on_expiry = { supervise = true }\n", "")],
    ),
    (
        "no_consequence",
        "clocks.dispatch.on_expiry",
        [within("clocks.dispatch", "supervise = true", "lapse = true")],
    ),
    ("expiry_not_system", "clocks.reply.on_expiry", [within("moves.resume", ', "system"', "")]),
    (
        "clock_in_end",
        "clocks.silence",
        [within("clocks.silence", '["answered"]', '["answered", "confirmed"]')],
    ),
    (
        "restart_elsewhere",
        "clocks.acceptance.restarts_on",
        [within("clocks.acceptance", '["hand_over"]', '["accept"]')],
    ),
    (
        "resident_clock_elsewhere",
        "clocks.reply.runs_in",
        [within("clocks.reply", '["waiting"]', '["waiting", "handling"]')],
    ),
    (
        "supervision_without_press",
        "clocks.dispatch.on_expiry",
        [within("moves.press", ', "disputed", "escalated"]', ', "escalated"]')],
    ),
    (
        "resident_harmed",
        "clocks.reply.on_expiry",
        [within("clocks.reply", '{ move = "resume" }', "{ supervise = true }")],
    ),
    (
        "resident_harmed",
        "clocks.silence.on_expiry",
        [within("moves.reopen", '"promised", "confirmed", "unconfirmed"]', '"promised", "confirmed"]')],
    ),
    (
        "lateness_closes",
        "clocks.acceptance.on_expiry",
        [
            within("clocks.acceptance", "supervise = true", 'move = "extra"'),
            move("close_silent", "received", "system", 'to = "unconfirmed"'),
        ],
    ),
    (
        "pause_without_limit",
        "clocks.answer.pause_limit_days",
        [within("clocks.answer", "pause_limit_days = 8\n", "")],
    ),
    ("given_unbounded", "clocks.date.most_days", [within("clocks.date", "most_days = 90\n", "")]),
    (
        "given_without_date",
        "clocks.date.starts_on",
        [within("clocks.date", 'starts_on = ["promise"]\n', "")],
    ),
    ("given_changed", "clocks.date", [added("clocks.date", "extension = { times = 1, days = 5 }")]),
    (
        "extension_without_reason",
        "moves.extend.needs",
        [within("moves.extend", 'needs = ["reason"]\n', "")],
    ),
    (
        "extension_unbounded",
        "clocks.answer.extension",
        [within("clocks.answer", "{ times = 1, days = 5 }", "{ days = 5 }")],
    ),
    (
        "extension_unbounded",
        "clocks.answer.extension",
        [within("clocks.answer", "extension = { times = 1, days = 5 }\n", "")],
    ),
    (
        "extension_for_resident",
        "clocks.reply.extension",
        [added("clocks.reply", "extension = { times = 1, days = 5 }")],
    ),
]

WALKED: list[tuple[str, str, Changes]] = [
    (
        "too_large",
        "moves",
        [
            move("press", "handling", "supervisor", 'needs = ["reason"]', "limit = 9", code=f"extra_{letter}")
            for letter in "abcd"
        ],
    ),
    ("stage_unreachable", "stages.extra", [(block("stages.handling"), block("stages.handling") + NEW_STAGE)]),
    (
        "move_unreachable",
        "moves.extra",
        [move("accept", "received", "office", 'within = "date"', 'to = "handling"')],
    ),
    ("move_unreachable", "moves.extra", [move("resume", "waiting", "system", 'to = "handling"')]),
    (
        "clock_never_runs",
        "clocks.acceptance",
        [
            move("accept", "received", "office", 'within = "date"', 'to = "handling"'),
            within("clocks.acceptance", 'restarts_on = ["hand_over"]', 'starts_on = ["extra"]'),
            ('runs_in = ["received"]\nstarts_on', 'runs_in = ["received", "handling"]\nstarts_on'),
        ],
    ),
    (
        "no_way_to_end",
        "stages.received",
        [gone("moves.confirm"), gone("moves.close_silent"), gone("clocks.silence")],
    ),
    ("office_without_clock", "stages.escalated", [gone("clocks.above")]),
    (
        "office_without_clock",
        "stages.escalated",
        [within("clocks.above", '"supervisor"', '"office"')],
    ),
    (
        "pressed_in_vain",
        "stages.escalated",
        [within("stages.escalated", 'holder = "supervisor"', 'holder = "supervisor"\nroutes = []')],
    ),
    ("holder_stuck", "stages.escalated", [within("moves.direct", '"supervisor"', '"above"')]),
    (
        "holder_stuck",
        "stages.disputed",
        [added("moves.assign", "limit = 1"), within("moves.refer", "limit = 1", "limit = 2")],
    ),
    (
        "expiry_impossible",
        "clocks.reply",
        [added("moves.resume", "limit = 1")],
    ),
    (
        "then_impossible",
        "moves.extra",
        [move("press", "handling", "supervisor", 'needs = ["reason"]', "limit = 1", 'then = "resume"')],
    ),
    ("pause_not_left", "clocks.answer.paused_in", [gone("clocks.reply")]),
    (
        "wait_renewed",
        "moves.extra",
        [
            move("ask", "waiting", "office", 'needs = ["question"]'),
            added("clocks.reply", 'restarts_on = ["extra"]'),
        ],
    ),
    ("staff_restart", "moves.assign", [within("moves.refer", "limit = 1\n", "")]),
    ("staff_restart", "moves.promise", [within("moves.ask", '["handling"]', '["handling", "promised"]')]),
    (
        "staff_stop",
        "moves.ask",
        [within("clocks.answer", 'paused_in = ["waiting"]\npause_limit_days = 8\n', "")],
    ),
    (
        "answer_clock_stopped",
        "moves.refer",
        [within("clocks.answer", '"handling", "disputed", ', '"handling", ')],
    ),
    (
        "answer_clock_stopped",
        "moves.escalate",
        [within("clocks.answer", ', "escalated"]', "]")],
    ),
    (
        "answer_clock_restarted",
        "moves.hand_over",
        [added("clocks.answer", 'restarts_on = ["hand_over"]')],
    ),
]

LETTER = """
[letters.{code}]
moves = ["{move}"]
name = {{ zh = "信", en = "Letter" }}
text = {{ zh = "关于{{matter}}。", en = "About {{matter}}." }}
needs = {{ matter = {{ zh = "第一条", en = "art. 1" }} }}
"""


def letter(move_code: str = "accept", code: str = "one") -> tuple[str, str]:
    """A letter at the end of the file."""
    last = SMALL[-40:]
    return last, last + LETTER.format(code=code, move=move_code)


LETTERS: list[tuple[str, str, Changes]] = [
    ("letter_part_unknown", "letters.one.text", [letter(), ('en = "About', 'en = "{who} about')]),
    ("letter_part_unknown", "letters.one.text", [letter(), ('en = "About', 'en = "{reason} about')]),
    ("letter_part_unsaid", "letters.one.text", [letter(), ('en = "About {matter}."', 'en = "About it."')]),
    ("letter_of_nobody", "letters.one.moves", [letter("confirm")]),
    (
        "two_letters",
        "letters.two.moves",
        [letter(), ('en = "art. 1" } }\n', 'en = "art. 1" } }\n' + LETTER.format(code="two", move="accept"))],
    ),
    ("letter_missing", "moves.accept", [('kind = "request"', 'kind = "grievance"')]),
    ("left_to_nobody", "stages.escalated", [('kind = "request"', 'kind = "grievance"')]),
]

TABLE = [*READING, *PARTS, *CLOCKS, *WALKED, *LETTERS]


def broken(changes: Changes) -> str:
    """The small procedure with these changes, made one after another."""
    text = SMALL
    for old, new in changes:
        text = changed(text, (old, new))
    return text


# Faults that come with another, because one break opens two holes.
ALSO: dict[tuple[str, str], set[str]] = {
    ("no_end", "stages"): {"no_way_to_end", "path_broken"},
    ("end_held", "stages.confirmed.holder"): {"office_without_clock"},
    ("open_unheld", "stages.disputed.holder"): {"hand_over_without_decision", "holder_stuck"},
    ("closes_by_forwarding", "moves.extra.to"): {"answer_clock_stopped"},
    ("promise_undated", "moves.promise"): {
        "clock_never_runs",
        "given_without_date",
        "office_without_clock",
        "restart_elsewhere",
    },
    ("escalates_nowhere", "moves.escalate.to"): {"right_removed", "stage_unreachable"},
    ("end_without_routes", "stages.confirmed"): {"route_removed"},
    ("needless_key", "moves.refer.after"): {"hand_over_without_decision"},
    ("no_consequence", "clocks.dispatch.on_expiry"): {"office_without_clock"},
    ("expiry_not_system", "clocks.reply.on_expiry"): {"expiry_impossible"},
    ("clock_in_end", "clocks.silence"): {"expiry_impossible", "resident_clock_elsewhere"},
    ("resident_clock_elsewhere", "clocks.reply.runs_in"): {"expiry_impossible", "pause_not_left"},
    ("resident_harmed", "clocks.reply.on_expiry"): {"pause_not_left", "supervision_without_press"},
    ("cannot_go_on", "stages.escalated"): {"pressed_in_vain"},
    ("pressed_in_vain", "stages.escalated"): {"cannot_go_on"},
    ("resident_harmed", "clocks.silence.on_expiry"): {"right_removed"},
    ("lateness_closes", "clocks.acceptance.on_expiry"): {"answer_clock_stopped"},
    ("given_without_date", "clocks.date.starts_on"): {"promise_undated"},
    ("extension_unbounded", "clocks.answer.extension"): {"move_unreachable"},
    ("clock_never_runs", "clocks.acceptance"): {"move_unreachable"},
    ("no_way_to_end", "stages.received"): {"path_broken", "stage_unreachable"},
    ("hand_over_without_limit", "moves.hand_over.limit"): {"hand_over_without_decision", "staff_restart"},
    ("staff_restart", "moves.promise"): {"staff_stop"},
    ("staff_stop", "moves.ask"): {"staff_restart"},
    ("letter_missing", "moves.accept"): {"left_to_nobody", "pressed_in_vain"},
    ("left_to_nobody", "stages.escalated"): {"letter_missing", "pressed_in_vain"},
}
