"""Template tags: words in two languages, days and moments of the place, icons.

Every sentence in a template is a pair (docs/guides/pages.md): ``{% say "中文" "English" %}`` for a line,
``{% zh %}...{% en %}...{% endzh %}`` for longer text, ``{{ words|in_language }}`` for words that come as data.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BaseForm
from django.http import HttpRequest
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.templatetags.static import static
from django.utils.dates import MONTHS
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString

from gongshi import words
from gongshi.web import context as page
from gongshi.web.typed import SECRET

register = template.Library()

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?::([^{}|]*)\|([^{}|]*))?\}")


class MissingValue(ValueError):
    """A sentence was rendered without a value for one of its placeholders."""


def _shown(value: Any) -> SafeString:
    return conditional_escape(words.in_language(value) if isinstance(value, Mapping) else value)


@dataclass(frozen=True)
class _Slot:
    """A placeholder of a sentence and the escaped text before it; ``one`` and ``many`` choose by number."""

    before: str
    name: str
    one: str | None
    many: str | None


class _Sentence:
    """A sentence of one language, cut at its placeholders and escaped once, when the template is compiled."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._slots: list[_Slot] = []
        end = 0
        for found in PLACEHOLDER.finditer(text):
            name, one, many = found.groups()
            before = escape(text[end : found.start()])
            self._slots.append(_Slot(before, name, one and escape(one), many and escape(many)))
            end = found.end()
        self._after = escape(text[end:])

    @property
    def names(self) -> set[str]:
        """The names of its placeholders."""
        return {slot.name for slot in self._slots}

    def filled(self, values: Mapping[str, Any]) -> SafeString:
        """The sentence with its placeholders filled, values escaped. Raises MissingValue for None."""
        if not self._slots:
            return self._after
        parts: list[str] = []
        for slot in self._slots:
            value = values.get(slot.name)
            if value is None:
                raise MissingValue(f"no value for {{{slot.name}}} in {self._text!r}")
            shown = _shown(value) if slot.one is None else (slot.one if value == 1 else slot.many)
            parts += (slot.before, shown or "")
        return SafeString("".join((*parts, self._after)))


def _language(context: Context) -> str:
    """The language of this rendering, asked for once."""
    code: str | None = context.__dict__.get("words_language")
    if code is None:
        code = context.__dict__["words_language"] = words.language()
    return code


class SayNode(Node):
    """One sentence, written in both languages."""

    def __init__(
        self, pair: words.Words, values: dict[str, FilterExpression], variable: str | None = None
    ) -> None:
        self._sentences = {code: _Sentence(text) for code, text in pair.items()}
        self._values = values
        self._variable = variable

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context, ignore_failures=True) for name, value in self._values.items()}
        text = self._sentences[_language(context)].filled(values)
        if self._variable is None:
            return text
        context[self._variable] = text
        return SafeString()


def _literal(bit: str, tag: str) -> str:
    if len(bit) < 2 or bit[0] not in "\"'" or bit[-1] != bit[0]:
        raise TemplateSyntaxError(f"{tag} takes two quoted sentences, 中文 first; got {bit}")
    return bit[1:-1]


@register.tag
def say(parser: Parser, token: Token) -> SayNode:
    """``{% say "还有{n}天" "{n} {n:day|days} left" n=days %}``, optionally ``... as name %}``.

    Values are escaped; a value of words ({"zh", "en"}) is read in the active language. A placeholder without a value,
    or a value without a placeholder, is refused when the template is compiled; a value of None when it is rendered.
    """
    bits = token.split_contents()
    tag, rest = bits[0], bits[1:]
    if len(rest) < 2:
        raise TemplateSyntaxError(f"{tag} takes two quoted sentences, 中文 first")
    pair = words.pair(_literal(rest[0], tag), _literal(rest[1], tag))
    rest, variable = rest[2:], None
    if len(rest) >= 2 and rest[-2] == "as":
        rest, variable = rest[:-2], rest[-1]
    values = token_kwargs(rest, parser)
    if rest:
        raise TemplateSyntaxError(f"{tag}: {' '.join(rest)} is not name=value")
    for text in (pair["zh"], pair["en"]):
        unknown = {found[1] for found in PLACEHOLDER.finditer(text)} - values.keys()
        if unknown:
            raise TemplateSyntaxError(f"{tag}: no value for {', '.join(sorted(unknown))} in {text!r}")
    used = {found[1] for text in (pair["zh"], pair["en"]) for found in PLACEHOLDER.finditer(text)}
    if unused := values.keys() - used:
        raise TemplateSyntaxError(f"{tag}: {', '.join(sorted(unused))} stands in neither sentence")
    return SayNode(pair, values, variable)


class BothLanguagesNode(Node):
    """A longer text, written in both languages; only the active one is rendered."""

    child_nodelists = ("zh", "en")

    def __init__(self, zh: NodeList, en: NodeList) -> None:
        self.zh = zh
        self.en = en

    def render(self, context: Context) -> SafeString:
        return (self.en if _language(context) == "en" else self.zh).render(context)


@register.tag
def zh(parser: Parser, _token: Token) -> BothLanguagesNode:
    """``{% zh %}...{% en %}...{% endzh %}``"""
    chinese = parser.parse(("en",))
    parser.delete_first_token()
    english = parser.parse(("endzh",))
    parser.delete_first_token()
    return BothLanguagesNode(chinese, english)


@register.filter
def in_language(value: Any) -> str:
    """Words as data ({"zh", "en"}) in the active language; text stays as it is, nothing becomes ""."""
    if isinstance(value, Mapping):
        return words.in_language(value)
    return "" if value is None else str(value)


