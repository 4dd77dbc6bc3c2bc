"""The queue: what an office has to do, most urgent first. Metadata only; the filters stay in the address."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.forms.utils import flatatt
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongshi.accounts.models import Role
from gongshi.accounts.rights import may
from gongshi.bulletin.reviews import load_for
from gongshi.cases import labels, worklists
from gongshi.cases.saved_views import views_of
from gongshi.cases.turns import clocks_of_turns
from gongshi.cases.worklists import Counts, Wanted
from gongshi.places.queries import areas
from gongshi.routing.queries import categories, current_procedures, procedure_versions
from gongshi.rules.procedure import Procedure, Stage
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.undoing import offer_gone
from gongshi.words import Words, in_language, pair, say

# Which named filter an address is that of.
NAMED = "view"
ALL = ("", say("全部", "All"))
SELECTED = SafeString(" selected")
TABS: list[tuple[str, Words, dict[str, Any]]] = [
    ("", pair("全部", "All"), {}),
    ("late", pair("已超期", "Late"), {"clock": "late"}),
    ("soon", pair("快到期", "Due soon"), {"clock": "soon"}),
    ("replied", pair("居民有新内容", "New from residents"), {"replied": True}),
    ("dormant", pair("没动静", "Dormant"), {"dormant": True}),
    ("mine", pair("我的", "Mine"), {"mine": True}),
    ("paused", pair("暂停计时", "Paused"), {"clock": "paused"}),
    ("joint", pair("一起办的", "Joint work"), {"joint": True}),
]


class ManyOptions(forms.Select):
    """A select drawn at once. Django draws a template for each option, which here is a third of the whole page."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002
    ) -> SafeString:
        """The element with its options, the chosen one marked."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, SELECTED if str(code) == chosen else "", said) for code, said in self.choices),
        )
        given = flatatt({"name": name, **(attrs or {})})
        return format_html("<select{}>{}</select>", given, options)


class Filters(forms.Form):
    """What may stand in the queue's address; anything else there is passed over, a wrong value shows everything."""

    group = forms.ChoiceField(label=say("类别", "Category"), required=False, widget=ManyOptions)
    area = forms.ChoiceField(label=say("区域", "Area"), required=False, widget=ManyOptions)
    kind = forms.ChoiceField(label=say("种类", "Kind"), required=False, widget=ManyOptions)
    stage = forms.ChoiceField(label=say("环节", "Stage"), required=False, widget=ManyOptions)
    turn = forms.ChoiceField(label=say("轮到谁", "Whose turn"), required=False, widget=ManyOptions)
    order = forms.ChoiceField(label=say("排序", "Order"), required=False, widget=ManyOptions)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, label_suffix="")
        self._choose("group", ((str(n.id), n.name) for n in categories().values() if n.is_group))
        self._choose("area", ((str(n.id), n.name) for n in areas().values() if n.rank in (1, 2)))
        kinds = {node.kind for node in categories().values() if not node.is_group}
        self._choose("kind", ((code, name) for code, name in labels.KINDS.items() if code in kinds))
        self._choose("stage", stages().items())
        self._choose("turn", words.TURNS.items())
        order = self.fields["order"]
        assert isinstance(order, forms.ChoiceField)
        order.choices = [
            ("", say("最急的在前", "Most urgent first")),
            ("newest", say("新来的在前", "Newest first")),
        ]

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        listed = [ALL, *((code, in_language(named)) for code, named in choices)]
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = listed

    def wanted(self) -> Wanted:
        """The filters that hold a value known here."""
        self.is_valid()
        found = self.cleaned_data
        ids = {name: UUID(found[name]) if found.get(name) else None for name in ("group", "area")}
        plain = {name: str(found.get(name) or "") for name in ("kind", "stage", "turn", "order")}
        return Wanted(
            kind=plain["kind"],
            stage=plain["stage"],
            turn=plain["turn"],
            order=plain["order"],
            group=ids["group"],
            area=ids["area"],
        )


def filter_of(data: QueryDict, form: Filters | None = None) -> dict[str, str]:
    """The tab and the filters that an address or a form names, as far as they hold values known here.

    ``form``: the filters' own, where it was made of the same.
    """
    form = form or Filters(data)
    form.is_valid()
    found = {name: str(value) for name, value in form.cleaned_data.items() if value}
    tab = data.get("show", "")
    return {**({"show": tab} if tab in {one[0] for one in TABS[1:]} else {}), **found}


