"""The desk's words for codes: refusals, fields of moves, and history as staff read it (`cases.labels`: residents)."""

from typing import Any

from gongshi.cases import labels
from gongshi.words import Words, pair, say

REFUSALS: dict[str, Any] = {
    "date_short_notice": say(
        "通知和听证之间至少要有七天。", "At least seven days have to lie between the notice and the hearing."
    ),
    "date_after_hearing": say(
        "听证最晚要在复核到期那天开，时限不等听证。请选早一点的日子。",
        "The hearing has to be held by the last day of the re-review, which waits for none. Choose an earlier day.",
    ),
    "no_hearing": say("现在没有这样的听证。", "There is no such hearing now."),
    "merged": say(
        "这件事已并入另一件，请到那一件去办。", "This was merged into another matter; work goes on there."
    ),
    "not_divisible": say(
        "这件事不能改类别、不能分、不能并：不在本单位、已经结束，或属于要封存的种类。封存的请居民另外反映。",
        "Its category cannot be corrected, and it cannot be split or merged: it is not with your office, is closed, or "
        "is of a sealed kind; "
        "of those the resident files another one.",
    ),
    "category_unknown": say("请从列表里选类别。", "Choose a category from the list."),
    "too_many_matters": say(
        "这份来件里的事已经太多，不能再分。", "This filing holds as many matters as it can."
    ),
    "not_together": say(
        "这两件不能一起办：要都在本单位、都还在办、步骤相同，而且不是同一份来件。",
        "These two cannot go together: both have to be with your office, open, in the same procedure, and of different "
        "filings.",
    ),
    "not_mergeable": say(
        "只有两件都还欠着答复时才能并成一件。",
        "Two matters can be merged only while both still owe an answer.",
    ),
    "undo_over": say(
        "来不及撤销了：通知已经送出，或者时间已过。",
        "Too late to undo: the notice is out, or the time is over.",
    ),
    "undo_not_last": say(
        "撤销不了：那一步以后又有了变化，请看经过。",
        "It cannot be undone: something happened since; see the history.",
    ),
    "unknown_move": say("没有这一步。", "There is no such step."),
    "not_here": say("这件事现在不在能走这一步的环节。", "The case is not in a stage where this can be done."),
    "not_allowed": say("这一步不由您做。", "This step is not yours to make."),
    "head_only": say(
        "这一步要由本单位负责人批准：请包案责任人来做。",
        "The head of the office has to approve this step: ask its lead officer to make it.",
    ),
    "hearing_ahead": say(
        "听证的日子还没有到，不能先写记录。",
        "The day of the hearing has not come; there is nothing to record yet.",
    ),
    "limit_reached": say(
        "这一步的次数已经用完。转交已满的，请上级定。",
        "This has been done as often as it may. If it is a hand-over, ask a superior to decide.",
    ),
    "not_yet": say("还不到走这一步的时候：先要把转交的次数用完。", "Not yet: the hand-overs come first."),
    "lapsed": say("走这一步的时限已过。", "The time for this step is over."),
    "clock_not_running": say(
        "时限没有在走，不能延期。", "The clock is not running, so it cannot be extended."
    ),
    "already_late": say("已经超期，不能再延期。", "It is late already and cannot be extended."),
    "no_extension_left": say("延期的次数已经用完。", "There is no extension left."),
    "needs_missing": say("还有没填的。", "Something is left out."),
    "date_unreadable": say("日期看不懂，请写成 2026-11-23 这样。", "Write the date like 2026-11-23."),
    "date_not_ahead": say("日期要在今天以后。", "The date must be after today."),
    "date_too_far": say(
        "日期太远，超出了程序允许的范围。", "The date is further away than the procedure allows."
    ),
    "office_recused": say("不能交给被反映的单位。", "It cannot go to the office that it is about."),
    "not_due": say("时限还没有到。", "The time has not run out."),
    "office_unknown": say("没有这个单位，或它已经撤并。", "There is no such office, or it no longer exists."),
    "office_same": say("这件事就在这个单位。", "The case is with this office already."),
    "somebody_above": say("这里还有上一级，可以找它。", "There is an office above here that can be asked."),
    "nobody_above": say("这里没有更上一级的单位。", "There is no office above this one here."),
    "letter_incomplete": say(
        "这一步要送的信还缺必须写的内容。", "The letter of this step lacks what it has to say."
    ),
}

LACKING = say(
    "信里还缺必须写的：{part}。补上才能送出。",
    "The letter lacks what it has to say: {part}. It cannot go out without it.",
)

