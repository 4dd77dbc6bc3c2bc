"""Forms of the desk: one for each kind of move, made from what the procedure says that the move needs."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from gongshi.accounts.queries import offices
from gongshi.cases.actions.answers import NewAnswer, faults_in
from gongshi.cases.actions.hearings import LONGEST_LINE
from gongshi.cases.drafts import MAX_TEXT
from gongshi.cases.engine import procedure_of
from gongshi.cases.hearings import ends_hearing
from gongshi.cases.letters import RIGHT_BODY, WRITTEN, asks_for, told_lacking
from gongshi.cases.models import Case
from gongshi.cases.sight import barred_offices
from gongshi.places.queries import the_place
from gongshi.revisions.actions import LONGEST_WHY
from gongshi.rules.letters import Lacking
from gongshi.rules.procedure import Move, needs_of
from gongshi.web.desk import words
from gongshi.words import in_language, say

LONGEST_REASON = 2_000
MISSING = say("这一项要填。", "Please fill this in.")
DATE_WORDS = {"required": MISSING, "invalid": words.REFUSALS["date_unreadable"]}
ROOM = {
    "data-room-left": say("还可以写{n}字", "{n} characters left"),
    "data-room-over": say("多了{n}字", "{n} too many"),
}


def box(limit: int = MAX_TEXT, rows: int = 4) -> forms.Textarea:
    """A text area that says how much room is left."""
    return forms.Textarea(attrs={"rows": rows, "data-room": str(limit), **ROOM})


def text_field(
    label: Any, hint: Any = "", limit: int = LONGEST_REASON, *, required: bool = True
) -> forms.CharField:
    """A text that is taken as it was written."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=limit,
        required=required,
        widget=box(limit),
        error_messages={
            "required": MISSING,
            "max_length": say(
                "太长了，最多%(limit_value)d字。", "Too long: %(limit_value)d characters at most."
            ),
        },
    )


def date_field(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateField:
    """A day of the place."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages=DATE_WORDS,
    )


def why_field() -> forms.CharField:
    """Why words are changed; nobody has to say it."""
    return forms.CharField(
        label=say("为什么改", "Why it is changed"),
        help_text=say(
            "可以不写。写了，以后改它的人和管理员看得到；不要写某一件事或某个人的情况。",
            "You need not say. Whoever changes it later, and administrators, can read it: nothing about a case.",
        ),
        required=False,
        max_length=LONGEST_WHY,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_WHY}),
    )


class SeenForm(forms.Form):
    """Every form about a case says how far its history went when the page was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=10**9)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def last_seen(self) -> int:
        """The number of the last history entry that was on the page; 0 for a form that says nothing of it."""
        return int(self.cleaned_data.get("seen") or 0)

    def seen_now(self, case: Case) -> None:
        """Let the next sending of this form start from the case as it is now."""
        self.seen_at(case.seq)

    def seen_at(self, number: int) -> None:
        """Let the next sending of this form start from the entry or revision of this number."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["seen"] = str(number)
            self.data = data


class MoveForm(SeenForm):
    """One move of the case's procedure, with a field for each of its needs."""

    def __init__(
        self, move: Move, case: Case, data: Any = None, start: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial={**(start or {}), "seen": case.seq}, auto_id=f"{move.code}-%s")
        self.move = move
        for need in needs_of(move):
            label, hint = words.NEEDS.get(f"{move.effect}.{need}", words.NEEDS.get(need, (need, "")))
            if need == "office":
                self.fields[need] = office_field(label, case, move)
            elif need == "date":
                self.fields[need] = date_field(label, hint)
            else:
                limit = MAX_TEXT if need == "question" else LONGEST_REASON
                self.fields[need] = text_field(label, hint, limit)
        if move.effect == "hear":
            self.fields.update(call_fields())
        if ends_hearing(move):
            self.fields.update(record_fields())
        if move.effect == "press":
            label, hint = words.NEEDS["press.date"]
            self.fields["date"] = date_field(label, hint, required=False)
        asked = asks_for(procedure_of(case), move.code)
        if "law" in asked:
            self.fields["law"] = text_field(*words.NEEDS["law"], required=False)
        if RIGHT_BODY in asked:
            self.fields[RIGHT_BODY] = routes_field(*words.NEEDS[RIGHT_BODY])
        self.letter = procedure_of(case).letter_of(move.code)
        for part, basis in self.letter.needs.items() if self.letter else ():
            if part in self.fields:
                lacking = in_language(told_lacking(Lacking(part, basis)))
                self.fields[part].error_messages["required"] = words.LACKING.format(part=lacking)
                self.fields[part].required = True

    def written(self) -> dict[str, Any]:
        """What the move's letter has beside what goes along with the move."""
        return {name: value for name, value in self.cleaned_data.items() if name in WRITTEN and value}

    def params(self) -> dict[str, Any]:
        """What goes along with the move."""
        apart = {"seen", *WRITTEN}
        found = {name: value for name, value in self.cleaned_data.items() if name not in apart and value}
        if "office" in found:
            found["office"] = UUID(found["office"])
        return found