BEGINNING = {"zh": 72, "en": 150}


@register.filter
def beginning(text: str) -> str:
    """The first line or two of a text, for a list: as much of 中文 as of English to look at, never half a word."""
    longest = BEGINNING[words.language()]
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    if words.language() == "en":
        cut = cut.rpartition(" ")[0] or cut
    return cut.rstrip(" ,.;:，。；：、") + "…"


def _local(value: datetime) -> datetime:
    return value.astimezone(page.zone()) if value.tzinfo else value


@register.filter
def day(value: date | datetime | None) -> str:
    """A day of the place: 11月23日 / 23 November, with the year if it is not this year. A datetime is read there."""
    if value is None:
        return ""
    on = _local(value).date() if isinstance(value, datetime) else value
    other_year = on.year != page.today().year
    if words.language() == "en":
        return f"{on.day} {MONTHS[on.month]}" + (f" {on.year}" if other_year else "")
    return (f"{on.year}年" if other_year else "") + f"{on.month}月{on.day}日"


@register.filter
def moment(value: datetime | None) -> str:
    """A moment on the place's clock: 11月23日 14:05 / 23 November, 14:05."""
    if value is None:
        return ""
    return day(value) + (", " if words.language() == "en" else " ") + f"{_local(value):%H:%M}"


@register.filter
def clock_time(value: datetime) -> str:
    """The hour and minute of a moment on the place's clock: 14:05."""
    return f"{_local(value):%H:%M}"


@register.filter
def near_moment(value: datetime | None) -> str:
    """A moment, told by the hour where it is today: 今天18:00 / 18:00 today."""
    if value is None or _local(value).date() != page.today():
        return moment(value)
    hour = f"{_local(value):%H:%M}"
    return f"{hour} today" if words.language() == "en" else f"今天{hour}"


@register.filter
def moment_in_full(value: datetime) -> str:
    """A moment for paper, to be read in ten years and elsewhere: 2026年11月23日 14:05 (UTC+8)."""
    local = _local(value)
    on = f"{local.year}年{local.month}月{local.day}日"
    if words.language() == "en":
        on = f"{local.day} {MONTHS[local.month]} {local.year},"
    return f"{on} {local:%H:%M} ({_offset(local)})"


def _offset(local: datetime) -> str:
    """How far a clock is from UTC: UTC+8, UTC-3:30."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


@register.simple_tag(takes_context=True)
def other_language_url(context: Context) -> str:
    """This page's address in the other language, its query kept. ``page_url`` in the context says it otherwise."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return page.prefix(page.other_code())
    return page.other_language_address(request, str(context.get("page_url") or ""))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One picture of ``gongshi/icons.svg``. Without a label it is decoration and hidden from screen readers."""
    address = f"{static('gongshi/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@register.simple_tag
def emergency_numbers(numbers: Iterable[Mapping[str, Any]] | None) -> SafeString:
    """The place's emergency numbers as links to call: 110、119或120 / 110, 119 or 120."""
    links = [
        format_html(
            '<a href="tel:{}" title="{}">{}</a>', n["number"], in_language(n.get("name")), n["number"]
        )
        for n in numbers or ()
    ]
    comma, last = (", ", " or ") if words.language() == "en" else ("、", "或")
    if len(links) < 2:
        return links[0] if links else SafeString()
    return format_html("{}{}{}", format_html_join(comma, "{}", ((a,) for a in links[:-1])), last, links[-1])


@register.simple_tag
def all_errors(
    form: BaseForm | None, forms: Iterable[BaseForm] | None = None, problems: Iterable[Any] | None = None
) -> list[dict[str, Any]]:
    """Every error of the forms in the order of their fields: ``text``, ``label``, and ``target``, its control's id."""
    found: list[dict[str, Any]] = [{"text": in_language(problem)} for problem in problems or ()]
    for each in [*([form] if form else []), *(forms or ())]:
        found += [{"text": error} for error in each.non_field_errors()]
        for field in each:
            label = str(field.label)
            target = field.id_for_label or (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id)
            asks = label.endswith(("?", "？"))
            found += [
                {"text": error, "label": label, "label_asks": asks, "target": target}
                for error in field.errors
            ]
    return found


@register.simple_tag
def holds_secrets(form: BaseForm | None, forms: Iterable[BaseForm] | None = None) -> bool:
    """Whether a form holds a password, code or receipt, which no page gives back: it comes back empty."""
    return any(name in SECRET for each in [*([form] if form else []), *(forms or ())] for name in each.fields)


@register.filter
def beside(columns: Iterable[Any], cells: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Columns with the cells of one row; a row of another length is a mistake of the program."""
    return list(zip(columns, cells, strict=True))


@register.filter
def percent(share: float | None) -> str:
    """A share from 0 to 1 as whole per cent: 0.914 -> 91%, but 0% and 100% only for none and all: 0.996 -> 99.6%.

    None gives a dash.
    """
    if share is None:
        return "–"
    told = f"{share * 100:.0f}"
    if 0 < share < 1 and told in ("0", "100"):
        told = f"{min(max(share * 100, 0.1), 99.9):.1f}"
    return f"{told}%"


@register.filter
def points(difference: float) -> str:
    """A difference of two shares in whole points with its sign: 0.043 -> +4."""
    told = f"{difference * 100:+.0f}".replace("-", "−")
    return "0" if told in ("+0", "−0") else told


@register.filter
def hundredths(share: float, less: float = 0.0) -> str:
    """A share from 0 to 1 (less another) on a scale of a hundred, for a drawing."""
    return f"{(share - less) * 100:.1f}"
