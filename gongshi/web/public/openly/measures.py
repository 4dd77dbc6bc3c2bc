"""The shares that the pages of figures draw: what each is called, and how it is computed, in words."""

from dataclasses import dataclass

from gongshi.words import Words, pair


@dataclass(frozen=True)
class Measure:
    """One share: the name of `gongshi.figures.shown.SHARES`, its words, and the share that stands beside it, if any."""

    code: str
    title: Words
    how: Words
    beside: str = ""


MEASURES = (
    Measure(
        "on_time",
        pair("按时答复", "Answered on time"),
        pair(
            "分母是已经答复的，加上承诺的日子已过还没答复的。分子是在承诺日当天或之前答复的；迟过一次，再答复也不算按时。等居民补充的日子不计，延期按延后的日子算。",
            "Of the cases that were answered, and those whose promised day has passed without an answer: how many were "
            "answered on that day or before it. Once late, a second answer does not make it on time. Days spent "
            "waiting for the resident do not count; an extension moves the day.",
        ),
    ),
    Measure(
        "responses_on_time",
        pair("按时受理", "First response on time"),
        pair(
            "第一次回应，就是受理或转送。分母是已经回应的，加上期限已过还没回应的。分子是每一次都在期限当天或之前回应的。",
            "The first response is that the case is accepted or handed on. Of the cases that had one, and those whose "
            "last day for it has passed: how many had it, each time, on that day or before it.",
        ),
    ),
    Measure(
        "handed_on",
        pair("转办过", "Handed on"),
        pair(
            "至少换过一次承办单位的，占全部事项的多少。转办是流转，不是答复；转得多，多半是第一次没分对。",
            "Of all cases: how many went to another office at least once. Handing on is a move, never an answer; where "
            "there is much of it, cases go to the wrong office first.",
        ),
    ),
    Measure(
        "confirmed",
        pair("居民确认", "Confirmed by residents"),
        pair(
            "答复以后，居民说办好了的。期满没有回音的算“没确认”，不当作同意。分母是居民可以表态的答复；其余的还没到期，或者重启后还在办。",
            "After the answer the resident said that it is settled. Silence until the time ran out counts as not "
            "confirmed and never as consent. Of the answers on which a resident could speak; the rest are not over "
            "yet, or were taken up again.",
        ),
        beside="not_confirmed",
    ),
    Measure(
        "reopened",
        pair("重启", "Reopened"),
        pair(
            "居民说没办好、要求重办过的，占可以表态的答复的多少，不管后来怎样。",
            "Of the answers on which a resident could speak: how many the resident had taken up again because it was "
            "not done, whatever became of it.",
        ),
    ),
    Measure(
        "withdrawn",
        pair("居民撤回", "Withdrawn"),
        pair(
            "居民撤回的占全部事项的多少，撤回后删除内容的也算在内。有人催着撤回，会从这里看出来。反映单位的、信访、纠纷撤回了多少，这里也不说：说了就露出有过几件，单位按这个数考核，就会拦着人反映。这些事撤回以后，同样14天内可以反悔。",
            "Of all cases: how many residents withdrew, those whose content they had erased among them. Pressure to "
            "withdraw shows here. How many matters about an office, grievances and disputes were withdrawn is not told "
            "either: it would tell how many there were, and offices that are measured by that number stop people from "
            "complaining. Their withdrawal, too, can be undone for 14 days.",
        ),
    ),
    Measure(
        "kept",
        pair("承诺做到了", "Promises kept"),
        pair(
            "答复里承诺了日期、日期已过的事项：居民最后一次说“做到了”的占多少，说“没做到”的占多少。其余的没有说，不算做到。",
            "Of the cases that were promised something by a date which has passed: of how many the resident last said "
            "that it was kept, and of how many that it was not. Of the rest nothing was said, which is not kept.",
        ),
        beside="not_kept",
    ),
)
SHORT = {
    "on_time": pair("按时答复", "On time"),
    "responses_on_time": pair("按时受理", "First response"),
    "handed_on": pair("转办过", "Handed on"),
    "confirmed": pair("居民确认", "Confirmed"),
    "not_confirmed": pair("没确认", "Not confirmed"),
    "reopened": pair("重启", "Reopened"),
    "withdrawn": pair("居民撤回", "Withdrawn"),
    "kept": pair("做到了", "Kept"),
    "not_kept": pair("没做到", "Not kept"),
}
"""What stands over their columns."""
WORK = ("on_time", "responses_on_time", "handed_on")
"""What the office did: the columns of the first table."""
SAID = ("confirmed", "not_confirmed", "reopened", "withdrawn", "kept", "not_kept")
"""What residents did and said: those of the second."""


def measures(codes: tuple[str, ...]) -> list[Measure]:
    """Those that tell how these shares are computed, each once: "not confirmed" stands beside "confirmed"."""
    return [one for one in MEASURES if one.code in codes]


APART = (
    Measure(
        "staff_logged",
        pair("工作人员登记", "Logged by staff"),
        pair(
            "工作人员记下的（电话、当面、来信），来件人还没有认领。认领以后由居民自己说话，就和别的一样算。",
            "Staff wrote it down (by phone, in person, by letter), and whoever brought it has not claimed it yet. Once "
            "they have, they speak for it themselves, and it counts like any other.",
        ),
    ),
    Measure(
        "without_promise",
        pair("没有承诺时限", "No promise"),
        pair(
            "来的时候，它的类别没有承诺的天数，办理流程也没有时限：没有哪一天算到期。",
            "When it came nothing was promised for its category, and its procedure has no time limit: there is no day "
            "on which an answer was due.",
        ),
    ),
    Measure(
        "forwarded",
        pair("只转出", "Forwarded"),
        pair(
            "从旧系统导入的，那里只是转给了别处。转办是流转，不是答复。",
            "Imported from an older system, which only passed it on. Forwarding is a move, never an answer.",
        ),
    ),
)
"""What is counted apart: numbers of cases, in none of the shares."""
