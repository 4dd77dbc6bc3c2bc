"""Codes of answer pages in words."""

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
    "withdrawn": pair("撤下", "Withdrawn"),
}
FAULTS: Mapping[str, Words] = {
    "needed": pair("这里还没有写。", "Nothing is written here yet."),
    "too_long": pair("太长了，请缩短。", "This is too long: shorten it."),
    "unreadable": pair("里面有存不下来的字符。", "It holds a character that cannot be kept."),
    "past": pair("这一天已经过去，请写一个将来的日子。", "This day is past: choose one to come."),
}
