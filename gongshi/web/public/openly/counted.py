"""What each column of the counts in the open data is, in words for who opens the file."""

from gongshi.words import Words, pair

ROWS: tuple[tuple[str, Words], ...] = (
    ("month", pair("事项登记的月份", "the month in which cases were filed")),
    ("as_of", pair("数的那一天", "the day on which they were counted")),
    ("threshold", pair("小于它的数字不显示", "numbers below it are withheld")),
    ("definition", pair("按哪一种算法数的，见 definitions.csv", "by which definition: see definitions.csv")),
    (
        "table",
        pair(
            "这一行说谁：all 全部，office 单位，category 类别，area 区域，office_category 一个单位的一个类别",
            "whose row it is: all, an office, a category, an area, or office_category: one category of one office",
        ),
    ),
    (
        "office, category, area",
        pair("代码，名字在另外三个表里", "codes; their names are in three tables of their own"),
    ),
)
"""What a row of ``tables.csv`` begins with."""
COUNTS: dict[str, Words] = {
    "cases": pair("登记的诉求和咨询", "requests and questions filed"),
    "due": pair(
        "应当答复的：已经答复，或者承诺的日子过了",
        "answers due: given, or the promised day has passed without one",
    ),
    "on_time": pair("其中按时答复的", "of these: answered on time"),
    "answered": pair("已经答复的", "answered by that day"),
    "responses_due": pair(
        "应当有第一次回应（受理或转送）的",
        "first responses due: accepted or handed on, or the last day has passed",
    ),
    "responses_on_time": pair("其中按时回应的", "of these: on time"),
    "handed_on": pair("转办过的", "handed to another office at least once"),
    "asked": pair("居民可以表态的答复", "answers on which the resident could speak"),
    "confirmed": pair("其中居民说办好了的", "of these: the resident said that it is settled"),
    "not_confirmed": pair("其中期满没有回音的", "of these: silence until the time ran out"),
    "reopened": pair("其中居民要求重办过的", "of these: taken up again because it was not done"),
    "withdrawn": pair("居民撤回的", "withdrawn by the resident"),
    "promised": pair(
        "答复里承诺了日期、日期已过的", "answers that promised something by a date which has passed"
    ),
    "kept": pair("其中居民最后说做到了的", "of these: the resident last said that it was kept"),
    "not_kept": pair("其中居民最后说没做到的", "of these: the resident last said that it was not"),
    "staff_logged": pair("另计：工作人员登记的", "counted apart: logged by staff"),
    "without_promise": pair("另计：没有承诺时限的", "counted apart: nothing was promised"),
    "forwarded": pair("另计：只转出去的", "counted apart: merely forwarded"),
}
"""The counts of ``tables.csv``."""
