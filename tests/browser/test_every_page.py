"""Every page of the desk in a real browser: no fault that axe sees, 320 px are enough, and no mouse is needed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests import desk_pages
from tests.cast import Town
from tests.clock import Clock
from tests.factors import prove
from tests.full_town import fill
from tests.web.desk.helpers import signed_in

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[..., None]
# Of these every address has the same page with other rows or boxes in it: one for each who opens it will do here.
ALIKE = {"queue", "board", "case", "new_template", "settings_list", "settings_new", "settings_remove"}
CONTROLS = (
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [onclick], [role=button], "
    "[role=link], [role=tab], [role=menuitem], [contenteditable]"
)
# Whether the keyboard comes to everything that can be pressed or filled in, in the order in which it stands, and
# whether that shows where it is. What has the pointer of something to be pressed has to be one of them.
FAULTS = """controls => {
  const seen = one => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0;
  const look = one => [one, ...(one.labels || [])].flatMap(part => ['', '::before'].map(pseudo => {
    const style = getComputedStyle(part, pseudo);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor].join();
  })).join();
  const faults = [];
  const fault = (what, one) => faults.push(`${what}: ${one.outerHTML.slice(0, 150)}`);
  document.querySelectorAll('details').forEach(one => { one.open = true; });
  const usable = [...document.querySelectorAll(controls)]
    .filter(one => seen(one) && !one.disabled && !one.closest('[aria-hidden=true]'));
  for (const one of usable) {
    if (one.tabIndex > 0) fault('out of order', one);
    if (one.tabIndex < 0 && one.matches('a, button, input, select, textarea, summary, [onclick], [role]'))
      fault('passed over', one);
    if (one.tabIndex !== 0) continue;
    document.activeElement.blur();
    const before = look(one);
    one.focus({preventScroll: true});
    if (document.activeElement !== one) fault('takes no focus', one);
    else if (look(one) === before) fault('does not show that it has the focus', one);
  }
  document.activeElement.blur();
  for (const one of document.querySelectorAll('body *'))
    if (getComputedStyle(one).cursor === 'pointer' && !one.closest(`${controls}, label`) && seen(one))
      fault('no control', one);
  return faults;
}"""
# Of a group of radio buttons Tab comes to one: all bear the same number.
NUMBERED = """controls => {
  const numbers = new Map();
  for (const one of document.querySelectorAll(controls)) {
    const usable = one.checkVisibility() && one.getClientRects().length && !one.disabled && one.tabIndex === 0;
    if (!usable || one.closest('[aria-hidden=true]')) continue;
    const key = one.type === 'radio' ? `${one.form && one.form.id} ${one.name}` : one;
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    one.dataset.at = numbers.get(key);
  }
  return numbers.size;
}"""
BY_TAB = ("queue", "case", "together", "call", "settings_edit", "setup")


def walked() -> list[desk_pages.Page]:
    """One page of each that look alike."""
    found = {
        (one.name, one.who, "" if one.name in ALIKE else one.path): one for one in reversed(desk_pages.PAGES)
    }
    return list(found.values())[::-1]


def by_tab(page: Page) -> list[str]:
    """Press Tab through the page: what it does not come to, or not in the order from the first control to the last."""
    number = page.evaluate(NUMBERED, CONTROLS)
    reached = []
    for _ in range(number + 1):  # one more: it begins behind what had the focus last, at the end of the page
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.at || ''"))
    met = [one for one in reached if one]
    return [] if met == [str(at) for at in range(number)] else [f"Tab comes to {met} of {number}"]


def signed(page: Page, client: Client, home: str) -> Page:
    """The page of somebody who signed in."""
    cookies = [{"name": one.key, "value": one.value, "url": home} for one in client.cookies.values()]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    return page


def test_every_page_without_a_mouse(
    town: Town, page_at: Pages, axe: Check, fits: Check, clock: Clock, live_server: Any
) -> None:
    found, faults, opened = fill(town, clock), {}, {"": page_at(1280)}
    pressed: set[str] = set()
    for one in walked():
        if one.who not in opened:
            client = signed_in(town, one.who)
            prove(client, town.staff[one.who])
            opened[one.who] = signed(page_at(1280), client, live_server.url)
        page = opened[one.who]
        answer = page.goto(f"desk/{one.path.format(**found)}")
        assert answer is not None
        assert answer.status == 200, one
        page.keyboard.press("Tab")  # so that the focus is shown as to somebody with a keyboard
        wrong = page.evaluate(FAULTS, CONTROLS)
        by_hand = one.name in BY_TAB and one.name not in pressed
        if by_hand:
            pressed.add(one.name)
            wrong += by_tab(page)
        if wrong:
            faults[one.path] = wrong
        axe(page, contrast=by_hand)
        page.set_viewport_size({"width": 320, "height": 800})
        fits(page)
        page.set_viewport_size({"width": 1280, "height": 800})
    assert not faults, "\n".join(f"{path}: {wrong}" for path, told in faults.items() for wrong in told)
