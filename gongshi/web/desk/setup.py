"""The guided first set-up: what a place still needs, one step after the other, each with what it is for.

The steps change nothing themselves: they lead to the settings pages, to the form, to a command. Which are done is read
from the configuration (`revisions.progress`); what nobody can read from it stands beneath, without a tick.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import require
from gongshi.bulletin.queries import may_see_pages
from gongshi.revisions.progress import Progress, progress
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.words import Words, pair, say

RIGHT = "settings.change"


@dataclass(frozen=True)
class Step:
    """One step: what it is for, what is sensible, and where it is done; ``command`` where no page does it."""

    code: str
    name: Words
    purpose: Words
    sensible: Words
    button: Words
    page: str = ""
    section: str = ""
    command: str = ""


STEPS = (
    Step(
        "place",
        pair("名称和介绍", "The name, and a sentence about the place"),
        pair("居民先看到的：这是哪里，由谁管。", "What residents see first: where this is and who runs it."),
        pair("一个名称，一句介绍，两种语言都写。", "One name and one sentence, in both languages."),
        pair("写名称和介绍", "Write them"),
        "desk:settings_place",
    ),
    Step(
        "emergency",
        pair("紧急电话", "Emergency numbers"),
        pair(
            "每一页最上面都有：人有危险时先打哪里。",
            "At the top of every page: whom to call first in danger.",
        ),
        pair(
            "当地的报警、火警、急救号码；两三个就够。",
            "Police, fire and ambulance here; two or three will do.",
        ),
        pair("填号码", "Enter the numbers"),
        "desk:settings_place",
    ),
    Step(
        "offices",
        pair("单位", "Offices"),
        pair(
            "谁欠居民答复，谁在它上面督促。",
            "Who owes residents an answer, and who is above it and presses it.",
        ),
        pair(
            "先写真正答复的那几个，加一个上一级。反映单位的事由上一级办，所以一定要有。",
            "The few that really answer, and one level above them, where matters about an office go.",
        ),
        pair("改单位", "Change the offices"),
        "desk:settings_list",
        "offices",
    ),
    Step(
        "areas",
        pair("区域", "Areas"),
        pair("事情在哪里；也可以按区域分派。", "Where a matter is; matters can be sent by area, too."),
        pair(
            "写几个大家叫得出的名字就够，不必有地图。有 GeoJSON 边界的，以后随包载入。",
            "A few names that everybody uses are enough, without a map. Boundaries as GeoJSON can be loaded later.",
        ),
        pair("写区域的名字", "Write the areas' names"),
        "desk:settings_new",
        "areas",
    ),
    Step(
        "categories",
        pair("类别和分派", "Categories, and who owes the answer"),
        pair(
            "事项可以是哪方面的，各送到哪个单位。",
            "What matters can be about, and which office each goes to.",
        ),
        pair(
            "十来个就够，用居民的话起名。最后一条规则不带条件，兜住其余的。",
            "A dozen or so, named in residents' words. The last rule has no condition and takes the rest.",
        ),
        pair("改类别", "Change the categories"),
        "desk:settings_list",
        "categories",
    ),
    Step(
        "promises",
        pair("承诺的天数", "Promised days"),
        pair(
            "每一类几天内答复。逾期自动督办，也算进公开的数字。",
            "Within how many days each kind is answered; late ones are pressed and counted in public.",
        ),
        pair(
            "先写真做得到的：多数10个工作日，危险的3个，咨询5个。",
            "What you will really keep: 10 working days for most, 3 for danger, 5 for questions.",
        ),
        pair("改天数", "Change the days"),
        "desk:settings_promises",
    ),
    Step(
        "calendar",
        pair("节假日", "Days off"),
        pair(
            "工作日要扣掉节假日；没有公布的年份，期限会写“暂定”。",
            "Working days leave out public holidays; in years without a list deadlines are called provisional.",
        ),
        pair("每年公布后加一年。", "Add each year once its list is out."),
        pair("在包的文件里改", "Changed in the pack's files"),
        command="gongshi dump-pack …  →  calendars/*.toml  →  gongshi load-pack …",
    ),
    Step(
        "staff",
        pair("人员", "Staff"),
        pair(
            "谁登录，在哪个单位做什么。每个单位都要有人。",
            "Who signs in, for which office, as what. Somebody in every office.",
        ),
        pair(
            "每个单位一位包案责任人、一位承办人；上一级一位督办人。另设一位管理员。",
            "A lead and a handler for each office, a supervisor above; and a second administrator.",
        ),
        pair("加人员", "Add staff"),
        "desk:settings_list",
        "staff",
    ),
    Step(
        "passwords",
        pair("第一个密码", "First passwords"),
        pair(
            "新账号没有密码：给每人一个一次性的码，由本人设。",
            "A new account has none: hand each a one-time code, with which they set their own.",
        ),
        pair("当面或打电话给，不写在邮件里。", "In person or by telephone, never by mail."),
        pair("在服务器上", "On the server"),
        command="gongshi set-password LOGIN --code",
    ),
    Step(
        "templates",
        pair("办事问答和答复模板", "Answer pages and templates"),
        pair(
            "常有人问的先写好，一查就有；常写的答复备一份。",
            "What many ask is answered before they file; what you often write is kept ready.",
        ),
        pair(
            "先写五篇最常问的。各单位自己写。", "Begin with the five most asked. Each office writes its own."
        ),
        pair("去写，在“问答”里", "Write them, under “Pages”"),
        "desk:pages",
    ),
    Step(
        "report",
        pair("自己试一件", "Try a report"),
        pair(
            "像居民那样写一件，看它到了谁手里、写着哪天答复。",
            "File as a resident would: see who gets it and which day it says.",
        ),
        pair(
            "写“试用”，完了用回执撤回并删除。",
            "Write “test”; withdraw and erase it with the receipt afterwards.",
        ),
        pair("写一件", "File one"),
        "public:file",
    ),
)
REMINDERS = (
    Step(
        "poster",
        pair("印一张海报", "Print a poster"),
        pair(
            "贴在楼道、柜台、路口：扫一扫就能写，地点已填好。",
            "For stairwells, counters and corners: one scan opens the form with the place filled in.",
        ),
        pair("先贴事情最多的三处。", "Begin with the three spots where most goes wrong."),
        pair("找地点", "Find the spot"),
        "public:posters",
    ),
    Step(
        "backup",
        pair("备份", "Backups"),
        pair(
            "机器坏了不丢一件。keys/ 另存一份，不和备份放一起。",
            "So that nothing is lost with the machine. Keep keys/ elsewhere, never beside a backup.",
        ),
        pair(
            "每天一次，到另一台机器；每季试恢复一次。",
            "Daily, to another machine; try to restore one each quarter.",
        ),
        pair("在服务器上", "On the server"),
        command="gongshi backup FILE",
    ),
    Step(
        "pack",
        pair("写成地方包", "Write it out as a pack"),
        pair(
            "现在的样子写成文件，可以对照、存档、搬到别处。",
            "What is in force, as files to compare, keep and take elsewhere.",
        ),
        pair("改完一轮写一次。", "Once after each round of changes."),
        pair("在服务器上", "On the server"),
        command="gongshi dump-pack FOLDER",
    ),
)


@staff_page("GET")
def show(request: DeskRequest) -> HttpResponse:
    """All steps, the first that is open marked; ``after`` names one that is left for later."""
    require(request.actor, RIGHT)
    found = progress(request.actor)
    here = _next(found, request.GET.get("after", ""))
    context = {
        "steps": [_shown(step, found, here, request.actor) for step in STEPS],
        "reminders": [_shown(step, found, "", request.actor) for step in REMINDERS],
        "number": found.number,
        "total": len(STEPS),
        "left": {"staff": found.staff, "with_password": found.with_password},
        "is_local": not settings.SECURE,
        **desk(request),
    }
    return render(request, "desk/setup.html", context)


def _next(found: Progress, after: str) -> str:
    """The first open step, from the one behind ``after`` on, then from the beginning."""
    codes = [step.code for step in STEPS]
    start = codes.index(after) + 1 if after in codes else 0
    return next((code for code in codes[start:] + codes[:start] if not found.done[code]), "")


def _shown(step: Step, found: Progress, here: str, actor: StaffActor) -> dict[str, Any]:
    done = found.done.get(step.code, False)
    # Whoever only administers writes no answer pages: offices do.
    leads = bool(step.page) and (step.page != "desk:pages" or may_see_pages(actor))
    return {
        "step": step,
        "done": done,
        "here": step.code == here,
        "state": "done" if done else "here" if step.code == here else "later",
        "url": reverse(step.page, args=[step.section] if step.section else []) if leads else "",
        "word": say("已完成", "Done")
        if done
        else say("现在做这个", "Do this now")
        if step.code == here
        else say("还没做", "Not yet"),
    }
