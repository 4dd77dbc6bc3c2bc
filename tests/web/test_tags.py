"""The template tags: pairs, placeholders, days, the other language's address, icons, error lists."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from gongshi.web import context as page
from gongshi.web.templatetags.gongshi import MissingValue, all_errors, beginning
from tests.clock import Clock, local
from tests.instance import TIME_ZONE

ZH, EN = "zh-hans", "en"


@pytest.fixture(autouse=True)
def a_place(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A place in Shanghai's time zone, without a database."""
    place = SimpleNamespace(name={"zh": "青禾县", "en": "Qinghe"}, zone=ZoneInfo(TIME_ZONE))
    monkeypatch.setattr(page, "_place", lambda: place)
    return place


def shown(text: str, code: str = ZH, **values: Any) -> str:
    with translation.override(code):
        return Template("{% load gongshi %}" + text).render(Context(values))


def test_say_speaks_the_active_language() -> None:
    text = '{% say "还有{n}天" "{n} {n:day|days} left" n=days %}'
    assert shown(text, ZH, days=3) == "还有3天"
    assert shown(text, EN, days=3) == "3 days left"
    assert shown(text, EN, days=1) == "1 day left"


def test_say_reads_words_as_data() -> None:
    text = '{% say "由{office}办理" "With {office}" office=office %}'
    office = {"zh": "东街街道办事处", "en": "East Street Office"}
    assert shown(text, ZH, office=office) == "由东街街道办事处办理"
    assert shown(text, EN, office=office) == "With East Street Office"


def test_say_escapes_values_and_keeps_what_is_safe() -> None:
    text = '{% say "写了{what}" "Wrote {what}" what=what %}'
    assert shown(text, EN, what="<b onclick=x>") == "Wrote &lt;b onclick=x&gt;"
    assert shown(text, EN, what="{what}") == "Wrote {what}"
    assert shown('{% say "甲" "A & B" %}', EN) == "A &amp; B"
    numbers = '{% emergency_numbers list as n %}{% say "打{n}" "Call {n}" n=n %}'
    assert shown(numbers, EN, list=[{"number": "1", "name": {"zh": "a", "en": '"b"'}}]) == (
        'Call <a href="tel:1" title="&quot;b&quot;">1</a>'
    )


def test_say_keeps_its_text_for_later() -> None:
    assert shown('{% say "好" "Good" as word %}[{{ word }}]', EN) == "[Good]"


def test_say_without_a_value_raises() -> None:
    with pytest.raises(MissingValue, match="days"):
        shown('{% say "{days}天" "{days} days" days=missing %}')


@pytest.mark.parametrize(
    ("tag", "what"),
    [
        ('{% say "还有{n}天" "{n} days" %}', "no value for n"),
        ('{% say "好" "Good" n=days %}', "stands in neither"),
        ('{% say "好" %}', "two quoted sentences"),
        ('{% say title "Good" %}', "two quoted sentences"),
        ('{% say "好" "Good" days %}', "is not name=value"),
    ],
)
def test_a_wrong_say_is_refused_when_compiled(tag: str, what: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=what):
        Template("{% load gongshi %}" + tag)


def test_long_text_is_rendered_in_one_language_only() -> None:
    text = "{% zh %}<p>好 {{ n }}</p>{% en %}<p>Good {{ n }}</p>{% endzh %}"
    assert shown(text, ZH, n="<") == "<p>好 &lt;</p>"
    assert shown(text, EN, n=1) == "<p>Good 1</p>"


def test_in_language_takes_words_text_and_nothing() -> None:
    assert shown("{{ w|in_language }}", EN, w={"zh": "<甲>", "en": "<A>"}) == "&lt;A&gt;"
    assert shown("{{ w|in_language }}", EN, w={"zh": "甲", "en": ""}) == "甲"
    assert shown("{{ w|in_language }}", EN, w="as it is") == "as it is"
    assert shown("{{ w|in_language }}", EN, w=None) == ""


def test_the_beginning_of_a_text_ends_with_a_whole_word() -> None:
    assert beginning("十五个工作日。" * 20) == "十五个工作日。" * 10 + "十…"
    with translation.override("en"):
        assert beginning("Bring your card.") == "Bring your card."
        assert beginning("Within a month, " * 10) == "Within a month, " * 8 + "Within a month…"
        assert beginning("x" * 200) == "x" * 149 + "…"


def test_days_name_the_year_only_when_it_is_another(clock: Clock) -> None:
    assert clock.now.year == 2026
    this, other = date(2026, 11, 23), date(2027, 1, 5)
    assert (shown("{{ d|day }}", ZH, d=this), shown("{{ d|day }}", EN, d=this)) == ("11月23日", "23 November")
    assert shown("{{ d|day }}", ZH, d=other) == "2027年1月5日"
    assert shown("{{ d|day }}", EN, d=other) == "5 January 2027"
    assert shown("{{ d|day }}", EN, d=None) == ""


def test_moments_are_read_on_the_clock_of_the_place(clock: Clock) -> None:
    late_in_london = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)
    assert shown("{{ t|moment }}", ZH, t=late_in_london) == "2027年1月1日 01:05"
    assert shown("{{ t|moment }}", EN, t=local("2026-03-02 09:30")) == "2 March, 09:30"
    assert shown("{{ t|day }}", EN, t=late_in_london) == "1 January 2027"


