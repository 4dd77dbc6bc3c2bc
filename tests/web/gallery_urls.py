"""Addresses and sample data of the gallery (tests/web/gallery.py)."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf.urls.i18n import i18n_patterns
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path

from gongshi.rules.procedure.picture import Step
from gongshi.web.public.installed import manifest
from gongshi.words import pair, say
from tests.web.gallery import day, moment


class Files(forms.ClearableFileInput):
    """Several files in one control."""

    allow_multiple_selected = True


class SampleForm(forms.Form):
    """One field of each kind."""

    door = forms.ChoiceField(
        label=say("您要反映什么？", "What is it about?"),
        choices=[
            ("ask", say("想问怎么办事", "I want to ask how something is done")),
            ("broken", say("东西坏了、脏了、太吵或不安全", "Something is broken, dirty, noisy or unsafe")),
            ("business", say("商家或物业的问题", "A business or a property manager")),
            ("office", say("某个单位或工作人员的做法", "How an office or its staff acted")),
            ("dispute", say("和别人有纠纷", "A dispute with somebody")),
            ("write", say("说不清，我直接写", "Not sure, let me write")),
        ],
        widget=forms.RadioSelect,
        help_text=say("涉及某个单位的，不会交给该单位。", "What is about an office is not sent to it."),
    )
    text = forms.CharField(
        label=say("发生了什么？希望怎么解决？", "What happened, and what should be done?"),
        help_text=say("写清时间、地点和经过。最多5000字。", "When, where and how. Up to 5,000 characters."),
        widget=forms.Textarea(
            attrs={"data-room": "60", "data-room-left": "还可以写{n}字", "data-room-over": "多了{n}字"}
        ),
    )
    before = forms.CharField(
        label=say("以前反映过？填编号", "Reported before? Its number"),
        required=False,
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    on = forms.DateField(
        label=say("哪天发生的", "When it happened"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    level = forms.ChoiceField(
        label=say("街道", "Street"), choices=[("a", "东街"), ("b", "西街")], required=False
    )
    files = forms.FileField(
        label=say("照片或PDF", "Photos or PDF files"),
        help_text=say("最多8个，每个不超过10 MB。", "Up to 8, each at most 10 MB."),
        required=False,
        widget=Files(attrs={"data-remove": "去掉"}),
    )
    phone = forms.CharField(
        label=say("手机", "Phone"), required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    agree = forms.BooleanField(
        label=say("我同意公开上面这份内容", "I agree that the copy above is shown in public"), required=False
    )


STEPS = [
    Step("received", pair("已收到", "Received"), pair("", ""), "done", "office"),
    Step("accepted", pair("已受理", "Accepted"), pair("", ""), "done", "office"),
    Step(
        "handling",
        pair("正在办理", "Being handled"),
        pair("单位查明情况，再作答复。", "The office finds out what is the matter, then answers."),
        "here",
        "office",
        by_when=day(25),
        clock="answer",
        then=pair("上级单位自动开始督办。", "The office above begins to press, by itself."),
    ),
    Step(
        "waiting",
        pair("等您补充", "Waiting for you"),
        pair("缺材料时会问您，时限暂停。", "If something is missing you are asked, and the clock stops."),
        "possible",
        "resident",
    ),
    Step(
        "answered",
        pair("答复您", "You get an answer"),
        pair("写明查到什么、怎么决定。", "It says what was found and what is decided."),
        "next",
        "resident",
    ),
    Step("closed", pair("您确认或重启", "You confirm or reopen"), pair("", ""), "later", "nobody"),
]
ENTRIES = [
    {
        "at": moment(19, 15, 12),
        "text": pair("承办人看了您的内容", "The handler read what you wrote"),
        "by": pair("东街街道办事处 · 承办人", "East Street Office · handler"),
    },
    {
        "at": moment(17, 10, 5),
        "text": pair("已受理，由陈立负责", "Accepted; Chen Li is responsible"),
        "by": pair("东街街道办事处", "East Street Office"),
    },
    {
        "at": moment(16, 21, 40),
        "text": pair("收到您的来件", "Your filing arrived"),
        "detail": "路灯坏了，晚上很黑。\n请尽快修。",
    },
]
CLOCKS = ["in_time", "soon", "late", "paused", "met", "stopped"]
QUEUE = [
    (
        "late",
        4,
        day(19),
        "QH-4F7K-2M9P-3",
        pair("路灯不亮", "Street light out"),
        pair("东街 · 柳园社区", "East Street · Liuyuan"),
    ),
    (
        "soon",
        1,
        day(24),
        "QH-9D2C-7XKB-5",
        pair("垃圾没人清", "Rubbish not collected"),
        pair("河西 · 三网格", "Hexi · grid 3"),
    ),
    (
        "in_time",
        6,
        day(1, 12),
        "QH-K3TT-0Q8W-M/2",
        pair("施工噪声", "Noise from building work"),
        pair("北门 · 老城社区", "North Gate · Old Town"),
    ),
    (
        "paused",
        None,
        day(3, 12),
        "QH-71AA-BH5E-R",
        pair("物业收费", "Property charges"),
        pair("东街 · 锦绣花园", "East Street · Jinxiu Gardens"),
    ),
]
SHARES = [
    [pair("东街街道办事处", "East Street Office"), 214, {"share": 0.91, "low": 0.86, "high": 0.94}, 5],
    [pair("县住房和城乡建设局", "County Housing Bureau"), 88, {"share": 0.74, "low": 0.64, "high": 0.82}, 9],
    [pair("河西镇", "Hexi Township"), 23, {"share": 0.96, "low": 0.79, "high": 0.99}, 4],
]


def form_with_errors() -> SampleForm:
    """Wrong on purpose: nothing chosen, and a date that cannot be."""
    form = SampleForm({"text": "路灯坏了" * 20, "on": "2199-12-31", "before": "QH-4F7K"})
    form.add_error("on", say("日期要像 2026-11-23", "A date looks like 2026-11-23"))
    form.errors["on"] = form.error_class(form.errors["on"][-1:])
    form.errors["door"] = form.error_class([say("请选一项", "Please choose one")])
    return form


def sample(request: HttpRequest, name: str) -> HttpResponse:
    """One sample page with everything that any of them shows."""
    if request.method == "POST" and name == "write":
        return redirect("public:sample", "receipt")
    pages = Paginator(range(120), 20)
    context: dict[str, Any] = {
        "form": form_with_errors(),
        "fresh": SampleForm(),
        "steps": STEPS,
        "office": pair("东街街道办事处", "East Street Office"),
        "number": 2,
        "form_steps": [
            {"name": pair("什么事", "What"), "state": "done", "url": "#"},
            {"name": pair("在哪里", "Where"), "state": "here"},
            {"name": pair("经过和要求", "What happened"), "state": "next"},
        ],
        "entries": ENTRIES,
        "clocks": CLOCKS,
        "queue": QUEUE,
        "due": day(25),
        "page": pages.page(2),
        "columns": [
            {"name": pair("单位", "Office")},
            {"name": pair("答复", "Answered"), "numeric": True},
            {"name": pair("按期", "On time")},
            {"name": pair("中位天数", "Median days"), "numeric": True},
        ],
        "shares": SHARES,
        "photos": [
            {
                "id": 1,
                "url": "#",
                "picture_url": "/static/gongshi/logo.svg",
                "name": "路灯.jpg",
                "size": "1.2 MB",
            },
            {"id": 2, "url": "#", "name": "申请表（盖章）.pdf", "size": "340 KB"},
        ],
        "meta": [pair("东街街道办事处", "East Street Office"), pair("11月", "November")],
        "doors": SampleForm.base_fields["door"].choices,
    }
    if "desk" in name or name == "queue":
        context["user"] = SimpleNamespace(
            is_authenticated=True, name=pair("陈立", "Chen Li"), title=pair("承办人", "Handler")
        )
        context["desk_office"] = pair("东街街道办事处", "East Street Office")
        context["desk_counts"] = {"queue": 12, "board": 3}
        context["desk_offices"] = True
    return render(request, f"{name}.html", context)


public = ([path("sample/<name>/", sample, name=n) for n in ("sample",)], "public")
public[0][:0] = [path("", sample, {"name": "home"}, name="home")]
public[0].append(path("app.webmanifest", manifest, name="manifest"))
for address in (
    *("file", "open", "published", "figures", "how_it_works", "what_we_keep", "what_it_cannot"),
    "offline",
):
    public[0].append(path(f"{address}/", sample, {"name": "parts"}, name=address))
desk = (
    [
        path(f"desk/{n}/", sample, {"name": "queue"}, name=n)
        for n in ("queue", "board", "publication", "offices")
    ],
    "desk",
)
urlpatterns = [path("", include("gongshi.web.public.device_urls"))]
urlpatterns += i18n_patterns(
    path("", include(desk)),
    path("logout/", sample, {"name": "home"}, name="account_logout"),
    path("", include(public)),
    prefix_default_language=False,
)
