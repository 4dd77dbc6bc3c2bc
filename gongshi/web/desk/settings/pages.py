"""The settings: what there is to change, the list of each kind, and one thing of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongshi.accounts.rights import require
from gongshi.cases.import_runs import imports_under_way
from gongshi.cases.queries import NotFound
from gongshi.revisions.queries import InForce, in_force
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.settings.area_pages import (
    AreaForm,
    AreasForm,
    RetireAreaForm,
    area_rows,
    area_things,
)
from gongshi.web.desk.settings.category_pages import (
    CategoryForm,
    PromisesForm,
    RetireCategoryForm,
    category_rows,
)
from gongshi.web.desk.settings.editing import Editor, worked
from gongshi.web.desk.settings.forms import NAMED, SettingsForm, named
from gongshi.web.desk.settings.office_pages import OfficeForm, RetireOfficeForm, office_rows
from gongshi.web.desk.settings.prepared_pages import (
    PhraseForm,
    PreparedThingForm,
    RemovePhraseForm,
    RemovePreparedForm,
    phrase_rows,
    template_rows,
)
from gongshi.web.desk.settings.rule_pages import RemoveRuleForm, RuleForm, rule_rows
from gongshi.web.desk.settings.staff_pages import RemoveStaffForm, StaffForm, staff_rows
from gongshi.web.desk.settings.word_pages import KNOWN, WordsForm, keys, word_rows
from gongshi.words import Words, in_language, pair, say

OPEN_STAY = say(
    "已经收到的事项不动：办理单位、流程、承诺的天数和回避都照旧。改动只管以后收到的。",
    "Cases that are here already stay as they are: office, procedure, promised days and recusals. A change is for what "
    "comes from now on.",
)
RIGHT = "settings.change"


@dataclass(frozen=True)
class Section:
    """One kind of thing. ``columns`` stand beside its name; ``new`` and ``remove`` are None where there is none.

    ``new_form``: for new ones, where that is another form.
    """

    kind: str
    name: Words
    lead: Words
    columns: tuple[Words, ...]
    rows: Callable[[InForce], list[list[Any]]]
    form: type[SettingsForm]
    new: Words | None = None
    remove: type[SettingsForm] | None = None
    remove_name: Words | None = None
    remove_notes: tuple[Any, ...] = ()
    notes: tuple[Any, ...] = ()
    new_form: type[SettingsForm] | None = None


WORDS_STAY = (
    say(
        "答复里已经写进去的话不变；文字还在，撤销就恢复。",
        "What stands in answers already stays. The words are kept, and undoing brings them back.",
    ),
)
BRACES = (
    say(
        "花括号里的会按每件事填好：地点、编号、来件日期、单位、单位电话、类别。",
        "What stands in braces is filled in for each case: place, reference, filed_on, office, phone, category.",
    ),
    say(
        "各单位自己也在“问答”里写；谁改的、为什么，都在改动记录里。",
        "Offices write their own under “Pages”, too. Who changed what and why stands in the history of changes.",
    ),
)

SECTIONS: dict[str, Section] = {
    "offices": Section(
        "office",
        pair("单位", "Offices"),
        pair("谁欠居民一个答复。", "Who owes residents an answer."),
        (pair("上一级", "Level above"), pair("电话", "Telephone")),
        office_rows,
        OfficeForm,
        pair("加一个单位", "Add an office"),
        RetireOfficeForm,
        pair("停用这个单位", "Retire this office"),
        (
            say(
                "还有事项没办完的单位停用不了：先转交，一件也不会丢。",
                "An office with open cases cannot be retired: they are handed over first, and none is lost.",
            ),
        ),
        (
            OPEN_STAY,
            say(
                "区域的边界在地方包的文件里画，不在这里。",
                "The boundaries of areas are drawn in the pack's files, not here.",
            ),
        ),
    ),
    "areas": Section(
        "area",
        pair("区域", "Areas"),
        pair(
            "事情在哪里。不必有地图：居民从名单里选。",
            "Where matters are. No map is needed: residents choose from a list.",
        ),
        (pair("层级", "Level"), pair("在哪里", "Within"), pair("地图", "Map")),
        area_rows,
        AreaForm,
        pair("加区域", "Add areas"),
        RetireAreaForm,
        pair("停用这个区域", "Retire this area"),
        (
            say(
                "已经收到的事项仍记在这个区域；停用从今天起算，可以撤销。",
                "Cases that are here keep this area. It ends today, and that can be undone.",
            ),
        ),
        (
            say(
                "名字和别的叫法在这里改。边界在文件里画：gongshi dump-pack 写出 areas.geojson，"
                "改好用 gongshi load-pack 载入；载入的边界不能在这里撤销。",
                "Names and other names are changed here. Boundaries are drawn in a file: gongshi dump-pack writes "
                "areas.geojson, gongshi load-pack reads it; a boundary that was loaded is not undone here.",
            ),
        ),
        AreasForm,
    ),
    "categories": Section(
        "category",
        pair("类别", "Categories"),
        pair("事项可以是哪方面的。", "What matters can be about."),
        (pair("组", "Group"), pair("种类", "Kind"), pair("承诺", "Promise")),
        category_rows,
        CategoryForm,
        pair("加一个类别", "Add a category"),
        RetireCategoryForm,
        pair("停用这个类别", "Retire this category"),
        (
            say(
                "已经收到的这类事项照常办。",
                "Cases of it that are here already go on as before.",
            ),
        ),
        (
            OPEN_STAY,
            say(
                "密封的类别不能改成不密封的。附加问题和流程在地方包的文件里改。",
                "A sealed category never becomes one that is not. Extra questions and procedures are changed in the "
                "pack's files.",
            ),
        ),
    ),
    "rules": Section(
        "rule",
        pair("分派规则", "Routing rules"),
        pair(
            "新事项送到哪个单位。从上往下，第一条符合的算数。",
            "Which office a new matter goes to. From the top, the first rule that fits decides.",
        ),
        (pair("第几条", "Number"), pair("什么事项", "Which matters"), pair("送到", "Goes to")),
        rule_rows,
        RuleForm,
        pair("加一条规则", "Add a rule"),
        RemoveRuleForm,
        pair("删掉这条规则", "Remove this rule"),
        (),
        (
            OPEN_STAY,
            say(
                "反映单位做法的事项不归规则管：一律送到被反映单位的上一级。",
                "Matters about an office follow no rule: they always go to the level above it.",
            ),
        ),
    ),
    "staff": Section(
        "staff",
        pair("人员", "Staff"),
        pair("谁能登录，在哪个单位是什么角色。", "Who signs in, and in which role for which office."),
        (pair("职务", "Title"), pair("角色", "Roles")),
        staff_rows,
        StaffForm,
        pair("加一个人", "Add somebody"),
        RemoveStaffForm,
        pair("停用这个账号", "End this account"),
        (
            say(
                "从此不能登录，不再有任何角色；名下的事项由该单位的负责人另指定人办。",
                "They can no longer sign in and hold no role; a lead names somebody else for their cases.",
            ),
        ),
        (
            say(
                "关于人，这里只有姓名、职务名称、单位和角色。自己的角色不能自己改。",
                "About people there is a name, a title, an office and a role, and nothing else. Nobody changes their "
                "own roles.",
            ),
            say(
                "新账号没有密码：在服务器上用 gongshi set-password --code 给一次性的码。",
                "A new account has no password: gongshi set-password --code on the server makes a one-time code.",
            ),
        ),
    ),
    "templates": Section(
        "answer",
        pair("答复模板", "Answer templates"),
        pair("各单位备好的整篇答复。", "Whole answers that offices keep ready."),
        (pair("单位", "Office"), pair("只用于", "Only for")),
        template_rows,
        PreparedThingForm,
        pair("加一个模板", "Add a template"),
        RemovePreparedForm,
        pair("停用这个模板", "Offer it no longer"),
        WORDS_STAY,
        BRACES,
    ),
    "phrases": Section(
        "phrase",
        pair("常用语", "Phrases"),
        pair("各单位备好的一句话。", "Sentences that offices keep ready."),
        (pair("单位", "Office"), pair("只用于", "Only for")),
        phrase_rows,
        PhraseForm,
        pair("加一句常用语", "Add a phrase"),
        RemovePhraseForm,
        pair("停用这句常用语", "Offer it no longer"),
        WORDS_STAY,
        BRACES,
    ),
    "words": Section(
        "words",
        pair("文字", "Words"),
        pair("页面上本地自己的话。", "The place's own sentences on its pages."),
        (pair("现在写的", "What it says now"),),
        word_rows,
        WordsForm,
    ),
}


@staff_page("GET")
def home(request: DeskRequest) -> HttpResponse:
    """Everything that can be changed here."""
    require(request.actor, RIGHT)
    base = in_force()
    sections = [
        {
            "name": one.name,
            "lead": one.lead,
            "url": reverse("desk:settings_list", args=[slug]),
            "number": len(base.rows(one.kind)),
        }
        for slug, one in SECTIONS.items()
    ]
    context = {"sections": sections, "imports": imports_under_way(), **desk(request)}
    return render(request, "desk/settings/home.html", context)


@staff_page("GET")
def listed(request: DeskRequest, section: str) -> HttpResponse:
    """Everything of one kind."""
    require(request.actor, RIGHT)
    found, base = _section(section), in_force()
    context = {
        "section": found,
        "notes": found.notes,
        "new": reverse("desk:settings_new", args=[section]) if found.new else "",
        "rows": [
            {
                "name": name,
                "url": reverse("desk:settings_edit", args=[section, code]),
                "cells": list(zip(found.columns, cells, strict=True)),
            }
            for (code, name), cells in zip(_things(found, base), found.rows(base), strict=True)
        ],
        **desk(request),
    }
    return render(request, "desk/settings/list.html", context)


@staff_page("GET", "POST")
def new(request: DeskRequest, section: str) -> HttpResponse:
    """Something that is not there yet."""
    require(request.actor, RIGHT)
    found = _section(section)
    if found.new is None:
        raise NotFound
    back = reverse("desk:settings_list", args=[section])
    form_class = found.new_form or found.form
    form = lambda base, data: form_class(base, "", data)  # noqa: E731
    return worked(request, Editor(found.new, form, back, found.name, found.notes))


@staff_page("GET", "POST")
def edit(request: DeskRequest, section: str, thing: str) -> HttpResponse:
    """One thing."""
    require(request.actor, RIGHT)
    found = _section(section)
    name = _name(found, thing)
    back = reverse("desk:settings_list", args=[section])
    form = lambda base, data: found.form(base, thing, data)  # noqa: E731
    removes = reverse("desk:settings_remove", args=[section, thing]) if found.remove else ""
    return worked(request, Editor(name, form, back, found.name, found.notes, removes, found.remove_name))


@staff_page("GET", "POST")
def remove(request: DeskRequest, section: str, thing: str) -> HttpResponse:
    """One thing no longer."""
    require(request.actor, RIGHT)
    found = _section(section)
    name = _name(found, thing)
    form_class = found.remove
    if form_class is None:
        raise NotFound
    back = reverse("desk:settings_list", args=[section])
    form = lambda base, data: form_class(base, thing, data)  # noqa: E731
    title = f"{in_language(found.remove_name or {})}{say('：', ': ')}{name}"
    return worked(request, Editor(title, form, back, found.name, found.remove_notes))


@staff_page("GET", "POST")
def promises(request: DeskRequest) -> HttpResponse:
    """What is promised for every category, on one page."""
    require(request.actor, RIGHT)
    form = lambda base, data: PromisesForm(base, "", data)  # noqa: E731
    title = pair("承诺几天内答复", "Promised days")
    back = reverse("desk:settings")
    notes = (
        OPEN_STAY,
        say(
            "不填就是没有承诺，流程用自己的默认天数。",
            "Nothing filled in: no promise, and the procedure's own default counts.",
        ),
    )
    return worked(request, Editor(title, form, back, pair("设置", "Settings"), notes))


def _section(slug: str) -> Section:
    found = SECTIONS.get(slug)
    if found is None:
        raise NotFound
    return found


def _things(section: Section, base: InForce) -> list[tuple[str, str]]:
    """Everything of a kind: (code, name)."""
    if section.kind == "words":
        return [(key, in_language(KNOWN.get(key, {})) or key) for key in keys(base)]
    if section.kind == "area":
        return area_things(base)
    return [(row[NAMED[section.kind]], named(row)) for row in base.rows(section.kind)]


def _name(section: Section, code: str) -> str:
    found = dict(_things(section, in_force())).get(code)
    if found is None:
        raise NotFound
    return found