def line_field(label: Any, hint: Any = "") -> forms.CharField:
    """One line of words."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_LINE,
        widget=forms.TextInput(),
        error_messages={"required": MISSING},
    )


def call_fields() -> dict[str, forms.Field]:
    """What the notice of a hearing says besides its day."""
    reads = say("居民看得到，全部密封保存。", "The resident reads it; it is kept sealed.")
    return {
        "time": line_field(say("几点", "At what time")),
        "place": line_field(say("在哪里", "Where")),
        "about": text_field(say("听什么", "What is heard"), reads),
        "invited": text_field(
            say("请谁来（单位和职务）", "Who is asked to come, by office and title"),
            say(
                "居民想带谁来都行，不用写在这里。",
                "The resident may bring whom they like; that needs no words.",
            ),
            required=False,
        ),
    }


def record_fields() -> dict[str, forms.Field]:
    """What is written down when a hearing is over."""
    return {
        "minutes": text_field(
            say("听证记录", "The record"),
            say(
                "谁在场（写职务）、各方说了什么。没有开成也写明。居民看得到，还可以写意见。",
                "Who was there, by title, and what each side said; or that it did not take place. The resident reads "
                "it and may remark on it.",
            ),
            MAX_TEXT,
        ),
        "outcome": text_field(say("结果", "What follows from it")),
    }


def office_field(label: Any, case: Case, move: Move) -> forms.ChoiceField:
    """The offices that a case can go to: none that is barred from it, and for a hand-over not where it is."""
    barred = barred_offices(case) | (set() if move.effect == "assign" else {case.office_id})
    listed = sorted(
        (in_language(node.name), str(node.id)) for node in offices().values() if node.id not in barred
    )
    return forms.ChoiceField(
        label=label,
        choices=[("", say("请选择", "Choose one")), *((code, name) for name, code in listed)],
        error_messages={
            "required": MISSING,
            "invalid_choice": say("请从列表里选。", "Choose from the list."),
        },
    )


def routes_field(label: Any, hint: Any) -> forms.MultipleChoiceField:
    """The other ways that the place names. Whether one must be chosen is the letter's to say, with its article."""
    choices = [(route["code"], in_language(route["name"])) for route in the_place().routes]
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": say("请从列表里选。", "Choose from the list.")},
    )


class NoteForm(SeenForm):
    """A note inside the office."""

    text = text_field(
        say("内部记录", "Note inside the office"),
        say(
            "居民看得到有一条记录，看不到内容。",
            "The resident sees that there is a note, not what it says.",
        ),
        MAX_TEXT,
    )


DECISION_WORDS = {
    "done": say("已经办好", "It is done"),
    "will_do": say("会办，写明哪天前办好", "It will be done, by a day that I give"),
    "cannot": say("办不了，说明原因", "It cannot be done, and why"),
    "explained": say("解释说明", "An explanation"),
}