ANSWER_FAULTS: dict[str, Any] = {
    "missing": say("这一项不能空着。", "This part cannot be left out."),
    "too_long": say("太长了，最多5000字。", "Too long: 5,000 characters at most."),
    "in_future": say("核查的日期不能在今天以后。", "The day it was looked into cannot be after today."),
    "before_filing": say(
        "核查的日期不能早于来件的日期。", "The day it was looked into cannot be before the filing."
    ),
    "unfilled": say(
        "花括号里的空还没有填：写上内容，或者去掉花括号。",
        "Something in braces is not filled in yet: write what belongs there, or take the braces out.",
    ),
    "not_ahead": say("承诺的日期要在今天以后。", "The promised day must be after today."),
    "unreadable": say(
        "有认不出的字符，请重新输入。", "It holds characters that cannot be kept; please type it again."
    ),
    "other_move": say(
        "答应了日期的答复要用“答复并答应日期”。", "A promised date needs the answer that carries one."
    ),
}

# Why one of many was not answered together with the others, beside `REFUSALS`.
TOGETHER: dict[str, Any] = {
    "changed": say("刚才有了变化，请单独看。", "It has just changed; look at it by itself."),
    "erased": say("居民已撤回或删除。", "The resident withdrew or erased it."),
    "unfilled": say("有占位没有内容可填。", "There is nothing to fill in for a placeholder."),
    "incomplete": say("答复里有一项不适合这一件。", "A part of the answer does not fit this one."),
    "unreadable": say(
        "填好以后有一项太长，或有认不出的字符。",
        "Filled in, a part is too long or holds characters that cannot be kept.",
    ),
}

TEXT_FAULTS: dict[str, Any] = {
    "empty": say("请写几句。", "Please write something."),
    "unreadable": say(
        "有认不出的字符，请重新输入。", "It holds characters that cannot be kept; please type it again."
    ),
    "too_long": say("太长了，最多5000字。", "Too long: 5,000 characters at most."),
}

# What a move asks for: (effect, need) or need alone -> label and hint.
_READS = say("居民看得到这段话。", "The resident reads this.")
NEEDS: dict[str, tuple[Any, Any]] = {
    "office": (say("哪个单位", "Which office"), ""),
    "reason": (say("理由", "Reason"), _READS),
    "question": (
        say("要问居民什么", "What to ask the resident"),
        say("等回复时，答复的时限暂停。", "The time for the answer stops while they are waited for."),
    ),
    "instruction": (say("办理意见", "Instructions"), _READS),
    "law": (
        say("依据的法律和条款", "The law and article that it rests on"),
        say("写全名和第几条，信里会写上。", "The full name and the article; it stands in the letter."),
    ),
    "right_body": (
        say("该走哪条路", "Where it belongs instead"),
        say(
            "至少选一条，信里会写上最后一天。不能只说不归这里管。",
            "Choose one at least; the letter gives its last day. Saying that it is not for us is not enough.",
        ),
    ),
    "date": (say("日期", "Date"), ""),
    "extend.reason": (say("为什么要延期", "Why more time is needed"), _READS),
    "hand_over.reason": (say("为什么该由它办", "Why it belongs there"), _READS),
    "refer.reason": (say("分歧在哪里", "What the offices disagree about"), _READS),
    "take_over.reason": (say("为什么接手", "Why you take it over"), _READS),
    "invite_office.reason": (say("请它办哪一部分", "Which part it should do"), _READS),
    "assign.reason": (say("为什么由它办", "Why this office"), _READS),
    "press.reason": (say("督办要求", "What you require"), _READS),
    "press.date": (say("哪天前答复", "Answer by"), ""),
    "hear.date": (say("哪天听证", "Day of the hearing"), ""),
    "call_off.reason": (say("为什么不开了", "Why it is called off"), _READS),
    "minutes": (
        say("听证记录", "The record"),
        say(
            "谁在场（写职务）、各方说了什么。居民看得到，还可以写意见。没有开成的，不要写记录，用“听证不开了”。",
            "Who was there, by title, and what each side said. The resident reads it and may remark on it. If it was "
            "not held, write no record: call it off.",
        ),
    ),
}

