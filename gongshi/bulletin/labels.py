"""Codes of answer pages, of notices of outages and works, and of reception days, in words."""

from collections.abc import Mapping

from gongshi.words import Words, pair

PARTS: Mapping[str, Words] = {
    "question": pair("问题", "Question"),
    "answer": pair("回答", "Answer"),
    "bring": pair("带什么", "What to bring"),
    "where": pair("去哪里办", "Where to go"),
    "hours": pair("什么时间", "When"),
    "fee": pair("收多少钱", "What it costs"),
    "basis": pair("依据", "Legal basis"),
    "review_by": pair("复核日期", "Review by"),
}
STATES: Mapping[str, Words] = {
    "draft": pair("草稿", "Draft"),
    "published": pair("已公布", "Published"),
    "withdrawn": pair("已撤下", "Withdrawn"),
}
CHANGES: Mapping[str, Words] = {
    "written": pair("写了新稿", "New words written"),
    "published": pair("公布", "Published"),
    "confirmed": pair("复核过，仍然正确", "Reviewed: still right"),
    "unconfirmed": pair("撤销了复核", "Review undone"),
    "withdrawn": pair("撤下", "Withdrawn"),
}
FAULTS: Mapping[str, Words] = {
    "needed": pair("这里还没有写。", "Nothing is written here yet."),
    "too_long": pair("太长了，请缩短。", "This is too long: shorten it."),
    "unknown": pair("花括号里的名字没有可填的内容。", "A name in braces is none that is filled in."),
    "unpaired": pair("花括号不成对。", "A brace lacks its other half."),
    "unreadable": pair("里面有存不下来的字符。", "It holds a character that cannot be kept."),
    "past": pair("这一天已经过去，请写一个将来的日子。", "This day is past: choose one to come."),
}
DISRUPTION_PARTS: Mapping[str, Words] = {
    "title": pair("什么停了", "What is out"),
    "text": pair("说明", "More about it"),
    "begins_at": pair("从什么时候", "From"),
    "expected_until": pair("预计到什么时候", "Expected to be over by"),
    "shown_from": pair("从什么时候公布", "Show it from"),
}
DISRUPTION_STATES: Mapping[str, Words] = {
    "scheduled": pair("还没公布", "Not shown yet"),
    "planned": pair("计划中", "Planned"),
    "running": pair("正在停", "Running"),
    "over": pair("已恢复", "Over"),
    "withdrawn": pair("已撤下", "Withdrawn"),
}
DISRUPTION_CHANGES: Mapping[str, Words] = {
    "announced": pair("发了通知", "Announced"),
    "changed": pair("改了通知", "Changed"),
    "over": pair("说已经恢复", "Said to be over"),
    "resumed": pair("说还没有恢复", "Said not to be over after all"),
    "withdrawn": pair("撤下", "Withdrawn"),
}
DISRUPTION_FAULTS: Mapping[str, Words] = {
    **FAULTS,
    "before_begin": pair("比开始还早。", "This is before it begins."),
    "to_come": pair("这个时间还没到。", "This time has not come yet."),
}
RECEPTION_PARTS: Mapping[str, Words] = {
    "receiver": pair("谁接访（职务）", "Who receives (their title)"),
    "place": pair("地点", "Place"),
    "begins_at": pair("从什么时候", "From"),
    "minutes": pair("每次几分钟", "Minutes each"),
    "slots": pair("几个时段", "How many times"),
    "reason": pair("原因", "Reason"),
}
RECEPTION_CHANGES: Mapping[str, Words] = {
    "announced": pair("公布", "Announced"),
    "changed": pair("改了", "Changed"),
    "called_off": pair("取消", "Called off"),
}
RECEPTION_FAULTS: Mapping[str, Words] = {
    **FAULTS,
    "too_soon": pair(
        "最早是明天，要让人来得及知道。", "Tomorrow at the earliest: people need time to hear of it."
    ),
    "earlier": pair(
        "不能改到更早的一天或已经过去的时候：约了的人会来不及。",
        "Not to an earlier day, nor to a time that is past: whoever booked would be too late.",
    ),
    "on_the_day": pair(
        "当天不能再改期或取消：名单已经可以看了。可以改时间、地点，或者换人接待。",
        "On the day it is not put off or called off: the list is open. Change the hour, the place or who receives.",
    ),
    "too_far": pair("请选两年以内的日子。", "Choose a day within two years."),
    "next_day": pair(
        "会拖到第二天，请减少时段或早一点开始。",
        "It would run into the next day: fewer times, or an earlier start.",
    ),
    "out_of_range": pair("请写2到60之间的数。", "Write a number from 2 to 60."),
}
TIME_USES: Mapping[str, Words] = {
    "taken": pair("有人约了", "Booked"),
    "free": pair("没有人约", "Not booked"),
    "kept": pair("留给没有预约的人", "For whoever comes without a booking"),
}
