"""The stylesheets: every pair of colours that meet is readable in both themes, and the whole stays small."""

import gzip
import re

import pytest

from tests.structure.source import PACKAGE

FOLDER = PACKAGE / "web" / "static" / "gongshi"
BASE = (FOLDER / "base.css").read_text(encoding="utf-8")
SURFACES = ["ground", "surface", "sunken", "tint"]
TEXT = [(text, surface) for text in ("ink", "muted", "accent", "accent-deep") for surface in SURFACES]
TEXT += [("ink", "warning-tint"), ("danger", "danger-tint"), ("ink", "danger-tint"), ("ink", "info-tint")]
TEXT += [("on-accent", "accent"), ("on-accent", "accent-deep"), ("on-danger", "danger")]
TEXT += [(state, surface) for state in ("warning", "danger", "muted") for surface in SURFACES]
# Borders of controls, the focus ring, shapes (WCAG 1.4.11).
SHAPES = [(shape, surface) for shape in ("edge", "focus", "accent", "seal") for surface in SURFACES]
SHAPES += [("warning", "warning-tint"), ("info", "info-tint"), ("focus", "danger-tint")]


def tokens(dark: bool) -> dict[str, str]:
    """The colours of one theme by name."""
    light, night = (block for block in re.findall(r":root \{(.*?)\}", BASE, re.DOTALL)[:2])
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", light))
    if dark:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", night))
    return found


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    digits = colour.removeprefix("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_colours_that_meet_are_readable(dark: bool) -> None:
    colours = tokens(dark)
    weak = {
        f"{front} on {back}": round(ratio, 2)
        for pairs, least in ((TEXT, 4.5), (SHAPES, 3.0))
        for front, back in pairs
        if (ratio := contrast(colours[front], colours[back])) < least
    }
    assert weak == {}


def test_every_token_that_is_used_is_defined() -> None:
    styles = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.css"))
    assert set(re.findall(r"var\(--([a-z0-9-]+)", styles)) <= set(re.findall(r"--([a-z0-9-]+):", styles))


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (FOLDER / "icons.svg").read_text(encoding="utf-8")))
    named = {
        name
        for path in (PACKAGE / "web" / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert named <= drawn


def test_styles_scripts_and_pictures_stay_small() -> None:
    sizes = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    # A page takes the base and the sheet of its own door: a resident's phone never loads the desk's.
    for door in ("public.css", "desk.css"):
        assert len(sizes["base.css"]) + len(sizes[door]) < 40_000
    # The map's script is on one page alone, which needs Leaflet (42 kB) beside it; nobody's first page has it.
    assert len(gzip.compress(sizes.pop("map.js"))) < 1_500
    assert sum(len(gzip.compress(body)) for body in sizes.values()) < 24_000
