"""The pages of this site that explain something, as a search finds them: what each is about, in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class HelpPage:
    """``code``: the name of its address among the public pages; ``path``: its address; ``text``: what it says."""

    code: str
    path: str
    title: Mapping[str, str]
    text: Mapping[str, str]


def _page(code: str, path: str, titles: tuple[str, str], texts: tuple[str, str]) -> HelpPage:
    return HelpPage(
        code, path, dict(zip(("zh", "en"), titles, strict=True)), dict(zip(("zh", "en"), texts, strict=True))
    )


PAGES = (
    _page(
        "file",
        "/file/",
        ("我要反映", "Report something"),
        (
            "反映问题、投诉、咨询、报修、提意见。不用注册，马上有编号和回执。",
            "Report, complain, ask, or say what should change. No account; a reference and a receipt at once.",
        ),
    ),
    _page(
        "open",
        "/open/",
        ("我的来件", "My filing"),
        (
            "凭回执查进度、补充、撤回、删除，看谁查阅过。回执丢了怎么办。",
            "With the receipt: progress, add, withdraw, erase, who looked. What to do when a receipt is lost.",
        ),
    ),
    _page(
        "how_it_works",
        "/how-it-works/",
        ("怎样办理", "How it works"),
        (
            "每一步谁负责、期限多长、到期会怎样，复查、复核、信访、督办、调解。",
            "Who has each step, its time limit, what happens when it is up; review, re-review, petitions, supervision.",
        ),
    ),
    _page(
        "when",
        "/when/",
        ("什么时候必须答复我", "When must they answer me?"),
        (
            "答复期限：选一个日期，算出每一步的最后一天，工作日和节假日，日历文件。",
            "Deadlines: choose a day and see the last day of every step; working days, holidays, a calendar file.",
        ),
    ),
    _page(
        "what_we_keep",
        "/what-we-keep/",
        ("我们保存什么", "What we keep"),
        (
            "个人信息、隐私、加密、存多久、谁能看、怎样删除。",
            "Personal data, privacy, encryption, for how long, who can see it, how to erase it.",
        ),
    ),
    _page(
        "what_it_cannot",
        "/what-it-cannot-protect/",
        ("它保护不了什么", "What it cannot protect from"),
        (
            "安全上的局限：谁管着服务器，就能做什么。",
            "Limits of its security: what whoever controls the server could do.",
        ),
    ),
    _page(
        "figures",
        "/figures/",
        ("办理情况", "Figures"),
        (
            "各单位按时答复了多少，居民确认、重启，答复的质量。",
            "How offices keep their time; what residents confirm and reopen; how good answers are.",
        ),
    ),
    _page(
        "receptions",
        "/receptions/",
        ("接访日", "Reception days"),
        (
            "负责人当面听您说：预约、预约码、取消。",
            "Those in charge hear you in person: book, the code of a booking, give it back.",
        ),
    ),
    _page(
        "join",
        "/join/",
        ("一起反映", "Join a joint matter"),
        ("联名、集体反映，共同码，代表。", "Several together: a join code, who speaks for all."),
    ),
)
