"""Widgets drawn at once, the same bytes as Django's own templates give, at a tenth of the work.

Django fills in a template for each widget, another for its attributes, and two more for each option of a list: on a
page of a case that was half of all drawing. What is not here is drawn by Django's template.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]


def _attributes(widget: Widget) -> str:
    found = []
    for name, value in widget["attrs"].items():
        if value is True:
            found.append(f" {escaped(name)}")
        elif value is not False:
            found.append(f' {escaped(name)}="{escaped(value)}"')
    return "".join(found)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{escaped(widget["name"])}"{value}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    text = escaped(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escaped(widget["name"])}"{_attributes(widget)}>\n{text}</textarea>'


def _option(option: Widget) -> str:
    value, label = escaped(option["value"]), escaped(option["label"])
    return f'\n  <option value="{value}"{_attributes(option)}>{label}</option>\n'


def _select(widget: Widget) -> str:
    listed = []
    for name, options, _ in widget["optgroups"]:
        drawn = "".join(map(_option, options))
        listed.append(f'\n  <optgroup label="{escaped(name)}">{drawn}\n  </optgroup>' if name else drawn)
    return f'<select name="{escaped(widget["name"])}"{_attributes(widget)}>{"".join(listed)}\n</select>'


_DRAWN: dict[str, Callable[[Widget], str]] = {
    **dict.fromkeys(
        ("hidden", "text", "date", "time", "number", "email", "password", "tel", "url", "search"), _input
    ),
    "textarea": _textarea,
    "select": _select,
}
DRAWN = {f"django/forms/widgets/{name}.html": draw for name, draw in _DRAWN.items()}


class Drawn(DjangoTemplates):
    """The renderer that ``FORM_RENDERER`` names."""

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """The widget, or the form's own template."""
        draw = DRAWN.get(template_name)
        if draw is None:
            return SafeString(super().render(template_name, dict(context), request))
        return SafeString(draw(context["widget"]).strip())
