"""Every page of figures in a real browser: in both languages, on a desk and on a phone, with all that folds open."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Town
from tests.figures.months import keep_march, keep_quarter, keep_sample

pytestmark = pytest.mark.browser
PAGES = [
    "figures/?quarter=2026-Q1",
    "figures/?by=category",
    "figures/?by=area",
    "figures/office/roads/",
    "figures/office/water/",
    "figures/category/pothole/",
    "figures/area/none/",
]
# What is cut off: words wider than their box where the rest is hidden, and words of a picture beyond its edge.
CUT_OFF = """() => {
  const cut = [...document.querySelectorAll("main *")].filter(one => !one.closest("svg")
    && getComputedStyle(one).overflowX === "hidden" && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1);
  const drawn = [...document.querySelectorAll("main svg text")].filter(one => {
    const box = one.getBoundingClientRect(), frame = one.closest("svg").getBoundingClientRect();
    return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.height < 9);
  });
  return [...cut, ...drawn].map(one => one.textContent.trim().slice(0, 40));
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_are_whole_at_every_width(
    town: Town,
    page_at: Callable[..., Page],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    language: str,
) -> None:
    page = page_at(1280, language)
    page.goto("figures/")
    fits(page)
    keep_march()
    keep_quarter()
    keep_sample()
    for address in PAGES:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for width in (1280, 360, 320):
            page.set_viewport_size({"width": width, "height": 800})
            fits(page)
            assert page.evaluate(CUT_OFF) == [], (address, width)
        if language == "zh":
            axe(page)
