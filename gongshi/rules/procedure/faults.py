"""What can be wrong with a procedure, said so that the person who wrote it can put it right.

Every fault has a code, where it is (a key path of the file, and the line where it is known), what is wrong and what to
do, in both languages. Placeholders in a text are filled with the codes that the file itself uses.
"""

from dataclasses import dataclass

from gongshi.rules.procedure.model import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. where: a key path as "stages.waiting.holder"; line: counted from 1, if known."""

    where: str
    what: Words
    fix: Words
    code: str = ""
    line: int | None = None


def fault(code: str, where: str, /, **values: object) -> Fault:
    """The fault ``code`` at ``where``. A value may be a text or a pair {"zh", "en"}."""
    what_zh, what_en, fix_zh, fix_en = FAULTS[code]

    def filled(text: str, language: str) -> str:
        chosen = {key: value[language] if isinstance(value, dict) else value for key, value in values.items()}
        return text.format(**chosen)

    what = {"zh": filled(what_zh, "zh"), "en": filled(what_en, "en")}
    fix = {"zh": filled(fix_zh, "zh"), "en": filled(fix_en, "en")}
    return Fault(where, what, fix, code)


# code: (what 中文, what in English, to do 中文, to do in English)
_READING = {
    "toml": (
        "文件不是有效的 TOML：{problem}",
        "the file is not valid TOML: {problem}",
        "改正这一行的写法。",
        "Correct the way this line is written.",
    ),
    "missing_key": (
        "缺少“{key}”。",
        "'{key}' is missing.",
        "补上这一项。",
        "Add it.",
    ),
    "unknown_key": (
        "不认识“{key}”。",
        "'{key}' is not known here.",
        "这里可用的有：{known}。",
        "Known here are: {known}.",
    ),
    "wrong_type": (
        "这里应当是{expected}。",
        "This must be {expected}.",
        "改成{expected}。",
        "Write {expected}.",
    ),
    "missing_language": (
        "文字缺少一种语言：{language}。",
        "The words lack a language: {language}.",
        "两种语言都写：{{zh = “……”, en = “...”}}。",
        "Give both: {{zh = '...', en = '...'}}.",
    ),
    "unknown_value": (
        "不认识“{value}”。",
        "'{value}' is not known.",
        "从这些里面选：{known}。",
        "Choose from: {known}.",
    ),
    "unknown_reference": (
        "文件里没有叫“{value}”的{what}。",
        "The file has no {what} called '{value}'.",
        "改正代码，或补写它。已有：{known}。",
        "Correct the code, or add it. There are: {known}.",
    ),
    "bad_code": (
        "“{value}”不能用作代码。",
        "'{value}' cannot be a code.",
        "代码用完整的英文小写单词，以下划线或连字符相连，最多40个字符。",
        "Codes are whole English words in lower case, joined by _ or -, 40 characters at most.",
    ),
    "bad_number": (
        "{value}超出范围。",
        "{value} is out of range.",
        "写{low}到{high}之间的整数。",
        "Write a whole number from {low} to {high}.",
    ),
    "duplicate": (
        "“{value}”写了两次。",
        "'{value}' is written twice.",
        "只留一个。",
        "Keep one.",
    ),
    "needless_key": (
        "“{key}”在这里不起作用：{why}。",
        "'{key}' has no effect here: {why}.",
        "删去它，或改正所依据的那一项。",
        "Take it out, or correct what it depends on.",
    ),
}

_PARTS = {
    "missing_basis": (
        "没有写依据。",
        "There is no basis.",
        "写明 basis（法律和条款，或本地的承诺）；也可以在文件开头写一个总的 basis。",
        "Add basis (the law and article, or the place's own promise), here or once at the top of the file.",
    ),
    "no_end": (
        "除撤回外，没有任何结束环节。",
        "There is no end besides withdrawal.",
        "至少给一个环节写上 outcome。",
        "Give at least one stage an outcome.",
    ),
    "end_held": (
        "结束环节不由任何人办理。",
        "An end is held by nobody.",
        '写 holder = "nobody"，或去掉 outcome。',
        'Write holder = "nobody", or take the outcome out.',
    ),
    "open_unheld": (
        "未结束的环节没有人负责。",
        "A stage that is not an end has nobody who must act.",
        "写明 holder，或用 outcome 说明这是结束。",
        "Name its holder, or give it an outcome if it is an end.",
    ),
    "wrong_mover": (
        "“{effect}”不能由“{role}”作出。",
        "'{effect}' is not for '{role}'.",
        "这个效果只能由这些角色作出：{known}。",
        "Only these may have this effect: {known}.",
    ),
    "need_missing": (
        "“{effect}”必须附有“{need}”。",
        "'{effect}' cannot go without '{need}'.",
        '在 needs 里加上 "{need}"。',
        'Add "{need}" to needs.',
    ),
    "system_needs": (
        "系统作出的流转不能要求附上文字。",
        "A move that the system makes cannot need words.",
        "拆成两个流转：系统的那个不写 needs。",
        "Split it in two: the system's has no needs.",
    ),
    "closes_by_forwarding": (
        "“{effect}”不能通向“{outcome}”这样的结束。",
        "'{effect}' cannot lead to an end '{outcome}'.",
        "转办不是答复，沉默不是同意：通向结束的只能是：{known}。",
        "Forwarding is no answer and silence no consent; this end is reached by: {known}.",
    ),
    "moves_the_dead": (
        "从结束环节“{stage}”出发，不能有“{effect}”。",
        "'{effect}' cannot start from the end '{stage}'.",
        "结束之后只能重启、上报或撤回。",
        "From an end a case can only be reopened, escalated or withdrawn.",
    ),
    "subject_acts": (
        "事项与“{role}”有关，“{role}”却能经手。",
        "The matter is about an office, yet '{role}' could act on it.",
        '改由上级办理："above"、"above_2"……',
        'Leave it to the levels above: "above", "above_2", ...',
    ),
    "limit_on_resident": (
        "对居民的流转设了限制（{key}）。",
        "A move of the resident's is limited ({key}).",
        "去掉它：期限和次数约束机关，不约束居民。",
        "Take it out: limits bind the office, never the resident.",
    ),
    "withdraw_burdened": (
        "撤回附加了条件。",
        "Withdrawing has a condition.",
        "撤回只由居民作出，不附 needs，通向 outcome 为 withdrawn 的环节。",
        "It is the resident's alone, needs nothing and leads to the stage with outcome withdrawn.",
    ),
    "cannot_withdraw": (
        "居民在环节“{stage}”不能撤回并删除。",
        "From stage '{stage}' the resident cannot withdraw and erase.",
        '给撤回的流转写 from = "every_stage"。',
        'Give the withdrawing move from = "every_stage".',
    ),
    "withdrawal_final": (
        "环节“{stage}”里，居民不能改变主意。",
        "In stage '{stage}' the resident cannot change their mind.",
        "加一个 effect = “restore”、由居民作出的流转：撤回可能是被逼的，要能改回来。",
        "Add a move of the resident's with effect restore: people are pressed to withdraw and must be able to undo it.",
    ),
    "restore_burdened": (
        "改变主意附加了条件，或不是从撤回开始。",
        "Changing one's mind has a condition, or starts from elsewhere than a withdrawal.",
        "不写 needs，也不写 to（回到撤回前的环节）；from 只写 outcome 为 withdrawn 的环节。",
        "Give it neither needs nor to (it goes back to where it stood); from: only stages with outcome withdrawn.",
    ),
    "cannot_go_on": (
        "居民在环节“{stage}”不能再往上走。",
        "From stage '{stage}' the resident cannot go on to the next level.",
        "加一个 escalate 流转，或在 routes 里写明其他途径。",
        "Add a move with effect escalate, or name further routes.",
    ),
    "end_without_routes": (
        "结束环节“{stage}”没有写其他途径。",
        "The end '{stage}' names no further routes.",
        "在 routes 里写明（法院、上级……）。",
        "Name them in routes (courts, a higher level, ...).",
    ),
    "answer_unread": (
        "“{move}”是答复，却不到居民手里，而到了“{target}”。",
        "'{move}' is an answer, yet it does not reach the resident: it leads to '{target}'.",
        "让它通向居民持有的环节，或一个结束环节。",
        "Let it lead to a stage that the resident holds, or to an end.",
    ),
    "promise_undated": (
        "“{move}”答应了日期，却没有时限照这个日期走。",
        "'{move}' promises a date, yet no clock runs to that date.",
        '加一个 days = "given"、starts_on 里有它的时限。',
        'Add a clock with days = "given" that names it in starts_on.',
    ),
    "left_to_nobody": (
        "在环节“{stage}”，上面没有单位时，居民没有路可走。",
        "In stage '{stage}', where nobody here stands above, the resident is left with nobody.",
        '给 effect = "leave" 的流转写上这个环节。',
        'Add this stage to a move with effect "leave".',
    ),
    "escalates_nowhere": (
        "“{move}”不通向上级持有的环节。",
        "'{move}' does not lead to a stage that a superior holds.",
        '让它通向 holder 为 "supervisor" 或 "above" 等的环节。',
        'Let it lead to a stage whose holder is "supervisor", "above" or higher.',
    ),
    "right_removed": (
        "“{move}”从“{source}”到“{target}”，拿走了居民的上报或重启，或者让居民上报不到原来那么高。",
        "'{move}' from '{source}' to '{target}' takes the resident's way to escalate or reopen away, or part of it.",
        "在“{target}”也给居民同样高的 escalate 或 reopen。",
        "Give the resident escalate or reopen in '{target}' too, as high as before.",
    ),
    "route_removed": (
        "“{move}”从“{source}”到“{target}”后，不再写明途径：{routes}。",
        "After '{move}' from '{source}' to '{target}' these routes are no longer named: {routes}.",
        "在“{target}”的 routes 里也写上。",
        "Name them in the routes of '{target}' too.",
    ),
    "path_broken": (
        "主线 path 在“{stage}”处断开。",
        "The path breaks at '{stage}'.",
        "path 从 start 开始，逐个由流转相连，在结束环节终止，不重复。",
        "It begins with start, each stage is joined to the next by a move, it ends in an end, without repeats.",
    ),
    "no_owed_answer": (
        "没有一个时限表示“应当答复”。",
        "No clock says within which time an answer is owed.",
        "给约束答复的时限写 owes_answer = true。",
        "Give the clock that bounds the answer owes_answer = true.",
    ),
}

_CLOCKS = {
    "no_consequence": (
        "时限到期后没有后果。",
        "Nothing follows when this clock runs out.",
        "写 on_expiry = {{supervise = true}}，或 {{move = “……”}}；{{lapse = true}} 只用于有流转写了 within 的时限。",
        "Write on_expiry = {{supervise = true}} or {{move = '...'}}; {{lapse = true}} only where a move is within it.",
    ),
    "supervision_without_press": (
        "时限“{clock}”在环节“{stage}”到期会督办，却没有谁能在那里督办的流转。",
        "Clock '{clock}' opens a supervision in stage '{stage}', where nobody has a move to press with.",
        "给 effect = “press” 的流转写上这个环节。",
        "Add this stage to a move with effect press.",
    ),
    "expiry_not_system": (
        "到期要作的“{move}”不许系统作出。",
        "The expiry move '{move}' is not one that the system may make.",
        '在该流转的 by 里加上 "system"。',
        'Add "system" to its by.',
    ),
    "clock_in_end": (
        "时限在结束环节“{stage}”仍在走或暂停。",
        "The clock runs or pauses in the end '{stage}'.",
        "从 runs_in 或 paused_in 里去掉它。",
        "Take it out of runs_in or paused_in.",
    ),
    "restart_elsewhere": (
        "“{move}”应当重新起算，却不通向 runs_in 的环节。",
        "'{move}' should start the clock, but does not lead into a stage of runs_in.",
        "改正 runs_in，或去掉这个流转。",
        "Correct runs_in, or take this move out.",
    ),
    "resident_clock_elsewhere": (
        "等居民的时限在“{stage}”走，而那里应由“{holder}”行动。",
        "A clock that waits for the resident runs in '{stage}', where '{holder}' must act.",
        "只让它在居民持有的环节走。",
        "Let it run only in stages that the resident holds.",
    ),
    "resident_harmed": (
        "等居民的时限到期，会对居民不利。",
        "When this clock, which waits for the resident, runs out, the resident is harmed.",
        "到期只能由系统恢复办理，或关闭为“未确认”，并让居民能重启。",
        "It may only bring the case back to the office, or close it as unconfirmed with a way to reopen.",
    ),
    "lateness_closes": (
        "机关逾期，反而由“{move}”把事项关闭或推给居民。",
        "The office is late, and '{move}' then closes the case or leaves it to the resident.",
        "到期应当督办（supervise），或由系统报给上级、恢复办理。",
        "Lateness is followed by supervision, or by a move of the system's to whoever must act.",
    ),
    "pause_without_limit": (
        "时限可以暂停，却没有上限。",
        "The clock can be paused without a limit.",
        "写 pause_limit_days：全部暂停合计最多几天。",
        "Add pause_limit_days: how many days all pauses together may take.",
    ),
    "given_unbounded": (
        "承诺日期没有最远期限。",
        "A given date has no furthest day.",
        "写 most_days：最远可以承诺到多少天以后。",
        "Add most_days: how far ahead a date may be given.",
    ),
    "given_without_date": (
        "时限取承诺日期，起算它的流转却不附日期。",
        "The clock takes a given date, but what starts it brings none.",
        '在 starts_on 里写流转，并让它 needs "date"。',
        'Name moves in starts_on, each of which needs "date".',
    ),
    "given_changed": (
        "承诺的日期不能暂停或延长。",
        "A given date can be neither paused nor extended.",
        "去掉 paused_in 和 extension；需要时再作一次有次数上限的承诺。",
        "Take paused_in and extension out; a second promise with a limit serves instead.",
    ),
    "extension_without_reason": (
        "延长不附理由。",
        "The extension needs no reason.",
        '在 needs 里加上 "reason"，居民会看到它。',
        'Add "reason" to needs; the resident reads it.',
    ),
    "extension_unbounded": (
        "延长没有写次数或天数。",
        "The extension has no number of times or of days.",
        "在时限里写 extension = {{times = 1, days = ...}}。",
        "Give the clock extension = {{times = 1, days = ...}}.",
    ),
    "extension_for_resident": (
        "等居民的时限不能延长。",
        "A clock that waits for the resident has nothing to extend.",
        "去掉 extension；居民随时可以回复。",
        "Take extension out; the resident may reply at any time.",
    ),
    "hand_over_without_limit": (
        "转交没有次数上限，或上限超过两次。",
        "Hand-overs have no limit, or one above two.",
        "写 limit = 1 或 limit = 2。",
        "Write limit = 1 or limit = 2.",
    ),
    "hand_over_without_decision": (
        "转交次数用完后，没有上级来决定。",
        "When the hand-overs are used up no superior decides.",
        '加一个 effect = "refer"、after = "{move}" 的流转，从同样的环节通向上级持有、能作 assign 的环节。',
        "Add a move with effect refer and after = '{move}' from the same stages, to a stage whose superior "
        "can assign.",
    ),
}

_WALK = {
    "too_large": (
        "走完所有状态需要超过{most}个。",
        "There are more than {most} states to walk through.",
        "减小各流转的 limit，或减少同时走的时限。",
        "Lower the limits of moves, or let fewer clocks run at once.",
    ),
    "stage_unreachable": (
        "环节“{stage}”永远到不了。",
        "Stage '{stage}' can never be reached.",
        "加一个通向它的流转，或删去它。",
        "Add a move that leads to it, or take it out.",
    ),
    "move_unreachable": (
        "流转“{move}”永远作不了。",
        "Move '{move}' can never be made.",
        "改正 from、after，或让某个时限到期时作它；否则删去。",
        "Correct from or after, or let a clock's expiry make it; else take it out.",
    ),
    "clock_never_runs": (
        "时限“{clock}”永远不会起算。",
        "Clock '{clock}' never starts.",
        "改正 runs_in 或 starts_on。",
        "Correct runs_in or starts_on.",
    ),
    "no_way_to_end": (
        "从环节“{stage}”只能靠撤回来结束。",
        "From stage '{stage}' only withdrawal leads to an end.",
        "加上能走向结束的流转。",
        "Add moves that lead on to an end.",
    ),
    "office_without_clock": (
        "在环节“{stage}”应由“{holder}”行动，却可能没有约束它的时限在走。",
        "In stage '{stage}' '{holder}' must act, yet it can be there with no clock running that binds it.",
        '加一个 waits_for = "{holder}"、runs_in 包含它、有 on_expiry 的时限。',
        'Add a clock with waits_for = "{holder}", this stage in runs_in, and on_expiry.',
    ),
    "pressed_in_vain": (
        "在环节“{stage}”，“{holder}”逾期、督办也没有结果时，居民除了撤回没有路可走。",
        "In stage '{stage}', where '{holder}' is late and pressing was in vain, the resident can only withdraw.",
        "让时限到期由系统作一个有 limit 的 press，用完后用 then 上报；再给居民 escalate 或 leave。",
        "Let the clock's expiry make a press with a limit, then raise the case; give the resident escalate or leave.",
    ),
    "holder_stuck": (
        "在环节“{stage}”，“{holder}”可能没有任何能让事项前进的流转。",
        "In stage '{stage}' '{holder}' can be left without a move that takes the case on.",
        "加一个不受次数限制、离开这个环节的流转。",
        "Add a move of theirs out of it that no limit uses up.",
    ),
    "expiry_impossible": (
        "时限“{clock}”在环节“{stage}”到期时，作不了“{move}”。",
        "When clock '{clock}' runs out in stage '{stage}', '{move}' cannot be made there.",
        "让该流转从这个环节出发，且次数够用。",
        "Let that move start from this stage, without a limit that is used up before.",
    ),
    "then_impossible": (
        "“{move}”用完次数后，在环节“{stage}”作不了“{then}”。",
        "When '{move}' is used up, '{then}' cannot be made from stage '{stage}'.",
        "让“{then}”由系统作出，并从这个环节出发。",
        "Let '{then}' be the system's and start from this stage.",
    ),
    "pause_not_left": (
        "时限“{clock}”在环节“{stage}”暂停时，没有另一个时限会让系统离开它。",
        "While clock '{clock}' is paused in stage '{stage}', no other clock makes the system leave it.",
        "给等居民的环节一个时限，到期由系统恢复办理。",
        "Give the waiting stage a clock on whose expiry the system resumes.",
    ),
    "wait_renewed": (
        "“{move}”可以一再重新起算等待时限“{guard}”，使“{clock}”一直暂停。",
        "'{move}' can restart the waiting clock '{guard}' again and again while '{clock}' is paused.",
        "给该流转写 limit，或不让它重新起算。",
        "Give the move a limit, or let it not restart that clock.",
    ),
    "staff_restart": (
        "工作人员可以反复作“{move}”，一再重新起算时限“{clock}”。",
        "Staff could restart clock '{clock}' again and again with '{move}'.",
        "给这一圈里的流转写 limit。",
        "Give a move of that loop a limit.",
    ),
    "staff_stop": (
        "工作人员用“{move}”就能停掉时限“{clock}”。",
        "Staff could stop clock '{clock}' with '{move}'.",
        "让该时限在“{stage}”继续走或暂停。",
        "Let the clock run or pause in '{stage}' too.",
    ),
    "answer_clock_stopped": (
        "“{move}”不是答复，却停掉了答复时限“{clock}”。",
        "'{move}' is no answer, yet it stops clock '{clock}', within which an answer is owed.",
        "让该时限在“{stage}”继续走或暂停。",
        "Let the clock run or pause in '{stage}' too.",
    ),
    "answer_clock_restarted": (
        "“{move}”不是居民作出的，却重新起算正在走的答复时限“{clock}”。",
        "'{move}' is not the resident's, yet it restarts clock '{clock}', within which an answer is owed.",
        "从 restarts_on 里去掉它。",
        "Take it out of restarts_on.",
    ),
}

_LETTERS = {
    "letter_part_unknown": (
        "这封信的“{part}”没有可填的内容，或花括号不成对。",
        "Nothing fills '{part}' in this letter, or a brace lacks its other half.",
        "这里可用的有：{known}。",
        "Known here are: {known}.",
    ),
    "letter_part_unsaid": (
        "依法必须写明“{part}”，信里却没有。",
        "The letter cannot go without '{part}', yet its words do not say it.",
        "在两种语言的文字里都用花括号写上它，或从 needs 里去掉。",
        "Put it in braces into the words of both languages, or take it out of needs.",
    ),
    "letter_of_nobody": (
        "“{move}”不只由工作人员作出，不能带信。",
        "'{move}' is not made by staff alone, so no letter can go out with it.",
        "从 moves 里去掉它。",
        "Take it out of moves.",
    ),
    "two_letters": (
        "“{move}”已经有一封信：“{letter}”。",
        "'{move}' has a letter already: '{letter}'.",
        "只留一封。",
        "Keep one.",
    ),
    "letter_missing": (
        "“{move}”依法要书面告知，却没有信。",
        "'{move}' is owed in writing, yet no letter goes out with it.",
        "加一个 [letters.…]，在 moves 里写上它。",
        "Add a [letters.CODE] with it in moves.",
    ),
}

FAULTS: dict[str, tuple[str, str, str, str]] = {**_READING, **_PARTS, **_CLOCKS, **_WALK, **_LETTERS}