HISTORY: dict[str, Words] = {
    **labels.HISTORY,
    "case.claimed": pair("居民认领了来件", "The resident took over the filing"),
    "case.asked": pair("向居民提问", "The office asked the resident"),
    "case.replied": pair("居民答复了提问", "The resident replied"),
    "case.added": pair("居民作了补充", "The resident added something"),
    "case.file_added": pair("居民添加了文件", "The resident added a file"),
    "case.hearing_away": pair("居民说那天来不了", "The resident cannot come on that day"),
    "case.hearing_remarked": pair("居民对听证记录写了意见", "The resident remarked on the record"),
    "case.confirmed": pair("居民确认已解决", "The resident confirmed the answer"),
    "case.closed_unconfirmed": pair(
        "期满未收到居民意见，记为“未确认”", "No word from the resident; kept as “not confirmed”"
    ),
    "case.split_agreed": pair("居民同意分成两件", "The resident agreed that these are two matters"),
    "case.withdrawn": pair("居民撤回了", "The resident withdrew it"),
    "case.restored": pair("居民改变了主意，接着办", "The resident changed their mind; work goes on"),
    "case.went_outside": pair(
        "居民到外面的上一级去了，这里到此为止", "The resident went on outside; it ends here"
    ),
    "case.consented": pair("居民表示同意", "The resident agreed"),
    "case.publication_agreed": pair("居民同意公开一份内容", "The resident agreed to show a copy in public"),
    "case.answers_agreed": pair("居民同意公开答复", "The resident agreed to show answers in public"),
    "case.publication_taken_back": pair("居民收回了公开的同意", "The resident took back that consent"),
    "case.staff_recused": pair("一名工作人员回避", "A member of staff was recused"),
    "case.office_recused": pair("一个单位回避", "An office was recused"),
    "case.role_recused": pair(
        "一个单位的一类人员回避", "Those who do certain work in an office were recused"
    ),
    "case.earlier_recused": pair(
        "办过、看过前一件事的人回避", "Whoever dealt with the earlier matter was recused"
    ),
    "clock.lapsed": pair("一项时限已过", "A time limit passed"),
}

# How a person sent a case to the office that has it now.
CAME: dict[str, Words] = {
    "case.handed_over": pair("转来", "Handed over"),
    "case.assigned": pair("上级指定", "Assigned by the supervisor"),
    "case.taken_over": pair("上级接手", "Taken over by the level above"),
    "case.handed_up": pair("因有人回避交来", "Given to the level above, as somebody was recused"),
}

BY: dict[str, Words] = {
    **labels.BY,
    "resident": pair("居民", "the resident"),
    "operator": pair("话务员代居民", "the operator, for the resident"),
}

LOOK_REASONS: dict[str, Words] = {
    **labels.LOOK_REASONS,
    "contact": pair("需要与居民联系", "Needs to reach the resident"),
    "break_glass": pair("紧急查阅", "Break-glass"),
}
LOOK_THINGS: dict[str, Words] = {
    **labels.LOOK_THINGS,
    "contact": pair("联系方式", "the contact details"),
}
OUTCOMES: dict[str, Words] = {
    **labels.OUTCOMES,
    "confirmed": pair("居民已确认", "Confirmed by the resident"),
}

MESSAGES: dict[str, Words] = {
    "question": pair("单位提问", "Question from the office"),
    "reply": pair("居民回复", "Reply"),
    "addition": pair("居民补充", "Addition"),
    "mailed": pair("邮件补充，发件人没有核实", "Addition by mail, its sender not checked"),
    "note": pair("内部记录", "Internal note"),
    "hearing": pair("听证通知", "Notice of the hearing"),
    "away": pair("居民说那天来不了", "The resident cannot come on that day"),
    "record": pair("听证记录", "Record of the hearing"),
    "remark": pair("居民对记录的意见", "The resident's remark on the record"),
}

TURNS: dict[str, Words] = {
    "office": pair("单位", "The office"),
    "resident": pair("居民", "The resident"),
    "above": pair("上级", "A superior"),
}

CLOCKS: dict[str, Words] = {
    "late": pair("已超期", "Late"),
    "soon": pair("快到期", "Due soon"),
    "paused": pair("暂停计时", "Paused"),
}

CONTACT: dict[str, Words] = {
    "name": pair("称呼", "Name"),
    "email": pair("电子邮件", "E-mail"),
    "phone": pair("电话", "Phone"),
    "address": pair("地址", "Address"),
    "for_somebody": pair("代谁反映", "On behalf of"),
    "who_is_told": pair("通知谁", "Who is told"),
    "who_holds_receipt": pair("谁拿回执", "Who holds the receipt"),
}

WHO: dict[str, Words] = {
    "me": pair("来件人", "Whoever filed"),
    "them": pair("当事人", "The person it is for"),
}

BOARD: dict[str, Words] = {
    "late": pair("已超期", "Late"),
    "soon": pair("快到期", "About to be late"),
    "handed_about": pair("来回转的", "Handed about"),
    "escalated": pair("居民请上级过问的", "Taken to the level above"),
    "reopened": pair("重启的", "Reopened"),
    "unconfirmed": pair("结束时未经居民确认的", "Closed without the resident's word"),
}

# Who makes a move, by the procedure's roles.
MOVERS: dict[str, Words] = {
    "resident": pair("居民", "the resident"),
    "office": pair("承办单位里办理的人", "whoever works on cases in the office that has it"),
    "supervisor": pair("上级单位的督办人", "a supervisor in an office above"),
    "above": pair("上一级单位", "the level above"),
    "above_2": pair("上两级单位", "the second level above"),
    "above_3": pair("上三级单位", "the third level above"),
    "above_4": pair("上四级单位", "the fourth level above"),
}