@pytest.mark.parametrize(
    ("code", "address", "other"),
    [
        (ZH, "/", "/en/"),
        (ZH, "/file/?area=a&area=b", "/en/file/?area=a&area=b"),
        (EN, "/en/file/?q=%E8%B7%AF", "/file/?q=%E8%B7%AF"),
        (EN, "/en/", "/"),
        (ZH, "/english/", "/en/english/"),
        # What stands after the language may not turn into another host.
        (EN, "/en//evil.example/x", "/%2Fevil.example/x"),
    ],
)
def test_other_language_is_this_page(code: str, address: str, other: str) -> None:
    request = RequestFactory().get(address)
    text = shown("{% autoescape off %}{% other_language_url %}{% endautoescape %}", code, request=request)
    assert text == other


def test_other_language_survives_a_page_without_a_request() -> None:
    assert shown("{% other_language_url %}", ZH) == "/en/"


def test_icons_are_decoration_unless_named() -> None:
    assert 'aria-hidden="true"' in shown('{% icon "phone" %}')
    assert "icons.svg#phone" in shown('{% icon "phone" %}')
    assert 'aria-label="a &quot;b&quot;"' in shown('{% icon "phone" name %}', name='a "b"')


@pytest.mark.parametrize(
    ("zone", "zh", "en"),
    [
        ("Asia/Shanghai", "2026年3月2日 09:00 (UTC+8)", "2 March 2026, 09:00 (UTC+8)"),
        ("America/St_Johns", "2026年3月1日 21:30 (UTC-3:30)", "1 March 2026, 21:30 (UTC-3:30)"),
        ("UTC", "2026年3月2日 01:00 (UTC+0)", "2 March 2026, 01:00 (UTC+0)"),
    ],
)
def test_a_moment_on_paper_names_its_year_and_zone(
    a_place: SimpleNamespace, zone: str, zh: str, en: str
) -> None:
    a_place.zone = ZoneInfo(zone)
    at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert shown("{{ at|moment_in_full }}", ZH, at=at) == zh
    assert shown("{{ at|moment_in_full }}", EN, at=at) == en


class Sample(forms.Form):
    kind = forms.ChoiceField(label="Kind?", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    text = forms.CharField(label="Text")


def test_errors_lead_to_their_controls() -> None:
    form = Sample({})
    form.add_error(None, "Nothing at all")
    found = all_errors(form, problems=[{"zh": "甲", "en": "A"}])
    assert [error.get("target") for error in found] == [None, None, "id_kind_0", "id_text"]
    html = shown('{% include "components/errors.html" %}', EN, form=form)
    assert 'href="#id_kind_0"' in html
    assert "put 3 things right" in html
    assert "nothing was lost" in html
    fine = Sample({"kind": "a", "text": "b"})
    assert shown('{% include "components/errors.html" %}', EN, form=fine).strip() == ""


class SignIn(forms.Form):
    login = forms.CharField(label="Login")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)


def test_a_form_with_a_password_is_not_said_to_have_kept_anything() -> None:
    for code, again in ((EN, "please try again"), (ZH, "请再试一次")):
        html = shown('{% include "components/errors.html" %}', code, form=SignIn({"login": "zhou"}))
        assert again in html
        assert "id_password" in html
        assert "nothing was lost" not in html
        assert "没有丢" not in html


@pytest.mark.parametrize(("beside", "folds"), [([], 0), (["b"], 1), (["b", "c"], 1)])
def test_what_is_only_possible_is_folded_below_the_steps(beside: list[str], folds: int) -> None:
    def step(code: str, status: str) -> SimpleNamespace:
        return SimpleNamespace(name=code * 3, says=f"if {code}", status=status, by_when=None, holder="office")

    steps = [step("a", "here"), step("z", "next"), *(step(code, "possible") for code in beside)]
    html = shown('{% include "components/timeline.html" %}', EN, steps=steps)
    way, _, rest = html.partition("</ol>")
    assert ("aaa" in way, "zzz" in way) == (True, True)
    assert html.count("<details") == html.count("</details>") == folds
    for code in beside:
        assert code * 3 not in way
        assert code * 3 in rest
        assert f"if {code}" in rest


def test_a_field_names_its_hint_and_error() -> None:
    form = Sample({"text": ""})
    form.fields["text"].help_text = "As it was"
    html = shown('{% include "components/field.html" with field=form.text %}', EN, form=form)
    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'id="id_text_helptext"' in html
    assert 'id="id_text_error"' in html
    radio = shown('{% include "components/field.html" with field=form.kind %}', EN, form=form)
    assert "<legend>Kind?" in radio
    assert 'aria-describedby="id_kind_error"' in radio


@pytest.mark.parametrize(
    ("clock_code", "icon", "word"),
    [
        ("in_time", "#clock-in-time", "In time"),
        ("soon", "#clock-soon", "Due soon"),
        ("late", "#clock-late", "Late by 2 days"),
        ("paused", "#clock-paused", "Paused"),
        ("met", "#clock-met", "Kept in time"),
        ("stopped", "#clock-stopped", "Stopped"),
    ],
)
def test_a_clock_is_a_shape_and_a_word(clock_code: str, icon: str, word: str) -> None:
    html = shown('{% include "components/clock.html" with days=2 %}', EN, clock=clock_code)
    assert icon in html
    assert word in html


def test_a_row_must_fit_its_columns() -> None:
    text = "{% for column, cell in columns|beside:row %}{{ column }}{{ cell }}{% endfor %}"
    assert shown(text, columns=["a", "b"], row=[1, 2]) == "a1b2"
    with pytest.raises(ValueError, match="shorter"):
        shown(text, columns=["a", "b"], row=[1])