def stages() -> dict[str, Words]:
    """The open stages of the procedures in force, each once, by every name that it has in them.

    Two stages of one name are told apart by the procedures that they belong to.
    """
    found: dict[str, list[tuple[Procedure, Stage]]] = {}
    for _, version in sorted(current_procedures().items()):
        procedure = procedure_versions()[version].procedure
        for stage in procedure.stages.values():
            if not stage.end:
                found.setdefault(stage.code, []).append((procedure, stage))
    names: dict[str, dict[str, str]] = {code: {} for code in found}
    for language, mark in (("zh", "{}（{}）"), ("en", "{} ({})")):
        called = {code: _joined(stage.for_staff[language] for _, stage in at) for code, at in found.items()}
        often = Counter(called.values())
        for code, at in found.items():
            whose = _joined(procedure.name[language] for procedure, _ in at)
            name = called[code]
            names[code][language] = name if often[name] == 1 else mark.format(name, whose)
    return names


def _joined(names: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(names))


@staff_page("GET")
def show(request: DeskRequest) -> HttpResponse:
    """One page of the queue of the office that somebody acts for."""
    if not may(request.actor, "case.list"):
        others = {
            "case.review_publication": "desk:publication",
            "call.take": "desk:call",
            "sample.read": "desk:sample",
        }
        elsewhere = next((page for right, page in others.items() if may(request.actor, right)), "")
        administers = Role.ADMINISTRATOR in request.actor.roles
        nothing = {"administers": administers, **desk(request)}
        return redirect(elsewhere) if elsewhere else render(request, "desk/nothing.html", nothing)
    at, number = timezone.now(), page_number(request)
    form = Filters(request.GET)
    tab = next((one for one in TABS if one[0] == request.GET.get("show", "")), TABS[0])
    wanted = replace(form.wanted(), **tab[2])
    cases, more = worklists.queue(request.actor, wanted, at=at, page=number)
    counted = worklists.counts(request.actor, at=at)
    rows = shown.rows(cases, at, clocks_of_turns(request.actor, cases))
    named = view_tabs(request)
    here = None if any(one["here"] for one in named) else tab[0]
    context = {
        "rows": rows,
        "listed": shown.table(rows),
        "page": _Page(number, more),
        "form": form,
        "tabs": _tabs(request, here, counted),
        "tab": tab[0],
        "views": named,
        "keepable": urlencode(filter_of(request.GET, form)),
        "filtered": bool(form.has_changed() and any(form.cleaned_data.values())),
        "counted": counted,
        "undo": offer_gone(request),
        "pages_load": load_for(request.actor, at=at),
        "filter_query": urlencode({k: v for k, v in request.GET.items() if k in Filters.base_fields and v}),
        **desk(request),
    }
    template = "desk/queue_list.html" if request.headers.get("HX-Request") else "desk/queue.html"
    return render(request, template, context)


def page_number(request: DeskRequest) -> int:
    """The page that was asked for, from 1. Raises Http404 for one that cannot be."""
    text = request.GET.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= worklists.MOST_PAGES:
        raise Http404
    return int(text[:9])


class _Page:
    """What components/pagination.html asks of a page; how many there are is not counted."""

    def __init__(self, number: int, more: bool) -> None:
        self.number, self.has_next, self.has_previous = number, more, number > 1
        self.previous_page_number, self.next_page_number = number - 1, number + 1
        self.paginator = None


def _tabs(request: DeskRequest, here: str | None, counted: Counts) -> list[dict[str, Any]]:
    """The tabs with their numbers; beyond `COUNTED` cases only what stands first in the order is sure."""
    numbers = {
        "": counted.total,
        "late": counted.late,
        "soon": counted.soon,
        "replied": counted.replied,
        "dormant": counted.dormant,
        "mine": counted.mine,
        "paused": counted.paused,
        "joint": counted.joint,
    }
    kept = {k: v for k, v in request.GET.items() if k in Filters.base_fields and v}
    tabs = []
    for code, name, _ in TABS:
        query = {**({"show": code} if code else {}), **kept}
        number: int | str | None = numbers[code]
        if counted.more and code != "joint":
            number = f"{worklists.COUNTED}+" if code == "" else _sure(number, code, counted)
        tabs.append(
            {
                "name": name,
                "url": f"?{urlencode(query)}",
                "here": code == here,
                "number": number,
                "code": code,
            }
        )
    return [
        tab for tab in tabs if tab["number"] or tab["code"] in ("", "late", "soon", "mine") or tab["here"]
    ]


def view_tabs(request: DeskRequest) -> list[dict[str, Any]]:
    """The named filters as tabs."""
    here = request.GET.get(NAMED, "")
    return [
        {"view": view, "url": _queue_with({**view.query, NAMED: str(view.id)}), "here": here == str(view.id)}
        for view in views_of(request.actor)
    ]


def _queue_with(query: dict[str, str]) -> str:
    return f"{reverse('desk:queue')}?{urlencode(query)}"


def _sure(number: int | str | None, code: str, counted: Counts) -> int | str | None:
    """A number that is right although not all cases were counted: late ones stand first, then those due soon."""
    first = counted.late + (counted.soon if code == "soon" else 0)
    if code in ("late", "soon") and first < worklists.COUNTED:
        return number
    return f"{worklists.COUNTED}+" if code == "late" else None
