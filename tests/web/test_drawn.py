"""Widgets that are drawn at once are the same as Django's templates would have drawn them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

from gongshi.web.drawn import DRAWN, Drawn
from gongshi.words import say

ODD = "<b>\"'& 龘\n\t</b> "
CHOICES = [
    ("", say("请选择", "Choose one")),
    (ODD, ODD),
    (7, 7),
    (None, "nothing"),
    ("safe", SafeString("<i>safe</i>")),
    ("group", [("a", "A"), (ODD, "B")]),
    (ODD, [("c", SafeString("&amp;"))]),
]
ATTRS: dict[str, Any] = {
    "id": ODD,
    "rows": 4,
    "required": True,
    "disabled": False,
    "data-room-left": say("还可以写{n}字", "{n} characters left"),
    "data-safe": SafeString("&amp;"),
    "data-none": None,
}
VALUES: list[Any] = [None, "", ODD, " a ", 0, 7, 1.5, False, True, SafeString("&amp;"), ["a", ODD], ("a", 7)]
WIDGETS: list[forms.Widget] = [
    forms.HiddenInput(),
    forms.TextInput(),
    forms.PasswordInput(render_value=True),
    forms.EmailInput(),
    forms.NumberInput(),
    forms.URLInput(),
    forms.DateInput(format="%Y-%m-%d"),
    forms.TimeInput(),
    forms.Textarea(),
    forms.Select(choices=CHOICES),
    forms.SelectMultiple(choices=CHOICES),
    forms.RadioSelect(choices=CHOICES),
    forms.CheckboxSelectMultiple(choices=CHOICES),
    forms.CheckboxInput(),
    forms.ClearableFileInput(),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda one: type(one).__name__)
def test_the_same_bytes_as_djangos_templates(widget: forms.Widget) -> None:
    own, djangos = Drawn(), DjangoTemplates()
    for value in VALUES:
        for attrs in (None, ATTRS):
            for name in ("name", ODD):
                drawn = widget.render(name, value, attrs, own)
                assert drawn == widget.render(name, value, attrs, djangos), (value, attrs, name)
                assert isinstance(drawn, SafeString)


def test_widgets_are_drawn_here_and_not_by_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DjangoTemplates, "render", lambda *_: 1 / 0)
    for widget in WIDGETS[:10]:
        assert widget.template_name in DRAWN
        widget.render("name", "a", ATTRS)
