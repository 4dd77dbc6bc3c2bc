"""The part of a case's page that says who is kept from it and who works on it, with its forms."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.cover import absence_of
from gongshi.accounts.rights import may
from gongshi.cases.actions.handlers import handlers_for
from gongshi.cases.actions.recusals import LONGEST_REASON
from gongshi.cases.leads import lacks_lead
from gongshi.cases.models import Case, Recusal
from gongshi.cases.recusing import Whom, may_be_recused, may_undo, recusals_of
from gongshi.cases.worklists import Load, loads_of
from gongshi.places.queries import local_day
from gongshi.web.desk import shown
from gongshi.web.desk.access import DeskRequest
from gongshi.web.desk.forms import MISSING, SeenForm, text_field
from gongshi.web.templatetags.gongshi import day
from gongshi.words import Words, pair, say

CODES = ("recuse_self", "recuse", "undo", "handler", "lead")
_CHOOSE = ("", say("请选择", "Choose one"))
_WRONG = {"required": MISSING, "invalid_choice": say("请从列表里选。", "Choose from the list.")}
READ_BY = say(
    "居民和还能看到这件事的人看得到；回避的人看不到。",
    "The resident reads it, and whoever still sees the case; whoever is recused does not.",
)
ALL_BENEATH = say("整个单位和下属单位", "the whole office and all beneath it")
BY: dict[str, Words] = {
    "self": pair("自己回避", "stepped back"),
    "superior": pair("上级决定", "by a superior"),
    "others": pair("原来的共同事项里就有", "held for the joint matter before"),
    "resident": pair("居民要求", "asked for by the resident"),
}


class StepBackForm(SeenForm):
    """Why somebody steps back."""

    reason = text_field(say("为什么回避", "Why you step back"), READ_BY, LONGEST_REASON)


class RecuseForm(SeenForm):
    """Who must not see the case, and why."""

    whom = forms.ChoiceField(label=say("谁", "Who"), error_messages=_WRONG)
    reason = text_field(say("为什么", "Why"), READ_BY, LONGEST_REASON)

    def __init__(self, choices: list[Whom], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {one.code: one for one in choices}
        _offer(self.fields["whom"], [(one.code, named(one)) for one in choices])

    def chosen(self) -> Whom:
        """Whoever was chosen from the list."""
        return self.known[self.cleaned_data["whom"]]


class UndoForm(SeenForm):
    """Why a recusal is undone."""

    reason = text_field(say("为什么撤销", "Why it is undone"), READ_BY, LONGEST_REASON)


class HandlerForm(SeenForm):
    """Who works on the case from now on."""

    staff = forms.ChoiceField(label=say("由谁办", "Who works on it"), error_messages=_WRONG)

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["staff"], choices)


class LeadForm(SeenForm):
    """Who answers for the case from now on, and why it is somebody else."""

    staff = forms.ChoiceField(label=say("由谁负责", "Who answers for it"), error_messages=_WRONG)
    reason = text_field(
        say("为什么换人", "Why it changes"), say("居民看得到。", "The resident reads it."), LONGEST_REASON
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["staff"], choices)


def _offer(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [_CHOOSE, *choices]


def named(whom: Whom) -> str:
    """An office, or a member of staff with theirs."""
    office = shown.office_name(whom.office)
    return office if whom.kind == "office" else f"{office} · {shown.person(whom.id)}"


def _with_loads(actor: StaffActor, people: list[UUID]) -> list[tuple[str, str]]:
    """Each by name, with what they have on their desk and whether they are away: seen before work is handed out."""
    at = timezone.now()
    today, loads = local_day(at), loads_of(actor, people, at=at)
    choices = []
    for one in people:
        load = loads.get(one, Load(0, 0))
        parts = [str(say("{n}件在办", "{n} open")).format(n=load.cases)]
        if load.late:
            parts.append(str(say("{n}件超期", "{n} late")).format(n=load.late))
        if away := absence_of(one, actor.office_id, on=today):
            parts.append(str(say("{day}前不在", "away until {day}")).format(day=day(away.until_on)))
        choices.append((str(one), f"{shown.person(one)} · {' · '.join(parts)}"))
    return choices


def form_of(request: DeskRequest, case: Case, code: str, data: Any = None) -> SeenForm | None:
    """One of this part's forms, if this person has it on this case now."""
    given: dict[str, Any] = {"data": data, "initial": {"seen": case.seq}, "auto_id": f"{code}-%s"}
    actor = request.actor
    if code == "recuse_self":
        return StepBackForm(**given) if may(actor, "recusal.self") else None
    if code == "recuse":
        choices = may_be_recused(case, actor)
        return RecuseForm(choices, **given) if choices else None
    if code == "handler" and may(actor, "case.name_handler") and case.closed_at is None:
        return HandlerForm(_with_loads(actor, handlers_for(case)), **given)
    if code == "lead" and may(actor, "case.name_handler") and case.closed_at is None:
        others = [one for one in handlers_for(case) if one != case.lead_id]
        return LeadForm([(str(one), shown.person(one)) for one in others], **given)
    return None


def keeping(request: DeskRequest, case: Case, sent_code: str, sent_form: SeenForm | None) -> dict[str, Any]:
    """What the part shows: recusals that stand with how to undo them, and the forms, ``sent_form`` in its place."""
    standing = [_standing(request, row, sent_code, sent_form) for row in recusals_of(case)]
    found = {
        code: sent_form if code == sent_code else form_of(request, case, code)
        for code in ("recuse_self", "recuse", "handler", "lead")
    }
    return {
        "kept": standing,
        "keep_forms": found,
        "keep_open": sent_code,
        "lacks_lead": lacks_lead(case),
    }


def _standing(request: DeskRequest, row: Recusal, code: str, form: SeenForm | None) -> dict[str, Any]:
    mine = code == f"undo-{row.id}"
    office, staff = shown.office_name(row.office_id), shown.person(row.staff_id)
    undo = (
        form if mine else UndoForm(auto_id=f"undo-{row.id.hex}-%s") if may_undo(row, request.actor) else None
    )
    who = [office or staff, ALL_BENEATH if row.beneath else "", shown.office_name(row.named_in_id)]
    said = " · ".join(str(one) for one in who if one)
    return {"id": row.id, "who": said, "by": BY[row.by], "at": row.at, "undo": undo, "open": mine}