class AnswerForm(SeenForm):
    """An answer in its parts. What is wrong with each part is said beside it; nothing that was typed is lost."""

    decision = forms.ChoiceField(
        label=say("怎么决定", "What is decided"), required=False, widget=forms.RadioSelect
    )
    found = text_field(
        say("查到了什么", "What was found"),
        say("到现场看了什么、问了谁、情况怎样。", "What you saw there, whom you asked, how things are."),
        MAX_TEXT,
        required=False,
    )
    found_on = date_field(say("哪天查的", "When it was looked into"), required=False)
    decided = text_field(
        say("决定和理由", "The decision and its reasons"),
        say(
            "逐点回答；办不了的写明为什么。",
            "Take each point in turn. If it cannot be done, say why.",
        ),
        MAX_TEXT,
        required=False,
    )
    by_whom = forms.CharField(
        label=say("由谁办", "Who does it"),
        help_text=say("只在“会办”时填：哪个单位、哪个队。", "Only if it will be done: which office or crew."),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.TextInput(),
    )
    by_on = date_field(
        say("哪天前办好", "Done by"),
        say(
            "只在“会办”时填。到那天会自动回到待办。",
            "Only if it will be done. On that day it comes back to the queue.",
        ),
        required=False,
    )
    law = text_field(*words.NEEDS["law"], required=False)
    call = forms.CharField(
        label=say("有事找谁", "Whom to call"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.TextInput(),
    )

    def __init__(
        self,
        decisions: Iterable[str],
        data: Any = None,
        initial: dict[str, Any] | None = None,
        *,
        law: bool = False,
    ) -> None:
        super().__init__(data, initial=initial)
        offered = [(code, DECISION_WORDS[code]) for code in decisions]
        decision = self.fields["decision"]
        assert isinstance(decision, forms.ChoiceField)
        decision.choices = offered
        for field in self.fields.values():
            field.widget.is_required = False
        if "will_do" not in decisions:
            del self.fields["by_on"], self.fields["by_whom"]
        if not law:
            del self.fields["law"]

    def answer(self) -> NewAnswer:
        """What was written, complete or not."""
        found = self.cleaned_data
        promised = found.get("decision") == "will_do"
        return NewAnswer(
            decision=found.get("decision") or "",
            found=found.get("found") or "",
            found_on=found.get("found_on"),
            decided=found.get("decided") or "",
            call=found.get("call") or "",
            by_on=found.get("by_on") if promised else None,
            by_whom=(found.get("by_whom") or "") if promised else "",
            law=found.get("law") or "",
        )

    def find_faults(self, *, on: date, opened_on: date, to_be_filled: bool = False) -> bool:
        """Put what keeps the answer from going out beside its parts; True when it is complete."""
        self.is_valid()
        found = faults_in(self.answer(), on=on, opened_on=opened_on, to_be_filled=to_be_filled)
        for part, code in found.items():
            if part not in self.errors:
                self.add_error(part, words.ANSWER_FAULTS[code])
        return not self.errors


class DecisionForm(forms.Form):
    """A supervisor's decision on all late cases of one cause."""

    words = text_field(
        say("督办要求", "What you require"),
        say("这些事项的每位居民都看得到。", "Every resident of these cases reads it."),
    )
    answer_by = date_field(say("哪天前答复", "Answer by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class AnswerReviewForm(forms.Form):
    """Words that may go public, from which some can only be taken away."""

    text = forms.CharField(
        label=say("内容", "Text"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 10,
                "data-mark": "▇",
                "data-mark-word": say("去掉选中的字", "Take out the selected words"),
            }
        ),
        error_messages={"required": MISSING},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ReviewForm(AnswerReviewForm):
    """The resident's copy, with its title."""

    field_order = ("title", "text")
    title = forms.CharField(
        label=say("标题", "Title"), max_length=500, error_messages={"required": MISSING}, strip=False
    )


class RefusalForm(forms.Form):
    """Why a copy is not shown."""

    reason = text_field(
        say("为什么不公开", "Why it is not shown"), say("居民看得到。", "The resident reads it."), 1_000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
